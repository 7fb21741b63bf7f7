"""A box before its first revision, and somebody at its console."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from appliance.api import setup as s
from appliance.api.contract import Applied, Step
from appliance.api.network import Address, Link, NetworkState
from appliance.api.passwords import SetPassword
from appliance.api.wire import Empty
from appliance.site import draft
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
SHOWN = "kx7m-p2qd-w9ra-tz4h-bn6e"
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


def bad_file() -> s.Unattended:
    text = "This is no branch code: use 2 to 8 capital letters or digits."
    return s.Unattended(stick="FLEET (sdb1)", problems=(Problem(text=text, where="site.code", line=4),))
