"""F10 Board: who waits, who is free, who needs somebody; and what a supervisor does about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from tui import look
from tui.board import drawing
from tui.format import DASH, time
from tui.i18n import N_, _, say
from tui.screens.ask import AskWhy, Choose
from tui.screens.page import P, Page
from tui.widgets.cells import line
from tui.widgets.entry import Option
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll
from tui.widgets.table import Column, Table

if TYPE_CHECKING:
    from appliance.api.board import Board, BoardAgent
    from appliance.api.desk import BusyReasons
    from appliance.api.wire import Empty, Method

LIVE = 1.0
"""Seconds; what is older is not drawn as live."""
LOOKS = 0.25
"""Seconds between two looks at the picture's age."""
WITH_CALLS = 110
"""Cells of width from which the calls stand beside the agents."""
VERBS: tuple[tuple[str, str, str], ...] = (
    ("h", "answer_help", N_("Answer help")),
    ("l", "listen", N_("Listen")),
    ("w", "whisper", N_("Whisper")),
    ("b", "barge", N_("Barge in")),
    ("t", "take_over", N_("Take over")),
    ("k", "disconnect", N_("Disconnect")),
    ("y", "ready", N_("Force ready")),
    ("x", "busy", N_("Force busy")),
    ("o", "sign_out", N_("Force out")),
)
"""Key, action and name of what is done to the agent under the cursor."""
SHOWN = frozenset({"answer_help", "listen", "whisper", "barge", "take_over"})
"""Of those, what the bottom line has room for; Enter lists all."""


class BoardPage(Page):
    """The floor, queues above agents."""

    DEFAULT_CSS = """
    BoardPage #above { height: auto; max-height: 40%; }
    BoardPage #floor { height: 1fr; }
    BoardPage #agents { width: 1fr; }
    BoardPage #beside { width: 46; margin-left: 2; }
    """
    CRUMBS = N_("BOARD")
    AUTO_FOCUS = "#agents"
    ANSWERS = N_(
        "Who waits, who is free, who needs you. Queues, and agents who talk long, turn yellow and red at the "
        "thresholds of F8 Setup, Queues; a pause turns yellow at its reason's limit. Red and a new call for help "
        "sound once, m mutes. Who asks for help stands first. Enter lists what can be done with the agent under the "
        "cursor. Your phone rings first: lift it, then you hear; its keys 4, 5 and 6 change between listening, "
        "whispering and barging in; another agent's l leads the same phone there. F3 has all calls. Whatever is older"
        " than a second is grey."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"verb('{action}')", name, show=action in SHOWN) for key, action, name in VERBS),
        Binding("m", "mute", N_("Mute")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._reasons: BusyReasons | None = None
        self._alarms: frozenset[str] = frozenset()
        self._muted = False
        self._was_stale = False
        self._keys = ""

    @property
    def board(self) -> Board | None:
        """The last that core said of it."""
        return self.picture.board

    def body(self) -> Iterable[Widget]:
        """Queues, then agents, and the calls beside them where there is room."""
        with Scroll(id="above"):
            yield Painted(self._queues, id="queues")
        yield Painted(self._summary, id="summary")
        with Horizontal(id="floor"):
            yield Table(
                (
                    Column(N_("Agent"), 6),
                    Column(N_("Name"), 12, share=2),
                    Column(N_("State"), 12, share=1),
                    Column(N_("For"), 8, "right"),
                    Column(N_("Caller"), 14, share=1),
                    Column(N_("Queue"), 12, share=2),
                ),
                empty=lambda: _("No agent is set up. A technician makes them under F8 Setup, Agents."),
                id="agents",
            )
            with Scroll(id="beside"):
                yield Painted(self._calls, id="calls")

    def on_mount(self) -> None:
        """Look at the age of the picture more often than at its content."""
        super().on_mount()
        self.set_interval(LOOKS, self._look)

    def on_resize(self) -> None:
        """The calls need a wide terminal."""
        self.query_one("#beside").display = self.size.width >= WITH_CALLS

    def load(self) -> None:
        """The reasons; everything else comes by the feed."""
        from appliance.api.desk import REASONS
        from appliance.api.wire import Empty

        self.ask(REASONS, Empty(), self._came)

    def _came(self, reasons: BusyReasons) -> None:
        self._reasons = reasons
        self.loaded = True
        self.repaint()

    def nothing_yet(self) -> str:
        """Why there is no board, when core says so."""
        refused = self.picture.board_refused
        return say(refused) if refused is not None else super().nothing_yet()

    # --- what is drawn --------------------------------------------------------------------

    def picture_changed(self) -> None:
        """Rows, grey when old, and a sound when something needs somebody anew."""
        board, stale = self.board, self._stale()
        for painted in self.query("#body Painted").results(Painted):
            painted.stale = stale
        table = self.query_one("#agents", Table)
        table.stale = stale
        seen = self._seen()
        table.show([drawing.agent(here, seen) for here in seen.board.agents] if seen else None)
        if board is not None and not stale:
            self._sound(board)
        keys = "".join(str(self._may(action)) for _key, action, _name in VERBS)
        if keys != self._keys:
            self._keys = keys
            self.refresh_bindings()

    def _look(self) -> None:
        if self.is_current and self._stale() != self._was_stale:
            self._was_stale = self._stale()
            self.repaint()

    def _stale(self) -> bool:
        board = self.board
        if board is None:
            return False
        return self.picture.lost_since is not None or not board.linked or self.now - board.as_of > LIVE

    def _sound(self, board: Board) -> None:
        alarms = {
            f"{'talks' if here.help_since is None else 'help'} {here.agent.number}"
            for here in board.agents
            if here.level == "alarm"
        }
        for here in board.queues:
            if "alarm" in (here.waiting_level, here.longest_level):
                alarms.add(f"queue {here.queue.name}")
        if alarms - self._alarms and not self._muted:
            self.app.bell()
        self._alarms = frozenset(alarms)

    def _banner(self, width: int) -> list[Text]:
        lines = super()._banner(width)
        if self.board is not None and self._stale():
            words = _("As of {time}: nothing below is live.").format(time=time(self.board.as_of, self.picture.zone))
            lines.append(line((" " + words, look.BAD)))
        return lines

    def _seen(self) -> drawing.Seen | None:
        return drawing.Seen(self.board, self.now, self._reasons) if self.board is not None else None

    def _queues(self, width: int) -> list[Text]:
        seen = self._seen()
        return drawing.queues(seen, width) if seen else [line((" " + self.nothing_yet(), look.QUIET))]

    def _summary(self, _width: int) -> list[Text]:
        seen = self._seen()
        return drawing.summary(seen) if seen else [line()]

    def _calls(self, _width: int) -> list[Text]:
        seen = self._seen()
        return drawing.calls(seen) if seen else []

    # --- keys -----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that could do nothing to the agent under the cursor is not there."""
        if action == "verb":
            return self.is_mounted and self._may(str(parameters[0]))
        return super().check_action(action, parameters)

    def on_table_moved(self) -> None:
        """Another agent: other keys."""
        self.refresh_bindings()

    def on_table_opened(self) -> None:
        """Everything that can be done now, by name."""
        here = self._here()
        if here is None:
            return
        options: list[Option] = [
            (action, lambda name=name: _(name))  # type: ignore[misc]  # mypy infers no default arguments
            for _key, action, name in VERBS
            if self._may(action)
        ]
        if not options:
            self.notice(_("Nothing can be done with {name} now.").format(name=here.agent.name))
            return
        title = f"{here.agent.number} {here.agent.name}"
        self.app.push_screen(
            Choose(lambda: title, options), lambda action: self.action_verb(action) if action else None
        )

    def _here(self) -> BoardAgent | None:
        board = self.board
        current = self.query_one("#agents", Table).current
        return next((here for here in board.agents if here.agent.number == current), None) if board else None

    def _may(self, action: str) -> bool:
        here = self._here()
        if here is None or here.agent.phone is None:
            return False
        state = str(here.agent.state)
        match action:
            case "answer_help":
                return here.help_since is not None
            case "listen" | "whisper" | "barge" | "take_over":
                return here.call is not None and state == "talking"
            case "disconnect":
                return here.call is not None
            case "ready":
                return state in {"paused", "wrap-up"} or here.agent.reason is not None
            case _:
                return True

    def action_mute(self) -> None:
        """Sound off or on."""
        self._muted = not self._muted
        self.notice(
            _("The board is silent now; m lets it sound again.") if self._muted else _("The board sounds again.")
        )

    def action_verb(self, action: str) -> None:
        """Do it, after asking why where the agent is not asked."""
        from appliance.api import board as page
        from appliance.site.exchange import Ear

        here = self._here()
        if here is None:
            return
        who = here.agent.number
        match action:
            case "listen" | "whisper" | "barge":
                self._ring(page.LISTEN, page.Listen(agent=who, ear=Ear(action)))
            case "answer_help":
                self._ring(page.ANSWER_HELP, page.OfAgent(agent=who))
            case "take_over":
                self._ask_why(
                    _("Take over the call of {who}? Your phone rings; once you lift it you have the caller."),
                    here,
                    lambda why: self._ring(page.TAKE_OVER, page.Force(agent=who, why=why)),
                )
            case "disconnect":
                self._ask_why(
                    _("Disconnect the call of {who}? It ends for the caller too."),
                    here,
                    lambda why: self._do(page.DISCONNECT, page.Force(agent=who, why=why)),
                )
            case "ready":
                self._ask_why(
                    _("Force {who} ready? The next caller rings there."),
                    here,
                    lambda why: self._do(page.READY, page.Force(agent=who, why=why)),
                )
            case "sign_out":
                self._ask_why(
                    _("Force {who} out? A call that goes on does so."),
                    here,
                    lambda why: self._do(page.SIGN_OUT, page.Force(agent=who, why=why)),
                )
            case "busy":
                self._ask_reason(here)

    def _ask_reason(self, here: BoardAgent) -> None:
        from appliance.api import board as page

        if self._reasons is None or not self._reasons.reasons:
            self.notice(_("No busy reason is set up. A technician adds them under F8 Setup, Busy reasons."), bad=True)
            return
        options: list[Option] = [
            (reason.name, lambda label=reason.label: label)  # type: ignore[misc]  # as above
            for reason in self._reasons.reasons
        ]

        def chosen(reason: str | None) -> None:
            if reason is not None:
                self._ask_why(
                    _("Force {who} busy? A call that goes on does so; no other rings there."),
                    here,
                    lambda why: self._do(page.BUSY, page.ForceBusy(agent=here.agent.number, reason=reason, why=why)),
                )

        self.app.push_screen(Choose(lambda: _("Busy for what?"), options), chosen)

    def _ask_why(self, question: str, here: BoardAgent, then: Callable[[str], None]) -> None:
        words = question.format(who=f"{here.agent.number} {here.agent.name}")
        self.app.push_screen(AskWhy(lambda: words), lambda why: then(why) if why else None)

    def _ring(self, method: Method[P, Empty], takes: P) -> None:
        phone = self.board.phone if self.board else None
        self.notice(_("Phone {phone} rings: lift it ...").format(phone=phone or DASH))
        self.ask(method, takes, lambda _done: self.notice(_("Done.")))

    def _do(self, method: Method[P, Empty], takes: P) -> None:
        self.notice(_("Asked ..."))
        self.ask(method, takes, lambda _done: self.notice(_("Done.")))
