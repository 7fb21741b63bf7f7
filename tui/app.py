"""The application: rooms on function keys, one feed, one client, one language at a time."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.scrollbar import ScrollBar

from tui import i18n, plain
from tui.feed import SUPERVISES, Feed, Picture
from tui.i18n import N_, _
from tui.keyboard import Keyboard
from tui.screens.page import Page
from tui.widgets.scroll import PlainBar

if TYPE_CHECKING:
    from appliance.api.client import Client

SOCKET = Path("/run/branchbox/core/api.sock")


def _home() -> Screen[Any]:
    from tui.screens.home import Home

    return Home()


def _calls() -> Screen[Any]:
    from tui.screens.calls import Calls

    return Calls()


def _lines() -> Screen[Any]:
    from tui.screens.lines import Lines

    return Lines()


def _people() -> Screen[Any]:
    from tui.screens.people import People

    return People()


def _box() -> Screen[Any]:
    from tui.screens.box import BoxScreen

    return BoxScreen()


def _records() -> Screen[Any]:
    from tui.screens.records import Records

    return Records()


def _setup() -> Screen[Any]:
    from tui.screens.setup import Setup

    return Setup()


def _desk() -> Screen[Any]:
    from tui.desk.desk import DeskPage

    return DeskPage()


def _board() -> Screen[Any]:
    from tui.board.board import BoardPage

    return BoardPage()


ROOMS: tuple[tuple[str, str, str], ...] = (
    ("f2", "home", N_("Home")),
    ("f3", "calls", N_("Calls")),
    ("f4", "lines", N_("Lines")),
    ("f5", "people", N_("People")),
    ("f6", "box", N_("Box")),
    ("f7", "records", N_("Records")),
    ("f8", "setup", N_("Setup")),
    ("f9", "desk", N_("Desk")),
    ("f10", "board", N_("Board")),
)
"""Key, mode and name of every room."""


ScrollBar.renderer = PlainBar


class BranchboxApp(App[None], inherit_bindings=False):
    """The terminal on one box.

    `language` None means the person's own, as core knows it. `clock` gives epoch seconds. Nothing here leads to a
    shell, a file or a browser: Textual's own commands for those are gone.
    """

    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "home": _home,
        "calls": _calls,
        "lines": _lines,
        "people": _people,
        "box": _box,
        "records": _records,
        "setup": _setup,
        "desk": _desk,
        "board": _board,
    }
    DEFAULT_MODE = "home"
    TITLE = "Branchbox"
    PATIENCE: ClassVar[float] = 60.0
    """Seconds that core has for an answer."""
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"room('{mode}')", name) for key, mode, name in ROOMS),
        Binding("f1", "help", N_("Help")),
        Binding("question_mark", "keys", N_("All keys"), show=False, key_display="?"),
        Binding("ctrl+p", "palette", N_("Command palette"), show=False, priority=True),
        Binding("ctrl+l", "language", N_("Language"), show=False, priority=True),
        Binding("c", "confirm", N_("Confirm the waiting revision"), show=False),
        Binding("z", "go_back", N_("Go back to the revision before"), show=False),
        Binding("k", "keep_running", N_("Cancel the restart that waits"), show=False),
        Binding("ctrl+q", "quit", N_("Leave"), show=False, priority=True),
        Binding("ctrl+c", "how_to_leave", N_("How to leave"), show=False),
    ]

    def __init__(
        self, socket: Path = SOCKET, language: str | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
        super().__init__(driver_class=plain.driver(os.environ), ansi_color=True)
        self.animation_level = "none"
        self.clock = clock
        self._socket = socket
        self._asked_language = language
        self._client: Client | None = None
        self._feed: Feed | None = None
        self._was_lost = False
        self.silent = False
        """Whether the bell keeps quiet at something critical."""
        self._rung: frozenset[int] | None = None
        self._keyboard = Keyboard(self, super().on_event, self._at_hand)
        i18n.use(language or i18n.from_environment(os.environ))

    # --- core -----------------------------------------------------------------------------

    @property
    def picture(self) -> Picture:
        """The last that core said."""
        return self._feed.picture if self._feed else Picture()

    def client(self) -> Client:
        """The way to core, loaded when it is first needed."""
        if self._client is None:
            from appliance.api.client import Client

            self._client = Client(self._socket, timeout=self.PATIENCE)
        return self._client

    def on_ready(self) -> None:
        """The frame is on the screen: now get in touch."""
        self.run_worker(self._start(), group="start")
        self.set_interval(1.0, self._tick)

    async def _start(self) -> None:
        self._feed = Feed(self.client(), self.clock, self._changed)
        self.run_worker(self._feed.poll(), group="poll", exclusive=True)
        self.run_worker(self._feed.follow(), group="follow", exclusive=True)
        self.run_worker(self._feed.follow_desk(), group="desk", exclusive=True)
        self.run_worker(self._feed.follow_board(), group="board", exclusive=True)

    def feed_now(self) -> None:
        """Ask for the dashboard at once."""
        if self._feed is not None:
            self._feed.changes.set()

    def _changed(self) -> None:
        picture = self.picture
        if self._agent_only and self.current_mode != "desk":
            self.run_worker(self._to_desk(), group="desk-room", exclusive=True)
        if self._asked_language is None and picture.me is not None:
            self._asked_language = picture.me.language
            if i18n.language() != picture.me.language:
                self.speak(picture.me.language)
        lost = picture.lost_since is not None
        if self._was_lost and not lost:
            for page in self._pages():
                page.load()
        self._was_lost = lost
        self._ring()
        self._tick()
        if self._at_hand():
            self.call_later(self._keyboard.go_on)

    def _ring(self) -> None:
        """The bell, for critical alarms that were not there before and that nobody knows of yet."""
        dashboard = self.picture.dashboard
        if dashboard is None or dashboard.box is None:
            return
        critical = frozenset(
            alarm.id for alarm in dashboard.box.alarms if alarm.severity == "critical" and alarm.acknowledged is None
        )
        if self._rung is not None and critical - self._rung and not self.silent:
            self.bell()
        self._rung = critical

    def _at_hand(self) -> bool:
        """Whether core has said who this is and what is at the desk, or does not say it."""
        picture = self.picture
        if picture.me is None or (self._agent_only and picture.desk is None):
            return picture.lost_since is not None or picture.refused is not None
        return True

    @property
    def _agent_only(self) -> bool:
        """Whether the desk is all that this person has."""
        me = self.picture.me
        return me is not None and me.role == "agent"

    async def _to_desk(self) -> None:
        await self.switch_mode("desk")

    def _tick(self) -> None:
        """Draw the page on top, also below questions. A covered one is laid out when it is seen again, not before:
        a part of it that changed its height would have the whole screen drawn anew every second."""
        for page in self._pages()[-1:]:
            page.repaint()

    def _pages(self) -> list[Page]:
        return [screen for screen in self.screen_stack if isinstance(screen, Page)] if self._screen_stack else []

    # --- language -------------------------------------------------------------------------

    def speak(self, language: str) -> None:
        """Say everything in this language from now on."""
        self._asked_language = language
        i18n.use(language)
        for stack in self._screen_stacks.values():
            for screen in stack:
                if isinstance(screen, Page):
                    screen.retell()
                else:
                    screen.refresh(layout=True)

    def action_language(self) -> None:
        """The next language."""
        if i18n.held():
            if isinstance(self.screen, Page):
                self.screen.notice(_("This terminal has no Chinese letters: it stays in English."))
            return
        codes = list(i18n.LANGUAGES)
        self.speak(codes[(codes.index(i18n.language()) + 1) % len(codes)])

    # --- keys -----------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Keys from the terminal take their turn."""
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            await self._keyboard.strike(event)
        else:
            await super().on_event(event)

    async def action_room(self, mode: str) -> None:
        """Go to a room; what was open there is still open."""
        if not self.screen.is_modal:
            await self.switch_mode(mode)

    def action_help(self) -> None:
        """What this screen answers, and its keys."""
        from tui.screens.help import Help

        if isinstance(self.screen, Page):
            self.push_screen(Help(self.screen))

    def action_keys(self) -> None:
        """All keys of all rooms."""
        from tui.screens.keys import Keys

        if isinstance(self.screen, Page):
            self.push_screen(Keys())

    def action_palette(self) -> None:
        """Everything by name."""
        from tui.screens.palette import open_palette

        if isinstance(self.screen, Page):
            open_palette(self)

    def action_confirm(self) -> None:
        """Keep the revision that waits."""
        from tui.screens.pending import confirm

        if isinstance(self.screen, Page):
            confirm(self.screen)

    def action_go_back(self) -> None:
        """Leave the revision that waits for the one before, after asking."""
        from tui.screens.pending import go_back

        if isinstance(self.screen, Page):
            go_back(self.screen)

    def action_keep_running(self) -> None:
        """Let the box go on."""
        from tui.screens.power import cancel_restart

        if isinstance(self.screen, Page):
            cancel_restart(self.screen)

    def action_how_to_leave(self) -> None:
        """Ctrl+C by habit: say how it is done here."""
        if isinstance(self.screen, Page):
            self.screen.notice(_("Ctrl+Q leaves. Ctrl+P finds everything else by name."))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Confirm and go back only while a revision waits; cancel only while a restart does; rooms by role."""
        if action == "room":
            me = self.picture.me
            if parameters == ("desk",):
                return me is not None and me.agent is not None and self.current_mode != "desk"
            if parameters == ("board",):
                return self.picture.is_of(SUPERVISES)
            return not self._agent_only
        if action == "keep_running":
            dashboard = self.picture.dashboard
            return dashboard is not None and dashboard.restart is not None
        if action in ("confirm", "go_back"):
            config = self.picture.config
            return config is not None and config.pending is not None
        return True

    # --- no way out of the terminal -------------------------------------------------------

    def action_suspend_process(self) -> None:
        """Never: behind it would be a shell."""

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Never: it would write a file on the box."""

    def deliver_screenshot(self, *_args: object, **_named: object) -> str | None:
        """Never: it would write a file on the box."""
        return None

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Never: it would start a browser on the box."""

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """The screen as SVG text that fetches nothing from elsewhere."""
        svg = super().export_screenshot(title=title or "Branchbox", simplify=simplify)
        return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
