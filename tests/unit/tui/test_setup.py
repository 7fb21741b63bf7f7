"""First boot at its keyboard: what it asks, what it keeps, where it resumes, and how it looks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from appliance.api import setup as s
from appliance.api.contract import Applied, Step
from appliance.api.network import Address, Link, NetworkState
from appliance.api.passwords import SetPassword
from appliance.api.wire import Empty
from appliance.site import document, draft
from appliance.site import passwords as policy
from appliance.site.problems import BranchboxError, Problem
from tests.unit.site.test_draft import all_answers
from tests.unit.tui import world as worlds
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import Person
from tests.unit.tui.world import World
from tui.screens.page import Page
from tui.setup.app import SetupApp

Start = Callable[[World], FakeCore]
SIZES = {"80x24": (80, 24), "132x43": (132, 43)}
SHOWN = "kx7m-p2qd-w9ra-tz4h-bn6e"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBranchboxTestKeyBranchboxTestKeyBranchb li"
GOOD = "lamp river seven coat"
LINKS = (
    Link(port="eth0", up=True, carrier=True, speed=1000, duplex="full", addresses=(Address(address="192.0.2.99/24"),)),
    Link(port="eth1", up=True, carrier=False),
)


class NewBox:
    """A core before its first revision: the real draft, everything else scripted."""

    def __init__(self, *answered: draft.Step, language: str = "en") -> None:
        self.tables: dict[str, Any] = {"site": {"language": language}} if answered else {}
        for step in answered:
            if step in all_answers() and step is not draft.Step.LANGUAGE:
                self.tables = draft.put(self.tables, step, all_answers()[step])
        self.with_password: set[str] = set()
        self.recovery = draft.Step.RECOVERY in answered
        self.revision: int | None = None
        self.unattended: s.Unattended | None = None
        self.links: tuple[Link, ...] = LINKS
        self.others: dict[str, str] = {}
        self.upses: tuple[s.Ups, ...] = (s.Ups(vendor="American Power Conversion", model="Back-UPS RS 900G"),)
        self.keys: tuple[s.StickKey, ...] = ()
        self.against: tuple[Problem, ...] = ()
        self.registered: dict[str, str] = {}
        self.rung: list[s.Rung] = []
        self.finished = False
        self.world = worlds.world(language)
        self.world.answers = {
            "setup/state": lambda _: self.state(),
            "setup/answer": self.answer,
            "network/state": lambda _: self.network(),
            "setup/address": lambda wish: s.AddressFound(taken_by=self.others.get(wish.address)),
            "setup/ups": lambda _: s.UpsFound(found=self.upses),
            "setup/keys": lambda _: s.StickKeys(keys=self.keys),
            "setup/apply": lambda _: self.apply(),
            "setup/logins": lambda _: self.logins(),
            "setup/finish": lambda _: self.finish(),
            "recovery/new": lambda _: s.RecoveryShown(password=SHOWN),
            "recovery/keep": self.keep,
            "passwords/set": self.set_password,
            "test_call/phones": lambda _: self.phones(),
            "test_call/ring": lambda _: self.rung.pop(0),
        }

    def state(self) -> s.SetupState:
        return s.SetupState(
            revision=self.revision,
            language=self.tables.get("site", {}).get("language"),
            addresses=("192.0.2.10",) if self.revision else (),
            toml=draft.write(draft.masked(self.tables)),
            answered=draft.answered(self.tables),
            with_password=tuple(sorted(self.with_password)),
            recovery=self.recovery,
            unattended=self.unattended,
        )

    def network(self) -> NetworkState:
        return NetworkState(
            hostname="branchbox", links=self.links, routes=(), neighbours=(), dns=(), clock=None, as_of=worlds.NOW
        )

    def answer(self, given: s.SetupAnswer) -> s.SetupState:
        tables = draft.put(self.tables, given.step, draft.read(given.toml))
        if problems := draft.problems(tables, given.step):
            raise BranchboxError(*problems)
        self.tables = tables
        return self.state()

    def set_password(self, given: SetPassword) -> Empty:
        if problems := policy.problems(given.new):
            raise BranchboxError(*problems)
        if "password" in given.new:
            text = (
                "The password is too easy to guess. Put several words that have nothing to do with each other in a row."
            )
            raise BranchboxError(Problem(text=text, original="it is based on a dictionary word"))
        self.with_password.add(given.login)
        return Empty()

    def keep(self, typed: s.RecoveryTyped) -> Empty:
        if typed.password.replace("-", "") != SHOWN.replace("-", ""):
            text = "That is not the password that was shown. Compare what you wrote down, letter by letter."
            raise BranchboxError(Problem(text=text))
        self.recovery = True
        return Empty()

    def apply(self) -> Applied:
        if not self.against:
            self.revision = 1
        return Applied(
            revision=self.revision, problems=self.against, steps=(Step(name="trial", seconds=0.5),), deadline=None
        )

    def phones(self) -> s.TestPhones:
        return s.TestPhones(
            phones=tuple(
                s.TestPhone(number=phone["number"], name=phone["name"], address=self.registered.get(phone["number"]))
                for phone in self.tables.get("extensions", ())
            ),
            linked=True,
        )

    def logins(self) -> s.PhoneLogins:
        return s.PhoneLogins(
            phones=tuple(
                s.PhoneLogin(number=phone["number"], name=phone["name"], password=f"secret-of-{phone['number']}-xy")
                for phone in self.tables["extensions"]
            )
        )

    def finish(self) -> Empty:
        self.finished = True
        return Empty()


ASKED = tuple(step for step in draft.Step)


def until(step: draft.Step, language: str = "en") -> NewBox:
    """A box whose first open question is this one."""
    return NewBox(*ASKED[: ASKED.index(step)], language=language)


def app(core: Start, box: NewBox) -> SetupApp:
    return SetupApp(core(box.world).socket, clock=lambda: worlds.NOW)


class Installer(Person):
    """Somebody at the console of a new box."""

    async def settled(self) -> None:
        """Wait until the page has all that it asked for."""
        setup = cast(SetupApp, self.app)

        def ready() -> bool:
            page = self.app.screen
            return setup.state is not None and (not isinstance(page, Page) or (page.loaded and page.is_mounted))

        await self.until(ready, "the page is loaded")
        await self.pilot.pause()

    async def fill(self, text: str) -> None:
        """Write over what stands in the field."""
        await self.pilot.press("end", *["backspace"] * 40)
        await self.write(text)


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
    assert made.dialing.trunk == "carrier"
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


def bad_file() -> s.Unattended:
    text = "This is no branch code: use 2 to 8 capital letters or digits."
    return s.Unattended(stick="FLEET (sdb1)", problems=(Problem(text=text, where="site.code", line=4),))


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


# --- pictures --------------------------------------------------------------------------------

Look = Callable[[Installer], Awaitable[None]]


async def nothing(_one: Installer) -> None:
    return


def press(*keys: str) -> Look:
    async def do(one: Installer) -> None:
        await one.press(*keys)

    return do


async def short_password(one: Installer) -> None:
    await one.press("n")
    await one.write("zhang")
    await one.press(*["down"] * 5)
    await one.write("short")


def answered_phone(language: str) -> NewBox:
    box = in_force(language)
    box.registered, box.rung = {"8001": "192.0.2.77"}, [s.Rung(answered=True, seconds=4.0)]
    return box


def silent_phone(language: str) -> NewBox:
    box = answered_phone(language)
    text = (
        "Nobody answered in {seconds} s. Did the phone ring? If it did not, look at its network and at a firewall "
        "between it and the box."
    )
    box.rung = [s.Rung(answered=False, seconds=30.0, problem=Problem(text=text, args={"seconds": "30"}))]
    return box


def in_force(language: str) -> NewBox:
    box = until(draft.Step.NOC, language)
    box.revision = 1
    return box


def without_ups(language: str) -> NewBox:
    box = until(draft.Step.POWER, language)
    box.upses = ()
    return box


def with_bad_file(language: str) -> NewBox:
    box = until(draft.Step.SITE, language)
    box.unattended = bad_file()
    return box


def without_link(language: str) -> NewBox:
    box = until(draft.Step.NETWORK, language)
    box.links = (LINKS[1],)
    return box


def at(step: draft.Step) -> Callable[[str], NewBox]:
    return lambda language: until(step, language)


PICTURES: dict[str, tuple[Callable[[str], NewBox], Look]] = {
    "language": (lambda _language: NewBox(), nothing),
    **{str(step): (at(step), nothing) for step in ASKED[1:-1]},
    "noc": (at(draft.Step.POWER), press("enter")),
    "power-none": (without_ups, nothing),
    "network-no-link": (without_link, nothing),
    "person": (at(draft.Step.PEOPLE), press("n")),
    "person-weak": (at(draft.Step.PEOPLE), short_password),
    "people-one": (at(draft.Step.RECOVERY), press("escape")),
    "site-wrong": (at(draft.Step.SITE), press("n", "enter", "x", "enter")),
    "bad-file": (with_bad_file, nothing),
    "summary": (at(draft.Step.POWER), press("enter", "ctrl+s")),
    "finish": (in_force, nothing),
    "finish-passwords": (in_force, press("p")),
    "answered": (answered_phone, press("t")),
    "silent": (silent_phone, press("t")),
    "help": (at(draft.Step.NETWORK), press("f1")),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PICTURES)
def test_picture(core: Start, snap_compare: Any, name: str, language: str, size: str) -> None:
    make, do = PICTURES[name]
    box = make(language)

    async def look(pilot: Pilot[None]) -> None:
        one = Installer(pilot)
        await one.settled()
        await do(one)
        await one.quiet()

    assert snap_compare(app(core, box), terminal_size=SIZES[size], run_before=look)
