"""Closures: the state stands in AstDB, where phones change it too; read again whenever one says so."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from appliance.api import closures as page
from appliance.api.closures import BY_PHONE, Closures, ClosureState, Switch
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.in_force import InForce
from appliance.site.exchange import CLOSURE, CLOSURE_CHANGED, STUDIO
from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError, Problem
from appliance.telephony import astdb
from appliance.telephony.ami import AmiLink
from appliance.telephony.errand import Manager


class ClosureDesk:
    """Answers the page on closures. Raises BranchboxError while Asterisk cannot be asked: nothing old is shown."""

    def __init__(
        self, in_force: InForce, link: AmiLink, manager: Manager, clock: Callable[[], float] = time.time
    ) -> None:
        self._in_force = in_force
        self._manager = manager
        self._clock = clock
        self._known: Mapping[str, str] | None = None
        self._link = link
        link.listen(CLOSURE_CHANGED, self._forget)

    def add_to(self, routes: Routes) -> None:
        """Answer this page's methods."""
        routes.method(page.LIST, self._list)
        routes.method(page.SWITCH, self._switch)

    def _forget(self) -> None:
        self._known = None

    async def _list(self, _login: str, _: Empty) -> Closures:
        document = self._in_force.known()
        if self._known is None or not self._link.link.linked:
            self._known = await astdb.read(self._manager, CLOSURE)
        return told(document, self._known)

    async def _switch(self, login: str, wish: Switch) -> Closures:
        document = self._in_force.known()
        if wish.name not in {closure.name for closure in document.closures}:
            raise BranchboxError(Problem(text="There is no closure {name}.", args={"name": wish.name}))
        if wish.announcement is not None and wish.announcement not in _choices(document):
            raise BranchboxError(
                Problem(
                    text="There is no announcement {name} of the branch: make it under Announcements.",
                    args={"name": wish.announcement},
                )
            )
        shut = await astdb.read(self._manager, CLOSURE)
        await astdb.change(self._manager, CLOSURE, _values(wish, login, shut, self._clock()))
        self._known = None
        return await self._list(login, Empty())


def _values(wish: Switch, login: str, now: Mapping[str, str], at: float) -> dict[str, str | None]:
    """What to write, in order: as the phone's code does, `since` is what keeps callers out."""
    since, by, own = (f"{wish.name}/{what}" for what in ("since", "by", "own"))
    if not wish.closed:
        return {since: None, by: None, own: None}
    return {own: wish.announcement, by: login, since: now.get(since) or str(int(at))}


def told(document: SiteDocument, astdb: Mapping[str, str]) -> Closures:
    """The document's closures with what AstDB says of them. Pure."""
    return Closures(
        closures=tuple(
            ClosureState(
                name=closure.name,
                label=closure.label,
                number=closure.number,
                since=_epoch(astdb.get(f"{closure.name}/since")),
                by=astdb.get(f"{closure.name}/by", ""),
                announcement=_announcement(astdb.get(f"{closure.name}/own", "")),
            )
            for closure in document.closures
        ),
        choices=_choices(document),
    )


def _choices(document: SiteDocument) -> tuple[str, ...]:
    return tuple(prompt.name for prompt in document.prompts)


def _announcement(own: str) -> str:
    return BY_PHONE if own.startswith(f"{STUDIO}/") else own


def _epoch(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return 0.0  # closed, though nobody can say since when
