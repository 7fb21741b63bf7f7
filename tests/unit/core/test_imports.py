"""A file of customers through core's door, and customers given out."""

from __future__ import annotations

import asyncio
import base64

import pytest

from appliance.api import customers as desk
from appliance.api import imports as page
from appliance.api.customers import CustomerWanted
from appliance.api.imports import (
    ExportWish,
    ImportColumns,
    ImportField,
    ImportFile,
    ImportPhase,
    ImportPiece,
    ImportRun,
    ImportState,
    StickSource,
)
from appliance.api.wire import Empty
from appliance.site.problems import BranchboxError
from tests.unit.core.box import Box, box

TEXT = "姓名,手机号\n王建国,13805772046\n,13900002046\n李娜,13800000001\n"


async def send(here: Box, text: str) -> ImportState:
    await here.client.call(page.BEGIN, ImportFile(name="customers.csv"))
    data = text.encode("gb18030")
    for start in range(0, len(data), 20):
        await here.client.call(page.PUT, ImportPiece(data=base64.b64encode(data[start : start + 20]).decode()))
    await here.client.call(page.READ, ImportColumns())
    return await ended(here)


BUSY = {ImportPhase.RECEIVING, ImportPhase.READING, ImportPhase.STORING}


async def ended(here: Box) -> ImportState:
    while (state := await here.client.call(page.STATE, Empty())).phase in BUSY:
        await asyncio.sleep(0)
    return state


async def test_a_file_comes_in_pieces_is_shown_and_stored_and_found() -> None:
    async with box(login="manager") as here:
        ready = await send(here, TEXT)
        assert (ready.phase, ready.encoding, ready.separator, ready.rows) == (ImportPhase.READY, "gb18030", ",", 3)
        assert [column.field for column in ready.columns] == [ImportField.NAME, ImportField.NUMBER]
        assert ready.preview[0] == ("王建国", "13805772046")
        assert [(fault.row, fault.column) for fault in ready.faults] == [(3, "姓名")]
        with pytest.raises(BranchboxError, match="1 rows do not fit"):
            await here.client.call(page.RUN, ImportRun(why="start"))
        await here.client.call(page.RUN, ImportRun(why="start", without_faulty=True))
        done = await ended(here)
        assert (done.phase, done.added, done.left_out) == (ImportPhase.DONE, 2, 1)
        assert not (here.paths.site_db.parent / "import").exists()
        found = await here.client.call(desk.SEARCH, CustomerWanted(text="13805772046"))
        assert [each.facts.name for each in found.customers] == ["王建国"]
        assert "why: start" in (await here.operations())[-1].detail


async def test_another_column_can_be_chosen() -> None:
    async with box(login="manager") as here:
        await send(here, "Colour,Phone\nWang,13805772046\n")
        await here.client.call(page.READ, ImportColumns(fields=(ImportField.NAME, None)))
        state = await ended(here)
        assert (state.faulty, state.columns[0].field) == (0, ImportField.NAME)


async def test_a_cancelled_import_leaves_no_file_and_nothing_to_store() -> None:
    async with box(login="manager") as here:
        await send(here, TEXT)
        assert (await here.client.call(page.CANCEL, Empty())).phase is ImportPhase.CANCELLED
        assert not (here.paths.site_db.parent / "import").exists()
        with pytest.raises(BranchboxError, match="nothing that was read"):
            await here.client.call(page.RUN, ImportRun(why="start"))


async def test_customers_leave_the_box_with_a_reason_in_the_log() -> None:
    async with box(login="manager") as here:
        await send(here, TEXT)
        await here.client.call(page.RUN, ImportRun(why="start", without_faulty=True))
        await ended(here)
        first = await here.client.call(page.EXPORT, ExportWish(why="for the accountant"))
        assert [each.facts.numbers[0].number for each in first.customers] == ["138 0577 2046", "138 0000 0001"]
        rest = await here.client.call(page.EXPORT, ExportWish(why="for the accountant", after=first.customers[-1].id))
        assert rest.customers == ()
        row = (await here.operations())[-1]
        assert (row.method, row.by) == ("customers/export", "manager")
        assert "why: for the accountant" in row.detail


async def test_a_file_of_a_stick_is_fetched_read_and_shown() -> None:
    async with box(login="manager") as here:
        here.host.lists["客户.csv"] = TEXT.encode()
        begun = await here.client.call(page.STICK, StickSource(stick="sdz1", file="客户.csv"))
        assert (begun.phase, begun.file) == (ImportPhase.RECEIVING, "客户.csv")
        ready = await ended(here)
        assert (ready.phase, ready.rows, ready.faulty) == (ImportPhase.READY, 3, 1)
        await here.client.call(page.READ, ImportColumns(fields=(ImportField.NAME, None)))
        again = await ended(here)
        assert (again.phase, [column.field for column in again.columns]) == (
            ImportPhase.READY,
            [ImportField.NAME, None],
        )


async def test_a_stick_that_is_pulled_out_says_so_and_leaves_nothing() -> None:
    async with box(login="manager") as here:
        await here.client.call(page.STICK, StickSource(stick="sdz1", file="gone.csv"))
        failed = await ended(here)
        assert failed.phase is ImportPhase.FAILED
        assert failed.problem is not None
        assert failed.problem.text == "The stick is gone."
        assert not (here.paths.site_db.parent / "import").exists()
        here.host.lists["gone.csv"] = TEXT.encode()
        await here.client.call(page.STICK, StickSource(stick="sdz1", file="gone.csv"))
        assert (await ended(here)).phase is ImportPhase.READY
