"""`branchbox customers find|import|export`: found as text, files in by standard input, out by standard output."""

from __future__ import annotations

import argparse
import asyncio
import base64
import csv
import sys
from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING, Any

from appliance.site.problems import BranchboxError, Problem
from tui import sheets
from tui.cli.context import Context, Exit, command, table
from tui.format import DASH
from tui.i18n import _, say

if TYPE_CHECKING:
    from appliance.api.customers import Customer, Customers
    from appliance.api.imports import ImportState

AGAIN = 0.3
"""Seconds between two looks at an import."""
NO_FILE = Problem(text="Give the file by standard input: branchbox customers import < customers.csv")
TO_TERMINAL = Problem(text="Send it to a file: branchbox customers export --why ... > customers.csv")


def add(commands: Any) -> None:
    """Add this family to the command line."""
    family = commands.add_parser("customers", help=_("customers")).add_subparsers(required=True, metavar=_("COMMAND"))
    command(family, "find", _("customers by name, pinyin, number, address or tag"), find).add_argument(
        "text", nargs="*"
    )
    taking = command(family, "import", _("take in a CSV or XLSX file from standard input"), take_in)
    taking.add_argument("--why", help=_("the reason, for the log; without it the file is only checked"))
    taking.add_argument("--known", choices=("skip", "update", "new"), default="skip", help=_("who is here already"))
    taking.add_argument("--without-faulty", action="store_true", help=_("leave out rows that do not fit"))
    giving = command(family, "export", _("all customers to standard output"), give_out)
    giving.add_argument("--why", required=True, help=_("the reason, for the log"))
    giving.add_argument("--xlsx", action="store_true", help=_("as a workbook in place of CSV"))


async def find(context: Context, said: argparse.Namespace) -> int:
    """Search as the screen does."""
    from appliance.api.customers import SEARCH, CustomerWanted

    found = await context.ask(SEARCH, CustomerWanted(text=" ".join(said.text)[:100]))
    context.show(found, lambda: _list(found))
    return Exit.DONE


async def take_in(context: Context, said: argparse.Namespace) -> int:
    """Check a file and, with a reason, store it."""
    from appliance.api import imports as page

    if sys.stdin.isatty():
        raise BranchboxError(NO_FILE)
    await context.ask(page.BEGIN, page.ImportFile(name=_("the file")))
    while data := sys.stdin.buffer.read(page.PIECE):
        await context.ask(page.PUT, page.ImportPiece(data=base64.b64encode(data).decode()))
    await context.ask(page.READ, page.ImportColumns())
    state = await _end(context)
    if said.why and state.phase is page.ImportPhase.READY:
        run = page.ImportRun(duplicates=said.known, without_faulty=said.without_faulty, why=said.why)
        await context.ask(page.RUN, run)
        state = await _end(context)
    context.show(state, lambda: _told(state))
    wrong = state.problem is not None or (state.faulty and not said.without_faulty)
    return Exit.PROBLEMS if wrong else Exit.DONE


async def _end(context: Context) -> ImportState:
    from appliance.api import imports as page
    from appliance.api.wire import Empty

    busy = {page.ImportPhase.READING, page.ImportPhase.STORING}
    while (state := await context.ask(page.STATE, Empty())).phase in busy:
        await asyncio.sleep(AGAIN)
    return state


def _told(state: ImportState) -> Iterable[str]:
    if state.problem is not None:
        yield say(state.problem)
        return
    yield _("{rows} rows; {faulty} do not fit, {known} are here already or stand there twice.").format(
        rows=state.rows, faulty=state.faulty, known=state.known
    )
    for fault in state.faults:
        yield _("row {row}, {column}: {words}").format(row=fault.row, column=fault.column, words=say(fault.problem))
    if state.phase == "done":
        yield _("{added} added, {updated} changed, {left_out} left out.").format(
            added=state.added, updated=state.updated, left_out=state.left_out
        )


async def give_out(context: Context, said: argparse.Namespace) -> int:
    """Write all customers as CSV (UTF-8 with the mark that Excel wants) or as a workbook."""
    if sys.stdout.isatty():
        raise BranchboxError(TO_TERMINAL)
    everybody = _everybody(context, said.why)
    if said.xlsx:
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(sheets.headings())
        async for some in everybody:
            for row in sheets.rows(some):
                sheet.append(row)
        book.save(sys.stdout.buffer)
    else:
        sys.stdout.buffer.write("\ufeff".encode())
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # a pipe or file here
        writer = csv.writer(sys.stdout)
        writer.writerow(sheets.headings())
        async for some in everybody:
            writer.writerows(sheets.rows(some))
        sys.stdout.flush()
    return Exit.DONE


async def _everybody(context: Context, why: str) -> AsyncIterator[tuple[Customer, ...]]:
    from appliance.api import imports as page

    after = 0
    while some := (await context.ask(page.EXPORT, page.ExportWish(why=why[:200], after=after))).customers:
        yield some
        after = some[-1].id


def _list(found: Customers) -> Iterable[str]:
    if not found.customers:
        yield _("Nobody fits.")
        return
    rows = [
        (
            str(each.id),
            each.facts.name,
            ", ".join(number.number for number in each.facts.numbers) or DASH,
            each.facts.grade or DASH,
            each.facts.address or DASH,
        )
        for each in found.customers
    ]
    heads = ("", _("Customer"), _("Numbers"), _("Grade"), _("Address"))
    yield from table([(head, "left") for head in heads], rows)
