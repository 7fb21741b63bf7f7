"""First boot: answers become the candidate one by one, then revision 1; a stick may bring them all at once.

The draft is the candidate in `site.db`, a document that need not be whole (`appliance.site.draft`), so a
power cut at any question loses nothing but what was being written.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

from appliance.api import setup, verbs
from appliance.api.client import Client
from appliance.api.contract import Applied
from appliance.api.server import Routes
from appliance.api.setup import (
    AddressFound,
    AddressWish,
    FirstApply,
    PhoneLogin,
    PhoneLogins,
    RecoveryShown,
    RecoveryTyped,
    SetupAnswer,
    SetupState,
    StickKeys,
    Unattended,
    UpsFound,
)
from appliance.api.wire import Empty
from appliance.core import hardware
from appliance.core.in_force import InForce
from appliance.core.people import SETUP_LOGIN
from appliance.core.store import Store
from appliance.site import document as documents
from appliance.site import draft
from appliance.site.models import Language, SiteDocument
from appliance.site.problems import BranchboxError, Problem
from appliance.store import candidate as stored
from appliance.store.candidate import StoredCandidate

log = logging.getLogger(__name__)

FIRST_CALL_LASTS = 3600.0
"""Seconds after the apply in which the console's account may still make its test call."""
LOOK_AGAIN = 5.0
"""Seconds between two looks for a stick with a site.toml."""
CONFIRM_WITHIN = 300
"""Seconds; revision 1 has nothing to go back to and waits for nobody."""
USUAL_SIP_PORT = 5060
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without 0 o 1 i l: somebody writes it down and types it years later."""
_GROUPS, _GROUP = 5, 4


class FirstCall:
    """Whether the console's account may still ring a phone. In memory only: a restart of core ends it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: float | None = None

    def allowed(self) -> bool:
        """Whether the setup that the console made is not finished yet."""
        return self._until is not None and self._clock() < self._until

    def begin(self) -> None:
        """Revision 1 is in force: the test call comes next."""
        self._until = self._clock() + FIRST_CALL_LASTS

    def end(self) -> None:
        """The setup is over."""
        self._until = None


def runs_from_stick(note: Path) -> bool:
    """Whether the image runs from a stick, to be installed from it."""
    try:
        return bool(json.loads(note.read_text()).get("mode") == "setup")
    except (OSError, ValueError, AttributeError):
        return False


def recovery_password() -> str:
    """A fresh recovery password: five groups of four, 99 bits, as it is shown."""
    letters = (secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP))
    return "-".join("".join(next(letters) for _ in range(_GROUP)) for _ in range(_GROUPS))


def same_password(shown: str, typed: str) -> bool:
    """Whether somebody wrote the password that was shown; dashes, spaces and capitals do not count."""
    plain = typed.casefold().replace("-", "").replace(" ", "")
    return secrets.compare_digest(plain.encode(), shown.replace("-", "").encode())


class Setup:
    """Answers the page on first boot."""

    def __init__(
        self, in_force: InForce, store: Store, host: Client, first_call: FirstCall, *, on_stick: bool = False
    ) -> None:
        self._in_force = in_force
        self._store = store
        self._host = host
        self._first_call = first_call
        self._on_stick = on_stick
        """Whether this is the installer, which nothing is put in force on."""
        self._alone = asyncio.Lock()
        self._applying = False
        self._recovery_shown: str | None = None
        self._unattended: Unattended | None = None
        self._tried: set[str] = set()
        """Texts of `site.toml` that were tried: a bad one is not tried again and again."""

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(setup.SETUP_STATE, self._state)
        routes.method(setup.SETUP_ANSWER, self._answer)
        routes.method(setup.SETUP_ADDRESS, self._address)
        routes.method(setup.SETUP_UPS, self._ups)
        routes.method(setup.SETUP_KEYS, self._keys)
        routes.method(setup.SETUP_APPLY, self._apply)
        routes.method(setup.SETUP_LOGINS, self._logins)
        routes.method(setup.SETUP_FINISH, self._finish)
        routes.method(setup.RECOVERY_NEW, self._recovery_new)
        routes.method(setup.RECOVERY_KEEP, self._recovery_keep)

    # --- questions -----------------------------------------------------------------------------

    async def _state(self, _login: str, _: Empty) -> SetupState:
        kept = await self._host.call(verbs.PASSWORD_STATE, Empty())
        state = SetupState(
            revision=self._in_force.revision,
            with_password=kept.waiting,
            recovery=kept.recovery,
            applying=self._applying,
            unattended=self._unattended,
        )
        site = self._in_force.document
        if site is not None:
            return state.model_copy(update={"language": site.site.language, "addresses": _addresses(site)})
        if not self._in_force.not_set_up:
            return state
        tables = await self._tables()
        return state.model_copy(
            update={
                "language": _language(tables),
                "toml": draft.write(draft.masked(tables)),
                "answered": draft.answered(tables),
            }
        )

    async def _answer(self, login: str, answer: SetupAnswer) -> SetupState:
        async with self._alone:
            self._must_be_new()
            try:
                given = draft.read(answer.toml)
            except (tomllib.TOMLDecodeError, RecursionError) as error:
                raise BranchboxError(Problem(text="The answer is no TOML.", original=str(error))) from error
            tables = draft.put(await self._tables(), answer.step, given)
            problems = draft.problems(tables, answer.step)
            if problems:
                raise BranchboxError(*problems)
            await self._keep(draft.write(tables), login)
        return await self._state(login, Empty())

    async def _tables(self) -> dict[str, object]:
        kept = await self._store.run(stored.get)
        return draft.read(kept.toml) if kept is not None else {}

    async def _keep(self, toml: str, by: str) -> None:
        await self._store.run(stored.put, StoredCandidate(toml, None, by, time.time()))

    def _must_be_new(self) -> None:
        if not self._in_force.not_set_up:
            raise BranchboxError(Problem(text="This box is set up already. Log in and change it under Setup."))

    async def _address(self, _login: str, wish: AddressWish) -> AddressFound:
        return await self._host.call(verbs.SETUP_ADDRESS, wish)

    async def _ups(self, _login: str, _: Empty) -> UpsFound:
        return UpsFound(found=await asyncio.to_thread(hardware.upses))

    async def _keys(self, _login: str, _: Empty) -> StickKeys:
        return await self._host.call(verbs.STICK_KEYS, Empty())

    # --- recovery password -----------------------------------------------------------------------

    async def _recovery_new(self, _login: str, _: Empty) -> RecoveryShown:
        self._recovery_shown = recovery_password()
        return RecoveryShown(password=self._recovery_shown)

    async def _recovery_keep(self, _login: str, typed: RecoveryTyped) -> Empty:
        shown = self._recovery_shown
        if shown is None or not same_password(shown, typed.password):
            raise BranchboxError(
                Problem(text="That is not the password that was shown. Compare what you wrote down, letter by letter.")
            )
        await self._host.call(verbs.RECOVERY_PUT, verbs.RecoveryHash(password=shown))
        self._recovery_shown = None
        return Empty()

    # --- apply -----------------------------------------------------------------------------------

    async def _apply(self, login: str, _: FirstApply) -> Applied:
        async with self._alone:
            self._must_be_new()
            return await self._put_in_force(await self._tables(), login, "first boot")

    async def _put_in_force(self, tables: dict[str, object], by: str, why: str) -> Applied:
        try:
            site = draft.document(tables)
        except BranchboxError as wrong:
            return Applied(revision=None, problems=wrong.problems, steps=(), deadline=None)
        kept = await self._host.call(verbs.PASSWORD_STATE, Empty())
        against = draft.first_technician_can_log_in(site, frozenset(kept.waiting))
        if against:
            return Applied(revision=None, problems=against, steps=(), deadline=None)
        toml = documents.dump(site)
        await self._keep(toml, by)
        self._applying = True
        # Before host begins: the revision is in force while the exchange still starts, and the console's account
        # must not lose its rights in between.
        self._first_call.begin()
        try:
            order = verbs.ApplyDocument(toml=toml, by=by, why=why, confirm_within=CONFIRM_WITHIN)
            applied = await self._host.call(verbs.APPLY, order)
        finally:
            self._applying = False
        await self._in_force.refresh()
        if applied.revision is None:
            self._first_call.end()
        else:
            await self._store.run(stored.clear)
        return applied

    async def _logins(self, _login: str, _: Empty) -> PhoneLogins:
        site = self._in_force.known()
        return PhoneLogins(
            phones=tuple(
                PhoneLogin(number=phone.number, name=phone.name, password=phone.password.get_secret_value())
                for phone in site.extensions
            )
        )

    async def _finish(self, _login: str, _: Empty) -> Empty:
        self._first_call.end()
        return Empty()

    # --- unattended --------------------------------------------------------------------------------

    async def watch(self) -> None:
        """Look for sticks with a site.toml until the box is set up; no failure ends it."""
        while self._in_force.document is None and not self._on_stick:
            if self._in_force.not_set_up:
                try:
                    await self._look()
                except BranchboxError as error:
                    log.debug("no look at sticks: %s", error)
            await asyncio.sleep(LOOK_AGAIN)

    async def _look(self) -> None:
        found = await self._host.call(verbs.STICK_SITES, Empty())
        for file in found.files:
            text = file.toml or file.stick
            if text not in self._tried:
                self._tried.add(text)
                async with self._alone:
                    if self._in_force.not_set_up:
                        self._unattended = await self._take(file)
                        log.info("site.toml of stick %s: %s", file.stick, self._unattended)

    async def _take(self, file: verbs.SiteFile) -> Unattended:
        """Put a stick's document in force; what is wrong with it is said, and the rest kept as answers."""
        if file.problems:
            return Unattended(stick=file.stick, problems=file.problems)
        tables, problems = draft.salvage(file.toml)
        if not problems:
            try:
                problems = draft.first_technician_can_log_in(draft.document(tables), frozenset())
            except BranchboxError as wrong:
                problems = wrong.problems
        if not problems and file.recovery_hash:
            try:
                await self._host.call(verbs.RECOVERY_PUT, verbs.RecoveryHash(hash=file.recovery_hash))
            except BranchboxError as wrong:
                problems = wrong.problems
        if not problems:
            applied = await self._put_in_force(tables, file.stick[:64], "site.toml of a stick")
            if applied.revision is not None:
                return Unattended(stick=file.stick, revision=applied.revision, problems=applied.problems)
            problems = applied.problems
        kept = await self._store.run(stored.get)
        if kept is None or kept.author != SETUP_LOGIN:  # what a person wrote is not lost for a stick
            await self._keep(draft.write(tables), file.stick[:64])
        return Unattended(stick=file.stick, problems=problems)


def _language(tables: draft.Tables) -> Language | None:
    site = tables.get("site")
    told = site.get("language") if isinstance(site, dict) else None
    return Language(told) if told in set(Language) else None


def _addresses(site: SiteDocument) -> tuple[str, ...]:
    """What phones are told: each fixed address, with the port when it is not the usual one."""
    port = f":{site.network.sip_port}" if site.network.sip_port != USUAL_SIP_PORT else ""
    hosts = (address.partition("/")[0] for interface in site.interfaces for address in interface.addresses)
    return tuple(f"[{host}]{port}" if ":" in host else f"{host}{port}" for host in hosts)
