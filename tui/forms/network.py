"""The box's places in the network, and who reaches it from where."""

from __future__ import annotations

from typing import Any

from appliance.site.models import Interface, Network
from tui.forms.fields import Field, Form, switch, text, whole, words
from tui.i18n import N_


def read_routes(said: str) -> list[dict[str, str]]:
    """`10.9.0.0/16 via 10.0.0.254, ...` as routes; `>` does for `via`."""
    routes = []
    for piece in said.split(","):
        to, _via, neighbour = piece.replace(">", " via ").partition(" via ")
        if piece.strip():
            routes.append({"to": to.strip(), "via": neighbour.strip()})
    return routes


def show_routes(routes: Any) -> str:
    """The way back."""
    return ", ".join(f"{route['to']} via {route['via']}" for route in routes or ())


INTERFACES = Form(
    "interface",
    "interfaces",
    Interface,
    "name",
    N_("Interfaces"),
    (
        text("name", help=N_("Small letters, digits, - and _.")),
        text("label", help=N_("What people read on screens and in reports.")),
        text("port", help=N_("The network port as the box shows it under F6, n Network: eth0, enp1s0.")),
        Field(
            ("vlan",),
            N_("1 to 4094 for a tagged network on the port (voice, say); empty for the port itself."),
            needed=False,
            show=lambda value: "" if value is None else str(value),
            read=lambda said: int(said) if said.isdigit() else said,
        ),
        switch("dhcp", help=N_("The network gives the address; then no address and no gateway stand here.")),
        words("addresses", help=N_("With the prefix length: 192.0.2.7/24; several with commas.")),
        text("gateway", needed=False, help=N_("The router to all other networks; one interface has it.")),
        Field(
            ("routes",),
            N_("Networks behind other neighbours: 10.9.0.0/16 via 192.0.2.254; several with commas."),
            needed=False,
            show=show_routes,
            read=read_routes,
        ),
    ),
    ("port", "vlan", "addresses"),
    {"dhcp": True},
)

NETWORK = Form(
    "network",
    "network",
    Network,
    "",
    N_("Network"),
    (
        words("dns", help=N_("Name servers, with commas; empty: those that DHCP names.")),
        words("time_servers", help=N_("NTP servers, with commas; empty: the public pool.")),
        whole("sip_port", help=N_("UDP port for phones and carriers, usually 5060.")),
        whole("rtp_first", help=N_("First UDP port for voice.")),
        whole("rtp_last", help=N_("Last UDP port for voice.")),
        words("phones", help=N_("Networks that phones may register from, with commas; empty: any.")),
        words("terminals", help=N_("Networks that people may log in from by SSH, with commas; empty: any.")),
        words("noc", help=N_("Networks that the NOC polls from, with commas; empty: nobody polls.")),
        switch("ssh_passwords", help=N_("Log in over SSH with a password too, not only with a key.")),
    ),
)
