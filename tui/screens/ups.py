"""BOX > UPS: what the box lives on, what happened, and a test of the battery."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look, supply
from tui.format import moment
from tui.i18n import N_, _, say, say_all
from tui.screens.ask import Ask, Choose
from tui.screens.page import Page
from tui.widgets.cells import line, wrap
from tui.widgets.entry import Option
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from appliance.api.supply import Supply, UpsState
    from appliance.api.ups import FoundUpses


class UpsPage(Page):
    """Each UPS, then what happened."""

    CRUMBS = N_("BOX > UPS")
    ANSWERS = N_(
        "Whether the box lives on mains or on its battery, how long that lasts, and what happened. t tests the "
        "battery: calls go on, and the result stands below. c shows which UPSes are plugged in, to name one under F8 "
        "Setup."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "test", N_("Test battery")),
        Binding("c", "scan", N_("Plugged in?")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._supply: Supply | None = None
        self._found: FoundUpses | None = None

    def body(self) -> Iterable[Widget]:
        """Now, then before."""
        yield Painted(self._draw, id="supply")
        yield Table(
            (Column(N_("When"), 15), Column(N_("What happened"), 30, share=1)),
            empty=lambda: _("Nothing has happened to the power yet."),
            id="events",
            opens=False,
        )

    def load(self) -> None:
        """Ask what the box lives on."""
        from appliance.api.ups import UPS_STATE
        from appliance.api.wire import Empty

        self.ask(UPS_STATE, Empty(), self._came)

    def _came(self, supply: Supply) -> None:
        self._supply = supply
        self.loaded = True
        self.repaint()
        self.refresh_bindings()

    def picture_changed(self) -> None:
        """The feed brings the state too."""
        dashboard = self.picture.dashboard
        if dashboard is not None and dashboard.supply is not None:
            self._supply = dashboard.supply
            self.loaded = True
        table = self.query_one(Table)
        table.stale = self.picture.lost_since is not None
        events = self._supply.events if self._supply is not None else ()
        rows = [
            Row(str(place), (moment(event.at, self.picture.zone, self.now), say_all(event.what)))
            for place, event in enumerate(events)
        ]
        table.show(rows if self._supply is not None else None)

    def _draw(self, width: int) -> list[Text]:
        if self._supply is None:
            return [line((" " + self.nothing_yet(), look.QUIET)), line()]
        lines: list[Text] = []
        zone = self.picture.zone
        if not self._supply.upses:
            lines += [line(" " + part) for part in wrap(_(supply.HOW_TO_NAME), width - 2)]
        else:
            said = supply.phase_words(self._supply, self.now, zone)
            style = supply.style(self._supply) or look.HEAD
            lines += [line((" " + part, style)) for part in wrap(said, width - 2)]
            if self._supply.why is not None:
                lines += [line("   " + part) for part in wrap(say(self._supply.why), width - 4)]
            lines.append(line())
        for ups in self._supply.upses:
            words = "  ".join(filter(None, (ups.model, ups.words)))
            lines.append(line(" ", (ups.label, look.HEAD), (f"  {words}", look.QUIET)))
            lines.append(line("   " + supply.ups_words(ups, self.now, zone)))
        for remark in supply.remarks(self._supply):
            lines += [line((" " + part, look.WARN)) for part in wrap(remark, width - 2)]
        if self._supply.upses:
            lines += [line(" " + part) for part in wrap(supply.tests_words(self._supply, self.now, zone), width - 2)]
        return [*lines, *self._plugged_in(width), line()]

    def _plugged_in(self, width: int) -> list[Text]:
        if self._found is None:
            return []
        if not self._found.found:
            words = _("No UPS is plugged in by USB, or NUT knows none like it.")
            return [line((" " + part, look.WARN)) for part in wrap(words, width - 2)]
        lines = [line((" " + _("Plugged in:"), look.HEAD))]
        for one in self._found.found:
            facts = _("{model}: driver {driver}, USB {vendor}:{product}, serial number {serial}").format(
                model=" ".join(filter(None, (one.vendor, one.model))) or "-",
                driver=one.driver,
                vendor=one.vendor_id or "-",
                product=one.product_id or "-",
                serial=one.serial or "-",
            )
            named = f" ({one.named})" if one.named else ""
            lines += [line("   " + part) for part in wrap(facts + named, width - 4)]
        return lines

    # --- doing ----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A test needs a UPS."""
        if action == "test":
            return self._supply is not None and bool(self._supply.upses)
        return super().check_action(action, parameters)

    def action_test(self) -> None:
        """Ask, with two of them which."""
        if self._supply is None:
            return
        upses = self._supply.upses
        if len(upses) == 1:
            self._ask_test(upses[0])
            return
        options: list[Option] = [(ups.name, partial(str, ups.label)) for ups in upses]

        def chosen(name: str | None) -> None:
            ups = next((each for each in upses if each.name == name), None)
            if ups is not None:
                self._ask_test(ups)

        self.app.push_screen(Choose(lambda: _("Test which battery?"), options), chosen)

    def _ask_test(self, ups: UpsState) -> None:
        question = _(
            "Test the battery of {ups}? It carries the box for some seconds. Calls go on, unless it is dead."
        ).format(ups=ups.label)
        self.app.push_screen(Ask(lambda: question), lambda yes: self._test(ups) if yes else None)

    def _test(self, ups: UpsState) -> None:
        from appliance.api.ups import UPS_TEST, UpsName

        def done(supply: Supply) -> None:
            self._came(supply)
            self.notice(_("The test has begun."))

        self.ask(UPS_TEST, UpsName(name=ups.name), done)

    def action_scan(self) -> None:
        """Look what is plugged in."""
        from appliance.api.ups import UPS_SCAN
        from appliance.api.wire import Empty

        def done(found: FoundUpses) -> None:
            self._found = found
            self.notice("")
            self.repaint()

        self.notice(_("Looking at the USB ports ..."))
        self.ask(UPS_SCAN, Empty(), done)
