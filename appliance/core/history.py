"""History: finished and running calls with their stories, as ingested from Asterisk's logs."""

from __future__ import annotations

from appliance.api import contract, menus
from appliance.api.contract import CallDetail, CallFilter, CallKey, CallPage
from appliance.api.menus import Figures, Period
from appliance.api.server import Routes
from appliance.core.customers import DeskRules
from appliance.core.store import Store
from appliance.site.problems import BranchboxError, Problem
from appliance.store import calls
from appliance.store.menus import figures


class History:
    """Answers the chapter "history"."""

    def __init__(self, store: Store, rules: DeskRules) -> None:
        self._store = store
        self._rules = rules

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(contract.CALLS_LIST, self._list)
        routes.method(contract.CALLS_SHOW, self._show)
        routes.method(menus.FIGURES, self._menus)

    async def _list(self, login: str, wanted: CallFilter) -> CallPage:
        eyes = self._rules.eyes(login)
        eyes.may_seek(wanted.number)
        return await self._store.run(calls.page, wanted, tail=eyes.masked)

    async def _menus(self, _login: str, period: Period) -> Figures:
        return await self._store.run(figures, period.since, period.until)

    async def _show(self, _login: str, key: CallKey) -> CallDetail:
        found = await self._store.run(calls.show, key.linkedid)
        if found is None:
            raise BranchboxError(
                Problem(text="There is no call {linkedid}. It may be in the list in a moment.", args=key.model_dump())
            )
        return found
