"""What core answers its recorder: the key to seal for, what was filed, what has to go, which days are signed."""

from __future__ import annotations

import time
from collections.abc import Callable

from appliance.api import recorder as page
from appliance.api.recorder import Care, DayClosed, Gaps, Names, NewRecording, RecorderReport, Removal, SealingKey
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.in_force import InForce
from appliance.core.store import Store
from appliance.store import keeping, recording_keys, recordings


class Recorder:
    """Answers the chapter "the recorder"; `report` is its last word and `heard` when it came."""

    def __init__(self, store: Store, in_force: InForce, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self.report: RecorderReport | None = None
        self.heard: float | None = None

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(page.RECORDINGS_ADD, self._add)
        routes.method(page.RECORDINGS_KEY, self._key)
        routes.method(page.RECORDINGS_CARE, self._care)
        routes.method(page.RECORDINGS_REMOVED, self._removed)
        routes.method(page.RECORDINGS_GAPS, self._gaps)
        routes.method(page.RECORDINGS_DAY_CLOSED, self._day_closed)

    async def _add(self, _login: str, recording: NewRecording) -> Empty:
        await self._store.run(recordings.add, recording)
        return Empty()

    async def _key(self, _login: str, _: Empty) -> SealingKey:
        key = await self._store.run(recording_keys.site_key)
        return SealingKey(public=key.public if key else None)

    async def _care(self, _login: str, report: RecorderReport) -> Care:
        self.report, self.heard = report, self._clock()
        document = self._in_force.document
        # Without a document nobody knows what is to be kept: then all of it is.
        keep_days = document.recording.keep_days if document else None
        kept_free = document.recording.keep_free / 100 if document else 0.0
        to_free = int(kept_free * report.total) - report.free
        return Care(remove=await self._store.run(keeping.due, self._clock(), keep_days, to_free))

    async def _removed(self, _login: str, removal: Removal) -> Empty:
        await self._store.run(keeping.removed, removal.name, removal.why, self._clock())
        return Empty()

    async def _gaps(self, _login: str, wanted: Names) -> Gaps:
        return Gaps(gaps=await self._store.run(recordings.gaps, wanted.names))

    async def _day_closed(self, _login: str, said: DayClosed) -> Empty:
        await self._store.run(keeping.day_closed, said, self._clock())
        return Empty()
