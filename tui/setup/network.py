"""The box's place in the network, with the cables as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.text import Text

from appliance.site.draft import Step
from tui import look
from tui.forms import Field
from tui.forms.fields import text
from tui.i18n import N_, _
from tui.setup.question import Question
from tui.widgets.cells import fit, line
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from appliance.api.network import Link, NetworkState
    from appliance.api.setup import AddressFound

LOOK_AGAIN = 2.0
"""Seconds between two looks at the cables."""
OFFICE, VOICE = "office", "voice"


class NetworkQuestion(Question):
    """Which port, which address."""

    STEP = Step.NETWORK
    TITLE = N_("Network")
    WORDS = N_("Plug the office network in; the line of its port turns to link. A fixed address is better for phones.")
    ANSWERS = N_(
        "The box's place in the network. Above are the ports with their cables as they are now. The address is written "
        "with its network's length (192.168.1.10/24). With DHCP the network gives the address: then phones need the "
        "box's name or a reservation. A voice VLAN is a second, tagged network on the same port, only for phones."
    )

    def __init__(self) -> None:
        super().__init__()
        self._links: tuple[Link, ...] = ()
        self._asked: tuple[str, str] | None = None
        """The port and address that nobody else has, or that the person takes all the same."""
        self._ahead = False
        """Whether the person went on before the box had said which ports there are."""

    def fields(self) -> Iterable[tuple[Field, str]]:
        """Port, address, gateway, name servers, voice VLAN."""
        held = {str(entry.get("name")): entry for entry in self.entries("interfaces")}
        office, voice = held.get(OFFICE, {}), held.get(VOICE, {})
        dns = ", ".join(map(str, self.part("network").get("dns", ())))
        how = "fixed" if office.get("addresses") or not self.entries("interfaces") else "dhcp"
        yield (
            text("port", label=N_("Port"), help=N_("As it stands above: eth0, enp1s0.")),
            str(office.get("port", "")),
        )
        yield (
            Field(
                ("how",),
                N_("Fixed: written here. DHCP: the network gives it."),
                options=lambda _document: [("fixed", lambda: _("fixed")), ("dhcp", lambda: "DHCP")],
                label=N_("Address is"),
            ),
            how,
        )
        yield (
            text("addresses", label=N_("Address"), help=N_("With the length of its network: 192.168.1.10/24.")),
            _first(office),
        )
        yield (
            text("gateway", label=N_("Gateway"), needed=False, help=N_("The router's address.")),
            str(office.get("gateway", "")),
        )
        yield text("dns", label=N_("Name servers"), needed=False, help=N_("Addresses with commas between.")), dns
        yield (
            text(
                "vlan",
                label=N_("Voice VLAN"),
                needed=False,
                help=N_("Its number, 1 to 4094; empty when there is none."),
            ),
            str(voice.get("vlan", "")),
        )
        yield (
            text(
                "voice",
                label=N_("Address in it"),
                needed=False,
                help=N_("With the length of its network: 10.20.0.2/24."),
            ),
            _first(voice),
        )

    def on_mount(self) -> None:
        """Look at the cables again and again."""
        super().on_mount()
        self.set_interval(LOOK_AGAIN, self.load)

    def load(self) -> None:
        """Ask which ports there are."""
        from appliance.api.network import NETWORK_STATE
        from appliance.api.wire import Empty

        self.ask(NETWORK_STATE, Empty(), self._came)

    def _came(self, network: NetworkState) -> None:
        self._links = tuple(link for link in network.links if link.parent is None)
        port = self.row("port").control
        if isinstance(port, Entry) and not port.text and self._links and not self.loaded:
            live = [link for link in self._links if link.carrier] or list(self._links)
            port.value = live[0].port
        self.loaded = True
        self.repaint()
        if self._ahead:
            self._ahead = False
            self.action_next()

    def more(self, _width: int) -> list[Text]:
        """Every port with its cable."""
        if not self._links:
            words = _("The box has no network port.") if self.loaded else self.nothing_yet()
            return [line((" " + words, look.WARN if self.loaded else look.QUIET))]
        return [_link(link) for link in self._links[:6]]

    def answer(self) -> Mapping[str, Any]:
        """One interface, a second one for a voice VLAN."""
        port = self.value("port")
        office: dict[str, Any] = {"name": OFFICE, "label": _("Office network"), "port": port}
        if self.value("how") == "dhcp":
            office["dhcp"] = True
        else:
            office["addresses"] = [self.value("addresses")] if self.value("addresses") else []
            if self.value("gateway"):
                office["gateway"] = self.value("gateway")
        interfaces = [office]
        if self.value("vlan") or self.value("voice"):
            vlan = self.value("vlan")
            interfaces.append(
                {
                    "name": VOICE,
                    "label": _("Voice network"),
                    "port": port,
                    "vlan": int(vlan) if vlan.isdecimal() else vlan,
                    "addresses": [self.value("voice")] if self.value("voice") else [],
                }
            )
        dns = self.words_of("dns")
        return {"interfaces": interfaces, **({"network": {"dns": dns}} if dns else {})}

    def action_next(self) -> None:
        """The port stands there by itself; a fixed address is written, not left out, and is nobody else's."""
        from appliance.api.setup import SETUP_ADDRESS, AddressWish

        if not self.value("port") and not self.loaded and not self._in_vain:
            self._ahead = True
            self.notice(self.nothing_yet())
            return
        if self.value("how") != "fixed":
            super().action_next()
            return
        port, address = self.value("port"), self.value("addresses").partition("/")[0]
        if not address:
            self.row("addresses").control.focus()
            self.notice(_("Write the address, or choose DHCP."), bad=True)
        elif self._asked == (port, address):
            super().action_next()
        else:
            try:
                wish = AddressWish(port=port, address=address)
            except ValueError:
                super().action_next()  # what is wrong with it is told beside the field
                return
            self.notice(_("Asking the network whether {address} is free ...").format(address=address))
            self.ask(
                SETUP_ADDRESS, wish, partial(self._looked, (port, address)), lambda _error: self._on(port, address)
            )

    def _looked(self, asked: tuple[str, str], found: AddressFound) -> None:
        port, address = asked
        if found.taken_by is None:
            self._on(port, address)
            return
        self._asked = asked
        words = _(
            "Another machine ({machine}) has {address}. Choose another address; "
            "or switch that machine off, then Ctrl+S."
        )
        self.row("addresses").control.focus()
        self.notice(words.format(machine=found.taken_by, address=address), bad=True)

    def _on(self, port: str, address: str) -> None:
        self._asked = (port, address)
        super().action_next()


def _first(entry: Mapping[str, Any]) -> str:
    addresses = entry.get("addresses") or ("",)
    return str(addresses[0])


def _link(link: Link) -> Text:
    if not link.carrier:
        return line("   ", fit(link.port, 12), (_("no link: is the cable in, the switch on?"), look.WARN))
    parts = [_("link")]
    if link.speed:
        parts.append(_("{speed} Mbit/s").format(speed=link.speed))
    if link.duplex:
        parts.append(
            _("full duplex") if link.duplex == "full" else _("half duplex: set the switch's port to automatic")
        )
    parts += [_("now {address}").format(address=each.address) for each in link.addresses if "." in each.address]
    half = link.duplex == "half"
    return line("   ", (fit(link.port, 12), look.HEAD), (" ".join(parts), look.WARN if half else ""))
