"""What the box does about its power: each UPS judged, honest or not, and what follows for the box."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from appliance.api.supply import BatteryTest, Feed, Phase, Policy, UpsState, Watched
from appliance.power import batteries
from appliance.power.judging import Memory, Verdict, judge
from appliance.power.phases import State, step
from appliance.power.reading import Reading, read

OFFICE, RACK = Watched(name="office", label="Office UPS"), Watched(name="rack", label="Rack UPS")
ONE, TWO = Policy(upses=(OFFICE,), drain=180), Policy(upses=(OFFICE, RACK), drain=180)


def ups(status: str, charge: float | None = 90.0, runtime: float | None = 2400.0, test: str = "") -> Reading:
    said = {"ups.status": status, "ups.test.result": test}
    said |= {} if charge is None else {"battery.charge": str(charge)}
    said |= {} if runtime is None else {"battery.runtime": str(runtime)}
    return read(said)


MAINS, BATTERY, EMPTY = ups("OL CHRG"), ups("OB DISCHRG", 70.0), ups("OB LB", 4.0, 30.0)


@dataclass
class Life:
    """A box that looks every second at what its UPSes say; None is a UPS that says nothing."""

    policy: Policy = ONE
    now: float = 0.0
    state: State = field(default_factory=State)
    memories: dict[str, Memory] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)

    def goes_on(self, seconds: float, *readings: Reading | None) -> Phase:
        end = self.now + seconds
        while self.now < end:
            self.now += 1
            self.verdicts = list(self._judged(readings))
            self.state = step(self.state, self.verdicts, self.policy, self.now)
        return self.state.phase

    def _judged(self, readings: Sequence[Reading | None]) -> Sequence[Verdict]:
        verdicts = []
        for watched, reading in zip(self.policy.upses, readings, strict=True):
            memory = self.memories.get(watched.name, Memory())
            self.memories[watched.name], verdict = judge(memory, reading, watched, self.policy, self.now)
            verdicts.append(verdict)
        return verdicts

    def said(self) -> str:
        return " ".join(str(remark) for verdict in self.verdicts for remark in verdict.remarks)


def test_mains_battery_and_mains_again() -> None:
    life = Life()
    assert life.goes_on(10, MAINS) is Phase.MAINS
    assert life.goes_on(10, BATTERY) is Phase.BATTERY
    assert life.goes_on(10, MAINS) is Phase.MAINS


def test_a_blink_of_mains_stops_no_work() -> None:
    life = Life()
    life.goes_on(10, MAINS)
    assert life.goes_on(3, BATTERY) is Phase.MAINS


@pytest.mark.parametrize("low", [ups("OB", 40.0), ups("OB", 90.0, 600.0), ups("OB", None, 500.0)])
def test_at_either_threshold_calls_drain_for_their_time_and_then_it_is_over(low: Reading) -> None:
    life = Life()
    life.goes_on(10, MAINS)
    life.goes_on(10, BATTERY)
    assert life.goes_on(1, low) is Phase.DRAINING
    assert life.goes_on(179, low) is Phase.DRAINING
    assert life.goes_on(1, low) is Phase.OFF


def test_the_ups_s_own_low_battery_is_not_waited_for() -> None:
    life = Life()
    life.goes_on(10, MAINS)
    assert life.goes_on(1, EMPTY) is Phase.OFF


def test_mains_that_comes_back_in_time_and_stays_lets_the_box_go_on() -> None:
    life = Life()
    life.goes_on(10, ups("OB", 30.0))
    assert life.goes_on(10, MAINS) is Phase.DRAINING, "it may go again at once"
    assert life.goes_on(3, ups("OB", 30.0)) is Phase.DRAINING
    assert life.goes_on(22, MAINS) is Phase.MAINS


def test_a_lost_cable_on_mains_switches_nothing_off() -> None:
    life = Life()
    life.goes_on(10, MAINS)
    assert life.goes_on(5, None) is Phase.MAINS
    assert [each.feed for each in life.verdicts] == [Feed.MAINS], "one silent moment is none"
    assert life.goes_on(86_400, None) is Phase.MAINS
    assert [each.feed for each in life.verdicts] == [Feed.LOST]


def test_a_cable_lost_on_battery_is_not_waited_for_long() -> None:
    life = Life()
    life.goes_on(20, BATTERY)
    assert life.goes_on(40, None) is Phase.BATTERY
    assert life.goes_on(10, None) is Phase.OFF


def test_a_ups_that_was_never_heard_does_nothing() -> None:
    assert Life().goes_on(1000, None) is Phase.UNHEARD


@pytest.mark.parametrize(("needed", "phase"), [(1, Phase.MAINS), (2, Phase.OFF)])
def test_of_two_upses_as_many_count_as_the_box_needs(needed: int, phase: Phase) -> None:
    life = Life(TWO.model_copy(update={"needed": needed}))
    life.goes_on(10, MAINS, MAINS)
    assert life.goes_on(10, EMPTY, MAINS) is phase


def test_two_upses_of_which_one_is_empty_and_one_lasts() -> None:
    life = Life(TWO)
    life.goes_on(10, MAINS, MAINS)
    assert life.goes_on(10, EMPTY, BATTERY) is Phase.BATTERY
    assert life.goes_on(1, EMPTY, ups("OB", 35.0)) is Phase.DRAINING
    assert life.goes_on(1, EMPTY, EMPTY) is Phase.OFF


# --- UPSes that lie ------------------------------------------------------------------------


def test_low_battery_is_believed_whatever_the_charge_says() -> None:
    life = Life()
    assert life.goes_on(1, ups("OB LB", 100.0)) is Phase.OFF
    assert "low and that it is charged 100 %" in life.said()


def test_no_minutes_left_at_full_charge_are_not_believed() -> None:
    life = Life()
    assert life.goes_on(60, ups("OB", 100.0, 0.0)) is Phase.BATTERY
    assert "0 min left at 100 %" in life.said()


def test_a_charge_that_stands_still_is_told_and_the_clock_helps() -> None:
    life = Life(ONE.model_copy(update={"longest": 1200}))
    stuck = ups("OB", 100.0, None)
    assert life.goes_on(1100, stuck) is Phase.BATTERY
    assert "stands at 100 %" in life.said()
    assert life.goes_on(110, stuck) is Phase.DRAINING


def test_who_says_mains_while_its_battery_empties_counts_as_on_battery() -> None:
    life = Life()
    life.goes_on(10, ups("OL DISCHRG", 90.0))
    assert life.state.phase is Phase.MAINS
    assert life.goes_on(10, ups("OL DISCHRG", 86.0)) is Phase.BATTERY
    assert life.goes_on(1, ups("OL DISCHRG", 39.0)) is Phase.DRAINING
    assert "says that it is on mains" in life.said()


def test_who_tells_nothing_says_so() -> None:
    life = Life()
    assert life.goes_on(10, ups("OL", None, None)) is Phase.MAINS
    assert "tells neither charge nor time left" in life.said()


@pytest.mark.parametrize("nonsense", ["", "nan", "-5", "1e9", "full"])
def test_nonsense_is_not_known(nonsense: str) -> None:
    assert read({"ups.status": "OL", "battery.charge": nonsense}).charge is None


# --- tests of the battery ------------------------------------------------------------------

SHOWN = UpsState(name="office", label="Office UPS", feed=Feed.MAINS, charge=100.0, tests=("test.battery.start.quick",))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"feed": Feed.BATTERY}, "mains is gone"),
        ({"charge": 60.0}, "charged 60 %"),
        ({"tests": ()}, "takes no order"),
    ],
)
def test_a_battery_is_not_tested_when_a_power_cut_would_find_it_empty(changed: dict[str, object], words: str) -> None:
    assert words in str(batteries.refusal(SHOWN.model_copy(update=changed), ()))
    assert batteries.refusal(SHOWN, ()) is None


@pytest.mark.parametrize(
    ("result", "status", "passed"),
    [
        ("Done and passed", "OL", True),
        ("Done and error", "OL", False),
        ("Done and warning", "OL", False),
        ("No test initiated", "OL RB", False),
    ],
)
def test_how_a_test_ended(result: str, status: str, passed: bool) -> None:
    running = batteries.Running(SHOWN, "zhang", 1000.0, 100.0, "")
    assert isinstance(batteries.follow(running, ups("OL", test="In progress"), 1020.0), batteries.Running)
    ended = batteries.follow(running, ups(status, 96.0, test=result), 1030.0)
    assert isinstance(ended, BatteryTest)
    assert (ended.passed, ended.by, ended.charge_after) == (passed, "zhang", 96.0)


def test_a_ups_that_never_says_how_it_ended() -> None:
    running = batteries.Running(SHOWN, "", 1000.0, 100.0, "")
    assert isinstance(batteries.follow(running, MAINS, 1100.0), batteries.Running)
    ended = batteries.follow(running, MAINS, 1200.0)
    assert isinstance(ended, BatteryTest)
    assert ended.passed is None


def test_tests_come_on_their_day_at_their_hour() -> None:
    monthly = ONE.model_copy(update={"test_every": 30, "test_at": "03:30", "zone": "Asia/Shanghai"})
    seen = 1795242725.0  # 21 November 2026, 14:32 in Shanghai
    at = batteries.next_test(monthly, (), seen)
    assert at == dt.datetime(2026, 12, 21, 3, 30, tzinfo=zoneinfo.ZoneInfo("Asia/Shanghai")).timestamp()
    assert batteries.due(monthly, (), seen, at - 1) is None
    assert batteries.due(monthly, (), seen, at) == "office"
    done = BatteryTest(at=at, ups="office", label="Office UPS", passed=True)
    assert batteries.due(monthly, (done,), seen, at + 86_400) is None
