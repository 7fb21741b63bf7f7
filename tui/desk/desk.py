"""F9 Desk: who is calling, who waits, and what I am to the queues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.site.models import Role
from tui import look
from tui.format import DASH, duration, moment, number
from tui.i18n import N_, _
from tui.screens.ask import AskWhy, Choose
from tui.screens.customers import grade_label
from tui.screens.page import P, Page
from tui.widgets.cells import ends, fit, line
from tui.widgets.entry import Option
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.contract import LiveAgent, LiveCall
    from appliance.api.customers import DeskSetting, KnownCaller
    from appliance.api.desk import BusyReasons, Desk, DeskCall
    from appliance.api.wire import Empty, Method

LABEL = 14
UNHAPPY = 2
"""The best mark of a survey that says so."""
KEYS = ("answer", "hang_up", "busy", "ready", "sign_in", "new_customer", "customer")
"""What depends on the state of agent and phone."""
WITH_CUSTOMERS = frozenset({"agent", "supervisor", "manager"})


class DeskPage(Page):
    """One agent's world. The phone's keys never move: F1 answers while it rings, and is help otherwise."""

    ANSWERS = N_(
        "Who is calling, who waits, and how the queues see you. While your phone rings F1 answers it; otherwise F1 is "
        "this help. F8 makes you busy for a reason, during a call: after it; F9 makes you ready and ends wrap-up. What "
        "stands at the top is the exchange's word, not a wish: a key that was pressed has worked when it has changed."
    )
    CRUMBS = N_("DESK")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "answer", N_("Answer")),
        Binding("f2", "hang_up", N_("Hang up")),
        Binding("f3,f4,f5,f6,f7", "nothing", show=False),
        Binding("f8", "busy", N_("Busy")),
        Binding("f9", "ready", N_("Ready")),
        Binding("n", "new_customer", N_("New customer")),
        Binding("v", "messages", N_("Messages")),
        Binding("enter", "customer", N_("Customer")),
        Binding("f10", "sign_in", N_("Sign in")),
        Binding("f10", "sign_out", N_("Sign out")),
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
        with Scroll():
            yield Painted(self._queues, id="queues")
        yield Painted(self._today, id="today")

    def load(self) -> None:
        """The reasons, and what grades are called; everything else comes by the feed."""
        from appliance.api.customers import SETTING
        from appliance.api.desk import REASONS
        from appliance.api.wire import Empty

        self.ask(REASONS, Empty(), self._came)
        me = self.picture.me
        if me is not None and me.role in WITH_CUSTOMERS:
            self.ask(SETTING, Empty(), self._set)

    def _set(self, setting: DeskSetting) -> None:
        self._setting = setting
        self.repaint()

    def _came(self, reasons: BusyReasons) -> None:
        self._reasons = reasons
        self.loaded = True

    def picture_changed(self) -> None:
        """Which keys work depends on the state."""
        keys = "".join(str(self._may(action)) for action in KEYS)
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
        words, style = _said(agent, self._reason(agent.reason)), look.of_state(agent.state)
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
        heading.append(f"  {desk.agent.phone}")
        if not desk.calls:
            return [heading, line((" " + _("No call."), look.QUIET)), line()]
        return [heading, *(part for call in desk.calls for part in self._call(call, width)), line()]

    def _call(self, here: DeskCall, width: int) -> list[Text]:
        call = here.call
        style = look.CALLS if here.ringing else look.HEAD
        state = word("ringing") if here.ringing else word(call.state)
        labels = {queue.name: queue.label for queue in self.desk.queues} if self.desk else {}
        way = " > ".join(part for part in (call.menu, labels.get(call.queue or "", call.queue)) if part)
        return [
            line(
                " ",
                (fit(word(call.direction), LABEL), look.HEAD),
                (fit(_other_end(call) or DASH, 20), style),
                (f"{state} {duration(self.now - here.since)}", style),
                f"   {call.called if call.direction == 'in' else ''}   {way}".rstrip(),
            ),
            *self._known(here, width),
        ]

    def _known(self, here: DeskCall, width: int) -> list[Text]:
        """Who is at the other end, and what to know at once."""
        if here.known is None:
            return []
        if not here.known:
            return [line(" " + fit("", LABEL) + _("Unknown. n makes a new customer of this caller."))]
        return [part for known in here.known for part in self._customer(known, width)]

    def _customer(self, known: KnownCaller, width: int) -> list[Text]:
        facts = known.customer.facts
        grade = grade_label(facts.grade, self._setting)
        more = "   ".join(part for part in (facts.organisation, facts.address, ", ".join(facts.tags)) if part)
        lines = [line(" " + fit("", LABEL), (facts.name, look.HEAD), "   ", (grade, look.WARN))]
        if facts.since:
            lines[0].append("   " + _("since {when}").format(when=facts.since))
        if more:
            lines.append(line(" " + fit("", LABEL) + fit(more, max(10, width - LABEL - 2))))
        for place, call in enumerate(known.calls):
            outcome = word(call.outcome) if call.outcome is not None else _("goes on")
            unhappy = call.score is not None and call.score <= UNHAPPY
            lines.append(
                line(
                    " " + fit(_("Last calls") if place == 0 else "", LABEL),
                    fit(moment(call.started, self.picture.zone, self.now), 13),
                    fit(word(call.direction), 7),
                    fit(call.queue or DASH, 14),
                    fit(call.agent or DASH, 7),
                    fit(duration(call.talked), 8, "right") + "  ",
                    (outcome, look.of_state(str(call.outcome or ""))),
                    ("  " + _("{score} of 5, unhappy").format(score=call.score) if unhappy else "", look.WARN),
                )
            )
        return lines

    def _queues(self, _width: int) -> list[Text]:
        desk = self.desk
        if desk is None:
            return []
        lines = [line(" ", (_("QUEUES"), look.HEAD))]
        for queue in desk.queues:
            longest = "" if queue.longest_since is None else duration(self.now - queue.longest_since)
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
            lines.append(
                line((" " + _("You are in no queue. A technician adds you under F8 Setup, Queues."), look.QUIET))
            )
        return lines

    def _today(self, _width: int) -> list[Text]:
        today = self.desk.today if self.desk else None
        if today is None:
            return []
        return [
            line(
                " ",
                (_("TODAY"), look.HEAD),
                "  " + _("{count} calls").format(count=today.calls),
                "   " + _("talk {time}").format(time=duration(today.talk)),
                "   " + _("wrap-up {time}").format(time=duration(today.wrap_up)),
                "   " + _("ready {time}").format(time=duration(today.ready)) if today.ready is not None else "",
            )
        ]

    # --- keys -----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that could do nothing is not there; Esc leads an agent nowhere."""
        if action == "back":
            me = self.picture.me
            return me is not None and me.role is not Role.AGENT
        if action in {"answer", "hang_up", "busy", "ready", "sign_in", "sign_out", "new_customer", "customer"}:
            return self._may(action)
        return super().check_action(action, parameters)

    def _may(self, action: str) -> bool:
        desk = self.desk
        if desk is None:
            return False
        here = desk.agent.phone is not None
        match action:
            case "answer":
                return any(call.ringing for call in desk.calls)
            case "hang_up":
                return bool(desk.calls)
            case "new_customer":
                return any(call.known == () for call in desk.calls)
            case "customer":
                return any(call.known for call in desk.calls)
            case "sign_in":
                return not here
            case "ready":
                return str(desk.agent.state) in {"paused", "wrap-up"} or desk.agent.reason is not None
            case _:
                return here

    def action_back(self) -> None:
        """A supervisor goes back to the rooms."""
        self.run_worker(self.ours.action_room("home"))

    def action_nothing(self) -> None:
        """The rooms' keys do not work here: they would be pressed by mistake while a phone rings."""

    def action_answer(self) -> None:
        """Have the phone take the call."""
        from appliance.api.desk import ANSWER
        from appliance.api.wire import Empty

        self._do(ANSWER, _("Answering ..."), Empty())

    def action_hang_up(self) -> None:
        """End the call."""
        from appliance.api.desk import HANG_UP
        from appliance.api.wire import Empty

        self._do(HANG_UP, _("Hanging up ..."), Empty())

    def action_new_customer(self) -> None:
        """Write down who calls; the number comes by itself."""
        from tui.screens.customer_edit import CustomerEdit

        call = next((each.call for each in self.desk.calls if each.known == ()), None) if self.desk else None
        if call is not None:
            self.app.push_screen(CustomerEdit(caller_of=call.linkedid))

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

    def action_ready(self) -> None:
        """Take calls."""
        from appliance.api.desk import READY
        from appliance.api.wire import Empty

        self._do(READY, _("Making you ready ..."), Empty())

    def action_busy(self) -> None:
        """Take none, for a reason."""
        if self._reasons is None:
            self.notice(self.nothing_yet(), bad=True)
            return
        if not self._reasons.reasons:
            self.notice(_("No busy reason is set up. A technician adds them under F8 Setup, Busy reasons."), bad=True)
            return
        options: list[Option] = [
            (reason.name, lambda label=reason.label: label)  # type: ignore[misc]  # mypy infers no default arguments
            for reason in self._reasons.reasons
        ]
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

    def action_sign_out(self) -> None:
        """Take no calls any more; a call that goes on does so."""
        from appliance.api.desk import SIGN_OUT
        from appliance.api.wire import Empty

        self._do(SIGN_OUT, _("Signing out ..."), Empty())

    def _do(self, method: Method[P, Empty], asked: str, takes: P) -> None:
        self.notice(asked)
        self.ask(method, takes, lambda _done: self.notice(_("Done.")))


def _other_end(call: LiveCall) -> str:
    return call.called if call.direction == "out" else call.caller


def _said(agent: LiveAgent, reason: str) -> str:
    """`TALKING, then Lunch`; `PAUSED Lunch`."""
    state = word(agent.state).upper()
    if not reason:
        return state
    if str(agent.state) == "paused":
        return f"{state} {reason}"
    return _("{state}, then {reason}").format(state=state, reason=reason)
