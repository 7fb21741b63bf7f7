"""What the desk shows of calls, queues and the agent's own day. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from tui import look
from tui.desk import keys
from tui.format import DASH, duration, moment, number
from tui.i18n import _, n_
from tui.screens.customers import grade_label
from tui.widgets.cells import fit, line
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.contract import LiveAgent, LiveCall
    from appliance.api.customers import DeskSetting, KnownCaller
    from appliance.api.desk import Desk, DeskCall, MyToday, Party

LABEL = 14
UNHAPPY = 2
"""The best mark of a survey that says so."""


@dataclass(frozen=True)
class Seen:
    """How much room there is, when, and what grades are called."""

    width: int
    now: float
    zone: str
    setting: DeskSetting | None


def call(here: DeskCall, desk: Desk, seen: Seen) -> list[Text]:
    """Who is at the other end and what is known, then who else is in it."""
    of = here.call
    style = look.CALLS if here.ringing else look.HEAD
    state = word("ringing") if here.ringing else word("on-hold") if _all_held(here) else word(of.state)
    labels = {queue.name: queue.label for queue in desk.queues}
    way = " > ".join(part for part in (of.menu, labels.get(of.queue or "", of.queue)) if part)
    return [
        line(
            " ",
            (fit(word(of.direction), LABEL), look.HEAD),
            (fit(other_end(of) or DASH, 20), style),
            (f"{state} {duration(seen.now - here.since)}", style),
            f"   {of.called if of.direction == 'in' else ''}   {way}".rstrip(),
        ),
        *_parties(here, seen),
        *_known(here, seen),
    ]


def parked(calls: Sequence[LiveCall], seen: Seen) -> list[Text]:
    """Calls that wait to be taken back; nothing where there are none."""
    if not calls:
        return []
    lines = [line(" ", (_("PARKED"), look.HEAD))]
    for of in calls:
        if of.parked is None:
            continue
        lines.append(
            line(
                " " + fit(str(of.parked.place), 4),
                (fit(other_end(of) or DASH, 20), look.WARN),
                fit(duration(seen.now - of.state_since), 8),
                _("parked by {number}").format(number=of.parked.by),
            )
        )
    return [*lines, line()]


def said(agent: LiveAgent, reason: str) -> str:
    """`TALKING, then Lunch`; `PAUSED Lunch`."""
    state = word(agent.state).upper()
    if not reason:
        return state
    if str(agent.state) == "paused":
        return f"{state} {reason}"
    return _("{state}, then {reason}").format(state=state, reason=reason)


def phone(desk: Desk, now: float) -> Text:
    """The agent's phone, whether its call is recorded, and who was asked for help."""
    of = line(f"  {desk.agent.phone}   ")
    if recorded := keys.recorded(desk):
        of.append(f"{word('recording-' + recorded)}   ", look.WARN if recorded == "paused" else look.QUIET)
    of.append_text(help_asked(desk, now))
    return of


def help_asked(desk: Desk, now: float) -> Text:
    """That the supervisor was asked for help, or who comes."""
    asked = desk.help
    if asked is None:
        return line()
    if asked.by is not None:
        return line((_("{name} helps you").format(name=asked.by), look.HEAD))
    return line((_("Help asked {time}, nobody has come yet").format(time=duration(now - asked.since)), look.WARN))


def queues(desk: Desk, seen: Seen) -> list[Text]:
    """The waiting lines of the agent's queues."""
    lines = [line(" ", (_("QUEUES"), look.HEAD))]
    for queue in desk.queues:
        longest = "" if queue.longest_since is None else duration(seen.now - queue.longest_since)
        lines.append(
            line(
                " " + fit(queue.label, 24),
                (fit(_("{n} waiting").format(n=number(queue.waiting)), 14), look.WARN if queue.waiting else ""),
                fit(longest, 8),
                fit(_("{n} talking").format(n=number(queue.talking)), 14),
                _("{n} ready").format(n=number(queue.ready)),
            )
        )
    if not desk.queues:
        lines.append(line((" " + _("You are in no queue. A technician adds you under F8 Setup, Queues."), look.QUIET)))
    return lines


def gave_up(desk: Desk) -> list[Text]:
    """A word to whoever is free: there are callers to be called back."""
    if not desk.gave_up:
        return []
    words = n_(
        "{n} caller gave up waiting and nobody calls back yet: a shows who.",
        "{n} callers gave up waiting and nobody calls back yet: a shows who.",
        desk.gave_up,
    )
    return [line(" " + words)]


def today(mine: MyToday) -> list[Text]:
    """The agent's own figures."""
    return [
        line(
            " ",
            (_("TODAY"), look.HEAD),
            "  " + n_("{n} call", "{n} calls", mine.calls),
            "   " + _("talk {time}").format(time=duration(mine.talk)),
            "   " + _("wrap-up {time}").format(time=duration(mine.wrap_up)),
            "   " + _("ready {time}").format(time=duration(mine.ready)) if mine.ready is not None else "",
        )
    ]


def other_end(of: LiveCall) -> str:
    """The number that is not ours."""
    return of.called if of.direction == "out" else of.caller


def _all_held(here: DeskCall) -> bool:
    return bool(here.parties) and all(str(party.state) == "on-hold" for party in here.parties)


def _parties(here: DeskCall, seen: Seen) -> Iterator[Text]:
    """Everybody else, as soon as there is more than one."""
    if len(here.parties) < 2:
        return
    for place, party in enumerate(here.parties):
        yield line(
            " " + fit(_("In the call") if place == 0 else "", LABEL),
            fit(party.number or DASH, 20),
            (f"{word(party.state)} {duration(seen.now - party.since)}", _style(party)),
        )


def _style(party: Party) -> str:
    return look.WARN if str(party.state) == "on-hold" else look.CALLS if str(party.state) == "ringing" else look.HEAD


def _known(here: DeskCall, seen: Seen) -> list[Text]:
    """Who is at the other end, and what to know at once."""
    if here.known is None:
        return []
    if not here.known:
        return [line(" " + fit("", LABEL) + _("Unknown. n makes a new customer of this caller."))]
    return [part for known in here.known for part in _customer(known, seen)]


def _customer(known: KnownCaller, seen: Seen) -> list[Text]:
    facts = known.customer.facts
    more = "   ".join(part for part in (facts.organisation, facts.address, ", ".join(facts.tags)) if part)
    lines = [
        line(" " + fit("", LABEL), (facts.name, look.HEAD), "   ", (grade_label(facts.grade, seen.setting), look.WARN))
    ]
    if facts.since:
        lines[0].append("   " + _("since {when}").format(when=facts.since))
    if more:
        lines.append(line(" " + fit("", LABEL) + fit(more, max(10, seen.width - LABEL - 2))))
    for place, each in enumerate(known.calls):
        outcome = word(each.outcome) if each.outcome is not None else _("goes on")
        unhappy = each.score is not None and each.score <= UNHAPPY
        lines.append(
            line(
                " " + fit(_("Last calls") if place == 0 else "", LABEL),
                fit(moment(each.started, seen.zone, seen.now), 13),
                fit(word(each.direction), 7),
                fit(each.queue or DASH, 14),
                fit(each.agent or DASH, 7),
                fit(duration(each.talked), 8, "right") + "  ",
                (outcome, look.of_state(str(each.outcome or ""))),
                ("  " + _("{score} of 5, unhappy").format(score=each.score) if unhappy else "", look.WARN),
            )
        )
    return lines
