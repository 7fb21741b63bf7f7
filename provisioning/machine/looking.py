"""The network as the kernel has it, read over netlink: facts, then pure reading of them.

Blocking: pyroute2's calls run in a thread of their own, never inside a running loop. Speed and
duplex are the driver's word in sysfs, because ethtool's way wants a socket of the Internet's
families, which this service must not have.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from appliance.api.network import Address, Clock, Link, Neighbour, NetworkState, Way
from appliance.site.models import SiteDocument
from provisioning.machine.networkd import link_name

SYSFS = Path("/sys/class/net")
UPSTREAM = Path("/run/systemd/resolve/resolv.conf")
"""The name servers that systemd-resolved asks, whoever named them."""
HOSTNAME = Path("/etc/hostname")
"""Not the kernel's: a service whose host name is protected sees that of its own start."""
_ETHER = 1
"""ARPHRD_ETHER."""
_UP = 1
"""IFF_UP."""
_PERMANENT = 0x80
"""IFA_F_PERMANENT: not leased."""
_UNICAST, _MAIN, _LINK_SCOPE = 1, 254, 253
_ANSWERED, _SILENT = 0x02, 0x20
"""NUD_REACHABLE and NUD_FAILED; everything else is a guess of the kernel's."""
_FOREVER = 0xFFFFFFFF
_PORTS = {None, "veth", "bond", "bridge"}
"""Kinds of links that a cable, or what stands for one, is plugged into: real ports are of no kind."""

Message = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """What netlink and the driver said."""

    links: tuple[Message, ...]
    addresses: tuple[Message, ...]
    routes: tuple[Message, ...]
    neighbours: tuple[Message, ...]
    drivers: Mapping[str, tuple[str, str]]
    """Speed and duplex by link."""
    resolver: str
    hostname: str
    now: float


def facts() -> Facts:
    """Ask the kernel."""
    from pyroute2 import IPRoute  # noqa: PLC0415  (a quarter of what host's start takes, and core waits for it)

    with IPRoute() as route:
        links = tuple(route.get_links())
        return Facts(
            links,
            tuple(route.get_addr()),
            tuple(route.get_routes()),
            tuple(route.get_neighbours()),
            {name: (_said(name, "speed"), _said(name, "duplex")) for name in map(_name, links)},
            UPSTREAM.read_text() if UPSTREAM.exists() else "",
            HOSTNAME.read_text().strip() if HOSTNAME.exists() else "",
            time.time(),
        )


def ports(known: Facts) -> dict[str, bool]:
    """The network ports there are, and whether each has its cable."""
    return {
        _name(link): bool(_attribute(link, "IFLA_CARRIER"))
        for link in known.links
        if link["ifi_type"] == _ETHER and _kind(link) in _PORTS
    }


def addresses(known: Facts) -> dict[str, frozenset[str]]:
    """The addresses (with prefix length) of each link, those that everybody can reach."""
    names = {link["index"]: _name(link) for link in known.links}
    found: dict[str, set[str]] = {name: set() for name in names.values()}
    for each in known.addresses:
        if each["scope"] < _LINK_SCOPE:
            found[names[each["index"]]].add(_address(each))
    return {name: frozenset(held) for name, held in found.items()}


def state(known: Facts, document: SiteDocument | None, clock: Clock | None) -> NetworkState:
    """The network for people; `document` names the links."""
    names = {link["index"]: _name(link) for link in known.links}
    ours = {link_name(each): each for each in document.interfaces} if document else {}
    links = []
    for link in known.links:
        if link["ifi_type"] != _ETHER or _kind(link) not in {*_PORTS, "vlan"}:
            continue
        name, parent = _name(link), _attribute(link, "IFLA_LINK")
        speed, duplex = known.drivers.get(name, ("", ""))
        carrier, tagged = _attribute(link, "IFLA_CARRIER"), _vlan(link)
        interface = ours.get(name)
        links.append(
            Link(
                port=name,
                parent=names.get(parent) if tagged is not None else None,
                vlan=tagged,
                mac=_attribute(link, "IFLA_ADDRESS") or "",
                up=bool(link["flags"] & _UP),
                carrier=None if carrier is None else bool(carrier),
                speed=int(speed) if speed.isdigit() and int(speed) > 0 else None,
                duplex=_duplex(duplex),
                addresses=tuple(
                    _for_people(each, known.now)
                    for each in known.addresses
                    if each["index"] == link["index"] and each["scope"] < _LINK_SCOPE
                ),
                name=interface.name if interface else "",
                label=interface.label if interface else "",
            )
        )
    return NetworkState(
        hostname=known.hostname,
        links=tuple(links),
        routes=tuple(_ways(known.routes, names)),
        neighbours=tuple(_neighbours(known.neighbours, names)),
        dns=tuple(line.split()[1] for line in known.resolver.splitlines() if line.startswith("nameserver ")),
        clock=clock,
        as_of=known.now,
    )


def _ways(routes: Iterable[Message], names: Mapping[int, str]) -> Iterable[Way]:
    for route in routes:
        table = _attribute(route, "RTA_TABLE") or route["table"]
        to, via = _attribute(route, "RTA_DST"), _attribute(route, "RTA_GATEWAY")
        port = names.get(_attribute(route, "RTA_OIF"), "")
        # Unicast routes of the main table; those within a link say nothing that its address does not.
        if table == _MAIN and route["type"] == _UNICAST and via is not None and port:
            yield Way(to=f"{to}/{route['dst_len']}" if to else "default", via=via, port=port)


def _neighbours(found: Iterable[Message], names: Mapping[int, str]) -> Iterable[Neighbour]:
    for each in found:
        address, mac = _attribute(each, "NDA_DST"), _attribute(each, "NDA_LLADDR")
        port = names.get(each["ifindex"], "")
        if each["family"] not in {socket.AF_INET, socket.AF_INET6} or port in {"", "lo"}:
            continue
        if address is None or ipaddress.ip_address(address).is_multicast:
            continue
        answers = True if each["state"] & _ANSWERED else False if each["state"] & _SILENT else None
        yield Neighbour(address=address, mac=mac or "", port=port, answers=answers)


def _for_people(each: Message, now: float) -> Address:
    flags = _attribute(each, "IFA_FLAGS") or each["flags"]
    leased = not flags & _PERMANENT
    valid = (_attribute(each, "IFA_CACHEINFO") or {}).get("ifa_valid", _FOREVER)
    ends = now + valid if leased and valid != _FOREVER else None
    return Address(address=_address(each), leased=leased, lease_ends=ends)


def _address(each: Message) -> str:
    # On a point-to-point link IFA_ADDRESS is the other end's.
    return f"{_attribute(each, 'IFA_LOCAL') or _attribute(each, 'IFA_ADDRESS')}/{each['prefixlen']}"


def _attribute(message: Message, name: str) -> Any:
    return next((value for key, value, *_more in message["attrs"] if key == name), None)


def _name(link: Message) -> str:
    return str(_attribute(link, "IFLA_IFNAME"))


def _kind(link: Message) -> str | None:
    info = _attribute(link, "IFLA_LINKINFO")
    return None if info is None else _attribute(info, "IFLA_INFO_KIND")


def _vlan(link: Message) -> int | None:
    if _kind(link) != "vlan":
        return None
    data = _attribute(_attribute(link, "IFLA_LINKINFO"), "IFLA_INFO_DATA")
    return int(_attribute(data, "IFLA_VLAN_ID"))


def _duplex(said: str) -> Literal["full", "half"] | None:
    return "full" if said == "full" else "half" if said == "half" else None


def _said(link: str, what: str) -> str:
    try:
        return (SYSFS / link / what).read_text().strip()
    except OSError:  # a port without cable or a virtual one says nothing
        return ""
