"""Recordings as people see them: found, noted, tagged, kept or let go, and how the recorder fares."""

from __future__ import annotations

import time
from collections.abc import Callable

from appliance.api import recordings as page
from appliance.api import recordings_health
from appliance.api.recordings import (
    Hold,
    NewNote,
    NoteKey,
    RecordingDetail,
    RecordingFilter,
    RecordingKey,
    RecordingPage,
    RecordingsState,
    Remove,
    Tag,
)
from appliance.api.recordings_health import RecordingsHealth
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.customers import DeskRules
from appliance.core.in_force import InForce
from appliance.core.recorder import Recorder
from appliance.core.recording_audit import RecordingAudit
from appliance.core.recording_key import RecordingKey as Keys
from appliance.core.store import Store
from appliance.site.models import Role
from appliance.site.problems import BranchboxError, Problem
from appliance.store import calls, keeping, recording_keys, recordings
from appliance.store.keeping import Sums

SILENT = 180.0
"""Seconds after which a recorder that speaks once a minute counts as silent."""

UNSEALED = Problem(
    text="Recordings lie unsealed on the disk, because nobody has made the key yet. A manager makes it under "
    "Records, Key."
)


class Recordings:
    """Answers "what is recorded, and found" and "what is kept"."""

    def __init__(
        self,
        *,
        store: Store,
        rules: DeskRules,
        in_force: InForce,
        recorder: Recorder,
        keys: Keys,
        audit: RecordingAudit,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._rules = rules
        self._in_force = in_force
        self._recorder = recorder
        self._keys = keys
        self._audit = audit
        self._clock = clock

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(page.RECORDINGS_LIST, self._list)
        routes.method(page.RECORDINGS_SHOW, self._show)
        routes.method(page.RECORDINGS_NOTE, self._note)
        routes.method(page.RECORDINGS_UNNOTE, self._unnote)
        routes.method(page.RECORDINGS_TAG, self._tag)
        routes.method(page.RECORDINGS_HOLD, self._hold)
        routes.method(page.RECORDINGS_REMOVE, self._remove)
        routes.method(page.RECORDINGS_STATE, self._state)
        routes.method(recordings_health.RECORDINGS_HEALTH, self._health)

    async def _list(self, login: str, wanted: RecordingFilter) -> RecordingPage:
        eyes = self._rules.eyes(login)
        eyes.may_seek(wanted.number)
        return await self._store.run(recordings.page, wanted, tail=eyes.masked)

    async def _show(self, _login: str, key: RecordingKey) -> RecordingDetail:
        return await self._known(key.name)

    async def _note(self, login: str, new: NewNote) -> RecordingDetail:
        before = await self._known(new.name)
        if new.at is not None and new.at > before.found.duration:
            raise BranchboxError(Problem(text="The recording ends before this place: choose one within it."))
        await self._store.run(recordings.note, new.name, new.text, at=new.at, by=login, now=self._clock())
        return await self._known(new.name)

    async def _unnote(self, _login: str, key: NoteKey) -> RecordingDetail:
        if not await self._store.run(recordings.unnote, key.name, key.number):
            raise BranchboxError(Problem(text="This comment is gone already."))
        return await self._known(key.name)

    async def _tag(self, _login: str, tag: Tag) -> RecordingDetail:
        await self._known(tag.name)
        await self._store.run(recordings.tag, tag.name, tag.tag.strip(), off=tag.off)
        return await self._known(tag.name)

    async def _hold(self, login: str, wish: Hold) -> Empty:
        if (wish.name is None) == (wish.linkedid is None):
            raise BranchboxError(Problem(text="A hold is for one recording or for one call: name one of them."))
        if wish.name is not None:
            await self._known(wish.name)
        elif wish.linkedid is not None and not await self._store.run(calls.show, wish.linkedid):
            raise BranchboxError(
                Problem(
                    text="There is no call {linkedid}. It may be in the list in a moment.",
                    args={"linkedid": wish.linkedid},
                )
            )
        if not await self._store.run(keeping.hold, wish, login, self._clock()):
            raise BranchboxError(Problem(text="There is no hold to end. It may be on the whole call: end that one."))
        if wish.name is not None:
            what = "hold ended" if wish.off else "hold"
            await self._store.run(recordings.accessed, wish.name, now=self._clock(), by=login, what=what, why=wish.why)
        return Empty()

    async def _remove(self, login: str, wish: Remove) -> Empty:
        await self._known(wish.name)
        if await self._store.run(keeping.held, wish.name):
            raise BranchboxError(Problem(text="This recording is under legal hold: end the hold first, with a reason."))
        await self._store.run(keeping.unwanted, wish.name, f"{login}: {wish.why}")
        return Empty()

    async def _known(self, name: str) -> RecordingDetail:
        found = await self._store.run(recordings.show, name)
        if found is None:
            raise BranchboxError(Problem(text="There is no recording {name}.", args={"name": name}))
        return found

    async def _state(self, login: str, _: Empty) -> RecordingsState:
        document = self._in_force.document
        policy = document.recording if document else None
        key = await self._store.run(recording_keys.site_key)
        sums = await self._store.run(keeping.sums, self._clock())
        report, heard = self._recorder.report, self._recorder.heard
        speaks = self._speaks
        spare = report.free - report.total * policy.keep_free / 100 if report and policy else None
        return RecordingsState(
            heard=heard,
            waiting=report.waiting if report and speaks else None,
            waiting_bytes=report.waiting_bytes if report and speaks else None,
            free=report.free / report.total if report and report.total else None,
            recordings=sums.count,
            bytes=sums.size,
            held=sums.held,
            oldest=sums.oldest,
            bytes_a_day=sums.a_day,
            full_in_days=max(0.0, spare / sums.a_day) if spare is not None and sums.a_day else None,
            keeps_days=policy.keep_days if policy else None,
            key_made=key is not None,
            key_open=self._keys.is_open(login),
            problems=tuple(self._problems(sums, speaks=speaks, spare=spare, key_made=key is not None)),
        )

    async def _health(self, _login: str, _: Empty) -> RecordingsHealth:
        document = self._in_force.document
        report = self._recorder.report
        sealed = await self._store.run(recording_keys.site_key) is not None
        return RecordingsHealth(
            filing=report.trouble if report is not None and self._speaks else None,
            unsealed_since=None if sealed else await self._store.run(keeping.oldest),
            managers=tuple(
                person.name for person in (document.people if document else ()) if person.role is Role.MANAGER
            ),
            audit=self._audit.result,
        )

    @property
    def _speaks(self) -> bool:
        """Whether the recorder has said how it fares, not long ago."""
        heard = self._recorder.heard
        return heard is not None and self._clock() - heard < SILENT

    def _problems(self, sums: Sums, *, speaks: bool, spare: float | None, key_made: bool) -> list[Problem]:
        found = []
        report = self._recorder.report
        if not key_made:
            found.append(UNSEALED)
        if not speaks:
            found.append(
                Problem(
                    text="The recorder says nothing. Calls go on and their sound waits; look at branchbox-recorder "
                    "under Box."
                )
            )
        elif report is not None and report.trouble:
            found.append(
                Problem(
                    text="Recordings wait to be filed: {count}. Nothing is lost while the disk has room; the "
                    "recorder's words say what stands against it.",
                    args={"count": str(report.waiting)},
                    original=report.trouble,
                )
            )
        if spare is not None and spare < 0 and sums.held and sums.count == sums.held:
            found.append(
                Problem(
                    text="The disk is short of room and every recording is under legal hold. End holds, or export and "
                    "remove recordings."
                )
            )
        elif spare is not None and spare < 0:
            found.append(
                Problem(text="The disk is short of room: the oldest recordings without a hold are being removed.")
            )
        return found
