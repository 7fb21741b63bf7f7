"""What is recorded by phone, by direction and on demand; paused at the desk; and one story of a call that moves on.

Keys in the real TUI, phones that nobody here wrote, and who is heard in the recording, by tones: left and right.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import pytest

from appliance.api import contract
from appliance.api.contract import Apply, CallDetail, Confirm, Document, RecordingInfo, RevisionKey
from appliance.site import document as documents
from appliance.site.models import SiteDocument
from images.asking import ask
from images.box import Box
from images.network import CARRIER_ADDRESS
from images.phones import Handsets, Line
from images.run import poll
from tests.lab import sound
from tests.lab.expectations import decoded, detail, history
from tests.lab.keyboard import ENTER
from tests.lab.rush import passwords
from tests.lab.sound import share
from tests.lab.test_desk_calls import (
    AGENT,
    AGENTS,
    CALLERS,
    COLLEAGUE,
    COLLEAGUES,
    F2,
    F4,
    F9,
    Desk,
    consult,
    terminal,
)

CUSTOMER = "13905770009"
TONES = {CALLERS: "customer", AGENTS: "agent", COLLEAGUES: "colleague"}
HEARD = 0.3
MOMENT = 1.0
"""Seconds around a change in which nothing is asked of the sound."""


def put_in_force(box: Box, document: SiteDocument) -> None:
    """Apply and confirm, unless it is so already."""
    now, _ = documents.parse(ask(box, contract.CONFIG_SHOW, RevisionKey()).toml)
    if now is not None and documents.dump_masked(now) == documents.dump_masked(document):
        return
    ask(box, contract.CONFIG_EDIT, Document(toml=documents.dump_masked(document)))
    assert not ask(box, contract.CONFIG_APPLY, Apply(why="who is recorded")).problems
    ask(box, contract.CONFIG_CONFIRM, Confirm())


def recorded(document: SiteDocument, *phones: str, **directions: bool) -> SiteDocument:
    """A branch that records these phones and directions, and neither a number nor a queue."""
    return document.model_copy(
        update={
            "dids": tuple(did.model_copy(update={"record": False}) for did in document.dids),
            "queues": tuple(queue.model_copy(update={"record": False}) for queue in document.queues),
            "extensions": tuple(
                each.model_copy(update={"record": each.number in phones}) for each in document.extensions
            ),
            "recording": document.recording.model_copy(update=directions),
        }
    )


@pytest.fixture(scope="module")
def as_it_was(box: Box) -> Iterator[SiteDocument]:
    """The document in force; it is so again afterwards."""
    document, _ = documents.parse(ask(box, contract.CONFIG_SHOW, RevisionKey()).toml)
    assert document is not None
    yield document
    put_in_force(box, document)


@pytest.fixture(scope="module")
def everybody(box: Box) -> Iterator[Desk]:
    """An agent at terminal and phone, a colleague, a customer."""
    box.wait_tested()
    secrets = passwords(box)
    with Handsets(box.network.operator) as phones:
        agent = phones.add(AGENT, secrets[AGENT], tone=AGENTS)
        colleague = phones.add(COLLEAGUE, secrets[COLLEAGUE], tone=COLLEAGUES)
        customer = phones.add(CUSTOMER, None, tone=CALLERS, address=CARRIER_ADDRESS)
        with terminal(box, "lina") as keyboard:
            keyboard.sees("READY", "8002 Li Na")
            yield Desk(box, keyboard, agent, colleague, customer)


@pytest.fixture
def desk(everybody: Desk) -> Iterator[Desk]:
    """All is quiet before and after."""
    yield everybody
    for phone in (everybody.customer, everybody.agent, everybody.colleague):
        if phone.line is not Line.FREE:
            phone.hang_up()
            phone.wait(Line.FREE)
    if "WRAP-UP" in everybody.terminal.screen:
        everybody.terminal.types(F9)
    everybody.terminal.sees("READY")


def story(box: Box, caller: str, recordings: int) -> CallDetail:
    """The last call of this number, once it is over and so many recordings are filed."""
    found: list[CallDetail] = []

    def complete() -> bool:
        rows = sorted(history(box, caller), key=lambda row: row.started)
        found[:] = [detail(box, row) for row in rows[-1:]]
        return bool(found) and found[0].call.ended is not None and len(found[0].recordings) >= recordings

    assert poll(complete, seconds=30, every=0.5), found
    [last] = found
    assert len(last.recordings) == recordings, last.recordings
    return last


def voices(box: Box, recording: RecordingInfo, first: float = 0.0, last: float | None = None) -> tuple[str, str]:
    """Who is heard left and right between two times, in seconds from the recording's beginning: `customer agent`."""
    with decoded(box, recording.name) as file:
        sides = sound.channels(file.readframes(file.getnframes()))
    end = recording.duration if last is None else last

    def who(samples: tuple[int, ...] | list[int]) -> str:
        pieces = [piece for piece in sound.windows(samples, first, end) if sound.loudness(piece) > 100]
        if len(pieces) < 3:
            return ""
        return " ".join(
            name for tone, name in TONES.items() if statistics.mean(share(piece, tone) for piece in pieces) > HEARD
        )

    return who(list(sides[0])), who(list(sides[1]))


def at(call: CallDetail, what: str, place: int = 0) -> float:
    """When something happened for the first time, or the next."""
    return [event.at for event in call.timeline if event.what == what][place]


@pytest.fixture
def by_phone(box: Box, as_it_was: SiteDocument) -> None:
    """The agent's and the colleague's phones say "recorded"; numbers and queues do not."""
    put_in_force(box, recorded(as_it_was, AGENT, COLLEAGUE))


@pytest.mark.usefixtures("by_phone")
def test_an_agent_s_phone_is_recorded_in_a_queue_that_is_not_and_a_pause_is_silence(box: Box, desk: Desk) -> None:
    desk.call()
    desk.terminal.sees("recorded")
    desk.hear(desk.agent, CALLERS)
    desk.terminal.types("x")
    desk.terminal.sees("recording paused")
    for _ in range(3):
        desk.hear(desk.agent, CALLERS)
    desk.terminal.types("x")
    desk.terminal.sees("recorded, x pauses")
    for _ in range(3):
        desk.hear(desk.customer, AGENTS)
    desk.terminal.types(F2)
    desk.customer.wait(Line.FREE)
    call = story(box, CUSTOMER, 1)
    [recording] = call.recordings
    began = recording.started
    paused, resumed = at(call, "recording-paused") - began, at(call, "recording-resumed") - began
    assert resumed - paused > 1
    assert recording.started >= at(call, "answered") - MOMENT
    assert voices(box, recording, resumed + 0.3) == ("customer", "agent")
    assert voices(box, recording, paused + 0.3, resumed - 0.3) == ("", "")
    with decoded(box, recording.name) as file:
        left, _ = sound.channels(file.readframes(file.getnframes()))
    assert max(map(abs, left[round((paused + 0.5) * sound.RATE) : round((resumed - 0.5) * sound.RATE)])) < 50


@pytest.mark.usefixtures("by_phone")
def test_a_call_that_is_sent_on_has_the_recordings_of_both_phones_in_order(box: Box, desk: Desk) -> None:
    desk.call()
    desk.terminal.types(F4)
    desk.terminal.sees("Send the caller")
    desk.terminal.types(COLLEAGUE, ENTER)
    desk.colleague.wait(Line.RINGS)
    desk.colleague.answer()
    for _ in range(4):
        desk.hear(desk.customer, COLLEAGUES)
    desk.customer.hang_up()
    call = story(box, CUSTOMER, 2)
    agents, colleagues = call.recordings
    assert agents.started < colleagues.started
    assert voices(box, agents) == ("customer", "agent")
    assert voices(box, colleagues) == ("customer", "colleague")


@pytest.mark.usefixtures("by_phone")
def test_a_consultation_and_what_comes_of_it_belong_to_the_call(box: Box, desk: Desk) -> None:
    desk.call()
    consult(desk)
    for _ in range(3):
        desk.hear(desk.agent, COLLEAGUES)
    desk.terminal.types(F4)
    desk.agent.wait(Line.FREE)
    for _ in range(4):
        desk.hear(desk.customer, COLLEAGUES)
    desk.customer.hang_up()
    call = story(box, CUSTOMER, 2)
    agents, colleagues = call.recordings
    assert agents.started < colleagues.started
    assert voices(box, agents, 0.0, colleagues.started - agents.started) == ("customer", "agent")
    # First the agent asks, then the customer is there.
    connected = at(call, "transferred") - colleagues.started
    assert voices(box, colleagues, MOMENT, connected - 0.3)[1] == "colleague"
    assert voices(box, colleagues, connected + MOMENT) == ("customer", "colleague")


def test_a_recorded_queue_has_one_recording_whoever_talks(box: Box, as_it_was: SiteDocument, desk: Desk) -> None:
    put_in_force(box, as_it_was)
    desk.call()
    desk.terminal.types(F4)
    desk.terminal.sees("Send the caller")
    desk.terminal.types(COLLEAGUE, ENTER)
    desk.colleague.wait(Line.RINGS)
    desk.colleague.answer()
    for _ in range(4):
        desk.hear(desk.customer, COLLEAGUES)
    desk.customer.hang_up()
    call = story(box, CUSTOMER, 1)
    [recording] = call.recordings
    answered = at(call, "answered", 1) - recording.started
    assert voices(box, recording, answered + MOMENT, answered + 2 * MOMENT) == ("customer", "colleague")


def test_nothing_is_recorded_but_what_the_agent_begins(box: Box, as_it_was: SiteDocument, desk: Desk) -> None:
    put_in_force(box, recorded(as_it_was))
    desk.call()
    desk.terminal.types("o")
    desk.terminal.sees("recorded, x pauses")
    for _ in range(3):
        desk.hear(desk.agent, CALLERS)
    desk.terminal.types(F2)
    desk.customer.wait(Line.FREE)
    call = story(box, CUSTOMER, 1)
    [recording] = call.recordings
    assert recording.started > at(call, "answered") - 0.1
    assert voices(box, recording) == ("customer", "agent")


@pytest.mark.parametrize(
    ("direction", "wanted"), [("incoming", (1, 0)), ("internal", (0, 1)), ("outgoing", (0, 0))], ids=str
)
def test_a_direction_is_recorded_and_the_others_are_not(
    box: Box, as_it_was: SiteDocument, desk: Desk, direction: str, wanted: tuple[int, int]
) -> None:
    put_in_force(box, recorded(as_it_was, **{direction: True}))
    desk.call()
    desk.customer.hang_up()
    desk.agent.wait(Line.FREE)
    desk.terminal.types(F9)
    desk.terminal.sees("READY")
    desk.agent.dial(COLLEAGUE)
    desk.colleague.wait(Line.RINGS)
    desk.colleague.answer()
    desk.hear(desk.agent, COLLEAGUES)
    desk.agent.hang_up()
    desk.colleague.wait(Line.FREE)
    for caller, recordings in zip((CUSTOMER, AGENT), wanted, strict=True):
        story(box, caller, recordings)
