"""Everything that was answered, then the apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.site.problems import BranchboxError
from tui import look
from tui.format import DASH, seconds
from tui.i18n import LANGUAGES, N_, _, n_
from tui.setup.question import SetupPage
from tui.setup.steps import COUNT
from tui.widgets.cells import fit, line
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll

if TYPE_CHECKING:
    from appliance.api.contract import Applied

LABEL = 22


class Summary(SetupPage):
    """What the box will be."""

    ANSWERS = N_(
        "What you answered. y puts it in force: the exchange starts with it, accounts are made, and the box takes its "
        "address. Esc leads back through the questions; nothing is in force before y."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "apply", N_("Put in force")),
        Binding("escape", "before", N_("Question before")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._since: float | None = None

    def crumbs(self) -> str:
        """FIRST BOOT > Summary."""
        return f"{_('FIRST BOOT')} > {_('Summary')}"

    def body(self) -> Iterable[Widget]:
        """The answers."""
        with Scroll():
            yield Painted(self._draw)

    def load(self) -> None:
        """All of it is here."""
        self.loaded = True

    def _draw(self, _width: int) -> list[Text]:
        rows = [line(" ", fit(_(label), LABEL), (value or DASH, look.HEAD)) for label, value in self._rows()]
        if self._since is not None:
            words = _("Putting in force: the exchange starts ... {time}").format(time=seconds(self.now - self._since))
            return [*rows, line(), line((" " + words, look.WARN))]
        return [*rows, line(), line(" " + _("y puts this in force. Esc leads back to the questions."))]

    def _rows(self) -> Iterator[tuple[str, str]]:
        site, network = self.part("site"), self.part("network")
        yield N_("Language"), LANGUAGES.get(str(site.get("language")), "")
        yield N_("Branch"), f"{site.get('name', '')} ({site.get('code', '')})"
        for entry in self.entries("interfaces"):
            yield N_("Network"), _interface(entry)
        yield N_("Time"), ", ".join(map(str, (site.get("time_zone", ""), *network.get("time_servers", ()))))
        for person in self.entries("people"):
            yield N_("Administrator"), f"{person.get('login')}  {person.get('name')}"
        yield N_("Recovery password"), _("written down") if self.state and self.state.recovery else _("not made yet")
        trunks = self.entries("trunks")
        yield N_("Line"), f"SIP {trunks[0].get('host')}" if trunks else _("E1, or later")
        yield N_("Service number"), str(self.entries("dids")[0].get("number")) if self.entries("dids") else ""
        phones = self.entries("extensions")
        if phones:
            span = f"{phones[0].get('number')} - {phones[-1].get('number')}"
            yield N_("Phones"), f"{span}  ({n_('{n} phone', '{n} phones', len(phones))})"
        yield N_("NOC polls from"), ", ".join(map(str, network.get("noc", ())))

    # --- keys -----------------------------------------------------------------------------

    def action_before(self) -> None:
        """The last question again."""
        if self._since is None:
            self.setup.go(COUNT - 1)

    def action_apply(self) -> None:
        """Put it in force, once."""
        from appliance.api.setup import SETUP_APPLY, FirstApply

        if self._since is not None:
            return
        self._since = self.now
        self.repaint()
        self.ask(SETUP_APPLY, FirstApply(), self._done, self._failed)

    def _done(self, applied: Applied) -> None:
        self._since = None
        if applied.revision is not None:
            self.setup.finish()
            return
        self.repaint()
        self.trouble(applied.problems)

    def _failed(self, error: BranchboxError) -> None:
        self._since = None
        self.repaint()
        self.trouble(error.problems)


def _interface(entry: Mapping[str, Any]) -> str:
    addresses = "DHCP" if entry.get("dhcp") else ", ".join(map(str, entry.get("addresses", ())))
    vlan = f" VLAN {entry['vlan']}" if entry.get("vlan") else ""
    via = f" -> {entry['gateway']}" if entry.get("gateway") else ""
    return f"{entry.get('port', '')}{vlan}  {addresses}{via}"
