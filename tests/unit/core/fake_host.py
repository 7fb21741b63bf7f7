"""The host's side of the verbs for tests of core: revisions in memory, no Asterisk."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Any

from aiohttp import web

from appliance.api import verbs
from appliance.api.backups import BackupState
from appliance.api.contract import Applied, Revision, Revisions, Step
from appliance.api.prompts import Origin, PromptKey
from appliance.api.server import Peer, Routes, application, serve
from appliance.api.verbs import (
    ApplyDocument,
    ApplyRevision,
    Arrival,
    HostState,
    RevisionNumber,
    StoredDocument,
    TrialResult,
)
from appliance.api.wire import Empty, Message, Method, Stream, contract_of
from appliance.site.problems import BranchboxError, Problem


class Anybody:
    async def admit(self, peer: Peer, called: Method[Any, Any] | Stream[Any]) -> str:
        return "core"

    async def done(self, caller: str, called: Method[Any, Any], takes: Message, gave: Message | BranchboxError) -> None:
        return


class FakeHost:
    """Keeps revisions; `refuses` is what its trial start says; `slow` holds an apply up."""

    def __init__(self, toml: str | None) -> None:
        """Without a document: the host of a box that is not set up."""
        self.documents = {1: toml} if toml is not None else {}
        self.current: int | None = 1 if toml is not None else None
        self.pending: int | None = None
        self.before = self.current
        self.passwords: dict[str, verbs.FirstPassword] = {}
        self.recovery: verbs.RecoveryHash | None = None
        self.sites: tuple[verbs.SiteFile, ...] = ()
        self.bad_passwords: set[str] = set()
        self.shelf = verbs.Shelf(sounds=())
        self.lists: dict[str, bytes] = {}
        """Lists of customers on the stick sdz1."""
        self.rehearsal: list[BackupState] = []
        """What the rehearsal of a restore says, one after the other."""
        self.arrived: Arrival | None = None
        self.refuses: tuple[Problem, ...] = ()
        self.asked: list[Message] = []
        self.slow = asyncio.Event()
        self.slow.set()
        self._runner: web.AppRunner | None = None

    async def start(self, socket: Path) -> None:
        """Listen."""
        routes = Routes()
        for verb in contract_of(verbs).values():
            assert isinstance(verb, Method)
            routes.method(verb, self._not_here)
        routes.method(verbs.STATE, self._state)
        routes.method(verbs.READ, self._read)
        routes.method(verbs.REVISIONS, self._revisions)
        routes.method(verbs.TRIAL, self._trial)
        routes.method(verbs.APPLY, self._apply)
        routes.method(verbs.ROLLBACK, self._rollback)
        routes.method(verbs.CONFIRM, self._confirm)
        routes.method(verbs.REVERT, self._revert)
        routes.method(verbs.PASSWORD_STATE, self._password_state)
        routes.method(verbs.PASSWORD_SET, self._password_set)
        routes.method(verbs.RECOVERY_PUT, self._recovery_put)
        routes.method(verbs.STICK_SITES, self._sites)
        routes.method(verbs.STICK_CUSTOMERS, self._customers)
        routes.method(verbs.PROMPTS, self._prompts)
        routes.method(verbs.PROMPTS_KEEP, self._prompts_keep)
        routes.method(verbs.PROMPTS_IMPORT, self._prompts_import)
        routes.method(verbs.BACKUP_STATE, self._backup_state)
        routes.method(verbs.BACKUP_REHEARSE, self._rehearse)
        self._runner = await serve(application([verbs], routes, Anybody()), socket, mode=0o600)

    async def _customers(self, _caller: str, wanted: verbs.ListWanted) -> verbs.ListPiece:
        if wanted.stick != "sdz1" or wanted.file not in self.lists:
            raise BranchboxError(Problem(text="The stick is gone."))
        piece = self.lists[wanted.file][wanted.start : wanted.start + 20]
        return verbs.ListPiece(data=base64.b64encode(piece).decode())

    async def _backup_state(self, _caller: str, takes: Empty) -> BackupState:
        if not self.rehearsal:
            await self._not_here("", takes)
        return self.rehearsal.pop(0)

    async def _rehearse(self, _caller: str, copy: verbs.DatabaseCopy) -> BackupState:
        self.asked.append(copy)
        return self.rehearsal.pop(0)

    async def _prompts(self, _caller: str, _: Empty) -> verbs.Shelf:
        return self.shelf

    async def _prompts_keep(self, _caller: str, wish: verbs.KeepTake) -> verbs.Shelf:
        self.asked.append(wish)
        return self._put(wish, Origin.RECORDED, take=wish.take)

    async def _prompts_import(self, _caller: str, wish: verbs.TakeIn) -> verbs.Shelf:
        self.asked.append(wish)
        return self._put(wish, Origin.IMPORTED, by=wish.by)

    def _put(self, key: PromptKey, origin: Origin, *, by: str = "", take: str = "") -> verbs.Shelf:
        sound = verbs.Announcement(
            name=key.name, language=key.language, origin=origin, at=1000.0, by=by, seconds=4.0, take=take
        )
        others = (each for each in self.shelf.sounds if (each.name, each.language) != (key.name, key.language))
        self.shelf = verbs.Shelf(sounds=(*others, sound))
        return self.shelf

    async def _password_state(self, _caller: str, _: Empty) -> verbs.PasswordState:
        return verbs.PasswordState(waiting=tuple(sorted(self.passwords)), recovery=self.recovery is not None)

    async def _password_set(self, _caller: str, wanted: verbs.FirstPassword) -> Empty:
        if wanted.new in self.bad_passwords:
            raise BranchboxError(Problem(text="The password repeats itself: use more different characters."))
        self.passwords[wanted.login] = wanted
        return Empty()

    async def _recovery_put(self, _caller: str, wanted: verbs.RecoveryHash) -> Empty:
        self.recovery = wanted
        return Empty()

    async def _sites(self, _caller: str, _: Empty) -> verbs.SiteFiles:
        return verbs.SiteFiles(files=self.sites)

    async def stop(self) -> None:
        """Answer no more."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def goes_back_by_itself(self) -> None:
        """What happens when nobody confirms in time."""
        self.current, self.pending = self.before, None

    async def _not_here(self, _caller: str, takes: Message) -> Message:
        self.asked.append(takes)
        raise BranchboxError(Problem(text="This host of a test has no disks, no network and no slots."))

    async def _state(self, _caller: str, _: Empty) -> HostState:
        return HostState(current=self.current, pending=self.pending, reverts_to=self.before if self.pending else None)

    async def _read(self, _caller: str, wanted: RevisionNumber) -> StoredDocument:
        number = wanted.revision or self.current or 0
        if number not in self.documents:
            raise BranchboxError(Problem(text="There is no revision {number}.", args={"number": str(number)}))
        return StoredDocument(toml=self.documents[number], revision=number)

    async def _revisions(self, _caller: str, _: Empty) -> Revisions:
        return Revisions(
            revisions=tuple(
                Revision(number=number, at=0, by="", why="", current=number == self.current, confirmed=True)
                for number in sorted(self.documents, reverse=True)
            )
        )

    async def _trial(self, _caller: str, _: StoredDocument) -> TrialResult:
        return TrialResult(problems=self.refuses, files=(), reloads=("queue reload all",), seconds=0.4)

    async def _apply(self, _caller: str, wanted: ApplyDocument) -> Applied:
        await self.slow.wait()
        if self.refuses:
            return Applied(revision=None, problems=self.refuses, steps=(), deadline=None)
        number = max(self.documents, default=0) + 1
        self.documents[number] = wanted.toml
        self.before, self.current = self.current, number
        self.pending = number if self.before is not None else None
        return Applied(revision=number, problems=(), steps=(Step(name="trial", seconds=0.4),), deadline=1e10)

    async def _rollback(self, caller: str, wanted: ApplyRevision) -> Applied:
        toml = self.documents[wanted.revision]
        return await self._apply(caller, ApplyDocument(toml=toml, **wanted.model_dump(exclude={"revision"})))

    async def _confirm(self, caller: str, given: Arrival) -> HostState:
        self.arrived, self.pending = given, None
        return await self._state(caller, Empty())

    async def _revert(self, _caller: str, _: Empty) -> Applied:
        self.goes_back_by_itself()
        return Applied(revision=self.current, problems=(), steps=(), deadline=None)
