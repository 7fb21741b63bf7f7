"""The list of rights, and the operation log: what is refused and what is changed is written down."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from appliance.api.contract import Applied, Candidate, ConfigState
from appliance.api.customers import Customer
from appliance.api.server import Peer
from appliance.api.wire import Message, Method, Refused, Stream
from appliance.core.logs import fields
from appliance.core.people import Caller, People
from appliance.core.store import Store
from appliance.site.diff import describe
from appliance.site.problems import BranchboxError, Problem
from appliance.store import oplog

log = logging.getLogger(__name__)

DETAIL_LENGTH = 2000
"""Characters of a row's detail; a diff that is longer is in the revisions."""
NEVER_LOGGED = {"toml", "password", "old", "new", "hash", "facts", "text", "data"}
"""Parameters that hold passwords, or what only the desk may know: a customer's own history has that."""


class CoreGuard:
    """Admits by role; each refusal and each change is in the operation log before it is answered."""

    def __init__(self, people: People, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._people = people
        self._store = store
        self._clock = clock
        self._admitted: dict[str, Caller] = {}

    async def admit(self, peer: Peer, called: Method[Any, Any] | Stream[Any]) -> str:
        """The caller's login. Raises `Refused`, in words, after writing it down."""
        try:
            caller = self._people.by_uid(peer.uid)
        except Refused as refused:
            login = self._people.login_of(peer.uid) or f"uid {peer.uid}"
            await self._write(login, "", called.name, str(refused), "refused")
            raise
        if caller.role not in called.roles:
            denied = Refused(
                Problem(
                    text="A {role} may not do this ({method}). It is for: {roles}.",
                    args={"role": caller.role, "method": called.name, "roles": ", ".join(sorted(called.roles))},
                )
            )
            await self._write(caller.login, caller.role, called.name, str(denied), "refused")
            raise denied
        self._admitted[caller.login] = caller
        return caller.login

    async def done(self, caller: str, called: Method[Any, Any], takes: Message, gave: Message | BranchboxError) -> None:
        """Write a change down, done or failed."""
        refused = isinstance(gave, Refused)
        if not called.change and not refused:
            return
        result = "refused" if refused else "failed" if _problems(gave) else "done"
        await self._write(caller, self._admitted[caller].role, called.name, detail(takes, gave), result)

    async def _write(self, by: str, role: str, method: str, text: str, result: str) -> None:
        row = await self._store.run(oplog.append, self._clock(), by, role, method, text[:DETAIL_LENGTH], result)
        # The journal, kept by another program, has the hash too: a log rewritten whole does not match it.
        log.info(
            "%s %s %s: %s",
            by,
            method,
            result,
            row.detail,
            extra=fields(caller=by, role=role, method=method, result=result, operation=row.number, hash=row.hash),
        )


def _problems(gave: Message | BranchboxError) -> tuple[Problem, ...]:
    if isinstance(gave, BranchboxError):
        return gave.problems
    # A candidate with problems was kept all the same; an apply with problems was not done.
    return gave.problems if isinstance(gave, Applied) else ()


def detail(takes: Message, gave: Message | BranchboxError) -> str:
    """A row's detail: parameters without secrets, then what came of it."""
    given = takes.model_dump(mode="json", exclude=NEVER_LOGGED, exclude_defaults=True)
    parts = [f"{name}: {value}" for name, value in given.items()]
    if isinstance(gave, Candidate):
        parts += [str(describe(change)) for change in gave.changes] or ["no difference from what is in force"]
    if isinstance(gave, Customer):
        parts.append(f"customer {gave.id}, version {gave.version}")
    if isinstance(gave, (Applied, ConfigState)) and gave.revision is not None:
        parts.append(f"revision {gave.revision}")
    parts += [str(problem) for problem in _problems(gave)]
    return "; ".join(parts)
