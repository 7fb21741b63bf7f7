"""HOME > Alarms > one: why it matters, what to do, what follows from it, what people wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.alarmfacts import follows, limits, state, told
from tui.format import moment
from tui.i18n import N_, _, say
from tui.screens.ask import AskWhy
from tui.screens.page import Page
from tui.widgets.cells import line, wrap
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll

if TYPE_CHECKING:
    from appliance.api.alarms import AlarmDetail
    from appliance.api.contract import Alarm


class AlarmDeeds(Page):
    """What people do about an alarm: the same keys on the list and on the alarm."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "acknowledge", N_("Acknowledge")),
        Binding("o", "own", N_("See to it")),
        Binding("w", "note", N_("Note")),
    ]

    def chosen(self) -> Alarm | None:
        """The alarm that the keys are about."""
        raise NotImplementedError

    def done(self, detail: AlarmDetail) -> None:
        """Something was done about it."""
        raise NotImplementedError

    def _did(self, detail: AlarmDetail) -> None:
        self.ours.feed_now()
        self.done(detail)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """For who may, and where there is something to do."""
        if action in ("acknowledge", "own", "note"):
            from appliance.api.alarms import KEEPERS

            alarm = self.chosen()
            if alarm is None or not self.picture.is_of(KEEPERS):
                return False
            return action == "note" or (alarm.cleared is None and (action == "own" or alarm.acknowledged is None))
        return super().check_action(action, parameters)

    def action_acknowledge(self) -> None:
        """With a note, or without one."""
        from appliance.api.alarms import ACKNOWLEDGE, Acknowledge

        if (alarm := self.chosen()) is not None:
            number = alarm.id
            question = _("Take this as known? It keeps quiet until it gets worse: {alarm}").format(
                alarm=say(alarm.problem)
            )
            self.app.push_screen(
                AskWhy(lambda: question, N_("Note:"), may_be_empty=True),
                lambda note: (
                    None if note is None else self.ask(ACKNOWLEDGE, Acknowledge(id=number, note=note), self._did)
                ),
            )

    def action_own(self) -> None:
        """This person sees to it; or nobody does any more."""
        from appliance.api.alarms import OWN, Own

        me = self.picture.me
        if (alarm := self.chosen()) is not None and me is not None:
            self.ask(OWN, Own(id=alarm.id, owner=None if alarm.owner == me.login else me.login), self._did)

    def action_note(self) -> None:
        """Write something to it."""
        from appliance.api.alarms import NOTE, NewNote

        if (alarm := self.chosen()) is not None:
            number = alarm.id
            self.app.push_screen(
                AskWhy(lambda: _("What is to be known about this alarm?"), N_("Note:")),
                lambda note: self.ask(NOTE, NewNote(id=number, text=note), self._did) if note else None,
            )


class AlarmScreen(AlarmDeeds):
    """All of one alarm."""

    CRUMBS = N_("HOME > Alarms")
    ANSWERS = N_(
        "What happened, why it matters, what to do about it, and what people wrote. a takes it as known: it keeps "
        "quiet until it gets worse. o says that you see to it, or no longer do; w writes a note for whoever comes next."
    )

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._detail: AlarmDetail | None = None

    def crumbs(self) -> str:
        """With what it is about."""
        alarm = self.chosen()
        return super().crumbs() + (f" > {_(alarm.title)}" if alarm is not None and alarm.title else "")

    def body(self) -> Iterable[Widget]:
        """Its story."""
        with Scroll():
            yield Painted(self._draw, id="alarm")

    def load(self) -> None:
        """Ask for all of it."""
        from appliance.api.alarms import SHOW, AlarmKey

        self.ask(SHOW, AlarmKey(id=self._number), self.done)

    def done(self, detail: AlarmDetail) -> None:
        """As it stands."""
        self._detail = detail
        self.loaded = True
        self.repaint()
        self.refresh_bindings()

    def chosen(self) -> Alarm | None:
        """The one that is shown."""
        return self._detail.alarm if self._detail is not None else None

    def _draw(self, width: int) -> list[Text]:
        if self._detail is None:
            return [line((" " + self.nothing_yet(), look.QUIET))]
        alarm, check, zone = self._detail.alarm, self._detail.check, self.picture.zone
        calm = alarm.cleared is not None or alarm.acknowledged is not None
        head = line(" ", (state(alarm), "" if calm else look.of_state(alarm.severity)))
        head.append("  " + _("since {when}").format(when=moment(alarm.since, zone, self.now)))
        if alarm.label:
            head.append(f"  {alarm.label}", look.HEAD)
        lines = [head, line(), *_said(say(alarm.problem), width, look.HEAD)]
        if alarm.problem.original:
            lines += _said(alarm.problem.original, width, look.QUIET)
        lines += [line(" " + words) for words in told(alarm, zone, self.now)]
        if check is not None:
            lines += [line(), _head(_("WHY IT MATTERS")), *_said(_(check.why), width)]
            lines += [line(), _head(_("WHAT TO DO")), *_said(_(check.todo), width)]
            if said := "   ".join(limits(check)):
                lines += [line(), line((f" {_('Alarm from')}  {said}", look.QUIET))]
        if self._detail.consequences:
            lines += [line(), _head(_("FOLLOWS FROM IT"))]
            lines += [part for words in follows(self._detail) for part in _said(words, width)]
        if self._detail.notes:
            lines += [line(), _head(_("NOTES"))]
            for note in self._detail.notes:
                lines += _said(f"{moment(note.at, zone, self.now)}  {note.by}: {note.text}", width)
        return lines


def _head(words: str) -> Text:
    return line((f" {words}", look.HEAD))


def _said(words: str, width: int, style: str = "") -> Iterator[Text]:
    return (line((f" {part}", style)) for part in wrap(words, width - 2))
