"""DESK > Messages: what callers left; hear it, take it, call back, done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui.feed import SUPERVISES
from tui.format import DASH, duration, moment
from tui.i18n import N_, _
from tui.messagefacts import condition
from tui.screens.ask import Ask, AskWhy
from tui.screens.page import Page
from tui.widgets.table import Column, Row, Table
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.messages import LeftMessage, Messages
    from appliance.api.recordings import Playing
    from appliance.api.wire import Empty


class MessagesPage(Page):
    """One line for each message; what nobody has done stands first."""

    CRUMBS = N_("DESK > Messages")
    ANSWERS = N_(
        "Messages that callers left in the mailboxes of your queues: what nobody has done stands first. p rings your "
        "phone and plays one, t takes care of it or leaves it to others again, o calls back, e says that it is done, "
        "with a note. Supervisors delete with d."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "play", N_("Play")),
        Binding("t", "take", N_("Take")),
        Binding("o", "call_back", N_("Call back")),
        Binding("e", "done", N_("Done")),
        Binding("d", "remove", N_("Delete")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._messages: tuple[LeftMessage, ...] | None = None

    def body(self) -> Iterable[Widget]:
        """The list."""
        columns = (
            Column(N_("Left"), 12),
            Column(N_("Caller"), 12, share=1),
            Column(N_("Customer"), 10, share=1),
            Column(N_("Length"), 6, "right"),
            Column(N_("State"), 10),
            Column(N_("Who"), 9),
            Column(N_("Queue"), 9, share=1),
            Column(N_("Note"), 20, share=1, wide=True),
        )
        yield Table(columns, empty=lambda: _("Nobody left a message."), id="messages", opens=False)

    def load(self) -> None:
        """Ask for them."""
        from appliance.api.messages import LIST
        from appliance.api.wire import Empty

        self.ask(LIST, Empty(), self._came)

    def _came(self, messages: Messages) -> None:
        self._messages = messages.messages
        self.loaded = True
        self.repaint()
        self.refresh_bindings()

    def picture_changed(self) -> None:
        """The rows."""
        table = self.query_one(Table)
        table.stale = self.picture.lost_since is not None
        table.show(None if self._messages is None else [self._row(one) for one in self._messages])

    def _row(self, one: LeftMessage) -> Row:
        state, who, style = condition(one)
        return Row(
            one.id,
            (
                moment(one.left, self.picture.zone, self.now),
                one.caller or DASH,
                one.customer or DASH,
                duration(one.length),
                (word(state), style),
                who or DASH,
                ", ".join(one.queues) or one.mailbox,
                one.note or DASH,
            ),
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys only where they can do something."""
        if action in ("play", "take", "call_back", "done"):
            return bool(self._messages)
        if action == "remove":
            return bool(self._messages) and self.picture.is_of(SUPERVISES)
        return super().check_action(action, parameters)

    # --- keys -----------------------------------------------------------------------------

    def _current(self) -> LeftMessage | None:
        current = self.query_one(Table).current
        return next((one for one in self._messages or () if one.id == current), None)

    def _at_phone(self, question: str, done: Callable[[str], None]) -> None:
        desk = self.picture.desk
        if desk is not None and desk.agent.phone is not None:
            done(desk.agent.phone)
            return
        self.app.push_screen(
            AskWhy(lambda: question, N_("Number of your phone:")), lambda phone: done(phone) if phone else None
        )

    def action_play(self) -> None:
        """Hear it."""
        from appliance.api.messages import PLAY, OnPhone

        one = self._current()
        if one is None:
            return
        message = one.id

        def came(playing: Playing) -> None:
            if playing.problem is not None:
                self.trouble((playing.problem,))
            else:
                self.load()

        def ring(phone: str) -> None:
            self.notice(_("Ringing {phone} ...").format(phone=phone))
            self.ask(PLAY, OnPhone(id=message, phone=phone), came)

        self._at_phone(_("Hear it on your phone."), ring)

    def action_call_back(self) -> None:
        """Ring the own phone, then the caller."""
        from appliance.api.messages import CALL_BACK, OnPhone

        one = self._current()
        if one is None:
            return
        message, caller = one.id, one.caller

        def came(_done: Empty) -> None:
            self.notice(_("Your phone rings; then {caller} is called.").format(caller=caller))

        self._at_phone(
            _("Call back from which phone?"),
            lambda phone: self.ask(CALL_BACK, OnPhone(id=message, phone=phone), came),
        )

    def action_take(self) -> None:
        """Take care of it, or leave it."""
        from appliance.api.messages import TAKE, Take

        if (one := self._current()) is not None:
            me = self.picture.me
            self.ask(TAKE, Take(id=one.id, off=me is not None and one.taken_by == me.login), self._came)

    def action_done(self) -> None:
        """With a note."""
        from appliance.api.messages import DONE, Done

        if (one := self._current()) is not None:
            self.app.push_screen(
                AskWhy(lambda: _("What was done about this message?"), N_("Note:"), may_be_empty=True),
                lambda note: None if note is None else self.ask(DONE, Done(id=one.id, note=note), self._came),
            )

    def action_remove(self) -> None:
        """After asking."""
        from appliance.api.messages import REMOVE, MessageKey

        if (one := self._current()) is not None:
            question = _("Delete the message of {caller} for good?").format(caller=one.caller or DASH)
            self.app.push_screen(
                Ask(lambda: question), lambda yes: self.ask(REMOVE, MessageKey(id=one.id), self._came) if yes else None
            )
