"""The story of one call: what happened, on which legs, and what was recorded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.callfacts import call_facts
from tui.format import DASH, duration, size, time
from tui.i18n import N_, _
from tui.qualityfacts import leg_facts, mos, style
from tui.screens.page import Page
from tui.widgets.cells import fit, line
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll
from tui.words import event, word

if TYPE_CHECKING:
    from appliance.api.contract import CallDetail, LegQuality, RecordingInfo
    from appliance.api.wire import Empty


class CallStory(Page):
    """One call, of now or long ago."""

    CRUMBS = N_("CALLS > CALL")
    ANSWERS = N_(
        "What happened to one call: the facts, then every event with its time, the legs as Asterisk billed them, how "
        "those over SIP sounded, and the recordings with their checksum. r asks again while the call goes on; c has "
        "your phone ring and then calls whoever was at the other end."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("c", "call", N_("Call back"))]

    def __init__(self, linkedid: str, room: str) -> None:
        super().__init__()
        self._linkedid = linkedid
        self._room = room
        self._detail: CallDetail | None = None

    def crumbs(self) -> str:
        """ROOM > caller -> called."""
        call = self._detail.call if self._detail else None
        return f"{_(self._room)} > " + (f"{call.caller or DASH} -> {call.called or DASH}" if call else self._linkedid)

    def summary(self) -> str:
        """How it ended, or that it goes on."""
        if self._detail is None:
            return ""
        call = self._detail.call
        return (
            word(call.outcome)
            if call.outcome is not None
            else _("goes on, {time}").format(time=duration(self.now - call.started))
        )

    def body(self) -> Iterable[Widget]:
        """Everything in one column that scrolls."""
        with Scroll():
            yield Painted(self._draw)

    def load(self) -> None:
        """Ask for the call."""
        from appliance.api.contract import CALLS_SHOW, CallKey

        self.ask(CALLS_SHOW, CallKey(linkedid=self._linkedid), self._came)

    def _came(self, detail: CallDetail) -> None:
        self._detail = detail
        self.loaded = True
        self.repaint()
        self.refresh_bindings()

    def action_call(self) -> None:
        """Call whoever was at the other end."""
        from appliance.api.desk import CALL, Whom

        def asked(_done: Empty) -> None:
            self.notice(_("Your phone rings; the other end is called when you answer."))

        self.ask(CALL, Whom(linkedid=self._linkedid), asked)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Outside numbers are called back, once the call is over, by who has a phone for it."""
        if action == "call":
            call = self._detail.call if self._detail else None
            over = call is not None and call.outcome is not None and call.direction != "internal"
            return over and self.picture.calls_customers
        return super().check_action(action, parameters)

    def _draw(self, width: int) -> list[Text]:
        if self._detail is None:
            return [line((" " + self.nothing_yet(), look.QUIET))]
        lines = self._facts(self._detail)
        lines += [line(), line(" ", (_("TIMELINE"), look.HEAD))]
        for entry in self._detail.timeline:
            after = "+" + duration(entry.at - self._detail.call.started)
            lines.append(
                line(
                    " " + fit(time(entry.at, self.picture.zone), 9),
                    (fit(after, 7, "right") + "  ", look.QUIET),
                    fit(event(entry.what), 18)
                    + " "
                    + (word(entry.detail) if entry.what == "hung-up" else entry.detail),
                )
            )
        lines += [line(), line(" ", (_("LEGS"), look.HEAD))]
        for leg in self._detail.legs:
            talked = duration(leg.ended - leg.answered) if leg.answered is not None else DASH
            lines.append(line(f" {time(leg.started, self.picture.zone)} {leg.channel} -> {leg.to_channel or DASH}"))
            lines.append(line((" " * 10 + f"{leg.disposition}  " + _("talked {time}").format(time=talked), look.QUIET)))
        if not self._detail.legs:
            lines.append(line((" " + _("Legs appear when they end."), look.QUIET)))
        lines += [line(), line(" ", (_("VOICE QUALITY"), look.HEAD))]
        for sounded in self._detail.quality:
            lines += self._quality(sounded)
        if not self._detail.quality:
            words = _("Not known. It appears when an answered leg over SIP ends.")
            lines.append(line((f" {words}", look.QUIET)))
        lines += [line(), line(" ", (_("RECORDINGS"), look.HEAD))]
        for recording in self._detail.recordings:
            lines += self._recording(recording)
        if not self._detail.recordings:
            lines.append(line((" " + _("None. They appear when the call has ended and was recorded."), look.QUIET)))
        return lines

    def _facts(self, detail: CallDetail) -> list[Text]:
        pairs = call_facts(detail.call, self.picture.zone, self.now)
        lines = []
        for at in range(0, len(pairs), 2):
            row = line()
            for label, value in pairs[at : at + 2]:
                row.append(" ")
                row.append(fit(label, 13), look.QUIET)
                row.append(fit(value, 25))
            lines.append(row)
        return lines

    def _quality(self, leg: LegQuality) -> list[Text]:
        (who, codec, worst), *ways = leg_facts(leg)
        lines = [line(" " + fit(who, 22), (fit(f"MOS {mos(worst)}", 10), style(worst)), codec)]
        for label, words, value in ways:
            lines.append(
                line(("   " + fit(label, 20), look.QUIET), (fit(f"MOS {mos(value)}", 10), style(value)), words)
            )
        return lines

    def _recording(self, recording: RecordingInfo) -> list[Text]:
        return [
            line(f" {recording.name}  {duration(recording.duration)}  {size(recording.size)}"),
            line((f"   sha256 {recording.sha256}", look.QUIET)),
        ]
