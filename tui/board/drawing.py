"""What the board shows of queues, agents and calls. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from tui import look
from tui.format import DASH, duration, number, share
from tui.i18n import _, n_
from tui.widgets.cells import fit, line
from tui.widgets.table import Row
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.board import Board, BoardAgent, BoardQueue
    from appliance.api.contract import LiveCall
    from appliance.api.desk import BusyReasons

STYLES = {"calm": look.PLAIN, "warn": look.WARN, "alarm": look.BAD}
COUNTED = ("talking", "ringing", "ready", "wrap-up", "paused", "unreachable")
"""States of agents who are there, in the order in which they stand."""


@dataclass(frozen=True)
class Seen:
    """A board, when it is looked at, and what reasons are called."""

    board: Board
    now: float
    reasons: BusyReasons | None


def queues(seen: Seen, width: int) -> list[Text]:
    """One line each, under a heading."""
    if not seen.board.queues:
        return [line((" " + _("No queue is set up. A technician makes them under F8 Setup, Queues."), look.QUIET))]
    name = max(14, width - 64)
    heads = (_("Waiting"), _("Longest"), _("In time 1 h"), _("Given up"), _("Talking"), _("Ready"))
    heading = "".join(fit(head, size, "right") for head, size in zip(heads, (9, 10, 13, 11, 9, 7), strict=True))
    return [
        line(" ", (fit(_("Queue"), name) + heading, look.HEAD)),
        *(_queue(each, name, seen.now) for each in seen.board.queues),
    ]


def _queue(here: BoardQueue, name: int, now: float) -> Text:
    queue = here.queue
    longest = DASH if queue.longest_since is None else duration(now - queue.longest_since)
    worst = max((here.waiting_level, here.longest_level), key=list(STYLES).index)
    return line(
        " ",
        (fit(queue.label, name), STYLES[worst]),
        (fit(number(queue.waiting), 9, "right"), STYLES[here.waiting_level]),
        (fit(longest, 10, "right"), STYLES[here.longest_level]),
        fit(share(here.in_service_level), 13, "right"),
        fit(number(here.abandoned), 11, "right"),
        fit(number(queue.talking), 9, "right"),
        fit(number(queue.ready), 7, "right"),
        ("  !" if worst == "alarm" else "", look.BAD),
    )


def summary(seen: Seen) -> list[Text]:
    """How many calls there are, and agents of each state who are there; whom this person hears."""
    counts = Counter(str(here.agent.state) for here in seen.board.agents)
    agents = "  ".join(f"{word(state)} {counts[state]}" for state in COUNTED if counts[state])
    lines = [line(" " + n_("{n} call", "{n} calls", len(seen.board.calls)) + "   " + agents)]
    heard = next((here.agent for here in seen.board.agents if here.agent.number == seen.board.hears), None)
    if heard is not None:
        words = _("You hear {who}. l, w and b change how; putting your phone down ends it.")
        lines.append(line((" " + words.format(who=f"{heard.number} {heard.name}"), look.HEAD)))
    return lines


def agent(here: BoardAgent, seen: Seen) -> Row:
    """State and for how long, the caller and the queue; without a call the queues that the agent serves."""
    of = here.agent
    call = next((call for call in seen.board.calls if call.linkedid == here.call), None)
    words, style = _state(here, seen.reasons)
    since = here.help_since if here.help_since is not None else of.since
    queue = _label(call, seen.board) if call else " ".join(here.queues)
    return Row(
        of.number,
        (
            of.number,
            of.name,
            (words if here.level == "calm" else f"{words} !", style),
            (DASH if since is None else duration(seen.now - since), style),
            _other_end(call) if call else "",
            queue or DASH,
        ),
    )


def _state(here: BoardAgent, reasons: BusyReasons | None) -> tuple[str, str]:
    of, style = here.agent, STYLES[here.level]
    if here.help_since is not None:
        return _("ASKS HELP"), style
    if str(of.state) == "paused" and of.reason:
        known = reasons.reasons if reasons else ()
        return next((reason.label for reason in known if reason.name == of.reason), word(of.reason)), style
    if str(of.state) == "unreachable":
        return word(of.state), look.BAD
    return word(of.state), style or (look.QUIET if str(of.state) == "signed-out" else look.PLAIN)


def calls(seen: Seen) -> list[Text]:
    """Every call, the oldest first."""
    lines = [
        line(
            (fit(word(call.state), 11), look.of_state(call.state)),
            fit(duration(seen.now - call.state_since), 8, "right") + "  ",
            fit(_other_end(call), 15),
            call.agent or _label(call, seen.board) or call.menu or "",
        )
        for call in seen.board.calls
    ]
    return [line((_("CALLS"), look.HEAD)), *(lines or [line((_("No call."), look.QUIET))])]


def _label(call: LiveCall, board: Board) -> str:
    """Of its queue."""
    return next((each.queue.label for each in board.queues if each.queue.name == call.queue), call.queue or "")


def _other_end(call: LiveCall) -> str:
    return (call.called if call.direction == "out" else call.caller) or DASH
