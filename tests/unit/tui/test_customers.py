"""What an agent does with customers, by keyboard."""

from __future__ import annotations

from collections.abc import Callable

from textual.pilot import Pilot

from appliance.api.customers import CustomerWanted, EditCustomer, MergeWish, NewCustomer, NewNote
from appliance.api.imports import Duplicates, ImportRun
from tests.unit.tui import customer_world
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import Person, app
from tests.unit.tui.world import World
from tui.screens.customer_edit import CustomerEdit

Start = Callable[[World], FakeCore]


async def at_the_list(pilot: Pilot[None]) -> Person:
    one = Person(pilot)
    await one.settled()
    await one.press("f7", "u")
    await one.sees("7 customers")
    return one


def last(world: World, method: str) -> object:
    return [takes for name, takes in world.asked if name == method][-1]


async def test_every_letter_asks_core_and_the_list_is_its_answer(core: Start) -> None:
    fake = core(customer_world.desk())
    async with app(fake).run_test() as pilot:
        one = await at_the_list(pilot)
        await one.write("li na")
        await one.sees("1 customer")
        assert last(fake.world, "customers/search") == CustomerWanted(text="li na")
        await one.press("enter")
        await one.sees("LAST CALLS")


async def test_an_unknown_number_becomes_a_customer_with_a_name_and_two_keys(core: Start) -> None:
    fake = core(customer_world.desk())
    async with app(fake).run_test() as pilot:
        one = await at_the_list(pilot)
        await one.write("13900000000")
        await one.sees("Nobody fits")
        await one.press("enter")
        await one.write("Zhou Min")
        await one.press("ctrl+s")
        await one.sees("Zhou Min is kept.")
        new = last(fake.world, "customers/add")
        assert isinstance(new, NewCustomer)
        assert (new.facts.name, [each.number for each in new.facts.numbers]) == ("Zhou Min", ["13900000000"])


async def test_a_caller_whose_number_nobody_sees_is_kept_by_the_call(core: Start) -> None:
    fake = core(customer_world.desk())
    async with app(fake).run_test() as pilot:
        one = await at_the_list(pilot)
        one.app.push_screen(CustomerEdit(caller_of="WZN-1.1"))
        await one.settled()
        await one.write("Zhou Min")
        await one.press("ctrl+s")
        await one.sees("Zhou Min is kept.")
        new = last(fake.world, "customers/add")
        assert isinstance(new, NewCustomer)
        assert new.caller_of == "WZN-1.1"


async def test_an_edit_sends_every_fact_and_the_version_that_was_seen(core: Start) -> None:
    fake = core(customer_world.desk())
    async with app(fake).run_test() as pilot:
        one = await at_the_list(pilot)
        await one.press("enter", "e", "end")
        await one.write(" Jr")
        await one.press("ctrl+s")
        await one.sees("Wang Jianguo Jr is kept.")
        edit = last(fake.world, "customers/edit")
        assert isinstance(edit, EditCustomer)
        before = customer_world.customer("en", 0)
        assert edit.version == before.version
        wanted = before.facts.model_dump() | {"name": "Wang Jianguo Jr"}
        mobile, work = wanted["numbers"]
        wanted["numbers"] = (mobile, work | {"number": "0577 8888 1234 ext 803", "extension": ""})
        assert edit.facts.model_dump() == wanted


async def test_leaving_a_changed_form_asks_first(core: Start) -> None:
    fake = core(customer_world.desk())
    async with app(fake).run_test() as pilot:
        one = await at_the_list(pilot)
        await one.press("enter", "e")
        await one.write("x")
        await one.press("escape")
        await one.sees("Leave without keeping?")


async def test_what_does_not_fit_is_said_and_the_cursor_goes_there(core: Start) -> None:
    fake = core(customer_world.desk())
    async with app(fake).run_test() as pilot:
        one = await at_the_list(pilot)
        await one.press("tab", "n")
        await one.write("Zhou")
        await one.press("down")
        await one.write("none")
        await one.press("ctrl+s")
        await one.sees("none is no telephone number")
        assert getattr(one.app.focused, "value", None) == "none"


async def test_a_note_is_written(core: Start) -> None:
    fake = core(customer_world.desk())
    async with app(fake).run_test() as pilot:
        one = await at_the_list(pilot)
        await one.press("enter", "n")
        await one.write("call back")
        await one.press("enter")
        await one.until(lambda: any(name == "customers/note" for name, _ in fake.world.asked), "the note is sent")
        assert last(fake.world, "customers/note") == NewNote(id=1, text="call back")


async def test_two_marked_customers_become_one_with_what_was_taken(core: Start) -> None:
    fake = core(customer_world.desk())
    async with app(fake).run_test() as pilot:
        one = await at_the_list(pilot)
        await one.press("tab", "space", "down", "space", "m", "space", "ctrl+s")
        await one.sees("is part of")
        wish = last(fake.world, "customers/merge")
        assert isinstance(wish, MergeWish)
        assert (wish.survivor, wish.other, wish.facts.name) == (1, 2, "Li Na")
        assert len(wish.facts.numbers) == 3


async def test_a_file_is_stored_with_what_was_chosen_and_why(core: Start) -> None:
    world = customer_world.desk()
    ready = customer_world.import_ready("en")
    world.answers["imports/state"] = world.answers["imports/run"] = lambda _: ready
    async with app(core(world)).run_test() as pilot:
        one = await at_the_list(pilot)
        await one.press("tab", "i")
        await one.sees("row 17, Phone: see card is no telephone number")
        await one.press("k", "f", "y")
        await one.write("go live")
        await one.press("enter")
        await one.until(lambda: any(name == "imports/run" for name, _ in world.asked), "it is stored")
        assert last(world, "imports/run") == ImportRun(duplicates=Duplicates.UPDATE, without_faulty=True, why="go live")
