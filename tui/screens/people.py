"""F5 People: which agent does what now, and who may reach the box."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.site.problems import BranchboxError
from tui import look
from tui.format import DASH, duration
from tui.i18n import N_, _, say
from tui.screens.page import Page
from tui.widgets.cells import line
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.contract import Document, LiveAgent
    from appliance.site.models import SiteDocument


class People(Page):
    """Agents now; people and roles from the document in force."""

    DEFAULT_CSS = "People #agents { height: 3fr; } People #people { height: 2fr; }"
    CRUMBS = N_("PEOPLE")
    ANSWERS = N_(
        "What every agent does now and for how long, with the queues that ring there; below, who may reach the box and "
        "in which role (from the document in force). Tab goes between the two. Change them in F8 Setup. In the lower "
        "list, p gives somebody a password, u lets somebody try again who wrote a wrong one too often."
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "password", N_("Set password")),
        Binding("u", "unlock", N_("Unlock")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._document: SiteDocument | None = None
        self._refused = ""

    def body(self) -> Iterable[Widget]:
        """Two lists."""
        yield Table(
            (
                Column(N_("Agent"), 6),
                Column(N_("Name"), 16, share=1),
                Column(N_("State"), 12),
                Column(N_("For"), 9, "right"),
                Column(N_("Queues"), 20, share=2),
            ),
            empty=lambda: _("No agent is set up. F8 Setup, agents, n makes one."),
            id="agents",
            opens=False,
        )
        yield Painted(self._heading, id="heading")
        yield Table(
            (
                Column(N_("Login"), 14),
                Column(N_("Name"), 16, share=1),
                Column(N_("Role"), 14),
                Column(N_("Language"), 9),
                Column(N_("Agent"), 6),
                Column(N_("SSH keys"), 8, "right"),
            ),
            empty=lambda: self._refused or _("Nobody but the box itself. F8 Setup, people, n makes somebody."),
            id="people",
            opens=False,
        )

    def load(self) -> None:
        """Ask for the document in force."""
        from appliance.api.contract import CONFIG_SHOW, RevisionKey

        self.ask(CONFIG_SHOW, RevisionKey(), self._came, self._not_for_you)

    def _came(self, answer: Document) -> None:
        from appliance.site.document import parse

        self._document, _problems = parse(answer.toml)
        self.loaded = True
        self.repaint()

    def _not_for_you(self, error: BranchboxError) -> None:
        self._refused = say(error.problems[0])
        self.query_one("#people", Table).show(())
        self.loaded = True
        self.repaint()

    def picture_changed(self) -> None:
        """Both lists of now."""
        agents, people = self.query_one("#agents", Table), self.query_one("#people", Table)
        agents.stale = people.stale = self.picture.lost_since is not None
        live = self.picture.live
        if live is not None:
            agents.show([self._agent(agent) for agent in live.agents])
        if self._document is not None:
            people.show(
                [
                    Row(
                        person.login,
                        (
                            person.login,
                            person.name,
                            word(person.role),
                            word(person.language or self._document.site.language),
                            person.agent or DASH,
                            str(len(person.ssh_keys)),
                        ),
                    )
                    for person in self._document.people
                ]
            )

    def _agent(self, agent: LiveAgent) -> Row:
        queues = self._document.queues if self._document else ()
        mine = [queue.label for queue in queues if any(member.agent == agent.number for member in queue.members)]
        return Row(
            agent.number,
            (
                agent.number,
                agent.name,
                (word(agent.state), look.of_state(agent.state)),
                DASH if agent.since is None else duration(self.now - agent.since),
                " ".join(mine) or DASH,
            ),
        )

    def _heading(self, _width: int) -> list[Text]:
        return [line(), line(" ", (_("WHO MAY REACH THE BOX"), look.HEAD))]

    # --- keys -----------------------------------------------------------------------------

    def action_password(self) -> None:
        """A first password for the person under the cursor; one's own wants the old one."""
        from tui.screens.password import ChangeMyPassword, SetFirstPassword

        login = self.query_one("#people", Table).current
        if login is None or self._document is None:
            return
        name = next((person.name for person in self._document.people if person.login == login), "")
        me = self.picture.me
        own = me is not None and me.login == login
        self.app.push_screen(ChangeMyPassword(login, name) if own else SetFirstPassword(login, name))

    def action_unlock(self) -> None:
        """Forget wrong passwords of the person under the cursor."""
        from appliance.api.passwords import PASSWORDS_UNLOCK, Login
        from appliance.api.wire import Empty

        login = self.query_one("#people", Table).current
        if login is None:
            return

        def done(_nothing: Empty) -> None:
            self.notice(_("{login} may log in again.").format(login=login))

        self.ask(PASSWORDS_UNLOCK, Login(login=login), done)

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """The keys of people work in their list only."""
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is done to a person is done in the list of people."""
        if action in ("password", "unlock"):
            return self.is_mounted and self.query_one("#people", Table).has_focus
        return super().check_action(action, parameters)
