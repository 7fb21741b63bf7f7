"""F6 Box: is the machine well; the way to journal, operation log and revisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.format import DASH, duration, moment, share
from tui.i18n import N_, _
from tui.screens.page import Page
from tui.widgets.cells import line
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.contract import ServiceState


class BoxScreen(Page):
    """Services and figures of the machine."""

    CRUMBS = N_("BOX")
    ANSWERS = N_(
        "Is the machine well: its services, how busy it is, how full its disk is, and which revision of the "
        "configuration is in force. From here: n network, j journal, o operation log, v revisions, u updates, p power, "
        "s UPS, b backup. "
        "Enter opens a service's journal."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "network", N_("Network")),
        Binding("j", "journal", N_("Journal")),
        Binding("o", "oplog", N_("Operation log")),
        Binding("v", "revisions", N_("Revisions")),
        Binding("u", "update", N_("Update")),
        Binding("p", "power", N_("Power")),
        Binding("s", "ups", N_("UPS")),
        Binding("b", "backup", N_("Backup")),
    ]

    def body(self) -> Iterable[Widget]:
        """Figures, then services."""
        yield Painted(self._figures, id="figures")
        yield Table(
            (
                Column(N_("Service"), 24, share=1),
                Column(N_("State"), 12),
                Column(N_("For"), 11, "right"),
                Column(N_("systemd says"), 16, share=1),
            ),
            empty=lambda: _("The health service tells of no service."),
            id="services",
        )

    def load(self) -> None:
        """Everything here comes by the feed."""

    def picture_changed(self) -> None:
        """The services of now."""
        table = self.query_one(Table)
        table.stale = self.picture.lost_since is not None
        dashboard = self.picture.dashboard
        self.loaded = dashboard is not None
        if dashboard is not None:
            table.show([self._row(service) for service in dashboard.box.services] if dashboard.box else ())

    def _row(self, service: ServiceState) -> Row:
        state = "active" if service.active else "failed" if service.state == "failed" else "inactive"
        since = duration(self.now - service.since) if service.since is not None else DASH
        name = service.unit.removesuffix(".service")
        return Row(service.unit, (name, (word(state), look.of_state(state)), since, service.state))

    def _figures(self, _width: int) -> list[Text]:
        dashboard = self.picture.dashboard
        if dashboard is None:
            return [line((" " + self.nothing_yet(), look.QUIET)), line()]
        config = dashboard.config
        revision = config.revision if config.revision is not None else DASH
        said = line((" " + _("Revision {number}").format(number=revision), look.HEAD))
        if config.candidate_changes:
            said.append(
                "   "
                + _("candidate: {count} changes by {who}").format(
                    count=config.candidate_changes, who=config.candidate_by or DASH
                ),
            )
        box = dashboard.box
        if box is None:
            silent = _("The health service does not answer: nothing is known of the machine.")
            return [line((" " + silent, look.WARN)), said, line()]
        figures = _("CPU {cpu}  memory {memory}  disk {disk}").format(
            cpu=share(box.cpu), memory=share(box.memory), disk=share(box.disk)
        )
        taken = _("as of {time}").format(time=moment(box.as_of, self.picture.zone, self.now))
        return [
            line(" " + figures, (f"   {taken}", look.QUIET)),
            line(" " + _("Software {version}").format(version=box.version)),
            said,
            line(),
        ]

    def on_table_opened(self, event: Table.Opened) -> None:
        """Open the journal of a service."""
        from tui.screens.journal import Journal

        journal = Journal()
        self.app.push_screen(journal, callback=None)
        journal.call_after_refresh(lambda: journal.filter.set(unit=event.key))

    def action_network(self) -> None:
        """Where the box is in the network."""
        from tui.screens.network import NetworkScreen

        self.app.push_screen(NetworkScreen())

    def action_journal(self) -> None:
        """What the system wrote."""
        from tui.screens.journal import Journal

        self.app.push_screen(Journal())

    def action_oplog(self) -> None:
        """Who did what."""
        from tui.screens.oplog import OperationLog

        self.app.push_screen(OperationLog())

    def action_revisions(self) -> None:
        """What was in force."""
        from tui.screens.revisions import RevisionList

        self.app.push_screen(RevisionList())

    def action_update(self) -> None:
        """Which version, and the next one."""
        from tui.screens.update import Update

        self.app.push_screen(Update())

    def action_power(self) -> None:
        """Restart, off, start over."""
        from tui.screens.power import Power

        self.app.push_screen(Power())

    def action_ups(self) -> None:
        """Mains or battery."""
        from tui.screens.ups import UpsPage

        self.app.push_screen(UpsPage())

    def action_backup(self) -> None:
        """A backup onto a stick, or a box made of one."""
        from tui.screens.backup import BackupScreen

        self.app.push_screen(BackupScreen())
