"""Configuration: edit a candidate, see the plan, apply, confirm or revert.

The candidate stays in `site.db` until the revision made of it is confirmed. While that
revision waits, it is what is in force, so nothing differs; when it reverts, by hand or by
itself, the candidate is there again with all its changes.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass

from appliance.api import contract, verbs
from appliance.api.client import Client
from appliance.api.contract import (
    Applied,
    Apply,
    Candidate,
    ConfigState,
    Confirm,
    Document,
    Move,
    Plan,
    RevisionKey,
    Revisions,
    Rollback,
    Why,
)
from appliance.api.server import Routes
from appliance.api.wire import Empty, Unreachable
from appliance.core.in_force import InForce
from appliance.core.store import Store
from appliance.site import document, moves
from appliance.site.diff import Change, diff
from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError, Problem
from appliance.site.secrets import is_masked
from appliance.store import candidate as stored
from appliance.store.candidate import StoredCandidate

NOTHING_TO_APPLY = Problem(text="The candidate does not differ from what is in force. Edit something first.")


@dataclass(frozen=True)
class CandidateNow:
    """The candidate read: its text in clear, its document when it is one, and how it stands."""

    toml: str
    document: SiteDocument | None
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    base: int | None
    by: str | None


class Candidates:
    """The candidate, or what is in force when nobody edits."""

    def __init__(self, in_force: InForce, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._in_force = in_force
        self._store = store
        self._clock = clock

    async def now(self) -> CandidateNow:
        """Read the candidate and check it. Raises BranchboxError while nothing is known to be in force."""
        in_force = self._in_force.known()
        kept = await self._store.run(stored.get)
        if kept is None:
            return CandidateNow(document.dump(in_force), in_force, (), (), self._in_force.revision, None)
        read, problems = document.parse(kept.toml)
        if read is None:
            return CandidateNow(kept.toml, None, (), problems, kept.base, kept.author)
        problems += _masks_left(read)
        return CandidateNow(kept.toml, read, diff(in_force, read), problems, kept.base, kept.author)

    async def state(self) -> CandidateNow | None:
        """As `now`; None while nothing is known to be in force."""
        return None if self._in_force.document is None else await self.now()

    async def replace(self, toml: str, by: str) -> None:
        """Keep `toml` as the candidate; `********` in it keeps the password that was there.

        Raises BranchboxError, keeping nothing, when it is no TOML at all.
        """
        before = await self.now()
        try:
            tomllib.loads(toml)
        except (ValueError, RecursionError):
            _, problems = document.parse(toml)
            raise BranchboxError(*problems) from None
        read, _ = document.parse(toml)
        if read is not None:
            toml = document.dump(_with_secrets(read, before.document, self._in_force.known()))
        base = before.base if before.by else self._in_force.revision
        await self._store.run(stored.put, StoredCandidate(toml, base, by, self._clock()))

    async def discard(self) -> None:
        """Forget the candidate."""
        await self._store.run(stored.clear)

    async def settled(self) -> None:
        """What is in force is confirmed: forget the candidate that it was made of."""
        now = await self.state()
        if now is not None and now.document is not None and not now.changes:
            await self.discard()


def _with_secrets(edited: SiteDocument, candidate: SiteDocument | None, in_force: SiteDocument) -> SiteDocument:
    """`edited` with its masks replaced: by the candidate's password, else by that in force, else by
    a fresh one. A trunk's password that nobody knows stays masked; `_masks_left` then asks for it."""
    known = candidate or in_force
    known = known.model_copy(
        update={
            "trunks": (*in_force.trunks, *(trunk for trunk in known.trunks if not is_masked(trunk.password))),
            "extensions": (*in_force.extensions, *known.extensions),
        }
    )
    passwords = {trunk.name for trunk in known.trunks if trunk.password is not None}
    unknown = [trunk for trunk in edited.trunks if is_masked(trunk.password) and trunk.name not in passwords]
    others = tuple(trunk for trunk in edited.trunks if trunk not in unknown)
    filled = document.fill_secrets(edited.model_copy(update={"trunks": others}), known, generate=True)
    by_name = {trunk.name: trunk for trunk in filled.trunks}
    return filled.model_copy(update={"trunks": tuple(by_name.get(trunk.name, trunk) for trunk in edited.trunks)})


def _masks_left(read: SiteDocument) -> tuple[Problem, ...]:
    try:
        document.fill_secrets(read, None)
    except document.DocumentError as missing:
        return missing.problems
    return ()


def config_state(host: verbs.HostState, candidate: CandidateNow | None) -> ConfigState:
    """The contract's state of what host and the candidate say."""
    return ConfigState(
        revision=host.current,
        pending=host.pending,
        reverts_to=host.reverts_to,
        deadline=host.deadline,
        move=host.move,
        candidate_changes=len(candidate.changes) if candidate else 0,
        candidate_by=candidate.by if candidate else None,
    )


class Configuration:
    """Answers the chapter "configuration"; `calls_up` gives the live calls, None when not known."""

    def __init__(
        self,
        in_force: InForce,
        candidates: Candidates,
        host: Client,
        calls_up: Callable[[], int | None],
    ) -> None:
        self._in_force = in_force
        self._candidates = candidates
        self._host = host
        self._calls_up = calls_up

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(contract.CONFIG_STATE, self._state)
        routes.method(contract.CONFIG_SHOW, self._show)
        routes.method(contract.CONFIG_EXPORT, self._export)
        routes.method(contract.CONFIG_CANDIDATE, self._candidate)
        routes.method(contract.CONFIG_EDIT, self._edit)
        routes.method(contract.CONFIG_DISCARD, self._discard)
        routes.method(contract.CONFIG_PLAN, self._plan)
        routes.method(contract.CONFIG_APPLY, self._apply)
        routes.method(contract.CONFIG_CONFIRM, self._confirm)
        routes.method(contract.CONFIG_REVERT, self._revert)
        routes.method(contract.CONFIG_ROLLBACK, self._rollback)
        routes.method(contract.CONFIG_REVISIONS, self._revisions)

    async def _state(self, _login: str, _: Empty) -> ConfigState:
        state = await self._host.call(verbs.STATE, Empty())
        return config_state(state, await self._candidates.state())

    async def _show(self, _login: str, key: RevisionKey) -> Document:
        read, revision = await self._read(key.revision)
        return Document(toml=document.dump_masked(read), revision=revision)

    async def _export(self, _login: str, _: Empty) -> Document:
        read, revision = await self._read(None)
        return Document(toml=document.dump(read), revision=revision)

    async def _read(self, revision: int | None) -> tuple[SiteDocument, int | None]:
        kept = await self._host.call(verbs.READ, verbs.RevisionNumber(revision=revision))
        read, problems = document.parse(kept.toml)
        if read is None:
            raise BranchboxError(*problems)
        return read, kept.revision

    async def _candidate(self, _login: str, _: Empty) -> Candidate:
        return _shown(await self._candidates.now())

    async def _edit(self, login: str, edited: Document) -> Candidate:
        await self._candidates.replace(edited.toml, login)
        return _shown(await self._candidates.now())

    async def _discard(self, _login: str, _: Empty) -> Candidate:
        await self._candidates.discard()
        return _shown(await self._candidates.now())

    async def _plan(self, _login: str, _: Empty) -> Plan:
        now = await self._candidates.now()
        plan = Plan(
            changes=now.changes,
            problems=_against(now),
            files=(),
            reloads=(),
            trial_seconds=None,
            calls_up=self._calls_up(),
            move=_move(self._in_force.known(), now.document),
        )
        if plan.problems:
            return plan
        try:
            trial = await self._host.call(verbs.TRIAL, verbs.StoredDocument(toml=now.toml))
        except Unreachable as silent:
            return plan.model_copy(update={"problems": silent.problems})
        return plan.model_copy(
            update={
                "problems": trial.problems,
                "files": trial.files,
                "reloads": trial.reloads,
                "trial_seconds": trial.seconds,
            }
        )

    async def _apply(self, login: str, wanted: Apply) -> Applied:
        now = await self._candidates.now()
        against = _against(now)
        if against:
            return Applied(revision=None, problems=against, steps=(), deadline=None)
        order = verbs.ApplyDocument(toml=now.toml, by=login, why=wanted.why, confirm_within=wanted.confirm_within)
        applied = await self._host.call(verbs.APPLY, order)
        await self._in_force.refresh()
        return applied

    async def _confirm(self, _login: str, given: Confirm) -> ConfigState:
        arrival = verbs.Arrival(over=given.over, come_from=given.come_from)
        state = await self._host.call(verbs.CONFIRM, arrival)
        await self._in_force.refresh()
        await self._candidates.settled()
        return config_state(state, await self._candidates.state())

    async def _revert(self, _login: str, _: Why) -> Applied:
        applied = await self._host.call(verbs.REVERT, Empty())
        await self._in_force.refresh()
        return applied

    async def _rollback(self, login: str, wanted: Rollback) -> Applied:
        order = verbs.ApplyRevision(
            revision=wanted.revision, by=login, why=wanted.why, confirm_within=wanted.confirm_within
        )
        applied = await self._host.call(verbs.ROLLBACK, order)
        await self._in_force.refresh()
        return applied

    async def _revisions(self, _login: str, _: Empty) -> Revisions:
        return await self._host.call(verbs.REVISIONS, Empty())


def _move(before: SiteDocument, after: SiteDocument | None) -> Move | None:
    if after is None or not moves.moves(before, after):
        return None
    return Move(addresses=moves.addresses(after), seconds=moves.CONFIRM_SECONDS)


def _against(now: CandidateNow) -> tuple[Problem, ...]:
    """What stands against applying the candidate, before Asterisk is asked."""
    return now.problems or (() if now.changes else (NOTHING_TO_APPLY,))


def _shown(now: CandidateNow) -> Candidate:
    """The candidate for people: passwords masked. One that fits no model stands as it was written."""
    return Candidate(
        toml=document.dump_masked(now.document) if now.document else now.toml,
        base=now.base,
        by=now.by,
        changes=now.changes,
        problems=now.problems,
    )
