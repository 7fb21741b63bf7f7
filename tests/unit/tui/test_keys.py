"""Everything goes by keys, and the screen answers every one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from textual.binding import Binding

from appliance.api import contract as c
from appliance.site import document
from appliance.site.models import Role
from appliance.site.problems import Problem
from tests.unit.tui import customer_world, desk_world, recording_world, upkeep_world, voice_world
from tests.unit.tui import world as worlds
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import Person
from tui.app import ROOMS, BranchboxApp
from tui.screens.help import keys_of
from tui.screens.page import Page
from tui.screens.palette import SCREENS
from tui.widgets.entry import Entry
from tui.widgets.frame import key_name
from tui.widgets.table import Table

Start = Callable[[worlds.World], FakeCore]
KEYS = [key for key, _mode, _name in ROOMS]


@asynccontextmanager
async def person(
    core: FakeCore, size: tuple[int, int] = (80, 24), language: str | None = None
) -> AsyncIterator[Person]:
    app = BranchboxApp(core.socket, language, clock=lambda: worlds.NOW)
    async with app.run_test(size=size) as pilot:
        one = Person(pilot)
        await one.settled()
        yield one


async def ring_longer(one: Person) -> None:
    """Queue repair rings 20 s instead of 15."""
    await one.press("f8", "down", "down", "tab", "enter")
    await one.sees("SETUP > queue repair")
    await one.press(*["down"] * 5, "backspace", "backspace", "2", "0", "ctrl+s")
    await one.sees("kept in the candidate")


def of_everybody() -> worlds.World:
    """Of somebody who has every room: a technician who is an agent too."""
    made = desk_world.world(role=Role.TECHNICIAN)
    made.answers.update(customer_world.answers("en", 7) | recording_world.answers())
    made.answers.update(voice_world.answers() | upkeep_world.answers())
    return made


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.MANAGER])
async def test_every_room_of_a_role_has_its_function_key(core: Start, role: Role) -> None:
    made = of_everybody()
    made.role = role
    async with person(core(made)) as one:
        for key, mode, _name in ROOMS:
            await one.press(key)
            there = mode != "board" or role is Role.MANAGER
            assert (one.app.current_mode == mode) is there
            if mode == "desk":  # where these keys are the phone's
                await one.press("escape")


async def test_a_queue_is_changed_planned_applied_and_confirmed_by_keys_alone(core: Start) -> None:
    fake = core(worlds.world())
    async with person(fake) as one:
        await ring_longer(one)
        await one.press("p")
        await one.sees("ring each agent", "15 s -> 20 s", "0 errors", "goes back to revision 41")
        await one.press("y")
        await one.sees("First write why")
        await one.write("longer")
        await one.press("enter", "y")
        await one.sees("Revision 42 waits: 5:00 left, then back to 41.", "c Confirm")
        applied = [takes for name, takes in fake.world.asked if name == "config/apply"]
        assert applied == [c.Apply(why="longer", confirm_within=300)]
        await one.press("f3")
        await one.sees("Revision 42 waits", "CALLS")
        await one.press("c")
        await one.sees("Confirmed: revision 42 stays in force.")
        await one.until(lambda: "waits" not in one.screen(), "the banner goes")
        running = document.load(fake.world.running)
        assert [queue.ring_timeout for queue in running.queues if queue.name == "repair"] == [20]


async def test_what_the_person_did_not_touch_is_not_changed(core: Start) -> None:
    fake = core(worlds.world())
    async with person(fake) as one:
        await ring_longer(one)
    assert [(change.key, change.field) for change in fake.world.changes()] == [("repair", "ring_timeout")]
    assert "********" in fake.world.candidate


async def test_going_back_asks_first(core: Start) -> None:
    world = worlds.world()
    world.revision, world.pending, world.deadline = 42, 42, worlds.NOW + 252
    async with person(core(world)) as one:
        await one.sees("Revision 42 waits: 4:12 left, then back to 41.")
        await one.press("z")
        await one.sees("Go back from revision 42 to 41 now?")
        await one.press("n")
        assert world.pending == 42
        await one.press("z", "y")
        await one.sees("Gone back: revision 41 is in force again.")
        assert world.pending is None


async def test_a_value_that_does_not_fit_is_named_beside_its_field_and_kept_out(core: Start) -> None:
    fake = core(worlds.world())
    async with person(fake, size=(132, 43)) as one:
        await one.press("f8", "down", "down", "tab", "enter", *["down"] * 5, "backspace", "backspace", "3", "ctrl+s")
        await one.sees("This number is too small: 5 at least.", "1 field does not fit.")
    assert not fake.world.changes()


async def test_a_reference_to_nothing_is_named_before_it_is_kept(core: Start) -> None:
    fake = core(worlds.world())
    async with person(fake, size=(132, 43)) as one:
        await one.press("f8", "down", "down", "tab", "enter", *["down"] * 4)
        await one.write(" 8099")
        await one.press("ctrl+s")
        await one.sees("There is no agent 8099: make it first.", "Ctrl+S again keeps it all the same")
        assert not fake.world.changes()
        await one.press("ctrl+s")
        await one.sees("1 PROBLEM")


async def test_leaving_a_changed_form_asks(core: Start) -> None:
    async with person(core(worlds.world())) as one:
        await one.press("f8", "tab", "enter", "x", "escape")
        await one.sees("Leave without keeping?")
        await one.press("y")
        await one.sees("As in force: nothing is changed.")


async def test_deleting_asks_and_names_who_uses_the_object(core: Start) -> None:
    fake = core(worlds.world())
    async with person(fake) as one:
        await one.press("f8", "down", "down", "tab", "d")
        await one.sees("Delete queue repair", "It is still used:", "menus[1] main")
        await one.press("escape")
        assert not fake.world.changes()
        await one.press("d", "y")
        await one.sees("queue repair deleted from the candidate.")


async def test_a_new_phone_is_made_with_a_password_of_the_boxs_own(core: Start) -> None:
    fake = core(worlds.world())
    async with person(fake) as one:
        await one.press("f8", "down", "down", "down", "down", "down", "tab", "n")
        await one.write("8033")
        await one.press("down")
        await one.write("Reception")
        await one.press("ctrl+s")
        await one.sees("extension 8033 kept in the candidate")
    added = [change for change in fake.world.changes() if change.key == "8033"]
    assert [change.after for change in added] == ["Reception"]


async def test_a_plan_with_problems_cannot_be_applied(core: Start) -> None:
    world = worlds.world()
    world.plan_problems = (
        Problem(
            text="The exchange does not accept {object}. Correct it in the document; the exchange's words follow.",
            args={"object": "queue repair"},
            where="queues.conf:14",
            original="Unknown keyword",
        ),
    )
    fake = core(world)
    async with person(fake) as one:
        await ring_longer(one)
        await one.press("p")
        await one.sees("1 problem", "queues.conf:14", "Unknown keyword", "This cannot be applied.")
        await one.press("y")
    assert "config/apply" not in [name for name, _takes in fake.world.asked]


async def test_filters_reach_core_and_say_so(core: Start) -> None:
    fake = core(worlds.world())
    async with person(fake) as one:
        await one.press("f7", "slash")
        await one.write("139")
        await one.press("tab")
        await one.write("repair")
        await one.press("tab", "tab", "tab", "right", "tab")
        await one.write("21")
        await one.press("enter")
        await one.sees("Filter: Number 139, Queue repair, Outcome answered, Day 21")
        asked = [takes for name, takes in fake.world.asked if name == "calls/list"][-1]
        assert isinstance(asked, c.CallFilter)
        assert (asked.number, asked.queue, asked.outcome) == ("139", "repair", c.Outcome.ANSWERED)
        assert asked.since is not None
        assert asked.until == asked.since + 86400
        await one.press("escape")
        await one.sees("60 calls")


async def test_escape_shows_all_first_and_leads_back_then(core: Start) -> None:
    async with person(core(worlds.world())) as one:
        await one.press("f6", "enter")
        await one.sees("Filter: Unit asterisk.service", "Esc Back")
        await one.press("escape")
        await one.until(lambda: "Filter: Unit" not in one.screen(), "all is shown")
        await one.sees("sshd")
        await one.press("escape")
        await one.sees("asterisk", "running", "Revision 41")


async def test_a_day_that_is_none_is_said(core: Start) -> None:
    async with person(core(worlds.world())) as one:
        await one.press("f7", "slash", *["tab"] * 5)
        await one.write("99")
        await one.press("enter")
        await one.sees("99 is no day")


async def test_the_last_row_loads_the_next_page(core: Start) -> None:
    async with person(core(worlds.full())) as one:
        await one.press("f7")
        await one.sees("100 calls, more below")
        await one.press("end")
        await one.sees("200 calls, more below")
        await one.press("end")
        await one.sees("250 calls")


async def test_enter_opens_a_calls_story(core: Start) -> None:
    async with person(core(worlds.world())) as one:
        await one.press("f7", "enter")
        await one.sees("RECORDS > 13905771188 -> 96296", "TIMELINE", "presses key", "LEGS")
        await one.press("escape")
        assert one.app.screen.is_current
        await one.sees("60 calls")


async def test_a_lost_link_greys_the_pane_and_says_since_when_then_comes_back(core: Start) -> None:
    fake = core(worlds.world())
    async with person(fake) as one:
        await one.press("f3")
        fake.stop()
        await one.sees("No answer since 14:32:05, trying again.")
        assert one.app.screen.query_one(Table).stale
        await one.sees("13805772137")
        fake.start()
        await one.until(lambda: "No answer" not in one.screen(), "the link is back")
        assert not one.app.screen.query_one(Table).stale


async def test_an_exchange_that_feeds_nothing_is_said(core: Start) -> None:
    world = worlds.world()
    world.live = world.live.model_copy(update={"linked": False, "linked_since": worlds.NOW - 60})
    async with person(core(world)) as one:
        await one.sees("Asterisk does not answer since 14:31:05")


async def test_who_may_not_is_told_why(core: Start) -> None:
    world = worlds.world()
    world.role = Role.SUPERVISOR
    world.refuse = {"config/candidate", "config/show"}
    async with person(core(world)) as one:
        await one.pilot.press("f8")
        await one.sees("Your role may not do config/candidate.")


async def test_the_language_changes_at_once_and_back(core: Start) -> None:
    async with person(core(worlds.world())) as one:
        await one.sees("Services 4 of 5")
        await one.press("ctrl+l")
        await one.sees("服务 4 / 5", "首页")
        await one.press("f8")
        await one.sees("号码", "设置")
        await one.press("ctrl+l")
        await one.sees("Numbers", "SETUP")


async def test_a_person_is_spoken_to_in_the_persons_own_language(core: Start) -> None:
    async with person(core(worlds.world("zh"))) as one:
        await one.sees("温州北", "今天")


async def test_the_palette_finds_by_name(core: Start) -> None:
    async with person(core(worlds.world())) as one:
        await one.press("ctrl+p")
        await one.write("operation")
        await one.press("enter")
        await one.sees("BOX > Operation log", "technician")
        await one.press("v")
        await one.sees("The chain of 30 rows holds.")


async def test_the_palette_offers_nothing_that_leads_out(core: Start) -> None:
    async with person(core(worlds.world())) as one:
        await one.press("ctrl+p")
        offered = {row.key for row in one.app.screen.query_one(Table).rows}
    kinds = {key.partition(":")[0] for key in offered}
    assert kinds == {"room", "screen", "language", "do"}
    assert {"do:app.suspend_process", "do:app.screenshot"}.isdisjoint(offered)


async def test_the_terminal_cannot_be_suspended_nor_write_files(core: Start) -> None:
    async with person(core(worlds.world())) as one:
        keys = {binding.key for _key, binding in one.app._bindings}
        assert "ctrl+z" not in keys
        assert one.app.deliver_screenshot() is None
        one.app.action_suspend_process()
        await one.press("ctrl+z")
        await one.sees("Services 4 of 5")


async def test_a_broken_chain_is_shown(core: Start) -> None:
    world = worlds.world()
    world.audit_broken_at = 17
    async with person(core(world)) as one:
        await one.press("f6", "o", "v")
        await one.sees("The chain breaks at row 17")


async def test_rolling_back_asks_why(core: Start) -> None:
    fake = core(worlds.world())
    async with person(fake) as one:
        await one.press("f6", "v", "down", "b")
        await one.sees("Apply revision 40 again?")
        await one.press("enter")
        await one.write("noise")
        await one.press("enter")
        await one.sees("Revision 42 is in force and waits")
    asked = [takes for name, takes in fake.world.asked if name == "config/rollback"]
    assert asked == [c.Rollback(revision=40, why="noise")]


async def test_the_journal_filters_by_the_service_that_was_opened(core: Start) -> None:
    async with person(core(worlds.world())) as one:
        await one.press("f6", "enter")
        await one.sees("Filter: Unit asterisk.service")


HANDED_ON = {"Up", "Down", "Ctrl+C"}
"""Keys that a line of text has for itself and hands on when there is nothing to scroll or to copy."""


@pytest.mark.parametrize("name", [*(mode for _key, mode, _name in ROOMS), *(entry[0] for entry in SCREENS), "edit"])
async def test_f1_lists_exactly_the_keys_of_the_screen_and_what_it_answers(core: Start, name: str) -> None:
    async with person(core(of_everybody()), size=(132, 60)) as one:
        await open_screen(one, name)
        page = one.app.screen
        assert isinstance(page, Page)
        assert page.ANSWERS
        works = set()
        assert page.focus_chain
        for part in page.focus_chain:
            page.set_focus(part)
            for key, active in page.active_bindings.items():
                if active.enabled and not isinstance(active.node, Entry):
                    works.add(key_name(key))
        listed = {key for key, _words in keys_of(page)}
        assert works | (listed & HANDED_ON) == listed
        await one.pilot.press("f1")
        await one.sees("HELP", "KEYS HERE")
        shown = one.screen()
        assert all(f" {key} " in shown for key in listed)


@pytest.mark.parametrize("name", [*(mode for _key, mode, _name in ROOMS), *(entry[0] for entry in SCREENS), "edit"])
async def test_every_part_that_takes_keys_is_reached_by_tab(core: Start, name: str) -> None:
    async with person(core(of_everybody())) as one:
        await open_screen(one, name)
        wanted = set(one.app.screen.focus_chain)
        seen = set()
        for _ in range(len(wanted) + 1):
            if one.app.focused is not None:
                seen.add(one.app.focused)
            await one.pilot.press("tab")
        assert seen == wanted


async def open_screen(one: Person, name: str) -> None:
    """By keys where there is a key, else through the palette."""
    rooms = {mode: key for key, mode, _name in ROOMS}
    if name in rooms:
        await one.press(rooms[name])
    elif name == "edit":
        await one.press("f8", "tab", "enter")
    else:
        words = next(entry[1] for entry in SCREENS if entry[0] == name)
        await one.press("ctrl+p")
        await one.write(words)
        await one.press("enter")
        await one.until(lambda: isinstance(one.app.screen, Page) and not one.app.screen.is_room(), f"{name} is open")
        await one.settled()


def test_no_key_stands_twice_for_the_application() -> None:
    keys = [key for binding in BranchboxApp.BINDINGS if isinstance(binding, Binding) for key in binding.key.split(",")]
    assert len(keys) == len(set(keys))


async def test_a_question_that_was_refused_is_not_waited_for(core: Start) -> None:
    world = worlds.world()
    world.refuse = {"calls/list"}
    async with person(core(world)) as one:
        await one.pilot.press("f7")
        await one.sees("Your role may not do calls/list.", "No answer. r asks again.")
        assert "Loading" not in one.screen()
        world.refuse = set()
        await one.press("r")
        await one.until(lambda: "No answer" not in one.screen(), "the calls came")
