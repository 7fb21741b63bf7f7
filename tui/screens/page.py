"""What every screen has: the frame, the picture of now, questions to core in the background."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import Widget

from appliance.site.problems import BranchboxError, Problem
from tui import look
from tui.arrival import must_go, where_to
from tui.days import day_span
from tui.feed import Picture
from tui.format import duration, time, today
from tui.i18n import N_, _, n_, say
from tui.restarts import said
from tui.widgets.cells import ends, line, wrap
from tui.widgets.frame import KeyLine, Notice, Rule
from tui.widgets.painted import Painted
from tui.widgets.table import Table

if TYPE_CHECKING:
    from appliance.api.wire import Message, Method
    from tui.app import BranchboxApp

P = TypeVar("P", bound="Message")
R = TypeVar("R", bound="Message")


class Page(Screen[None], inherit_bindings=False):
    """A screen of the terminal.

    Subclasses say which question they answer (`ANSWERS`), yield their parts in `body`, draw them in
    `picture_changed`, and ask core for what the picture lacks in `load`.
    """

    DEFAULT_CSS = """
    Page { background: ansi_default; layout: vertical; }
    Page #body { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "reload", N_("Refresh"), show=False),
        Binding("escape", "back", N_("Back")),
        # At once, also for the letters that are struck right behind it.
        Binding("tab", "app.focus_next", N_("Next part"), show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", N_("Part before"), show=False, priority=True),
    ]
    AUTO_FOCUS = "Table, Scroll"
    ANSWERS: ClassVar[str] = ""
    """For the person: what this screen answers, and what to do here."""
    CRUMBS: ClassVar[str] = ""
    """The place in the house, in capitals: `SETUP > Plan`; empty for the home."""

    loaded = False
    """Whether everything that the screen asked core for has come."""
    _unanswered = False
    _in_vain = False

    @property
    def ours(self) -> BranchboxApp:
        """The application, with its feed and client."""
        return cast("BranchboxApp", self.app)

    @property
    def picture(self) -> Picture:
        """The last that core said."""
        return self.ours.picture

    @property
    def now(self) -> float:
        """The time, epoch seconds."""
        return self.ours.clock()

    # --- for subclasses -------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The parts between the rules."""
        return ()

    def load(self) -> None:
        """Ask core for what this screen shows; called when it opens, on `r` and when the link is back."""
        self.loaded = True

    def picture_changed(self) -> None:
        """Draw what depends on the picture, the clock or the language."""

    def crumbs(self) -> str:
        """Where we are, translated."""
        return " > ".join(_(part) for part in self.CRUMBS.split(" > "))

    def summary(self) -> str | None:
        """The right end of the head; None for alarms and the time."""
        return None

    def is_room(self) -> bool:
        """Whether Esc has nowhere to go."""
        return self.app.screen_stack[0] is self

    def nothing_yet(self) -> str:
        """What stands where an answer belongs that is on its way, or will not come."""
        return _("No answer. r asks again.") if self._in_vain else _("Loading ...")

    # --- the frame ------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Head, rule, banners, body, notice, rule, keys."""
        yield Painted(self._head, id="head")
        yield Rule()
        yield Painted(self._banner, id="banner")
        with Vertical(id="body"):
            yield from self.body()
        yield Notice()
        yield Rule()
        yield KeyLine(lambda: self)

    def on_mount(self) -> None:
        """Draw at once, ask afterwards."""
        self.repaint()
        self.load()

    def on_screen_resume(self) -> None:
        """The picture may have changed while another screen was on top."""
        self.repaint()

    def repaint(self) -> None:
        """Draw everything that depends on picture, clock or language."""
        if not self.is_mounted or not self.app.is_running:  # when the application ends, parts go before their screen
            return
        stale = self.picture.lost_since is not None
        if self._unanswered and not stale:
            self._unanswered = False
            self.load()
        for painted in self.query("#body Painted").results(Painted):
            painted.stale = stale
        for table in self.query(Table):
            table.nothing_yet = self.nothing_yet()
        self.picture_changed()
        for painted in self.query(Painted):
            painted.repaint()

    def retell(self) -> None:
        """Say everything again in another language."""
        self.repaint()
        for widget in self.query("*"):
            if not isinstance(widget, Painted):
                widget.refresh(layout=True)

    def _head(self, width: int) -> list[Text]:
        me = self.picture.me
        left = line(" ")
        crumbs, site = self.crumbs(), f"{me.site_name} ({me.site_code})" if me else ""
        if not crumbs or self.is_room():
            left.append("Branchbox", look.HEAD)
            left.append(f"  {site}")
            if crumbs:
                left.append(f"  {crumbs}", look.HEAD)
        else:
            left.append(crumbs, look.HEAD)
        summary = self.summary()
        if summary is not None and not self.is_room():
            return [ends(left, line(summary, " "), width)]
        right = line()
        if (dashboard := self.picture.dashboard) is not None and dashboard.box is not None:
            count = len(dashboard.box.alarms)
            words = n_("{n} alarm", "{n} alarms", count) if count else _("no alarms")
            right.append(words, look.BAD if count else "")
            right.append("   ")
        right.append(today(self.now, self.picture.zone) + " ")
        return [ends(left, right, width)]

    def _banner(self, width: int) -> list[Text]:
        lines = []
        picture, now = self.picture, self.now
        config = picture.config
        if config is not None and config.pending is not None and config.deadline is not None:
            left = max(0.0, config.deadline - now)
            words = _("Revision {pending} waits: {left} left, then back to {old}.").format(
                pending=config.pending, left=duration(left), old=config.reverts_to or "-"
            )
            keys = _("c Confirm   z Go back now")
            lines.append(ends(line((" " + words, look.WARN)), line((keys + " ", look.HEAD)), width))
            if config.move is not None and must_go(config.move, os.environ):
                lines += [line((" " + part, look.WARN)) for part in wrap(where_to(config.move), width - 2)]
        restart = picture.dashboard.restart if picture.dashboard else None
        if restart is not None:
            calls = len(picture.live.calls) if picture.live is not None and picture.live.linked else None
            words = said(restart, calls, now, picture.zone)
            *before, last = [line((f" {part}", look.WARN)) for part in wrap(words, width - 2)]
            lines += [*before, ends(last, line((_("k Cancel") + " ", look.HEAD)), width)]
        if picture.refused is not None:
            lines.append(line((" " + say(picture.refused), look.BAD)))
        if picture.lost_since is not None:
            words = _("No answer since {time}, trying again.").format(time=time(picture.lost_since, picture.zone))
            if (age := picture.age(now)) is not None:
                words += " " + _("Last update {seconds} s ago.").format(seconds=int(age))
            lines.append(line((" " + words, look.BAD)))
        elif picture.stale(now):
            words = _("Last update {seconds} s ago.").format(seconds=int(picture.age(now) or 0))
            lines.append(line((" " + words, look.WARN)))
        elif picture.live is not None and not picture.live.linked:
            words = _("Asterisk does not answer since {time}: calls below may be old.").format(
                time=time(picture.live.linked_since, picture.zone)
            )
            lines.append(line((" " + words, look.BAD)))
        return lines

    # --- doing ----------------------------------------------------------------------------

    def ask(
        self,
        method: Method[P, R],
        takes: P,
        done: Callable[[R], None],
        failed: Callable[[BranchboxError], None] | None = None,
    ) -> None:
        """Ask core in the background; a newer question of the same kind replaces this one."""
        asking: Callable[[], Awaitable[None]] = partial(self._ask, method, takes, done, failed)
        self.run_worker(asking, group=method.name, exclusive=True)

    async def _ask(
        self,
        method: Method[P, R],
        takes: P,
        done: Callable[[R], None],
        failed: Callable[[BranchboxError], None] | None,
    ) -> None:
        from appliance.api.wire import Unreachable

        try:
            answer = await self.ours.client().call(method, takes)
        except BranchboxError as error:
            if not self.is_attached:
                return
            if isinstance(error, Unreachable) and not method.change:
                self._unanswered = True  # the banner says so, and the page asks again when the link is back
                return
            if not self.loaded:
                self._in_vain = True
                self.repaint()
            if failed is not None:
                failed(error)
            else:
                self.trouble(error.problems)
            return
        if self.is_attached:
            done(answer)

    def notice(self, words: str, *, bad: bool = False) -> None:
        """Answer the person's last action."""
        self.query_one(Notice).say(words, bad=bad)

    def trouble(self, problems: Iterable[Problem]) -> None:
        """Say what went wrong, with the original words beneath."""
        words = [say(problem) + (f"\n{problem.original}" if problem.original else "") for problem in problems]
        self.notice("\n".join(words), bad=True)

    def span_of(self, day: str) -> tuple[float, float] | None:
        """A day that the person wrote; None, and it is said, when that is no day."""
        try:
            return day_span(day, self.now, self.picture.zone)
        except BranchboxError as refused:
            self.trouble(refused.problems)
            return None

    def on_key(self) -> None:
        """The notice has been read when the next key comes."""
        self.notice("")

    def action_reload(self) -> None:
        """Ask core again."""
        self.ours.feed_now()
        self._in_vain = False
        self.repaint()
        self.load()

    def action_back(self) -> None:
        """Leave this screen for the one before."""
        if not self.is_room():
            self.app.pop_screen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc leads back from everywhere but a room."""
        if action == "back" and self.is_attached:
            return not self.is_room()
        return True
