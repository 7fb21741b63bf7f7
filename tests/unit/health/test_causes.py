"""One dead span is one alarm: what it explains is kept as its consequences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.api.contract import Severity
from appliance.api.picture import CheckState
from appliance.health import causes
from appliance.health.alarms import Alarms
from appliance.health.check import Check, Level, Measured, Readings
from appliance.health.watch import Watch


@dataclass
class Lines:
    """A span, the trunk on it, and thirty phones that need the exchange."""

    folder: Path
    now: float = 0.0
    exchange: bool = True
    span: bool = True
    trunk: bool = True
    phones: set[str] = field(default_factory=lambda: {f"{8001 + number}" for number in range(30)})
    silent: set[str] = field(default_factory=set)
    known: bool = True

    def watch(self) -> Watch:
        def check(key: str, measure: Callable[[], Readings], **more: object) -> Check:
            level = Level(1.0, Severity.CRITICAL, "{label} is down.")
            words = {"title": key.title(), "why": "", "todo": ""}
            return Check(key=key, every=1, measure=measure, levels=(level,), **words, **more)  # type: ignore[arg-type]  # words of many types

        return Watch(
            (
                check("phone", self._phones, lasting=5, because=("asterisk",)),
                check("trunk", self._trunk, lasting=3),
                check("span", lambda: {"1": Measured(float(not self.span), label="E1-1")}, lasting=2),
                check("asterisk", lambda: Measured(float(not self.exchange), label="Exchange"), lasting=1),
            ),
            Alarms(self.folder / "health.db"),
            tuple,
            clock=lambda: self.now,
            wall_clock=lambda: 1000.0 + self.now,
            version="1.2.3",
        )

    def _trunk(self) -> Readings:
        down = not self.trunk or not self.span
        return {"carrier": Measured(float(down), label="Carrier", because=("span:1", "asterisk"))}

    def _phones(self) -> Readings:
        if not self.known:
            return None
        return {phone: Measured(float(phone in self.silent or not self.exchange), label=phone) for phone in self.phones}

    def pass_time(self, watch: Watch, seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1
            watch.look()


@pytest.fixture
def lines(tmp_path: Path) -> Lines:
    return Lines(tmp_path)


def raised(watch: Watch) -> list[str]:
    return [alarm.key for alarm in watch.picture.alarms]


def state(watch: Watch, key: str) -> CheckState:
    return next(each.state for each in watch.picture.checks if f"{each.check}:{each.instance}".removesuffix(":") == key)


def test_each_instance_has_an_alarm_of_its_own(lines: Lines) -> None:
    watch = lines.watch()
    lines.pass_time(watch, 5)
    lines.silent = {"8003", "8007"}
    lines.pass_time(watch, 10)
    assert raised(watch) == ["phone:8003", "phone:8007"]
    assert str(watch.picture.alarms[0].problem) == "8003 is down."
    assert state(watch, "phone:8001") is CheckState.OK

    lines.silent = {"8007"}
    lines.pass_time(watch, 15)
    assert raised(watch) == ["phone:8007"]


def test_a_phone_that_is_no_longer_expected_has_no_alarm(lines: Lines) -> None:
    watch = lines.watch()
    lines.silent = {"8003"}
    lines.pass_time(watch, 10)
    lines.phones.discard("8003")
    lines.pass_time(watch, 1)
    assert raised(watch) == []
    assert all(each.instance != "8003" for each in watch.picture.checks)


def test_phones_of_which_nobody_knows_stay_as_they_were(lines: Lines) -> None:
    watch = lines.watch()
    lines.silent = {"8003"}
    lines.pass_time(watch, 10)
    lines.known = False
    lines.pass_time(watch, 60)
    assert raised(watch) == ["phone:8003"]
    assert state(watch, "phone:8001") is CheckState.UNKNOWN


def test_a_dead_span_is_one_alarm_and_its_trunk_a_consequence(lines: Lines) -> None:
    watch = lines.watch()
    lines.pass_time(watch, 5)
    lines.span = False
    lines.pass_time(watch, 30)
    assert raised(watch) == ["span:1"]
    assert state(watch, "trunk:carrier") is CheckState.CONSEQUENCE
    assert watch.picture.alarms[0].consequences == 1
    [trunk] = watch.picture.consequences
    assert (trunk.key, trunk.cause) == ("trunk:carrier", watch.picture.alarms[0].id)

    lines.span = True
    lines.pass_time(watch, 30)
    assert (raised(watch), watch.picture.consequences) == ([], ())


def test_an_exchange_that_is_down_is_one_alarm_not_thirty_two(lines: Lines) -> None:
    watch = lines.watch()
    lines.pass_time(watch, 5)
    lines.exchange, lines.trunk = False, False
    lines.pass_time(watch, 60)
    assert raised(watch) == ["asterisk"]
    assert watch.picture.alarms[0].consequences == 31


def test_what_outlasts_its_cause_becomes_an_alarm_of_its_own(lines: Lines) -> None:
    watch = lines.watch()
    lines.pass_time(watch, 5)
    lines.exchange = False
    lines.pass_time(watch, 30)
    lines.exchange, lines.silent = True, {"8003"}
    lines.pass_time(watch, 30)
    assert raised(watch) == [], "phones have a minute to come back"
    lines.pass_time(watch, 60)
    assert raised(watch) == ["phone:8003"]


def test_a_cause_that_is_seen_later_takes_the_alarms_under_it(lines: Lines) -> None:
    watch = lines.watch()
    lines.pass_time(watch, 5)
    lines.trunk = False
    lines.pass_time(watch, 10)
    assert raised(watch) == ["trunk:carrier"]
    lines.span = False
    lines.pass_time(watch, 10)
    assert raised(watch) == ["span:1"]
    assert [alarm.key for alarm in watch.picture.consequences] == ["trunk:carrier"]


def test_consequences_outlive_a_restart_of_health(lines: Lines) -> None:
    watch = lines.watch()
    lines.pass_time(watch, 5)
    lines.exchange, lines.trunk = False, False
    lines.pass_time(watch, 20)
    again = lines.watch()
    assert raised(again) == ["asterisk"]
    assert len(again.picture.consequences) == 31
    lines.pass_time(again, 20)
    assert raised(again) == ["asterisk"]
    assert again.picture.alarms[0].id == watch.picture.alarms[0].id


def test_what_explains_each_other_in_a_circle_ends() -> None:
    because = {"a": ("b",), "b": ("c",), "c": ("a", "b")}
    assert causes.root("a", lambda _key: True, lambda key: because[key]) == "c"
    assert causes.root("a", lambda key: key == "b", lambda key: because[key]) == "b"
    assert causes.root("a", lambda _key: False, lambda key: because[key]) is None
