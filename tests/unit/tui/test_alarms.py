"""Alarms in front of a person: pictures in every state, each key's question to core, and the bell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from appliance.api.alarms import Acknowledge, NewNote, Own
from appliance.site.models import Role
from tests.unit.tui import alarm_world
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import SIZES, Person, app, keys
from tests.unit.tui.world import NOW, World
from tui.app import BranchboxApp

Start = Callable[[World], FakeCore]
SCREENS: dict[str, tuple[str, ...]] = {
    "home": (),
    "alarms": ("a",),
    "past": ("a", "p"),
    "acknowledge": ("a", "a"),
    "alarm": ("a", "enter"),
    "alarm-help": ("a", "f1"),
}
WRITTEN = ("a", "enter", "a", *"known", "enter", "o", "w", *"ordered", "enter")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(core: Start, snap_compare: Any, name: str, language: str, size: str) -> None:
    fake = core(alarm_world.world(language))
    assert snap_compare(app(fake), terminal_size=SIZES[size], run_before=keys(*SCREENS[name]))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_acknowledged_owned_and_written_to(core: Start, snap_compare: Any, language: str) -> None:
    assert snap_compare(app(core(alarm_world.world(language))), run_before=keys(*WRITTEN))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["alarms", "past"])
def test_empty(core: Start, snap_compare: Any, name: str, language: str) -> None:
    assert snap_compare(app(core(alarm_world.world(language, []))), run_before=keys(*SCREENS[name]))


@pytest.mark.parametrize("size", SIZES)
def test_full(core: Start, snap_compare: Any, size: str) -> None:
    fake = core(alarm_world.many("zh"))
    assert snap_compare(app(fake), terminal_size=SIZES[size], run_before=keys("a", "pagedown"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_health_is_silent(core: Start, snap_compare: Any, language: str) -> None:
    world = alarm_world.world(language)
    world.box = None
    world.answers.pop("alarms/list")

    async def look(pilot: Pilot[None]) -> None:
        one = Person(pilot)
        await one.settled()
        await pilot.press("a")
        await one.sees("alarms/list")

    assert snap_compare(app(core(world)), run_before=look)


@pytest.mark.parametrize(
    ("pressed", "method", "takes"),
    [
        (("a", "a", *"disk", "enter"), "alarms/acknowledge", Acknowledge(id=41, note="disk")),
        (("a", "a", "enter"), "alarms/acknowledge", Acknowledge(id=41)),
        (("a", "o"), "alarms/own", Own(id=41, owner="technician")),
        (("a", "o", "o"), "alarms/own", Own(id=41, owner=None)),
        (("a", "w", *"ordered", "enter"), "alarms/note", NewNote(id=41, text="ordered")),
        (("a", "down", "enter", "o"), "alarms/own", Own(id=38, owner="technician")),
    ],
)
async def test_each_key_asks_core(core: Start, pressed: tuple[str, ...], method: str, takes: Any) -> None:
    world = alarm_world.world()
    async with app(core(world)).run_test() as pilot:
        await keys(*pressed)(pilot)
        assert [given for name, given in world.asked if name == method][-1] == takes


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.TECHNICIAN])
async def test_who_only_reads_has_no_keys_to_change_anything(core: Start, role: Role) -> None:
    world = alarm_world.world()
    world.role = role
    async with app(core(world)).run_test() as pilot:
        await keys("a")(pilot)
        assert ("a Acknowledge" in Person(pilot).screen()) is (role is Role.TECHNICIAN)


async def test_what_is_over_or_known_is_not_acknowledged_again(core: Start) -> None:
    async with app(core(alarm_world.world())).run_test() as pilot:
        await keys("a", "end")(pilot)
        assert "a Acknowledge" not in Person(pilot).screen()
        await keys("p")(pilot)
        assert "o See to it" not in Person(pilot).screen()


async def test_the_next_page_is_asked_for_at_the_end_of_one(core: Start) -> None:
    world = alarm_world.many()
    limited = world.answers["alarms/list"]
    world.answers["alarms/list"] = lambda wanted: limited(wanted.model_copy(update={"limit": 25}))
    async with app(core(world)).run_test() as pilot:
        one = Person(pilot)
        await keys("a", "end", "end", "end")(pilot)
        await one.sees("8000")


class Heard(BranchboxApp):
    """Counts its bells."""

    rings = 0

    def bell(self) -> None:
        self.rings += 1


async def test_the_bell_rings_once_for_each_new_critical_alarm_and_may_be_silenced(core: Start) -> None:
    world = alarm_world.world()
    fake = core(world)
    heard = Heard(fake.socket, clock=lambda: NOW)

    def happens(number: int, **changed: object) -> None:
        assert world.box is not None
        one = alarm_world.critical(number).model_copy(update=changed)
        world.box = world.box.model_copy(update={"alarms": (*world.box.alarms, one)})
        heard.feed_now()

    def told(number: int) -> Callable[[], bool]:
        def known() -> bool:
            dashboard = heard.picture.dashboard
            return (
                dashboard is not None and dashboard.box is not None and number in {a.id for a in dashboard.box.alarms}
            )

        return known

    async with heard.run_test() as pilot:
        one = Person(pilot)
        await one.settled()
        assert heard.rings == 0, "what stood already is no news"
        happens(50)
        await one.until(told(50), "the alarm is known")
        assert heard.rings == 1
        happens(51, acknowledged=NOW, acknowledged_by="zhang")
        await one.until(told(51), "the alarm is known")
        assert heard.rings == 1, "somebody knows already"
        await one.press("a", "s")
        await one.sees("silent until you leave")
        happens(52)
        await one.until(told(52), "the alarm is known")
        assert heard.rings == 1
        await one.press("s")
        assert heard.rings == 2, "a trial of the sound"
        happens(53)
        await one.until(told(53), "the alarm is known")
        assert heard.rings == 3
