"""A call as a person means it, from real logs of Asterisk 22 and from bent ones.

`fixtures/NAME.{cel.csv,cdr.csv,queue_log}` are the lines of one call each;
`fixtures/stories.toml` says what each call was. Times there are seconds since the call's start.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.api.contract import Direction, Outcome
from appliance.telephony.events import CDR, CEL, PARSERS, QUEUE, RESTART, Cdr, Cel, Event, QueueLine, unpack
from appliance.telephony.story import Story, fold

FIXTURES = Path(__file__).parent / "fixtures"
E = TypeVar("E", bound=Event)
STORIES: dict[str, dict[str, Any]] = tomllib.loads((FIXTURES / "stories.toml").read_text())
LOGS = {CEL: "cel.csv", CDR: "cdr.csv", QUEUE: "queue_log"}
A_TENTH = 0.1


def events_of(name: str) -> list[Event]:
    return parsed({role: (FIXTURES / f"{name}.{ending}").read_bytes() for role, ending in LOGS.items()})


def parsed(texts: dict[str, bytes]) -> list[Event]:
    """The events of one call's lines, the queue log's given to it."""
    found = []
    for role, text in texts.items():
        result = PARSERS[role](text, False)
        assert result.senseless == []
        found += result.events
    linkedid = next(event.linkedid for event in found if event.linkedid)
    return [unpack(event._replace(linkedid=event.linkedid or linkedid)) for event in found]


def story_of(events: Sequence[Event]) -> Story:
    story = fold(events)
    assert story is not None
    return story


def test_every_sample_has_its_story_told() -> None:
    assert {path.name.split(".")[0] for path in FIXTURES.glob("*.cel.csv")} == set(STORIES)


@pytest.mark.parametrize("name", STORIES)
def test_a_real_call_is_told_as_it_was(name: str) -> None:
    told = dict(STORIES[name])
    story = story_of(events_of(name))
    call = story.call.model_dump(mode="json")
    timeline = [[round(event.at - story.call.started, 1), event.what, event.detail] for event in story.timeline]
    assert timeline == told.pop("timeline")
    assert len(story.legs) == told.pop("legs")
    assert story.call.ended is not None
    assert story.call.ended - story.call.started == pytest.approx(told.pop("lasted"), abs=A_TENTH)
    for measured, none in (("waited", None), ("talked", 0.0), ("held", 0.0)):
        assert call[measured] == pytest.approx(told.pop(measured, none), abs=A_TENTH), measured
    assert {key: call[key] for key in told} == told


@pytest.fixture(scope="module")
def samples() -> list[list[Event]]:
    return [events_of(name) for name in STORIES]


def mixed(events: list[Event], data: st.DataObject) -> list[Event]:
    """The same lines, the three logs interleaved in some way, each in its own order."""
    logs = [[event for event in events if isinstance(event, kind)] for kind in (Cel, Cdr, QueueLine)]
    out: list[Event] = []
    while any(logs):
        log = data.draw(st.sampled_from([log for log in logs if log]))
        out.append(log.pop(0))
    return out


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_order_in_which_the_logs_are_met_does_not_matter(data: st.DataObject, samples: list[list[Event]]) -> None:
    events = data.draw(st.sampled_from(samples))
    assert fold(mixed(events, data)) == fold(events)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_part_of_a_call_can_be_told(data: st.DataObject, samples: list[list[Event]]) -> None:
    events = data.draw(st.sampled_from(samples))
    kept = data.draw(st.lists(st.booleans(), min_size=len(events), max_size=len(events)))
    story = fold([event for event, keep in zip(events, kept, strict=True) if keep])
    if story is None:
        return
    call = story.call
    assert call.waited is None or call.waited >= 0
    assert call.talked >= 0
    assert (call.ended is None) == (call.outcome is None)
    if call.ended is not None:
        assert call.started <= call.ended
        assert call.talked <= call.ended - call.started + 1e-5
        assert 0 <= call.held <= call.talked + 1e-5
    assert list(story.timeline) == sorted(story.timeline, key=lambda event: event.at)


@pytest.mark.parametrize("name", STORIES)
def test_a_call_that_is_up_has_no_outcome_and_the_end_is_the_same_as_in_one_go(name: str) -> None:
    events = sorted((event for event in events_of(name)), key=lambda event: event.at)
    cel = [event for event in events if isinstance(event, Cel)]
    for length in range(1, len(cel) - 1):
        story = story_of(cel[:length])
        up = {event.uniqueid for event in cel[:length]} - {e.uniqueid for e in cel[:length] if e.type in ENDS}
        assert (story.call.outcome is None) == bool(up)
        assert (story.call.ended is None) == bool(up)


ENDS = {"HANGUP", "CHAN_END"}


def test_nothing_is_told_without_channel_events() -> None:
    assert fold([]) is None
    assert fold([event for event in events_of("answered") if not isinstance(event, Cel)]) is None


def without(events: Sequence[E], *kinds: str) -> list[E]:
    return [event for event in events if not (isinstance(event, Cel) and event.type in kinds)]


def with_agent(events: Sequence[Event], agent: str) -> list[Event]:
    """The same call with an agent whose number is not the phone's."""
    return [
        event._replace(agent=agent) if isinstance(event, QueueLine) and event.agent != "NONE" else event
        for event in events
    ]


def test_the_agent_s_number_comes_from_the_queue_log_not_from_the_phone() -> None:
    story = story_of(with_agent(events_of("answered"), "7001"))
    assert story.call.agent == "7001"
    assert [event.detail for event in story.timeline if event.what in ("rang", "answered")] == ["7001", "7001"]


def test_a_missed_ring_is_the_agent_s_too() -> None:
    story = story_of(with_agent(events_of("missed_then_abandoned"), "7002"))
    assert {event.detail for event in story.timeline if event.what in ("rang", "missed")} == {"7002"}


def test_an_agent_whose_phone_could_not_be_reached_was_missed() -> None:
    events = events_of("abandoned_in_queue")
    at = next(event.at for event in events if isinstance(event, QueueLine)) + 2
    line = QueueLine(at, "WZN-1795298261.2", "billing", "8005", "RINGNOANSWER", ("0",))
    story = story_of([*events, line])
    assert [(event.at, event.detail) for event in story.timeline if event.what == "missed"] == [(at, "8005")]


def test_a_call_that_asterisk_did_not_outlive_has_failed() -> None:
    cel = [event for event in events_of("abandoned_in_queue") if isinstance(event, Cel)]
    up = [event for event in cel if event.type not in ("HANGUP", "CHAN_END", "LINKEDID_END", "APP_END")]
    restart = QueueLine(up[-1].at + 30, "NONE", "NONE", "NONE", RESTART, ())
    story = story_of([*up, restart])
    assert (story.call.outcome, story.call.ended) == (Outcome.FAILED, up[-1].at)
    assert [event.what for event in story.timeline][-1] == "cut-off"
    assert story_of([*up, restart._replace(at=up[0].at - 30)]).call.outcome is None


def test_a_talk_that_asterisk_did_not_outlive_counts_until_the_last_thing_known() -> None:
    cel = [event for event in events_of("answered") if isinstance(event, Cel)]
    up = without(cel, "BRIDGE_EXIT", "HANGUP", "CHAN_END", "LINKEDID_END", "APP_END")
    restart = QueueLine(up[-1].at + 30, "NONE", "NONE", "NONE", RESTART, ())
    later = up[-1]._replace(at=up[-1].at + 12.0, type="APP_START")
    story = story_of([*up, later, restart])
    assert story.call.outcome is Outcome.ANSWERED
    assert story.call.talked == pytest.approx(12.0)


def with_hangup(events: Sequence[Event], *, cause: int, source: str, status: str) -> list[Event]:
    """The same call, hung up in another way."""
    extra = f'{{"hangupcause":{cause},"hangupsource":"{source}","dialstatus":"{status}"}}'
    return [
        event._replace(extra=extra)
        if isinstance(event, Cel) and event.type == "HANGUP" and event.uniqueid == event.linkedid
        else event
        for event in events
    ]


CALLER = "PJSIP/8021-00000006"


@pytest.mark.parametrize(
    ("cause", "source", "status", "outcome"),
    [
        (17, "PJSIP/8001-00000007", "BUSY", Outcome.BUSY),
        (19, "dialplan/builtin", "NOANSWER", Outcome.NO_ANSWER),
        (0, CALLER, "CANCEL", Outcome.ABANDONED),
        (0, CALLER, "NOANSWER", Outcome.ABANDONED),
        (0, CALLER, "", Outcome.ABANDONED),
        (20, "dialplan/builtin", "CHANUNAVAIL", Outcome.FAILED),
        (34, "dialplan/builtin", "CONGESTION", Outcome.FAILED),
        (0, "", "", Outcome.NO_ANSWER),
    ],
)
def test_how_a_phone_call_ends_that_nobody_takes(cause: int, source: str, status: str, outcome: Outcome) -> None:
    events = without(events_of("internal"), "ANSWER", "BRIDGE_ENTER", "BRIDGE_EXIT")
    call = story_of(with_hangup(events, cause=cause, source=source, status=status)).call
    assert call.outcome is outcome
    assert (call.agent, call.talked) == (None, 0.0)
    assert call.hangup_cause == (cause or (16 if source == CALLER else None))


def test_a_phone_that_is_not_there_fails_the_call() -> None:
    events = [
        event
        for event in without(events_of("internal"), "ANSWER", "BRIDGE_ENTER", "BRIDGE_EXIT")
        if not (isinstance(event, Cel) and event.uniqueid != event.linkedid)
    ]
    call = story_of(with_hangup(events, cause=20, source="dialplan/builtin", status="CHANUNAVAIL")).call
    assert (call.outcome, call.waited) == (Outcome.FAILED, None)


def test_a_phone_that_stops_ringing_because_the_caller_left_missed_nothing() -> None:
    events = without(events_of("internal"), "ANSWER", "BRIDGE_ENTER", "BRIDGE_EXIT")
    left = story_of(with_hangup(events, cause=0, source=CALLER, status="CANCEL"))
    gave_up = story_of(with_hangup(events, cause=19, source="dialplan/builtin", status="NOANSWER"))
    assert "missed" not in [event.what for event in left.timeline]
    assert "missed" in [event.what for event in gave_up.timeline]


def marks(events: Sequence[Event], *steps: tuple[str, str]) -> list[Event]:
    """A menu call whose dialplan left these marks, a second apart."""
    cel = [event for event in events if isinstance(event, Cel) and not event.type.startswith("BB_")]
    start = cel[0]
    left = [
        start._replace(at=start.at + 0.1 * (n + 1), type=kind, extra=f'{{"extra":"{text}"}}')
        for n, (kind, text) in enumerate(steps)
    ]
    return [cel[0], *left, *cel[1:]]


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        ([], ""),
        ([("BB_MENU", "main")], "main"),
        ([("BB_MENU", "main"), ("BB_MENU", "main")], "main"),
        ([("BB_MENU", "main"), ("BB_CHOICE", "main/1")], "main/1"),
        ([("BB_MENU", "main"), ("BB_MENU", "main"), ("BB_CHOICE", "main/1")], "main/1"),
        ([("BB_MENU", "main"), ("BB_CHOICE", "main/1"), ("BB_MENU", "office")], "main/1 > office"),
        (
            [("BB_MENU", "main"), ("BB_CHOICE", "main/1"), ("BB_MENU", "office"), ("BB_CHOICE", "office/2")],
            "main/1 > office/2",
        ),
        (
            [("BB_MENU", "main"), ("BB_CHOICE", "main/9"), ("BB_MENU", "main"), ("BB_CHOICE", "main/1")],
            "main/9 > main/1",
        ),
        ([("BB_CHOICE", "main/*")], "main/*"),
    ],
)
def test_the_menu_path(steps: list[tuple[str, str]], path: str) -> None:
    assert story_of(marks(events_of("hung_up_in_menu"), *steps)).call.menu_path == path


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        ([("BB_DID", "96296"), ("BB_QUEUE", "a")], Outcome.ABANDONED),
        ([("BB_DID", "96296"), ("BB_QUEUE", "a"), ("BB_OVERFLOW", "a/TIMEOUT")], Outcome.OVERFLOWED),
        ([("BB_QUEUE", "a"), ("BB_OVERFLOW", "a/FULL"), ("BB_VOICEMAIL", "8021")], Outcome.VOICEMAIL),
        ([("BB_DID", "96296"), ("BB_CLOSED", "office")], Outcome.CLOSED),
        ([("BB_DID", "96296"), ("BB_CLOSED", "office"), ("BB_VOICEMAIL", "8021")], Outcome.VOICEMAIL),
        ([("BB_DID", "96296"), ("BB_CLOSED", "office"), ("BB_QUEUE", "a")], Outcome.ABANDONED),
        ([("BB_DID", "96296"), ("BB_MENU", "main")], Outcome.IN_MENU),
        ([("BB_DID", "96296")], Outcome.IN_MENU),
        ([("BB_UNKNOWN_DID", "1")], Outcome.UNKNOWN_NUMBER),
        ([("BB_QUEUE", "a"), ("BB_QUEUE_KEY", "a/3"), ("BB_CALLBACK", "a/13805772046")], Outcome.OVERFLOWED),
        ([("BB_QUEUE", "a"), ("BB_QUEUE_KEY", "a/2"), ("BB_VOICEMAIL", "8021")], Outcome.VOICEMAIL),
        ([("BB_CALLS_BACK", "WZN-1.1"), ("BB_QUEUE", "a")], Outcome.NO_ANSWER),
    ],
)
def test_how_a_call_ends_that_nobody_answers(steps: list[tuple[str, str]], outcome: Outcome) -> None:
    assert story_of(marks(events_of("hung_up_in_menu"), *steps)).call.outcome is outcome


def test_a_call_back_knows_whose_it_is_and_counts_only_when_the_customer_is_reached() -> None:
    asked = [("BB_QUEUE", "a"), ("BB_CALLBACK", "a/13805772046")]
    story = story_of(marks(events_of("hung_up_in_menu"), *asked))
    assert story.call.calls_back is None
    assert ("wants-call-back", "a/13805772046") in [(line.what, line.detail) for line in story.timeline]
    for took, outcome in (("answered", Outcome.NO_ANSWER), ("outside", Outcome.ANSWERED)):  # an agent, a trunk
        call = story_of(marks(events_of(took), ("BB_CALLS_BACK", "WZN-1.1"))).call
        assert (call.calls_back, call.outcome) == ("WZN-1.1", outcome)


def test_what_was_done_to_a_recording_stands_at_its_own_time_though_it_is_said_at_the_hangup() -> None:
    events = marks(events_of("internal"))
    start = events[0].at
    later = marks(
        events,
        ("BB_RECORDING_RESUMED", f"{start + 0.02:.3f}/8003"),
        ("BB_RECORDING_PAUSED", f"{start + 0.01:.3f}/8003"),
        ("BB_RECORDING_BEGUN", f"{start + 0.005:.3f}/8003/WZN-1.1-2.raw"),
        ("BB_RECORDING_PAUSED", "nonsense"),
    )
    told = [event for event in story_of(later).timeline if event.what.startswith("recording")]
    assert [(event.what, event.detail) for event in told] == [
        ("recording", "WZN-1.1-2.raw"),
        ("recording-paused", "8003"),
        ("recording-resumed", "8003"),
        ("recording-paused", "nonsense"),
    ]
    assert [round(event.at - start, 3) for event in told] == [0.005, 0.01, 0.02, 0.4]


def test_who_took_a_call_over_did_not_ring_for_it_and_is_not_its_agent() -> None:
    events = events_of("answered")
    end = next(event for event in events if isinstance(event, Cel) and event.type == "LINKEDID_END")
    bridge = next(event.extra for event in events if isinstance(event, Cel) and event.type == "BRIDGE_ENTER")
    took = {"uniqueid": "branchbox-1795298063000000000", "channel": "PJSIP/8021-000000ff", "num": "8021"}
    stay = [
        end._replace(at=end.at - before, type=kind, extra=extra, **took)
        for before, kind, extra in ((2.0, "BRIDGE_ENTER", bridge), (1.0, "BRIDGE_EXIT", bridge), (0.5, "CHAN_END", ""))
    ]
    before, after = story_of(events), story_of(sorted([*events, *stay], key=lambda event: event.at))
    added = [line for line in after.timeline if line not in before.timeline]
    assert [(line.what, line.detail) for line in added] == [("taken-over", "8021")]
    assert after.call.agent == before.call.agent


def test_only_the_last_queue_counts() -> None:
    steps = [("BB_QUEUE", "a"), ("BB_OVERFLOW", "a/TIMEOUT"), ("BB_QUEUE", "b")]
    call = story_of(marks(events_of("hung_up_in_menu"), *steps)).call
    assert call.queue == "b"
    assert call.waited == pytest.approx((call.ended or 0.0) - call.started - 0.3, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "direction", "trunk"),
    [
        ("answered", Direction.IN, "carrier"),
        ("outside", Direction.OUT, "carrier"),
        ("internal", Direction.INTERNAL, None),
    ],
)
def test_direction_and_line_are_seen_from_the_branch(name: str, direction: Direction, trunk: str | None) -> None:
    call = story_of(events_of(name)).call
    assert (call.direction, call.trunk) == (direction, trunk)


@pytest.mark.parametrize(("name", "direction"), [("answered", Direction.IN), ("outside", Direction.OUT)])
def test_a_call_by_a_card_is_its_trunk_s_though_the_channel_does_not_say_so(name: str, direction: Direction) -> None:
    """`DAHDI/i1/NUMBER-1`, as chan_dahdi calls an ISDN channel; it begins in the trunk's context in both directions."""

    def by_card(text: str) -> str:
        return text.replace("PJSIP/trunk-carrier-", "DAHDI/i1/13805772046-")

    logs = {role: by_card((FIXTURES / f"{name}.{ending}").read_text()).encode() for role, ending in LOGS.items()}
    call, by_sip = story_of(parsed(logs)).call, story_of(events_of(name)).call
    assert (call.direction, call.trunk) == (direction, by_sip.trunk)
    assert call == by_sip
