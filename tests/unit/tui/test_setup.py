"""First boot at its keyboard: what it asks, what it keeps, where it resumes."""

from __future__ import annotations

import threading
from typing import cast

import pytest
from textual import events

from appliance.api import setup as s
from appliance.api.backups import Restore
from appliance.api.contract import Applied
from appliance.api.wire import Message, Refused
from appliance.site import document, draft
from appliance.site.problems import BranchboxError, Problem
from tests.unit.tui import test_backup
from tests.unit.tui import world as worlds
from tests.unit.tui.new_box import ASKED, SHOWN, Installer, NewBox, Start, app, bad_file, until
from tui.setup.app import SetupApp
from tui.setup.over import Over
from tui.widgets.painted import Painted

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBranchboxTestKeyBranchboxTestKeyBranchb li"
GOOD = "lamp river seven coat"
LOST = Problem(
    text="The configuration was restored, but not all that belongs to it. Make room, then restore again.",
    original="[Errno 28] No space left on device",
)


async def test_every_question_by_keyboard_to_the_first_call(  # noqa: PLR0915  (one person, one evening, in one piece)
    core: Start,
) -> None:
    box = NewBox()
    box.rung = [s.Rung(answered=True, seconds=3.0)]
    async with app(core, box).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.sees("Language of this branch", "简体中文")
        await one.press("up", "enter")
        await one.sees("Branch", "question 2 of 10")
        await one.write("Wenzhou North")
        await one.press("enter")
        await one.write("wzn")
        await one.press("enter")
        await one.sees("Network", "eth0", "1000 Mbit/s full duplex", "no link")
        await one.press("down", "down")
        await one.write("192.0.2.10/24")
        await one.press("enter")
        await one.write("192.0.2.254")
        await one.press("ctrl+s")
        await one.sees("Asia/Shanghai", "14:32")
        await one.press("ctrl+s")
        await one.sees("Nobody yet. n adds the first technician.")
        await one.press("ctrl+s")
        await one.sees("No technician can log in yet")
        await one.press("n")
        await one.write("zhang")
        await one.press("enter")
        await one.write("Zhang Wei")
        await one.press("down", "down", "down", "down")
        await one.write("short")
        await one.sees("The password is too", "least, 5 so far")
        await one.fill(GOOD)
        await one.press("enter")
        await one.write(GOOD)
        await one.press("ctrl+s")
        await one.sees("zhang", "Zhang Wei", "yes")
        await one.press("ctrl+s")
        await one.sees(SHOWN)
        await one.write("wrong")
        await one.press("enter")
        await one.sees("not the password that was shown")
        await one.fill(SHOWN.replace("-", ""))
        await one.press("enter")
        await one.sees("Lines", "question 7 of 10")
        await one.press("down")
        await one.write("192.0.2.1")
        await one.press(*["down"] * 5)
        await one.write("96296")
        await one.press("ctrl+s")
        await one.sees("First number")
        await one.press("down")
        await one.fill("3")
        await one.press("ctrl+s")
        await one.sees("Back-UPS RS 900G")
        await one.press("ctrl+s")
        await one.sees("NOC polls from")
        await one.press("ctrl+s")
        await one.sees("Summary", "8001 - 8003", "96296", "192.0.2.10/24", "y puts this in force")
        await one.press("y")
        await one.sees("revision 1 is in force", "Waiting for a phone to register")
        box.registered["8002"] = "192.0.2.77"
        await one.sees("192.0.2.77")
        await one.press("down", "t")
        await one.sees("Phone 8002 was answered after")
        await one.press("p")
        await one.sees("secret-of-8001-xy")
        await one.press("f", "y")
        await one.until(lambda: box.finished, "the setup is over")
    made = draft.document(box.tables)
    assert (made.site.name, made.site.code) == ("Wenzhou North", "WZN")
    assert [person.login for person in made.people] == ["zhang"]
    assert [phone.number for phone in made.extensions] == ["8001", "8002", "8003"]
    assert [way.trunk for route in made.routes for way in route.ways] == ["carrier"]
    assert document.parse(document.dump(made))[1] == ()


@pytest.mark.parametrize("step", ASKED[:-1])
async def test_it_resumes_at_the_first_question_without_an_answer(core: Start, step: draft.Step) -> None:
    async with app(core, until(step)).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.settled()
        await one.sees(f"question {ASKED.index(step) + 1} of 10")


async def test_esc_leads_back_and_what_was_answered_stands_there(core: Start) -> None:
    async with app(core, until(draft.Step.TIME)).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.sees("question 4 of 10")
        await one.press("escape")
        await one.sees("question 3 of 10", "192.0.2.10/24", "192.0.2.254")
        await one.press("escape")
        await one.sees("question 2 of 10", "温州北", "WZN")
        await one.press("escape")
        await one.sees("question 1 of 10")
        await one.press("escape")
        await one.sees("question 1 of 10")


async def test_what_was_answered_is_not_asked_again(core: Start) -> None:
    async with app(core, until(draft.Step.TIME)).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.sees("question 4 of 10")
        await one.press("escape")
        await one.sees("question 3 of 10")
        await one.press("escape")
        await one.sees("question 2 of 10")
        await one.press("ctrl+s")
        await one.sees("question 4 of 10")


async def test_a_wrong_answer_is_told_beside_its_field_and_not_kept(core: Start) -> None:
    box = until(draft.Step.SITE)
    async with app(core, box).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.settled()
        await one.write("North")
        await one.press("enter")
        await one.write("no code")
        await one.press("enter")
        await one.sees("This is no branch code")
        assert "name" not in box.tables["site"]
        await one.fill("N1")
        await one.press("enter")
        await one.sees("question 3 of 10")


async def test_an_address_that_another_machine_has_is_told_before_it_is_kept(core: Start) -> None:
    box = until(draft.Step.NETWORK)
    box.others["192.0.2.10"] = "00:11:22:33:44:55"
    async with app(core, box).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.settled()
        await one.press("down", "down")
        await one.write("192.0.2.10/24")
        await one.press("ctrl+s")
        await one.sees("Another machine (00:11:22:33:44:55) has 192.0.2.10.", "question 3 of 10")
        assert "interfaces" not in box.tables
        await one.fill("192.0.2.11/24")
        await one.press("ctrl+s")
        await one.sees("question 4 of 10")


async def test_keys_that_arrive_at_once_take_their_turns_in_dialogs_too(core: Start) -> None:
    box = until(draft.Step.PEOPLE)
    async with app(core, box).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.settled()
        for key in ("n", *"li", "enter", *"Na", "escape", "n", *"zhang", "enter", *"Wei"):
            one.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await one.sees("|zhang  ", "|Wei  ")
    assert "people" not in box.tables


async def test_who_types_faster_than_the_ports_come_goes_on_with_the_port(core: Start) -> None:
    box = until(draft.Step.NETWORK)
    come = threading.Event()

    def late(_: Message) -> Message:
        assert come.wait(20)
        return box.network()

    box.world.answers["network/state"] = late
    async with app(core, box).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.sees("question 3 of 10")
        await pilot.press("down", "down")
        await one.write("192.0.2.10/24")
        await pilot.press("ctrl+s")
        come.set()
        await one.sees("question 4 of 10")
    assert box.tables["interfaces"][0]["port"] == "eth0"


async def test_a_key_of_a_stick_is_chosen_not_typed(core: Start) -> None:
    box = until(draft.Step.PEOPLE)
    box.keys = (s.StickKey(stick="KEYS (sdb1)", file="li.pub", key=KEY),)
    async with app(core, box).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.settled()
        await one.press("n")
        await one.write("li")
        await one.press("down", "down", "down", "enter")
        await one.sees("li.pub  (KEYS (sdb1))")
        await one.press("down", "enter")
        await one.press("ctrl+s")
        await one.sees("Administrators", "li")
    assert box.tables["people"][0]["ssh_keys"] == [KEY]


async def test_a_password_that_the_box_refuses_is_told_and_asked_again(core: Start) -> None:
    box = until(draft.Step.PEOPLE)
    async with app(core, box).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.settled()
        await one.press("n")
        await one.write("li")
        await one.press(*["down"] * 5)
        await one.write("a password of mine")
        await one.press("enter")
        await one.write("a password of mine")
        await one.press("ctrl+s")
        await one.sees("The password is too", "easy to guess")
    assert box.with_password == set()


async def test_what_stands_against_the_apply_is_said_and_the_way_back_is_open(core: Start) -> None:
    box = until(draft.Step.NOC)
    box.against = (Problem(text="Nobody answers.", original="words of the exchange"),)
    async with app(core, box).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.sees("question 9 of 10")
        await one.press("enter", "ctrl+s")
        await one.sees("Summary")
        await one.press("y")
        await one.sees("Nobody answers.", "words of the exchange")
        await one.press("escape")
        await one.sees("question 10 of 10")


async def test_a_stick_sets_the_box_up_while_the_first_question_waits(core: Start) -> None:
    box = NewBox()
    async with app(core, box).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.sees("Language of this branch")
        box.revision, box.unattended = 1, s.Unattended(stick="FLEET (sdb1)", revision=1)
        await one.sees("Set up from FLEET (sdb1): revision 1 is in force.", "There is no recovery password yet")
        await one.press("w")
        await one.sees(SHOWN)
        await one.write(SHOWN)
        await one.press("enter")
        await one.sees("revision 1 is in force")
        await one.until(lambda: "no recovery password" not in one.screen(), "the warning has gone")


async def test_a_bad_file_of_a_stick_names_its_line_and_asks_for_the_rest(core: Start) -> None:
    box = NewBox()
    async with app(core, box).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.sees("Language of this branch")
        box.tables = {"site": {"language": "en", "name": "North"}}
        box.unattended = bad_file()
        await one.sees("site.toml of FLEET (sdb1)", "line 4: This is no branch code", "question 2 of 10", "North")


async def test_core_that_goes_away_is_said_and_the_answer_is_not_lost(core: Start) -> None:
    box = until(draft.Step.SITE)
    fake = core(box.world)
    async with SetupApp(fake.socket, clock=lambda: worlds.NOW).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.settled()
        await one.write("North")
        fake.stop()
        await one.sees("No answer since")
        fake.start()
        await one.until(lambda: "No answer since" not in one.screen(), "the link is back")
        await one.sees("North")


def in_place_of_another(language: str = "en") -> NewBox:
    """A new box with a stick that holds another one's backup."""
    box = NewBox(language=language)
    stick = test_backup.plugged(test_backup.GOLD, language=language).answers
    box.world.answers.update({name: stick[name] for name in ("sticks/list", "backups/state", "backups/look")})
    return box


def restoring(box: NewBox, *problems: Problem) -> list[Restore]:
    """Restores what it is asked to, but for the problems, and is set up then; gives what it was asked."""
    wishes: list[Restore] = []

    def restore(wish: Restore) -> Applied:
        wishes.append(wish)
        box.world.answers["setup/state"] = set_up
        return Applied(revision=1, problems=problems, steps=(), deadline=None)

    def set_up(_: object) -> s.SetupState:
        raise Refused(Problem(text=s.OVER))

    box.world.answers["backups/restore"] = restore
    return wishes


async def restored(one: Installer) -> None:
    """From the first question to the way to the login."""
    await looked_into(one)
    await one.press("R")
    await one.write("wzn")
    await one.press("enter")
    await one.write("burnt")
    await one.press("ctrl+s")
    await one.until(lambda: isinstance(one.app.screen, Over), "the way to the login")


async def looked_into(one: Installer) -> None:
    """From the first question into the backup."""
    await one.press("b")
    await one.sees("GOLD", "27.1 GB")
    await one.press("down", "enter")
    await one.write(test_backup.PASSWORD)
    await one.press("enter")
    await one.sees("51,234")


async def test_a_box_in_place_of_another_is_asked_nothing_but_its_backup(core: Start) -> None:
    box = in_place_of_another()
    wishes = restoring(box)
    async with app(core, box).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.sees("b restores its backup from a stick")
        await one.press("b")
        await one.sees("FIRST BOOT > Restore", "GOLD", "27.1 GB free")
        assert "New backup" not in one.screen()
        await one.press("escape")
        await one.sees("Language of this branch")
        await restored(one)
        await one.sees("This box is set up. Log in with your own name.")
        await one.press("enter")
        await one.until(lambda: not one.app.is_running, "the screen is over")
    assert box.tables == {}
    assert [(wish.code, wish.why, wish.keys) for wish in wishes] == [("WZN", "burnt", True)]


async def test_what_the_backup_could_not_bring_is_said_until_the_screen_is_left(core: Start) -> None:
    box = in_place_of_another()
    restoring(box, LOST)
    async with app(core, box).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.sees("Language of this branch")
        await restored(one)
        await one.sees("but not all that belongs to it", "No space left on device")


async def test_where_nothing_changes_nothing_is_drawn(core: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    box = NewBox()

    def not_yet(_: object) -> s.SetupState:
        raise BranchboxError(Problem(text="This method is for people who are logged in."))

    box.world.answers["setup/state"], later = not_yet, box.world.answers["setup/state"]
    async with app(core, box).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.sees("This method is for people")
        box.world.answers["setup/state"] = later
        await one.sees("Language of this branch")
        await one.quiet()
        drawn: list[Painted] = []
        monkeypatch.setattr(Painted, "refresh", lambda self, *_regions, **_how: drawn.append(self))
        for _second in range(3):
            cast(SetupApp, pilot.app)._tick()
        assert drawn == []
