"""The site's part of the firewall: who is who, as sets of nftables. Pure.

The rules are the playbook's (/etc/nftables.conf, role firewall); they include this file and
speak of its sets (`ip saddr @phones4`) and ports (`$sip_port`, `$rtp_ports`). The sets are
always there, empty when nobody is meant; "any" is the network of all addresses.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from appliance.site.models import SiteDocument
from provisioning.machine.wanted import HEAD, Wanted

FILE = "/etc/nftables.d/site.nft"
TABLE = "inet branchbox"
ANYWHERE = ("0.0.0.0/0", "::/0")


def rules(document: SiteDocument) -> Wanted:
    """The file of the document."""
    network = document.network
    groups = {
        "phones": network.phones or ANYWHERE,
        "terminals": network.terminals or ANYWHERE,
        "noc": network.noc,
        "carriers": tuple(address for trunk in document.trunks for address in trunk.addresses),
    }
    sets = [line for name, held in groups.items() for version in (4, 6) for line in _set(name, version, held)]
    ports = (
        f"define sip_port = {network.sip_port}\n",
        f"define rtp_ports = {network.rtp_first}-{network.rtp_last}\n",
    )
    return Wanted({FILE: "".join([HEAD, "\n", *ports, "\n", f"table {TABLE} {{\n", *sets, "}\n"])})


def _set(name: str, version: int, held: Iterable[str]) -> Iterable[str]:
    networks = sorted({ipaddress.ip_network(text) for text in held if ipaddress.ip_network(text).version == version})
    yield f"    set {name}{version} {{\n        type ipv{version}_addr\n        flags interval\n        auto-merge\n"
    if networks:
        yield f"        elements = {{ {', '.join(map(str, networks))} }}\n"
    yield "    }\n"
