"""The site's part of the firewall: who is who, as elements of sets of nftables. Pure.

The rules and the sets are the playbook's (/etc/nftables.conf, role firewall), which says in
its own site.nft what belongs here: three variables, and elements of sets; a set that nobody
is in has no line.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator

from appliance.site.models import SiteDocument
from provisioning.machine.wanted import HEAD, Wanted

FILE = "/etc/nftables.d/site.nft"
RULES = "/etc/nftables.conf"
TABLE = "inet branchbox"
SSH_PORT = 22
"""The playbook's default (role ssh)."""
SNMP_PORT = 161
ANYWHERE = ("0.0.0.0/0", "::/0")


def elements(document: SiteDocument) -> Wanted:
    """The file of the document."""
    network = document.network
    groups = {
        "phones": network.phones or ANYWHERE,
        "carriers": tuple(address for trunk in document.trunks for address in trunk.addresses),
        "terminals": network.terminals or ANYWHERE,
        "noc": network.noc,
    }
    ports = (
        f"define sip_port = {network.sip_port}\n",
        f"define rtp_ports = {network.rtp_first}-{network.rtp_last}\n",
        f"define ssh_port = {SSH_PORT}\n",
    )
    sets = (_set(name, version, held) for name, held in groups.items() for version in (4, 6))
    return Wanted({FILE: "".join([HEAD, *ports, *sets, *_noc_ports(document)])})


def _noc_ports(document: SiteDocument) -> Iterator[str]:
    """What is open to the NOC's networks: only what is on. As sets: the file of an earlier version has none of them."""
    if document.noc.https:
        yield f"add element {TABLE} noc_tcp {{ {document.noc.port} }}\n"
    if document.snmp.enabled:
        yield f"add element {TABLE} noc_udp {{ {SNMP_PORT} }}\n"


def _set(name: str, version: int, held: Iterable[str]) -> str:
    # Collapsed: nft refuses an element that lies in another one of the same command.
    if version == 4:
        mine4 = [network for network in map(ipaddress.ip_network, held) if isinstance(network, ipaddress.IPv4Network)]
        networks = [str(network) for network in ipaddress.collapse_addresses(mine4)]
    else:
        mine6 = [network for network in map(ipaddress.ip_network, held) if isinstance(network, ipaddress.IPv6Network)]
        networks = [str(network) for network in ipaddress.collapse_addresses(mine6)]
    return f"add element {TABLE} {name}{version} {{ {', '.join(networks)} }}\n" if networks else ""
