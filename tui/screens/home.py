"""F2 Home: is anything wrong, what goes on, how was today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look, supply
from tui.format import DASH, duration, moment, number, of, share
from tui.i18n import N_, _, n_, say
from tui.screens.page import Page
from tui.widgets.cells import beside, fit, line, wrap
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.contract import Box, Dashboard, Live, Today

AGENT_STATES = ("ready", "ringing", "talking", "wrap-up", "paused", "unreachable")
LABEL = 9
LEAST_LABEL, ROOM_AFTER_LABEL = 12, 31
"""Cells of a trunk's name, and of what stands behind it."""


class Home(Page):
    """The technician's instrument panel: everything on one 80x24 screen."""

    ANSWERS = N_(
        "Is anything wrong, what goes on now, and how was today so far. Alarms stand below with what to do. "
        "a leads to them. A revision that waits for confirmation stands at the top of every screen. o closes for a "
        "while, and opens."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "alarms", N_("Alarms")),
        # Not in the line of keys, so that the rooms stay named there at 80 columns; F1 and the palette have it.
        Binding("o", "closures", N_("Closures"), show=False),
    ]

    def body(self) -> Iterable[Widget]:
        """The panel, in two columns, then alarms."""
        yield Painted(self._panel, id="panel")
        with Scroll():
            yield Painted(self._alarms, id="alarms")

    def picture_changed(self) -> None:
        """Loaded means: the first picture came."""
        self.loaded = self.picture.dashboard is not None and self.picture.live is not None

    def load(self) -> None:
        """Everything here comes by the feed."""

    def action_alarms(self) -> None:
        """What stands, what stood, and what people did about it."""
        from tui.screens.alarms import AlarmList

        self.app.push_screen(AlarmList())

    def action_closures(self) -> None:
        """What is closed for a while."""
        from tui.screens.closures import ClosuresPage

        self.app.push_screen(ClosuresPage())

    def _panel(self, width: int) -> list[Text]:
        dashboard = self.picture.dashboard
        live = self.picture.live or (dashboard.live if dashboard else None)
        half = width * 43 // 80
        top = beside(
            [line(" ", (_("NOW"), look.HEAD)), *self._present(live, half)],
            [line((_("TODAY"), look.HEAD)), *_today(dashboard.today if dashboard else None)],
            half,
        )
        low = beside(
            [line(" ", (_("LINES"), look.HEAD)), *_lines(live, half)],
            [line((_("BOX"), look.HEAD)), *self._box(dashboard)],
            half,
        )
        return [*top, line(), *low, line()]

    def _present(self, live: Live | None, width: int) -> list[Text]:
        if live is None:
            return [_figure(_("Calls"), DASH), _figure(_("Waiting"), DASH), _figure(_("Agents"), DASH), line()]
        ways = Counter(str(call.direction) for call in live.calls)
        ways_said = "  ".join(f"{word(way)} {ways[way]}" for way in ("in", "out", "internal") if ways[way])
        waiting = sum(queue.waiting for queue in live.queues)
        since = [queue.longest_since for queue in live.queues if queue.longest_since is not None]
        longest = _("longest {time}").format(time=duration(self.now - min(since))) if since else ""
        states = Counter(str(agent.state) for agent in live.agents)
        parts = [f"{word(state)} {states[state]}" for state in AGENT_STATES if states[state]]
        return [
            _figure(_("Calls"), number(len(live.calls)), ways_said),
            _figure(_("Waiting"), number(waiting), longest, look.WARN if waiting else ""),
            *_packed(_("Agents"), parts, width),
        ]

    def _box(self, dashboard: Dashboard | None) -> list[Text]:
        if dashboard is None:
            return [line(DASH)]
        lines = [*_machine(dashboard.box), line(_("UPS") + "  ", supply.short(dashboard.supply))]
        config = dashboard.config
        words = _("Revision {number}").format(number=config.revision if config.revision is not None else DASH)
        if config.candidate_changes:
            words += "   " + _("candidate: {count} changes by {who}").format(
                count=config.candidate_changes, who=config.candidate_by or DASH
            )
        return [*lines, line(words)]

    def _alarms(self, width: int) -> list[Text]:
        heading = line(" ", (_("ALARMS"), look.HEAD))
        dashboard = self.picture.dashboard
        if dashboard is None:
            return [heading, line((" " + self.nothing_yet(), look.QUIET))]
        if dashboard.box is None:
            return [
                heading,
                line((" " + _("The health service does not answer: nothing is known of alarms."), look.WARN)),
            ]
        lines = [heading]
        times = [moment(alarm.since, self.picture.zone, self.now) for alarm in dashboard.box.alarms]
        stamps = [at.rpartition(":")[0] if at.count(":") == 2 else at for at in times]
        room = max((cell_len(at) for at in stamps), default=0)
        indent = " " * (room + 13)
        for alarm, at in zip(dashboard.box.alarms, stamps, strict=True):
            state = fit(word(alarm.severity), 10)
            for row, part in enumerate(wrap(say(alarm.problem), width - room - 15)):
                stamp = (f" {fit(at, room)}  ", "")
                start = [stamp, (state, look.of_state(alarm.severity))] if row == 0 else [(indent, "")]
                lines.append(line(*start, part))
            if alarm.problem.original:
                lines.append(line((indent + alarm.problem.original, look.QUIET)))
        if not dashboard.box.alarms:
            lines.append(line((" " + _("None. Nothing needs you now."), look.QUIET)))
        return lines


def _figure(label: str, value: str, more: str = "", style: str = "") -> Text:
    return line(" " + fit(label, LABEL), (fit(value, 4, "right"), style or look.HEAD), f"   {more}")


def _packed(label: str, parts: list[str], width: int) -> list[Text]:
    """Words after a label, as many to a line as fit, on two lines at least."""
    lines = [""]
    for part in parts or [DASH]:
        if lines[-1] and cell_len(lines[-1] + part) + 2 > width - LABEL - 4:
            lines.append("")
        lines[-1] += ("  " if lines[-1] else "") + part
    lines += [""] * (2 - len(lines))
    return [line(" " + fit(label if row == 0 else "", LABEL) + words) for row, words in enumerate(lines)]


def _today(today: Today | None) -> list[Text]:
    def row(label: str, value: str, second: str, more: str) -> Text:
        return line(fit(label, 10), (fit(value, 5, "right"), look.HEAD), "  ", fit(second, 13), fit(more, 6, "right"))

    if today is None:
        return [line(DASH)]
    return [
        row(_("Offered"), number(today.offered), _("In time"), share(today.in_service_level, 1)),
        row(_("Answered"), number(today.answered), _("Average wait"), duration(today.average_wait)),
        row(_("Abandoned"), number(today.abandoned), _("Average talk"), duration(today.average_talk)),
    ]


def _lines(live: Live | None, width: int) -> list[Text]:
    if live is None:
        return [line(" " + DASH)]
    widest = max((cell_len(trunk.label) for trunk in live.trunks[:4]), default=0)
    label = max(LEAST_LABEL, min(widest, width - ROOM_AFTER_LABEL))
    lines = [
        line(
            " " + fit(trunk.label, label) + " ",
            (fit(word(trunk.state), 8), look.of_state(trunk.state)),
            fit(n_("{n} call", "{n} calls", trunk.calls), 9),
            (trunk.detail, look.QUIET),
        )
        for trunk in live.trunks[:4]
    ]
    if len(live.trunks) > 4:
        lines.append(line((" " + _("and {count} more: F4").format(count=len(live.trunks) - 4), look.QUIET)))
    if not live.trunks:
        lines.append(line((" " + _("No trunk is set up: F8 Setup"), look.WARN)))
    phones = of(live.phones_registered, live.phones_total)
    return [*lines, line(" " + fit(_("Phones"), label) + " " + _("{count} registered").format(count=phones))]


def _machine(box: Box | None) -> list[Text]:
    if box is None:
        return [line((_("unknown: the health service is silent"), look.WARN))]
    running = sum(service.active for service in box.services)
    stopped = [service.unit.removesuffix(".service") for service in box.services if not service.active]
    services = _("Services {count}").format(count=of(running, len(box.services)))
    return [
        line(
            _("CPU {cpu}  memory {memory}  disk {disk}").format(
                cpu=share(box.cpu), memory=share(box.memory), disk=share(box.disk)
            )
        ),
        line((services, look.BAD if stopped else ""), "  ", (" ".join(stopped[:2]), look.BAD)),
        line(_("Software {version}").format(version=box.version)),
    ]
