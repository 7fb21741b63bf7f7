"""`branchbox oplog`, `branchbox audit verify` and `branchbox journal`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tui.cli.context import Context, Exit, command, table
from tui.format import moment
from tui.i18n import _
from tui.words import priority, word

if TYPE_CHECKING:
    from appliance.api.contract import Audit, JournalPage, OperationPage


def add(commands: Any) -> None:
    """Add this family to the command line."""
    oplog = command(commands, "oplog", _("who did, or was refused, what"), show_operations)
    oplog.add_argument("--by", help=_("of this person"))
    oplog.add_argument("--refused", action="store_true", help=_("refused only"))
    oplog.add_argument("--before", type=int, help=_("rows before this number"))
    oplog.add_argument("--limit", type=int, default=50, help=_("how many, 1 to 1000"))
    audit = commands.add_parser("audit", help=_("the operation log's chain"))
    verbs = audit.add_subparsers(required=True, metavar=_("COMMAND"))
    command(verbs, "verify", _("check every row"), show_audit)
    journal = command(commands, "journal", _("what the system and our services wrote"), show_journal)
    journal.add_argument("--unit", help=_("of this unit"))
    journal.add_argument("--priority", type=int, default=6, choices=range(8), help=_("0 emergency to 7 debug"))
    journal.add_argument("--text", help=_("with this text"))
    journal.add_argument("--limit", type=int, default=50, help=_("how many, 1 to 1000"))


async def show_operations(context: Context, said: argparse.Namespace) -> int:
    """Rows of the operation log."""
    from appliance.api.contract import OPLOG_LIST, OperationFilter

    limit = max(1, min(said.limit, 1000))
    wanted = OperationFilter(by=said.by, refused_only=said.refused, limit=limit, before=said.before)
    page = await context.ask(OPLOG_LIST, wanted)
    context.show(page, lambda: _operations(context, page))
    return Exit.DONE


async def show_audit(context: Context, _said: argparse.Namespace) -> int:
    """Whether the chain holds; exit code 1 when it does not."""
    from appliance.api.contract import AUDIT_VERIFY
    from appliance.api.wire import Empty

    audit = await context.ask(AUDIT_VERIFY, Empty())
    context.show(audit, lambda: [audit_words(audit)])
    return Exit.DONE if audit.broken_at is None else Exit.PROBLEMS


async def show_journal(context: Context, said: argparse.Namespace) -> int:
    """Lines of the journal."""
    from appliance.api.contract import JOURNAL_LIST, JournalFilter

    limit = max(1, min(said.limit, 1000))
    page = await context.ask(
        JOURNAL_LIST, JournalFilter(unit=said.unit, priority=said.priority, text=said.text, limit=limit)
    )
    context.show(page, lambda: _journal(context, page))
    return Exit.DONE


def audit_words(audit: Audit) -> str:
    """The verdict."""
    if audit.broken_at is None:
        return _("The chain of {rows} rows holds.").format(rows=audit.rows)
    return _("The chain breaks at row {row}: that row or one before it was changed outside the box's services.").format(
        row=audit.broken_at
    )


def _operations(context: Context, page: OperationPage) -> Iterable[str]:
    rows = [
        (
            str(row.number),
            moment(row.at, context.zone, context.now),
            row.by,
            word(row.role),
            word(row.result),
            row.method,
            row.detail,
        )
        for row in page.operations
    ]
    yield from table(
        (
            (_("No."), "right"),
            (_("When"), "left"),
            (_("Who"), "left"),
            (_("Role"), "left"),
            (_("Result"), "left"),
            (_("What"), "left"),
            (_("Detail"), "left"),
        ),
        rows,
    )


def _journal(context: Context, page: JournalPage) -> Iterable[str]:
    rows = [
        (
            moment(entry.at, context.zone, context.now),
            priority(entry.priority),
            entry.unit.removesuffix(".service"),
            entry.text,
        )
        for entry in page.lines
    ]
    yield from table(((_("When"), "left"), (_("Level"), "left"), (_("Unit"), "left"), (_("Text"), "left")), rows)
