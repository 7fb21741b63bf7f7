"""The operation log: read by page, verified as a chain."""

from __future__ import annotations

from appliance.api import contract
from appliance.api.contract import Audit, OperationFilter, OperationPage
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.store import Store
from appliance.store import oplog


class Operations:
    """Answers `oplog/list` and `audit/verify`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(contract.OPLOG_LIST, self._list)
        routes.method(contract.AUDIT_VERIFY, self._verify)

    async def _list(self, _login: str, wanted: OperationFilter) -> OperationPage:
        return await self._store.run(oplog.page, wanted)

    async def _verify(self, _login: str, _: Empty) -> Audit:
        return await self._store.run(oplog.verify)
