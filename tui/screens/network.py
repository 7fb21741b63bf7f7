"""BOX > Network: is the network all right, where is the box in it, and the way to change that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.site import document as documents
from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError
from tui import look
from tui.editing import entries
from tui.format import DASH, duration, seconds, time
from tui.forms.network import INTERFACES
from tui.i18n import N_, _, n_, say
from tui.networds import address_words, clock_words, link_style, link_words, speed_words, worst
from tui.screens.page import Page
from tui.widgets.cells import ends, line, wrap
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.contract import Candidate
    from appliance.api.network import Finding, Link, NetworkCheck, NetworkState

AGAIN = 5.0
"""Seconds after which the kernel is asked again."""
STYLES = {"bad": look.BAD, "poor": look.WARN, "not known": look.WARN, "well": ""}


class NetworkScreen(Page):
    """The answer first, then links, the ways out, and every check in words."""

    DEFAULT_CSS = """
    NetworkScreen #links { height: auto; max-height: 8; }
    NetworkScreen #checks { height: 1fr; }
    """
    CRUMBS = N_("BOX > Network")
    ANSWERS = N_(
        "Is the network all right: cables, addresses, gateway, name servers and time, each asked and told in words. "
        "k asks them all again. e edits the interface under the cursor, n makes a new one; p shows the plan. "
        "A change of address must be confirmed within 2 minutes by whoever has logged in at the new one; else the box "
        "goes back by itself."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "check", N_("Check")),
        Binding("e", "edit", N_("Edit")),
        Binding("n", "new", N_("New")),
        Binding("p", "plan", N_("Plan")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._state: NetworkState | None = None
        self._asked: float = 0.0
        self._check: NetworkCheck | None = None
        self._checked_at: float | None = None
        self._checking: float | None = None
        self._refused = ""

    def summary(self) -> str:
        """The box's name in the network."""
        return self._state.hostname if self._state else DASH

    def body(self) -> Iterable[Widget]:
        """The answer, links, ways out, checks."""
        yield Painted(self._answer, id="answer")
        yield Table(
            (
                Column(N_("Port"), 9),
                Column(N_("Interface"), 15),
                Column(N_("Cable"), 9),
                Column(N_("Mbit/s"), 8),
                Column(N_("Addresses"), 30, share=1),
            ),
            empty=lambda: self._refused or _("No network port is known."),
            id="links",
        )
        yield Painted(self._ways, id="ways")
        yield Table(
            (Column(N_("Check"), 11), Column(N_("Of"), 15, share=1), Column("", 8), Column(N_("Finding"), 36, share=4)),
            empty=lambda: "",
            id="checks",
        )
        yield Painted(self._words, id="words")

    # --- core -----------------------------------------------------------------------------

    def load(self) -> None:
        """What the kernel says now, and everybody asked."""
        self._look()
        self.action_check()

    def _look(self) -> None:
        from appliance.api.network import NETWORK_STATE
        from appliance.api.wire import Empty

        self._asked = self.now
        self.ask(NETWORK_STATE, Empty(), self._came, self._not_for_you)

    def _came(self, state: NetworkState) -> None:
        self._state = state
        self.repaint()

    def _not_for_you(self, error: BranchboxError) -> None:
        self._refused = say(error.problems[0])
        self._done()

    def action_check(self) -> None:
        """Ask everybody whom the box needs; takes some seconds."""
        from appliance.api.network import NETWORK_CHECK
        from appliance.api.wire import Empty

        if self._checking is None:
            self._checking = self.now
            self.repaint()
            self.ask(NETWORK_CHECK, Empty(), self._judged, self._not_checked)

    def _judged(self, check: NetworkCheck) -> None:
        self._check, self._checked_at = check, self.now
        self._look()
        self._done()

    def _not_checked(self, error: BranchboxError) -> None:
        self.trouble(error.problems)
        self._done()

    def _done(self) -> None:
        self._checking = None
        self.loaded = True
        self.repaint()

    def keep(self, document: SiteDocument, said: str) -> None:
        """Make this document the candidate."""
        from appliance.api.contract import CONFIG_EDIT, Document

        def done(_candidate: Candidate) -> None:
            self.ours.feed_now()
            self.notice(said)

        self.ask(CONFIG_EDIT, Document(toml=documents.dump(document)), done)

    # --- drawing --------------------------------------------------------------------------

    def picture_changed(self) -> None:
        """Links and checks."""
        if self._state is not None and self.now - self._asked >= AGAIN and self._checking is None:
            self._look()
        links, checks = self.query_one("#links", Table), self.query_one("#checks", Table)
        links.stale = checks.stale = self.picture.lost_since is not None
        links.show([self._link(link) for link in self._state.links] if self._state else ())
        checks.show([self._finding(at, each) for at, each in enumerate(self._check.findings)] if self._check else ())

    def _link(self, link: Link) -> Row:
        return Row(
            link.port,
            (
                link.port,
                link.label or DASH,
                (link_words(link), link_style(link)),
                speed_words(link),
                address_words(link, self.now),
            ),
        )

    def _finding(self, at: int, found: Finding) -> Row:
        health = (word(found.health), STYLES[found.health])
        return Row(str(at), (word(found.topic), found.subject, health, say(found.problem)))

    def _answer(self, width: int) -> list[Text]:
        if self._checking is not None and self._check is None:
            took = duration(self.now - self._checking)
            asking = _("Asking cables, neighbours, name servers and time servers ... {time}").format(time=took)
            return [line((" " + asking, look.QUIET)), line()]
        if self._check is None:
            return [line((" " + _("Not checked. k asks everybody."), look.QUIET)), line()]
        bad = sum(each.health == "bad" for each in self._check.findings)
        poor = sum(each.health in ("poor", "not known") for each in self._check.findings)
        said, style = _("The network is all right."), look.HEAD
        if bad:
            said, style = n_("{n} thing does not work.", "{n} things do not work.", bad), look.BAD
        elif poor:
            said, style = n_("It works; {n} thing needs a look.", "It works; {n} things need a look.", poor), look.WARN
        when = _("asking again ...")
        if self._checking is None:
            asked = time(self._checked_at or self.now, self.picture.zone)
            when = _("checked {time} in {seconds}").format(time=asked, seconds=seconds(self._check.seconds))
        return [ends(line((" " + said, style)), line((when + " ", look.QUIET)), width), line()]

    def _ways(self, _width: int) -> list[Text]:
        state = self._state
        if state is None:
            return [line()]
        gateways = ", ".join(way.via or DASH for way in state.routes if way.to == "default") or _("none")
        routes = ", ".join(f"{way.to} > {way.via}" for way in state.routes if way.to != "default")
        first = ((_("Gateway"), gateways), (_("Name servers"), ", ".join(state.dns) or _("none")))
        second = ((_("Time"), clock_words(state.clock)), *(((_("Routes"), routes),) if routes else ()))
        return [line(), *(_said(pairs) for pairs in (first, second)), line()]

    def _words(self, width: int) -> list[Text]:
        """The finding under the cursor, or the worst, in full: the list may cut it."""
        if self._check is None or not self._check.findings:
            return []
        table = self.query_one("#checks", Table)
        at = table.current if table.has_focus else None
        found = self._check.findings[int(at)] if at is not None else worst(self._check.findings)
        head = f"{word(found.topic)} {found.subject}: "
        return [line((" " + part, STYLES[found.health])) for part in wrap(head + say(found.problem), width - 2)[:2]]

    # --- keys -----------------------------------------------------------------------------

    def on_table_moved(self, _event: Table.Moved) -> None:
        """Another finding: its words below."""
        self.query_one("#words", Painted).repaint()

    def on_table_opened(self, event: Table.Opened) -> None:
        """Enter on a link edits its interface."""
        if event.table.id == "links":
            self.action_edit()

    def action_edit(self) -> None:
        """The interface under the cursor, as the candidate has it."""
        port = self.query_one("#links", Table).current
        link = next((link for link in self._state.links if link.port == port), None) if self._state else None
        if link is None or not link.name:
            self.notice(_("The site document names nothing on this port. n makes an interface for it."))
        else:
            self._open(link.name)

    def action_new(self) -> None:
        """A form for a new interface."""
        self._open(None)

    def _open(self, name: str | None) -> None:
        from appliance.api.contract import CONFIG_CANDIDATE
        from appliance.api.wire import Empty

        def came(candidate: Candidate) -> None:
            from tui.screens.edit import Edit

            document, _problems = documents.parse(candidate.toml)
            if document is None:
                self.notice(_("The candidate is no valid document. F8 Setup shows it."), bad=True)
                return
            known = {str(getattr(entry, INTERFACES.key)) for entry in entries(document, INTERFACES)}
            self.app.push_screen(Edit(self, document, INTERFACES, name if name in known else None))

        self.ask(CONFIG_CANDIDATE, Empty(), came)

    def action_plan(self) -> None:
        """What applying the candidate would do."""
        from tui.screens.plan import PlanScreen

        self.app.push_screen(PlanScreen())


def _said(pairs: Iterable[tuple[str, str]]) -> Text:
    return line(*(part for label, value in pairs for part in ((f" {label} ", look.HEAD), f"{value}  ")))
