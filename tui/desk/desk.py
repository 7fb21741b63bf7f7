"""F9 Desk: who is calling, who waits, and what I am to the queues."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.site.models import Role
from tui import look
from tui.desk import drawing
from tui.desk.keys import ORDERS, OTHERS, may
from tui.feed import WITH_CUSTOMERS
from tui.format import DASH, duration
from tui.i18n import N_, _
from tui.screens.ask import AskWhy, Choose
from tui.screens.page import P, Page, R
from tui.widgets.cells import ends, line
from tui.widgets.entry import Option
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.contract import LiveAgent
    from appliance.api.customers import DeskSetting
    from appliance.api.desk import BusyReasons, Desk, Dialled
    from appliance.api.wire import Empty, Method


class DeskPage(Page):
    """One agent's world. The phone's keys never move: F1 answers while it rings, and is help otherwise."""

    ANSWERS = N_(
        "Who is calling, who waits, and how the queues see you. While your phone rings F1 answers it; otherwise F1 is "
        "this help. F8 makes you busy for a reason, during a call: after it; F9 makes you ready and ends wrap-up, w "
        "gives it a minute more. During a call F7 asks the supervisor for help, and takes that back; who comes stands "
        "beside your phone's number. What stands at the top is the exchange's word, not a wish: a key that was pressed "
        "has worked when it has changed."
    )
    CRUMBS = N_("DESK")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "order('answer')", N_("Answer")),
        Binding("f2", "order('hang_up')", N_("Hang up")),
        Binding("f3", "order('hold')", N_("Hold")),
        Binding("f3", "order('retrieve')", N_("Retrieve")),
        Binding("f3", "order('swap')", N_("Swap")),
        Binding("f4", "transfer", N_("Transfer")),
        Binding("f4", "order('complete')", N_("Connect")),
        Binding("f5", "consult", N_("Consult")),
        Binding("f5", "order('back_to_caller')", N_("Back")),
        Binding("f6", "order('three_way')", N_("3-way")),
        Binding("f7", "order('help')", N_("Ask help")),
        Binding("f7", "order('no_help')", N_("No help")),
        Binding("f3,f4,f5,f6,f7", "nothing", show=False),
        Binding("f8", "busy", N_("Busy")),
        Binding("f9", "order('ready')", N_("Ready")),
        Binding("w", "order('longer')", N_("Longer")),
        Binding("n", "new_customer", N_("New customer")),
        Binding("v", "messages", N_("Messages")),
        Binding("enter", "customer", N_("Customer")),
        Binding("t", "note", N_("Note")),
        Binding("p", "order('park')", N_("Park")),
        Binding("p", "take_back", N_("Take back")),
        Binding("s", "order('survey')", N_("Survey")),
        Binding("c", "dial", N_("Call")),
        Binding("k", "keys", N_("Keys")),
        Binding("o", "order('record')", N_("Record")),
        Binding("x", "order('pause')", N_("Pause recording")),
        Binding("x", "order('go_on')", N_("Record again")),
        Binding("a", "abandoned", N_("Abandoned")),
        Binding("f10", "sign_in", N_("Sign in")),
        Binding("f10", "order('sign_out')", N_("Sign out")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._reasons: BusyReasons | None = None
        self._setting: DeskSetting | None = None
        self._keys = ""

    @property
    def desk(self) -> Desk | None:
        """The last that core said of it."""
        return self.picture.desk

    def body(self) -> Iterable[Widget]:
        """The calls at the phone, then the waiting line, then today."""
        yield Painted(self._calls, id="calls")
        yield Painted(self._parked, id="parked")
        with Scroll():
            yield Painted(self._queues, id="queues")
        yield Painted(self._today, id="today")

    def load(self) -> None:
        """The reasons, and what grades are called; everything else comes by the feed."""
        from appliance.api.customers import SETTING
        from appliance.api.desk import REASONS
        from appliance.api.wire import Empty

        self.ask(REASONS, Empty(), self._came)
        if self.picture.is_of(WITH_CUSTOMERS):
            self.ask(SETTING, Empty(), self._set)

    def _set(self, setting: DeskSetting) -> None:
        self._setting = setting
        self.repaint()

    def _came(self, reasons: BusyReasons) -> None:
        self._reasons = reasons
        self.loaded = True

    def picture_changed(self) -> None:
        """Which keys work depends on the state."""
        keys = "".join(str(self._may(action)) for action in (*ORDERS, *OTHERS))
        if keys != self._keys:
            self._keys = keys
            self.refresh_bindings()

    # --- what is drawn --------------------------------------------------------------------

    def _head(self, width: int) -> list[Text]:
        desk = self.desk
        if desk is None:
            return super()._head(width)
        waiting = sum(queue.waiting for queue in desk.queues)
        since = [queue.longest_since for queue in desk.queues if queue.longest_since is not None]
        words = _("{n} waiting").format(n=waiting) if waiting else _("nobody waits")
        if since:
            words += ", " + _("longest {time}").format(time=duration(self.now - min(since)))
        right = line((words + " ", look.WARN if waiting else ""))
        return [
            ends(
                line(" ", (f"{desk.agent.number} {desk.agent.name}", look.HEAD), "   ", *self._state(desk.agent)),
                right,
                width,
            )
        ]

    def _state(self, agent: LiveAgent) -> list[tuple[str, str]]:
        words, style = drawing.said(agent, self._reason(agent.reason)), look.of_state(agent.state)
        since = "" if agent.since is None else f" {duration(self.now - agent.since)}"
        return [(words, style or look.HEAD), (since, "")]

    def _reason(self, name: str | None) -> str:
        reasons = self._reasons.reasons if self._reasons else ()
        return next((reason.label for reason in reasons if reason.name == name), word(name) if name else "")

    def _calls(self, width: int) -> list[Text]:
        desk = self.desk
        heading = line(" ", (_("PHONE"), look.HEAD))
        if desk is None:
            return [heading, line((" " + self.nothing_yet(), look.QUIET)), line()]
        if desk.agent.phone is None:
            return [heading, line(" " + _("You are not signed in: F10 signs you in at your phone.")), line()]
        heading.append_text(drawing.phone(desk, self.now))
        if not desk.calls:
            return [heading, line((" " + _("No call."), look.QUIET)), *drawing.gave_up(desk), line()]
        parts = (part for call in desk.calls for part in drawing.call(call, desk, self._seen(width)))
        return [heading, *parts, line()]

    def _seen(self, width: int) -> drawing.Seen:
        return drawing.Seen(width=width, now=self.now, zone=self.picture.zone, setting=self._setting)

    def _queues(self, width: int) -> list[Text]:
        return drawing.queues(self.desk, self._seen(width)) if self.desk else []

    def _parked(self, width: int) -> list[Text]:
        return drawing.parked(self.desk.parked, self._seen(width)) if self.desk else []

    def _today(self, _width: int) -> list[Text]:
        return drawing.today(self.desk.today) if self.desk and self.desk.today else []

    # --- keys -----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that could do nothing is not there; Esc leads an agent nowhere."""
        if action == "back":
            me = self.picture.me
            return me is not None and me.role is not Role.AGENT
        if action == "abandoned":
            return self.picture.is_of(WITH_CUSTOMERS)
        if action == "order":
            return self._may(str(parameters[0]))
        if action in OTHERS:
            return self._may(action)
        return super().check_action(action, parameters)

    def _may(self, action: str) -> bool:
        return self.desk is not None and may(action, self.desk)

    def action_back(self) -> None:
        """A supervisor goes back to the rooms."""
        self.run_worker(self.ours.action_room("home"))

    def action_nothing(self) -> None:
        """The rooms' keys do not work here: they would be pressed by mistake while a phone rings."""

    def action_transfer(self) -> None:
        """Send the other side on."""
        from appliance.api.desk import TRANSFER

        self._ask_number(TRANSFER, lambda: _("Send the caller to which number?"), N_("Transferring to {number} ..."))

    def action_consult(self) -> None:
        """Call somebody while the other side waits."""
        from appliance.api.desk import CONSULT

        self._ask_number(CONSULT, lambda: _("Call whom, while the caller hears music?"), N_("Calling {number} ..."))

    def action_dial(self) -> None:
        """Call somebody."""
        from appliance.api.desk import DIAL

        self._ask_number(DIAL, lambda: _("Call which number? Your phone rings first."), N_("Calling {number} ..."))

    def action_keys(self) -> None:
        """Keys for a machine at the other end."""
        self.app.push_screen(AskWhy(lambda: _("Which keys shall your phone send?"), N_("0 to 9, * and #:")), self._send)

    def _send(self, keys: str | None) -> None:
        from pydantic import ValidationError

        from appliance.api.desk import KEYS as SEND
        from appliance.api.desk import Keys

        if keys is None:
            return
        try:
            wanted = Keys(keys=keys.replace(" ", ""))
        except ValidationError:
            self.notice(_("Phones have the keys 0 to 9, * and #; 32 at a time."), bad=True)
            return
        self._do(SEND, _("Sending ..."), wanted)

    def _ask_number(self, method: Method[Dialled, Empty], question: Callable[[], str], asked: str) -> None:
        def given(number: str | None) -> None:
            from pydantic import ValidationError

            from appliance.api.desk import Dialled

            if number is None:
                return
            try:
                wanted = Dialled(number=number.replace(" ", "").replace("-", ""))
            except ValidationError:
                self.notice(_("Numbers have 2 to 24 digits."), bad=True)
                return
            self._do(method, _(asked).format(number=wanted.number), wanted)

        self.app.push_screen(AskWhy(question, N_("Number:")), given)

    def action_order(self, name: str) -> None:
        """Ask core for one thing."""
        from appliance.api import desk, recordings
        from appliance.api.wire import Empty

        of_recording = {
            "record": recordings.RECORDINGS_START,
            "pause": recordings.RECORDINGS_PAUSE,
            "go_on": recordings.RECORDINGS_RESUME,
        }
        if name in of_recording:
            self._do(of_recording[name], _(ORDERS[name]), recordings.OfCall())
            return
        methods = {
            "answer": desk.ANSWER,
            "hang_up": desk.HANG_UP,
            "hold": desk.HOLD,
            "retrieve": desk.RETRIEVE,
            "swap": desk.SWAP,
            "complete": desk.COMPLETE,
            "back_to_caller": desk.BACK,
            "three_way": desk.THREE_WAY,
            "park": desk.PARK,
            "survey": desk.SURVEY,
            "help": desk.HELP,
            "no_help": desk.NO_HELP,
            "ready": desk.READY,
            "longer": desk.LONGER,
            "sign_out": desk.SIGN_OUT,
        }
        self._do(methods[name], _(ORDERS[name]), Empty())

    def action_new_customer(self) -> None:
        """Write down who calls; the number comes by itself."""
        from tui.screens.customer_edit import CustomerEdit

        call = next((each.call for each in self.desk.calls if each.known == ()), None) if self.desk else None
        if call is not None:
            self.app.push_screen(CustomerEdit(caller_of=call.linkedid))

    def action_note(self) -> None:
        """Write down what the caller said, for whoever talks with this customer next."""
        from appliance.api.customers import NOTE, NewNote

        call = next((each for each in self.desk.calls if each.known), None) if self.desk else None
        if call is None or not call.known:
            return
        customer = call.known[0].customer

        def written(text: str | None) -> None:
            if text is not None:
                self.ask(NOTE, NewNote(id=customer.id, text=text), lambda _note: self.notice(_("Done.")))

        name = customer.facts.name
        self.app.push_screen(AskWhy(lambda: _("Note on {name}").format(name=name), N_("Note:")), written)

    def action_take_back(self) -> None:
        """The only call that is parked, or the one that is chosen."""
        parked = self.desk.parked if self.desk else ()
        places = [(call, call.parked.place) for call in parked if call.parked is not None]
        if len(places) == 1:
            self._take_back(str(places[0][1]))
            return
        options: list[Option] = [
            (str(place), partial(str, f"{place}  {drawing.other_end(call) or DASH}")) for call, place in places
        ]
        self.app.push_screen(Choose(lambda: _("Take which call back?"), options), self._take_back)

    def _take_back(self, place: str | None) -> None:
        from appliance.api.desk import TAKE_BACK, ParkingPlace

        if place is not None:
            self._do(TAKE_BACK, _("Your phone rings; lift it ..."), ParkingPlace(place=int(place)))

    def action_messages(self) -> None:
        """What callers left."""
        from tui.screens.messages import MessagesPage

        self.app.push_screen(MessagesPage())

    def action_customer(self) -> None:
        """Everything that is known of the caller."""
        from tui.screens.customer import CustomerPage

        known = [each for call in (self.desk.calls if self.desk else ()) for each in call.known or ()]
        if known:
            self.app.push_screen(CustomerPage(known[0].customer.id))

    def action_abandoned(self) -> None:
        """Who hung up while waiting, to be called back."""
        from tui.screens.abandoned import AbandonedCalls

        self.app.push_screen(AbandonedCalls())

    def action_busy(self) -> None:
        """Take none, for a reason."""
        if self._reasons is None:
            self.notice(self.nothing_yet(), bad=True)
            return
        if not self._reasons.reasons:
            self.notice(_("No busy reason is set up. A technician adds them under F8 Setup, Busy reasons."), bad=True)
            return
        options: list[Option] = [(reason.name, partial(str, reason.label)) for reason in self._reasons.reasons]
        self.app.push_screen(Choose(lambda: _("Why do you take no calls?"), options), self._be_busy)

    def _be_busy(self, reason: str | None) -> None:
        from appliance.api.desk import BUSY, Busy

        if reason is not None:
            self._do(BUSY, _("Making you busy ..."), Busy(reason=reason))

    def action_sign_in(self) -> None:
        """At the own phone, or another."""
        self.app.push_screen(
            AskWhy(
                lambda: _("Sign in at which phone? Your own is taken when you press Enter."),
                N_("Phone:"),
                may_be_empty=True,
            ),
            self._sign_in_at,
        )

    def _sign_in_at(self, phone: str | None) -> None:
        from pydantic import ValidationError

        from appliance.api.desk import SIGN_IN, SignIn

        if phone is None:
            return
        try:
            wanted = SignIn(phone=phone or None)
        except ValidationError:
            self.notice(_("This is no internal number: use 3 to 6 digits, not beginning with 0."), bad=True)
            return
        self._do(SIGN_IN, _("Signing in ..."), wanted)

    def _do(self, method: Method[P, R], asked: str, takes: P) -> None:
        self.notice(asked)
        self.ask(method, takes, lambda _done: self.notice(_("Done.")))
