"""Who was on hold and how long: music that plays while two devices are in one bridge."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.telephony.channels import Channel, channels_of
from appliance.telephony.events import Cel
from appliance.telephony.holds import held_time, holds_of
from appliance.telephony.story import Story, fold
from tests.unit.telephony.test_story import ENDS, events_of

PROMPT = '{"sound":"branchbox/welcome","format":"slin","language":"en"}'
END = 100.0

Spans = list[tuple[float, float | None]]


def party(name: str, stays: Spans, music: Spans | None = None) -> Channel:
    """A phone or a line with its stays in the bridge `b`."""
    return Channel(name, name, 0.0, visits={"b": stays}, music=music or [])


def held(*channels: Channel, ended: float | None = END) -> float:
    return held_time(holds_of(channels, ended))


CALLER, AGENT = "PJSIP/trunk-carrier-00000000", "PJSIP/8001-00000001"


@pytest.mark.parametrize(
    ("music", "seconds"),
    [
        ([(12, 15)], 3),
        ([(12, 15), (16, 18)], 5),
        ([(2, 9)], 0),
        ([(2, 10)], 0),
        ([(5, 12)], 2),
        ([(18, 25)], 7),
        ([(18, None)], 12),
        ([(21, None)], 0),
        ([], 0),
    ],
    ids=str,
)
def test_music_counts_from_when_another_device_is_in_the_bridge(music: Spans, seconds: float) -> None:
    assert held(party(CALLER, [(5, 30)], music), party(AGENT, [(10, 20)])) == seconds


def test_who_is_alone_in_a_bridge_or_with_asterisk_s_own_half_is_not_on_hold() -> None:
    caller = party(CALLER, [(5, 30)], [(12, 15)])
    assert held(caller) == 0
    assert held(caller, party("Local/s@queue-repair-00000000;1", [(5, 30)])) == 0
    elsewhere = Channel("2", AGENT, 0.0, visits={"another": [(5, 30)]})
    assert held(caller, elsewhere) == 0


def test_whoever_waits_alone_while_another_is_consulted_is_on_hold_all_the_time() -> None:
    agent = party(AGENT, [(10, 20), (40, 50)])
    agent.visits["consultation"] = [(20, 40)]
    colleague = Channel("3", "PJSIP/8002-00000002", 25.0, visits={"consultation": [(26, 40)]})
    [hold] = holds_of((party(CALLER, [(10, 50)], [(19, 41)]), agent, colleague), END)
    assert (hold.began, hold.ended) == (19, 41)


def test_the_one_who_calls_can_put_on_hold_too_and_both_at_once_count_once() -> None:
    channels = (party(CALLER, [(5, 30)], [(10, 15)]), party(AGENT, [(5, 30)], [(12, 18)]))
    holds = holds_of(channels, END)
    assert [(hold.channel.name, hold.began, hold.ended) for hold in holds] == [(CALLER, 10, 15), (AGENT, 12, 18)]
    assert held_time(holds) == 8


def test_a_third_party_in_the_bridge_does_not_count_twice() -> None:
    third = party("PJSIP/8002-00000002", [(12, 30)])
    (hold,) = holds_of([party(CALLER, [(5, 30)], [(10, 15)]), party(AGENT, [(5, 13)]), third], END)
    assert (hold.began, hold.ended) == (10, 15)


@st.composite
def some_spans(draw: st.DrawFn) -> Spans:
    """Pieces one after another, of which the last may go on."""
    times = sorted(draw(st.sets(st.integers(0, int(END)), max_size=8)))
    spans: Spans = [(a, b) for a, b in list(pairwise(times))[::2]]
    if len(times) % 2:
        spans.append((times[-1], None))
    return spans


@st.composite
def parties(draw: st.DrawFn) -> list[Channel]:
    return [
        Channel(
            str(number),
            f"PJSIP/80{number:02}-{number:08x}",
            0.0,
            visits={bridge: draw(some_spans()) for bridge in draw(st.sets(st.sampled_from("ab")))},
            music=draw(some_spans()),
        )
        for number in range(draw(st.integers(1, 4)))
    ]


def seconds_on_hold(channel: Channel, channels: list[Channel]) -> set[int]:
    """Second by second, until long after the end."""

    def within(span: tuple[float, float | None], second: int) -> bool:
        return span[0] <= second and (span[1] is None or second < span[1])

    found: set[int] = set()
    for bridge, stays in channel.visits.items():
        others = [visit for other in channels if other is not channel for visit in other.visits.get(bridge, [])]
        for stay, piece in product(stays, channel.music):
            aside = False
            for second in range(2 * int(END)):
                if within(stay, second) and within(piece, second):
                    aside = aside or any(within(visit, second) for visit in others)
                    found |= {second} if aside else set()
    return found


@given(channels=parties())
def test_while_the_call_is_up_only_holds_that_are_over_count(channels: list[Channel]) -> None:
    until_end: set[int] = set()
    over: set[int] = set()
    for channel in channels:
        seconds = seconds_on_hold(channel, channels)
        until_end |= {second for second in seconds if second < END}
        last = 2 * int(END)
        while last - 1 in seconds:  # this one goes on
            last -= 1
        over |= {second for second in seconds if second < last}
    assert held(*channels) == len(until_end)
    assert held(*channels, ended=None) == len(over)


@given(channels=parties(), data=st.data())
def test_the_order_of_the_channels_does_not_matter(channels: list[Channel], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(channels))
    assert held(*shuffled) == held(*channels)
    assert held(*shuffled, ended=None) == held(*channels, ended=None)


# --- real lines ---


def cel_of(name: str) -> list[Cel]:
    return [event for event in events_of(name) if isinstance(event, Cel)]


def story_of(events: Sequence[Cel]) -> Story:
    story = fold(events)
    assert story is not None
    return story


def test_the_phone_that_held_saw_the_same_times() -> None:
    """What SIPp logged as the box took its re-INVITEs, epoch seconds."""
    phone = [("sendonly", 1795301418.383717), ("sendrecv", 1795301421.391134)]
    phone += [("sendonly", 1795301422.395262), ("sendrecv", 1795301424.398734)]
    told = [event for event in story_of(cel_of("held_twice")).timeline if event.what.startswith("hold-")]
    words = {"sendonly": "hold-begins", "sendrecv": "hold-ends"}
    assert [event.what for event in told] == [words[what] for what, _ in phone]
    assert [event.at for event in told] == pytest.approx([at for _, at in phone], abs=0.01)


def test_held_grows_only_as_a_hold_ends() -> None:
    events = cel_of("held_twice")
    seen = [story_of(events[:length]).call.held for length in range(1, len(events) + 1)]
    grown = [events[at].type for at in range(1, len(events)) if seen[at] != seen[at - 1]]
    assert grown == ["STREAM_END", "STREAM_END"]
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(5.0, abs=0.05)


def test_a_hold_that_goes_on_is_told_without_its_end_and_does_not_count() -> None:
    events = cel_of("hung_up_on_hold")
    begins = max(at for at, event in enumerate(events) if event.type == "STREAM_BEGIN")
    story = story_of(events[: begins + 1])
    assert [event.what for event in story.timeline][-1] == "hold-begins"
    assert (story.call.ended, story.call.held) == (None, 0.0)


def test_a_hold_whose_end_nobody_wrote_lasts_until_the_talk_ends() -> None:
    events = cel_of("hung_up_on_hold")
    lost = max(at for at, event in enumerate(events) if event.type == "STREAM_END")
    whole, torn = story_of(events), story_of(events[:lost] + events[lost + 1 :])
    assert whole.call.ended is not None
    assert torn.call.held == pytest.approx(whole.call.held, abs=0.01)


def test_prompts_are_no_hold_and_end_the_music_on_their_channel() -> None:
    events = cel_of("held_twice")
    played = [event._replace(extra=PROMPT) if event.type == "STREAM_BEGIN" else event for event in events]
    assert story_of(played).call.held == 0.0
    begins = [at for at, event in enumerate(events) if "class" in event.extra][1]
    prompt = events[begins]._replace(at=events[begins].at + 1.0, extra=PROMPT)
    told = [*events[: begins + 1], prompt, *(event for event in events[begins + 1 :] if event.type in ENDS)]
    assert story_of(told).call.held == pytest.approx(1.0)


def test_music_that_begins_again_before_its_end_is_one_piece() -> None:
    events = cel_of("held_twice")
    begins = [at for at, event in enumerate(events) if "class" in event.extra][1]
    again = events[begins]._replace(at=events[begins].at + 1.0)
    doubled = [*events[: begins + 1], again, *events[begins + 1 :]]
    assert channels_of(doubled)[again.uniqueid].music == channels_of(events)[again.uniqueid].music
