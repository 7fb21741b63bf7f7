"""What callers hear, and what becomes of those who wait: real phones, each with a tone of its own.

A box of its own: one agent a queue, whose callers may leave a message, be called back, and are asked how it was.
"""

from __future__ import annotations

import base64
import io
import math
import struct
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from appliance.api import contract, messages, prompts
from appliance.api.contract import AgentState, Call, CallFilter, Outcome
from appliance.api.prompts import Origin
from appliance.api.wire import Empty
from appliance.site import document as site
from appliance.site.exchange import SURVEY_KEYS
from appliance.site.models import Callbacks, Person, QueueMember, Role, SiteDocument, Survey
from images.asking import ask
from images.box import Box
from images.network import CARRIER_ADDRESS
from images.phones import RATE, Handset, Handsets, Line
from images.rootfs import Root
from images.run import poll
from provisioning.loudness import TARGET
from tests.lab.rush import DID, passwords
from tests.lab.sound import loudness, share
from tests.lab.test_apply import asterisk
from tests.lab.test_desk_calls import terminal
from tests.lab.test_recorder import said

REPAIR, BILLING = "8001", "8002"
"""The agent of each queue."""
CUSTOMER = "13905770001"
CUSTOMERS, REPAIRS, BILLINGS, FILES = 440, 1240, 1640, 600
"""Tones, Hz; the last one is of a sound file."""
CLEAR, NOTHING = 0.7, 0.05
PIN = "2468"
NO_WRAP_UP = 0


def branch() -> SiteDocument:
    """The example branch with one agent a queue, and everything on offer."""
    document, _ = site.parse(site.example("en"))
    assert document is not None
    changed: dict[str, dict[str, object]] = {
        "repair": {
            "members": (QueueMember(agent=REPAIR),),
            "survey": Survey.WISH,
            "message_to": "8021",
            "callback": True,
        },
        "billing": {"members": (QueueMember(agent=BILLING),), "survey": Survey.ALWAYS},
    }
    same: dict[str, object] = {"announce_position": False, "wrap_up": NO_WRAP_UP}
    return document.model_copy(
        update={
            "queues": tuple(queue.model_copy(update={**same, **changed[queue.name]}) for queue in document.queues),
            "callbacks": Callbacks(tries=2, pause=1),
            "closures": tuple(each.model_copy(update={"pin": SecretStr(PIN)}) for each in document.closures),
            "prompts": tuple(each.model_copy(update={"pin": SecretStr(PIN)}) for each in document.prompts),
            "extensions": tuple(each.model_copy(update={"permission": "office"}) for each in document.extensions),
            "people": (
                *document.people,
                Person(login="wangfang", name="Wang Fang", role=Role.AGENT, agent=REPAIR),
            ),
        }
    )


@pytest.fixture(scope="module")
def box(root: Root) -> Iterator[Box]:
    box = Box.start("voices", root, document=branch())
    box.wait_tested()
    yield box
    box.stop()
    box.remove()


@dataclass
class Voices:
    """Two agents at their phones and a customer at hers, which the carrier reaches."""

    box: Box
    repair: Handset
    billing: Handset
    customer: Handset

    def step(self, phone: Handset, application: str, data: str = "") -> None:
        """Wait until the dialplan is there with this phone's call: an application, and what its arguments contain."""
        where = f"PJSIP/{'trunk-carrier' if phone is self.customer else phone.number}-"

        def there() -> bool:
            shown = asterisk(self.box, "core show channels concise").splitlines()
            steps = [line.split("!")[5:7] for line in shown if line.startswith(where)]
            return any(step[0] == application and data in step[1] for step in steps)

        assert poll(there, seconds=25, every=0.1), (
            f"{phone.number} is not in {application} {data}:\n{asterisk(self.box, 'core show channels concise')}"
        )

    def hears(self, phone: Handset, tone: int | None) -> float:
        """Wait until a phone hears one tone and none of the others, or none at all; gives how loud, dBov."""
        level = -100.0

        def so() -> bool:
            nonlocal level
            heard = phone.hears(0.5)
            if not heard:
                return tone is None
            level = 20 * math.log10(max(loudness(heard), 1) / 32768)
            shares = {each: share(heard, each) for each in (CUSTOMERS, REPAIRS, BILLINGS, FILES)}
            return all((found > CLEAR) if each == tone else (found < NOTHING) for each, found in shares.items())

        assert poll(so, seconds=20, every=0.1), f"{phone.number} does not hear {tone}"
        return level

    def talk(self, one: Handset, one_says: int, other: Handset, other_says: int) -> None:
        self.hears(one, other_says)
        self.hears(other, one_says)

    def code(self, phone: Handset, code: str) -> None:
        """Dial a code that the box answers, says something to, and hangs up on."""
        phone.dial(code)
        phone.wait(Line.TALKS)
        phone.wait(Line.FREE, 20)

    def busy(self) -> None:
        """The agent of repair takes no calls."""
        self.code(self.repair, "*031")
        self._is(AgentState.PAUSED)

    def ready(self) -> None:
        self.code(self.repair, "*04")

    def _is(self, state: AgentState) -> None:
        def so() -> bool:
            return any(
                each.number == REPAIR and each.state is state for each in ask(self.box, contract.LIVE, Empty()).agents
            )

        assert poll(so, seconds=10), f"the agent is not {state}"

    def calls(self, key: str) -> None:
        """The customer calls the service number and presses a key in the menu."""
        self.customer.dial(DID)
        self.step(self.customer, "BackGround", "branchbox/welcome")
        self.customer.press(key)

    def waits(self) -> None:
        """The customer calls while nobody is there for repair, and waits."""
        self.calls("1")
        self.step(self.customer, "Queue", "repair")

    def leaves(self) -> None:
        self.customer.hang_up()
        self.customer.wait(Line.FREE)

    def answers(self, agent: Handset) -> None:
        agent.wait(Line.RINGS, 20)
        agent.answer()

    def last(self) -> Call:
        """The customer's last call, once it is over and written down."""
        found: list[Call] = []

        def there() -> bool:
            found[:] = ask(self.box, contract.CALLS_LIST, CallFilter(number=CUSTOMER, limit=1)).calls
            return bool(found) and found[0].ended is not None

        assert poll(there, seconds=15, every=0.2), found
        return found[0]

    def callbacks(self) -> list[str]:
        """The rows of callers who are to be called back."""
        return [
            line for line in asterisk(self.box, "database show callback").splitlines() if line.startswith("/callback/")
        ]


@pytest.fixture(scope="module")
def phones(box: Box) -> Iterator[Voices]:
    secrets = passwords(box)
    with Handsets(box.network.operator) as made:
        yield Voices(
            box,
            made.add(REPAIR, secrets[REPAIR], tone=REPAIRS),
            made.add(BILLING, secrets[BILLING], tone=BILLINGS),
            made.add(CUSTOMER, None, tone=CUSTOMERS, address=CARRIER_ADDRESS, port=5060),
        )


@pytest.fixture
def voices(phones: Voices) -> Iterator[Voices]:
    """Everybody is free again afterwards, and nobody waits to be called back."""
    yield phones
    for phone in (phones.customer, phones.repair, phones.billing):
        while phone.line is not Line.FREE:
            phone.hang_up()
            poll(lambda phone=phone: phone.line is Line.FREE, seconds=3)  # type: ignore[misc]  # bound now
    phones.ready()
    asterisk(phones.box, "database deltree callback")
    asterisk(phones.box, "channel request hangup all")
    assert poll(
        lambda: "0 active channels" in asterisk(phones.box, "core show channels count").splitlines()[0], seconds=20
    )


# --- announcements -------------------------------------------------------------------------------


def record(voices: Voices) -> None:
    """At the word of the box: speak for two seconds, hear it, keep it."""
    phone = voices.repair
    voices.step(phone, "Record")
    (take,) = (
        line.split("!")[6]
        for line in asterisk(voices.box, "core show channels concise").splitlines()
        if "!Record!" in line
    )
    spoken = voices.box.path(take.split(",")[0])
    assert poll(lambda: spoken.exists() and spoken.stat().st_size > 2 * 2 * RATE, seconds=20)
    phone.press("#")
    voices.step(phone, "Playback", take.split(".wav")[0])
    voices.hears(phone, REPAIRS)
    voices.step(phone, "Read", "branchbox/record-review")
    phone.press("1")


def origin(box: Box) -> Origin:
    """Where the office menu's greeting comes from."""
    (office,) = (each for each in ask(box, prompts.LIST, Empty()).prompts if each.name == "office")
    (english,) = (each for each in office.sounds if each.language == "en")
    return english.origin


def test_what_is_recorded_by_phone_is_what_callers_hear_then(voices: Voices) -> None:
    voices.repair.dial("*061")
    voices.step(voices.repair, "Read", "branchbox/code-pin")
    voices.repair.press(f"{PIN}#")
    voices.step(voices.repair, "Read", "branchbox/record-language")
    voices.repair.press("2")
    record(voices)
    voices.repair.wait(Line.FREE, 20)
    assert poll(lambda: origin(voices.box) is Origin.RECORDED, seconds=20, every=0.2)
    voices.calls("9")
    level = voices.hears(voices.customer, REPAIRS)
    assert level == pytest.approx(TARGET, abs=1.5)


def quiet_file() -> str:
    """A WAV file of a PC, 44100 Hz, much too soft, in base64."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44100)
        sound = (round(500 * math.sin(2 * math.pi * FILES * at / 44100)) for at in range(44100 * 6))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in sound))
    return base64.b64encode(written.getvalue()).decode()


def test_a_file_that_is_taken_in_is_as_loud_as_the_rest(voices: Voices) -> None:
    command = "base64 -d | branchbox prompts import office en"
    told = voices.box.as_user("technician", ["sh", "-c", command], stdin=quiet_file(), check=False)
    assert origin(voices.box) is Origin.IMPORTED, told
    voices.calls("9")
    level = voices.hears(voices.customer, FILES)
    assert level == pytest.approx(TARGET, abs=1.5)


def test_the_box_speaks_itself_again(voices: Voices) -> None:
    voices.box.as_user("technician", ["branchbox", "prompts", "speak", "office", "en"], check=False)
    assert origin(voices.box) is Origin.SPOKEN
    voices.calls("9")
    voices.step(voices.customer, "BackGround", "office")
    voices.hears(voices.customer, None)
    assert loudness(voices.customer.hears(2)) > 300


# --- closed for a while --------------------------------------------------------------------------


def closing(voices: Voices, *, pin: str = PIN) -> None:
    voices.repair.dial("*051")
    voices.step(voices.repair, "Read", "branchbox/code-pin")
    voices.repair.press(f"{pin}#")


def test_a_phone_closes_and_opens_and_callers_hear_it(voices: Voices) -> None:
    closing(voices, pin="1111")
    voices.step(voices.repair, "Playback", "branchbox/wrong-pin")
    voices.step(voices.repair, "Read", "branchbox/code-pin")
    voices.repair.press(f"{PIN}#")
    voices.step(voices.repair, "Read", "branchbox/closure-open")
    voices.repair.press("1")
    voices.step(voices.repair, "Read", "branchbox/closure-shut")
    voices.repair.hang_up()
    voices.customer.dial(DID)
    voices.step(voices.customer, "Playback", "branchbox/closed-for-now")
    voices.customer.wait(Line.FREE, 20)
    assert voices.last().outcome is Outcome.CLOSED
    closing(voices)
    voices.step(voices.repair, "Read", "branchbox/closure-shut")
    voices.repair.press("1")
    voices.step(voices.repair, "Read", "branchbox/closure-open")
    voices.repair.hang_up()
    voices.customer.dial(DID)
    voices.step(voices.customer, "BackGround", "branchbox/welcome")


def test_callers_hear_what_was_recorded_while_closing_and_no_longer_once_it_is_open(voices: Voices) -> None:
    closing(voices)
    voices.step(voices.repair, "Read", "branchbox/closure-open")
    voices.repair.press("3")
    record(voices)
    voices.step(voices.repair, "Read", "branchbox/closure-shut")
    voices.customer.dial(DID)
    voices.hears(voices.customer, REPAIRS)
    voices.customer.wait(Line.FREE, 20)
    voices.repair.press("1")
    voices.step(voices.repair, "Read", "branchbox/closure-open")
    voices.repair.hang_up()
    voices.customer.dial(DID)
    voices.step(voices.customer, "BackGround", "branchbox/welcome")


# --- after the call ------------------------------------------------------------------------------


def talks(voices: Voices, key: str, agent: Handset) -> None:
    voices.calls(key)
    voices.answers(agent)
    voices.talk(voices.customer, CUSTOMERS, agent, REPAIRS if agent is voices.repair else BILLINGS)


def asked(voices: Voices, mark: str) -> None:
    """The customer is asked, says something, and is let go."""
    voices.step(voices.customer, "Read", "branchbox/survey-ask")
    voices.customer.press(mark)
    voices.customer.wait(Line.FREE, 20)


def test_a_caller_is_asked_when_the_agent_has_hung_up(voices: Voices) -> None:
    talks(voices, "2", voices.billing)
    voices.billing.hang_up()
    asked(voices, "4")
    assert voices.last().score == 4


def test_an_agent_wishes_it_by_keys_of_the_phone(voices: Voices) -> None:
    talks(voices, "1", voices.repair)
    voices.repair.press(SURVEY_KEYS)
    voices.talk(voices.customer, CUSTOMERS, voices.repair, REPAIRS)
    voices.repair.hang_up()
    asked(voices, "5")
    assert voices.last().score == 5


def test_an_agent_wishes_it_at_the_desk(voices: Voices) -> None:
    talks(voices, "1", voices.repair)
    said(voices.box, "wangfang", "desk/survey")
    voices.repair.hang_up()
    asked(voices, "1")
    assert voices.last().score == 1


def test_without_the_wish_nobody_is_asked(voices: Voices) -> None:
    talks(voices, "1", voices.repair)
    voices.repair.hang_up()
    voices.customer.wait(Line.FREE, 20)
    assert voices.last().score is None


# --- instead of waiting --------------------------------------------------------------------------


def beside(voices: Voices, rings: Handset, method: str, **takes: Any) -> None:
    """Ask for something that rings this phone, and take it."""
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(said, voices.box, "wangfang", method, **takes)
        voices.answers(rings)
        asking.result(timeout=30)


def test_a_message_is_left_heard_taken_and_its_caller_called_back(voices: Voices) -> None:
    voices.busy()
    voices.waits()
    voices.customer.press("2")
    voices.step(voices.customer, "VoiceMail")
    spool = voices.box.path("/var/spool/asterisk/voicemail/default/8021")
    assert poll(lambda: any(each.stat().st_size > 4 * 2 * RATE for each in spool.rglob("*.wav")), seconds=25, every=0.2)
    voices.leaves()

    def left() -> tuple[messages.LeftMessage, ...]:
        found = messages.Messages.model_validate(said(voices.box, "wangfang", "messages/list"))
        return found.messages

    assert poll(lambda: len(left()) == 1, seconds=15, every=0.2), left()
    (one,) = left()
    assert (one.mailbox, one.caller, one.queues) == ("8021", CUSTOMER, ("Repair", "Billing"))
    assert one.length >= 3
    said(voices.box, "wangfang", "messages/take", id=one.id)
    beside(voices, voices.repair, "messages/play", id=one.id, phone=REPAIR)
    voices.hears(voices.repair, CUSTOMERS)
    voices.repair.hang_up()
    voices.repair.wait(Line.FREE)
    (heard,) = left()
    assert (heard.heard_by, heard.taken_by) == ("wangfang", "wangfang")
    said(voices.box, "wangfang", "messages/call_back", id=one.id, phone=REPAIR)
    voices.answers(voices.repair)
    voices.answers(voices.customer)
    assert f"sip:{REPAIR}@" in voices.customer.caller
    voices.talk(voices.customer, CUSTOMERS, voices.repair, REPAIRS)
    voices.leaves()
    assert (voices.last().caller, voices.last().called) == (REPAIR, CUSTOMER)
    said(voices.box, "wangfang", "messages/done", id=one.id, note="called back")


def books(voices: Voices) -> None:
    """The customer waits, presses 3 and says yes to the number; the box says goodbye."""
    voices.waits()
    voices.customer.press("3")
    voices.step(voices.customer, "Read", "branchbox/callback-right")
    voices.customer.press("1")


def test_a_caller_is_called_back_once_instead_of_waiting(voices: Voices) -> None:
    voices.busy()
    books(voices)
    voices.customer.wait(Line.FREE, 20)
    books(voices)
    voices.step(voices.customer, "Playback", "branchbox/callback-already")
    voices.customer.wait(Line.FREE, 20)
    assert voices.last().outcome is Outcome.OVERFLOWED, "who is told so has not given up waiting"
    (row,) = voices.callbacks()
    assert row.startswith(f"/callback/{CUSTOMER}")
    voices.ready()
    voices.answers(voices.repair)
    voices.answers(voices.customer)
    voices.talk(voices.customer, CUSTOMERS, voices.repair, REPAIRS)
    assert voices.callbacks() == []
    voices.leaves()
    voices.repair.wait(Line.FREE, 20)

    # The call-back began to wait before the customer called the second time.
    def outcomes() -> list[Outcome | None]:
        calls = ask(voices.box, contract.CALLS_LIST, CallFilter(number=CUSTOMER, limit=3)).calls
        return [each.outcome for each in calls if each.calls_back]

    assert poll(lambda: outcomes() == [Outcome.ANSWERED], seconds=15, every=0.2), outcomes()


def test_who_is_not_reached_is_tried_again_after_the_pause(voices: Voices) -> None:
    voices.busy()
    books(voices)
    voices.customer.wait(Line.FREE, 20)
    voices.ready()
    voices.answers(voices.repair)
    voices.customer.wait(Line.RINGS)
    voices.customer.hang_up()
    voices.step(voices.repair, "AppQueue")
    voices.repair.wait(Line.FREE, 20)
    assert poll(lambda: "*1*" in "".join(voices.callbacks()), seconds=10), voices.callbacks()
    assert poll(
        lambda: f"Local/{CUSTOMER}@callback-waits" in asterisk(voices.box, "core show channels concise"), seconds=10
    )


def test_who_calls_again_and_is_answered_is_not_called_back_any_more(voices: Voices) -> None:
    voices.busy()
    books(voices)
    voices.customer.wait(Line.FREE, 20)
    talks(voices, "2", voices.billing)
    assert voices.callbacks() == []
    assert poll(lambda: "callback-waits" not in asterisk(voices.box, "core show channels concise"), seconds=10)


def open_callers(box: Box) -> list[str]:
    """Who gave up and was not talked with since, as an agent sees them."""
    return [each["caller"] for each in said(box, "wangfang", "abandoned/list")["callers"]]


def test_who_gave_up_and_got_through_later_is_off_the_list(voices: Voices) -> None:
    voices.busy()
    voices.waits()
    voices.leaves()
    assert voices.last().outcome is Outcome.ABANDONED
    assert CUSTOMER in open_callers(voices.box)
    voices.ready()
    with terminal(voices.box, "wangfang") as desk:
        desk.sees("READY", "1 caller gave up waiting")
    assert voices.repair.line is Line.FREE
    talks(voices, "2", voices.billing)
    voices.leaves()
    assert voices.last().outcome is Outcome.ANSWERED
    assert CUSTOMER not in open_callers(voices.box)
