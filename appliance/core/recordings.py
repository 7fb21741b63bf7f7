"""Recordings: what the recorder found, indexed to its call."""

from __future__ import annotations

from appliance.api import contract
from appliance.api.contract import NewRecording
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.store import Store
from appliance.store import recordings


class Recordings:
    """Answers `recordings/add`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(contract.RECORDINGS_ADD, self._add)

    async def _add(self, _login: str, recording: NewRecording) -> Empty:
        await self._store.run(recordings.add, recording)
        return Empty()
