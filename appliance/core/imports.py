"""Files of customers: received, read in the background, shown, stored; and customers given out."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import shutil
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from peewee import OperationalError, SqliteDatabase

from appliance.api import imports as page
from appliance.api import verbs
from appliance.api.client import Client
from appliance.api.imports import (
    ExportPage,
    ExportWish,
    ImportColumn,
    ImportColumns,
    ImportField,
    ImportFile,
    ImportPhase,
    ImportPiece,
    ImportRun,
    ImportState,
    StickSource,
)
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.customers import DeskRules
from appliance.core.store import Store
from appliance.desk import columns, keeping, sheets, showing, taking_in
from appliance.desk.keeping import Desk
from appliance.site.problems import BranchboxError, Problem
from appliance.store import customer_import, customers
from appliance.store.customer_import import Stage
from appliance.store.customers import Signature

log = logging.getLogger(__name__)

PREVIEW = 8
EXPORTED = 2000
"""Customers in one page of an export."""
BUSY = Problem(text="Another import is under way. Wait for its end, or cancel it.")


class Imports:
    """One import at a time; what was received lies in `folder` until it ends."""

    def __init__(
        self,
        store: Store,
        rules: DeskRules,
        host: Client,
        folder: Path,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._rules = rules
        self._host = host
        self._folder = folder
        self._clock = clock
        self._state = ImportState(phase=ImportPhase.IDLE)
        self._sheet: sheets.Sheet | None = None
        self._stage: Stage | None = None
        self._work: asyncio.Task[None] | None = None
        self._cancelled = False
        self._swept = asyncio.Event()
        """Whether nothing is left of an import that a restart broke off."""

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(page.STATE, self._tell)
        routes.method(page.BEGIN, self._begin)
        routes.method(page.PUT, self._put)
        routes.method(page.STICK, self._from_stick)
        routes.method(page.READ, self._read)
        routes.method(page.RUN, self._run)
        routes.method(page.CANCEL, self._cancel)
        routes.method(page.EXPORT, self._export)

    async def index(self) -> None:
        """Take what imports stored into the search index, forever; first, what a restart broke off goes."""
        shutil.rmtree(self._folder, ignore_errors=True)
        while True:
            left = 0
            try:
                if not self._swept.is_set():
                    await self._store.run(taking_in.sweep)
                    self._swept.set()
                left = await self._store.run(keeping.index_waiting, self._rules.desk())
            except (BranchboxError, OperationalError) as error:
                log.debug("the index waits: %s", error)
            await asyncio.sleep(0.05 if left else 2.0)

    # --- receiving ------------------------------------------------------------------------

    @property
    def _file(self) -> Path:
        return self._folder / "received"

    async def _tell(self, _login: str, _: Empty) -> ImportState:
        return self._state

    @property
    def _busy(self) -> bool:
        return self._work is not None and not self._work.done()

    async def _begin(self, _login: str, file: ImportFile) -> ImportState:
        if self._busy:
            raise BranchboxError(BUSY)
        self._forget()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file.touch(mode=0o600)
        self._cancelled = False
        self._state = ImportState(phase=ImportPhase.RECEIVING, file=file.name)
        return self._state

    async def _put(self, _login: str, piece: ImportPiece) -> ImportState:
        if self._busy or self._state.phase is not ImportPhase.RECEIVING:
            raise BranchboxError(Problem(text="There is no file to go on with. Begin again."))
        self._more(piece.data)
        return self._state

    def _more(self, said: str) -> int:
        """Add a piece; gives its bytes. Raises BranchboxError, and forgets a file that is too large."""
        try:
            data = base64.b64decode(said, validate=True)
        except binascii.Error as error:
            raise BranchboxError(Problem(text="This is no piece of a file.", original=str(error))) from error
        if self._file.stat().st_size + len(data) > page.LARGEST:
            self._forget()
            text = "The file is larger than {size} MB: split it."
            raise BranchboxError(Problem(text=text, args={"size": str(page.LARGEST // 1024**2)}))
        with self._file.open("ab") as file:
            file.write(data)
        return len(data)

    async def _from_stick(self, login: str, source: StickSource) -> ImportState:
        await self._begin(login, ImportFile(name=source.file))

        async def fetched() -> dict[str, object]:
            start = 0
            while True:
                wanted = verbs.ListWanted(stick=source.stick, file=source.file, start=start)
                got = self._more((await self._host.call(verbs.STICK_CUSTOMERS, wanted)).data)
                self._must_go_on()
                if not got:
                    return await (await self._recognised(()))()
                start += got

        self._work = asyncio.create_task(self._guarded(fetched))
        return self._state

    # --- reading --------------------------------------------------------------------------

    async def _read(self, _login: str, wanted: ImportColumns) -> ImportState:
        if self._busy:
            raise BranchboxError(BUSY)
        if self._state.phase not in (ImportPhase.RECEIVING, ImportPhase.READY):
            raise BranchboxError(Problem(text="There is no file. Begin again."))
        self._cancelled = False
        judging = await self._recognised(wanted.fields)
        self._work = asyncio.create_task(self._guarded(judging))
        return self._state

    async def _recognised(self, wanted: tuple[ImportField | None, ...]) -> Callable[[], Awaitable[dict[str, object]]]:
        """See what the file is; gives the work of judging its rows."""
        sheet = await asyncio.to_thread(sheets.recognised, self._file, self._state.file)
        heading, first = await asyncio.to_thread(sheets.preview, sheet, PREVIEW)
        fields = (*(wanted or columns.guessed(heading)), *[None] * len(heading))[: len(heading)]
        self._sheet = sheet
        self._state = ImportState(
            phase=ImportPhase.READING,
            file=self._state.file,
            encoding=sheet.encoding,
            separator=sheet.separator,
            columns=tuple(ImportColumn(heading=each, field=field) for each, field in zip(heading, fields, strict=True)),
            preview=tuple(first),
            done=0.0,
        )
        if self._stage is not None:
            self._stage.close()
        self._stage = Stage(self._folder / "stage.db")
        return self._judging(sheet, fields, self._stage, self._rules.desk())

    def _judging(
        self, sheet: sheets.Sheet, fields: tuple[ImportField | None, ...], stage: Stage, desk: Desk
    ) -> Callable[[], Awaitable[dict[str, object]]]:
        loop = asyncio.get_running_loop()

        def alive(rows: int) -> None:
            self._must_go_on()
            loop.call_soon_threadsafe(lambda: self._now({"rows": rows}))

        def work(database: SqliteDatabase) -> taking_in.Judged:
            return taking_in.judge(database, sheet, fields, desk, stage, alive)

        async def judged() -> dict[str, object]:
            found = await self._store.run(work)
            return {
                "phase": ImportPhase.READY,
                "rows": found.rows,
                "faulty": found.faulty,
                "faults": tuple(found.faults),
                "known": found.known + found.twice,
            }

        return judged

    # --- storing --------------------------------------------------------------------------

    async def _run(self, login: str, wish: ImportRun) -> ImportState:
        if self._state.phase is not ImportPhase.READY or self._stage is None:
            raise BranchboxError(Problem(text="There is nothing that was read and could be stored. Begin again."))
        if self._state.faulty and not wish.without_faulty:
            text = "{count} rows do not fit. Mend them in the file and begin again, or leave them out."
            raise BranchboxError(Problem(text=text, args={"count": str(self._state.faulty)}))
        self._cancelled = False
        self._state = self._state.model_copy(update={"phase": ImportPhase.STORING, "done": 0.0})
        signed = Signature(login, self._clock())
        self._work = asyncio.create_task(self._keep(self._stage, wish, signed))
        return self._state

    async def _keep(self, stage: Stage, wish: ImportRun, signed: Signature) -> None:
        await self._swept.wait()
        loop, rows = asyncio.get_running_loop(), max(1, self._state.rows)

        def alive(done: int) -> None:
            self._must_go_on()
            loop.call_soon_threadsafe(lambda: self._now({"done": min(1.0, done / rows)}))

        def work(database: SqliteDatabase) -> taking_in.Stored:
            return taking_in.store(database, stage, wish.duplicates, signed, alive)

        async def stored() -> dict[str, object]:
            did = await self._store.run(work)
            left_out = self._state.rows - did.added - did.updated
            return {
                "phase": ImportPhase.DONE,
                "added": did.added,
                "updated": did.updated,
                "left_out": left_out,
                "done": 1.0,
            }

        await self._guarded(stored)

    async def _guarded(self, work: Callable[[], Awaitable[dict[str, object]]]) -> None:
        """Do it, and say how it ended."""
        try:
            self._now(await work())
        except taking_in.Cancelled:
            self._now({"phase": ImportPhase.CANCELLED})
        except BranchboxError as error:
            self._now({"phase": ImportPhase.FAILED, "problem": error.problems[0]})
        except (sqlite3.Error, OperationalError, OSError) as error:
            log.exception("an import failed")
            text = "The import failed; nothing of it is stored. Make room on the disk, then try again."
            self._now({"phase": ImportPhase.FAILED, "problem": Problem(text=text, original=str(error))})
        if self._state.phase is not ImportPhase.READY:
            self._drop_files()

    def _must_go_on(self) -> None:
        if self._cancelled:
            raise taking_in.Cancelled

    def _now(self, news: dict[str, object]) -> None:
        self._state = self._state.model_copy(update=news)

    async def _cancel(self, _login: str, _: Empty) -> ImportState:
        self._cancelled = True
        if self._busy and self._work is not None:
            await asyncio.wait({self._work})
        elif self._state.phase in (ImportPhase.RECEIVING, ImportPhase.READY):
            self._forget()
            self._now({"phase": ImportPhase.CANCELLED})
        return self._state

    def _forget(self) -> None:
        self._state = ImportState(phase=ImportPhase.IDLE, file=self._state.file)
        self._drop_files()

    def _drop_files(self) -> None:
        if self._stage is not None:
            self._stage.close()
            self._stage = None
        shutil.rmtree(self._folder, ignore_errors=True)

    # --- giving out -----------------------------------------------------------------------

    async def _export(self, _login: str, wish: ExportWish) -> ExportPage:
        numbering = self._rules.desk().numbering
        keys = await self._store.run(customer_import.export, wish.after, EXPORTED)
        found = []
        for start in range(0, len(keys), 500):
            found += await self._store.run(customers.get, keys[start : start + 500])
        return ExportPage(customers=tuple(showing.customer(numbering, each) for each in found))
