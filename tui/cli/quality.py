"""`branchbox quality`: which phones and trunks sound bad, and since when."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tui.cli.context import Context, Exit, command, table
from tui.format import DASH, day, of, share
from tui.i18n import _
from tui.qualityfacts import milliseconds, mos

if TYPE_CHECKING:
    from appliance.api.quality import QualityReport


def add(commands: Any) -> None:
    """Add this command to the command line."""
    parser = command(commands, "quality", _("which phones and trunks sound bad, and since when"), show)
    parser.add_argument("--days", type=int, default=7, help=_("of so many days, today included"))
    parser.add_argument("--party", help=_("the days of this phone or trunk"))
    parser.add_argument("--trunk", action="store_true", help=_("it is a trunk"))


async def show(context: Context, said: argparse.Namespace) -> int:
    """Parties, worst first, then the days."""
    from appliance.api.quality import QUALITY, QualityPeriod

    report = await context.ask(QUALITY, QualityPeriod(days=said.days, party=said.party, trunk=said.trunk))
    context.show(report, lambda: _report(context, report))
    return Exit.DONE


def _report(context: Context, report: QualityReport) -> Iterable[str]:
    right = ("MOS", _("Worst"), _("Bad calls"), _("Lost in"), _("& out"), _("Jitter in"), _("& out"), _("Round trip"))
    rows = [
        (
            (_("Trunk {name}") if one.trunk else _("Phone {name}")).format(name=one.party),
            mos(one.mos),
            mos(one.worst),
            of(one.bad, one.known) if one.known else DASH,
            share(one.from_loss, 1),
            share(one.to_loss, 1),
            milliseconds(one.from_jitter),
            milliseconds(one.to_jitter),
            milliseconds(one.round_trip),
        )
        for one in report.parties
    ]
    yield from table(((_("Phone, trunk"), "left"), *((label, "right") for label in right)), rows)
    yield ""
    days = [
        (day(one.begin, context.zone), mos(one.mos), of(one.bad, one.known) if one.known else DASH)
        for one in report.days
    ]
    yield from table(((_("Day"), "left"), ("MOS", "right"), (_("Bad calls"), "right")), days)
