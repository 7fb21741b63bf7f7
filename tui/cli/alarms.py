"""`branchbox alarms`, `branchbox alarm ID [acknowledge|note|own] [TEXT]`, `branchbox checks [CHECK]`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tui.alarmfacts import follows, limits, state, told
from tui.cli.context import Context, Exit, command, table
from tui.format import DASH, moment
from tui.i18n import _, say_all

if TYPE_CHECKING:
    from appliance.api.alarms import AlarmDetail, AlarmPage
    from appliance.api.picture import CheckInfo, Checks

DEEDS = ("show", "acknowledge", "note", "own")


def add(commands: Any) -> None:
    """Add this family to the command line."""
    several = command(commands, "alarms", _("what stands, and with --past what is over"), show_list)
    several.add_argument("--past", action="store_true", help=_("those that are over"))
    one = command(commands, "alarm", _("one alarm: alarm ID [acknowledge|note|own] [TEXT]"), see_to)
    one.add_argument("id", type=int)
    one.add_argument("deed", nargs="?", choices=DEEDS, default="show")
    one.add_argument("text", nargs="?", default="")
    checks = command(commands, "checks", _("what is looked at, why it matters, what to do"), explain)
    checks.add_argument("check", nargs="?")


async def show_list(context: Context, said: argparse.Namespace) -> int:
    """Newest first."""
    from appliance.api.alarms import LIST, AlarmFilter

    page = await context.ask(LIST, AlarmFilter(standing=not said.past))
    context.show(page, lambda: _list(context, page))
    return Exit.DONE


async def see_to(context: Context, said: argparse.Namespace) -> int:
    """Show one, or do something about it."""
    from appliance.api.alarms import ACKNOWLEDGE, NOTE, OWN, SHOW, Acknowledge, AlarmKey, NewNote, Own

    if said.deed == "acknowledge":
        detail = await context.ask(ACKNOWLEDGE, Acknowledge(id=said.id, note=said.text))
    elif said.deed == "note" and said.text:
        detail = await context.ask(NOTE, NewNote(id=said.id, text=said.text))
    elif said.deed == "own":
        detail = await context.ask(OWN, Own(id=said.id, owner=said.text or None))
    else:
        detail = await context.ask(SHOW, AlarmKey(id=said.id))
    context.show(detail, lambda: _detail(context, detail))
    return Exit.DONE


async def explain(context: Context, said: argparse.Namespace) -> int:
    """Every check, or one of them; exit code 1 when there is no such check."""
    from appliance.api.picture import CHECKS
    from appliance.api.wire import Empty

    known = await context.ask(CHECKS, Empty())
    chosen = known.model_copy(
        update={"checks": tuple(each for each in known.checks if said.check in (None, each.check))}
    )
    context.show(chosen, lambda: _checks(chosen))
    return Exit.DONE if chosen.checks else Exit.PROBLEMS


def _list(context: Context, page: AlarmPage) -> Iterable[str]:
    if not page.alarms:
        yield _("No alarms.")
        return
    heads = ((_("Number"), "right"), (_("Since"), "left"), (_("State"), "left"), (_("What"), "left"))
    rows = [
        (str(alarm.id), moment(alarm.since, context.zone, context.now), state(alarm), say_all(alarm.problem))
        for alarm in page.alarms
    ]
    yield from table(heads, rows)  # type: ignore[arg-type]  # mypy widens the literals of a tuple


def _detail(context: Context, detail: AlarmDetail) -> Iterable[str]:
    alarm = detail.alarm
    yield say_all(alarm.problem)
    yield f"{state(alarm)}  {moment(alarm.since, context.zone, context.now)}"
    yield from told(alarm, context.zone, context.now)
    if detail.check is not None:
        yield from _words(detail.check)
    yield from (f"  {_('follows from it')}: {words}" for words in follows(detail))
    yield from (f"  {moment(note.at, context.zone, context.now)} {note.by}: {note.text}" for note in detail.notes)


def _checks(known: Checks) -> Iterable[str]:
    if not known.checks:
        yield _("There is no such check: `branchbox checks` lists all.")
    for check in known.checks:
        yield f"{check.check}: {_(check.title)}"
        yield from (f"  {line}" for line in _words(check))


def _words(check: CheckInfo) -> Iterable[str]:
    yield from limits(check)
    yield f"{_('Why')}: {_(check.why)}"
    yield f"{_('What to do')}: {_(check.todo)}"
    yield f"{_('Explained by')}: {', '.join(check.because) or DASH}"
