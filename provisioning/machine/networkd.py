"""The document's interfaces as units of systemd-networkd. Pure.

Follows systemd.network(5) and systemd.netdev(5). A port's unit names the VLANs on it; a port
that nothing names gets no address; without any interface every wired port asks DHCP.
"""

from __future__ import annotations

import ipaddress
import zlib
from collections.abc import Iterable

from appliance.site.models import Interface, SiteDocument
from provisioning.machine.wanted import HEAD, Wanted

FOLDER = "/etc/systemd/network"
OWNED = ("*-branchbox-*.network", "*-branchbox-*.netdev", ".*-branchbox-*.new")
"""The files of the folder that are ours to remove; the last are what a power cut left."""
_LONGEST = 15
"""Characters of a link's name in the kernel."""


def link_name(interface: Interface) -> str:
    """The kernel's link of an interface: the port itself, or `eth0.20` for VLAN 20 on it."""
    if interface.vlan is None:
        return interface.port
    name = f"{interface.port}.{interface.vlan}"
    return name if len(name) <= _LONGEST else f"v{interface.vlan}.{zlib.crc32(interface.port.encode()):08x}"


def units(document: SiteDocument) -> Wanted:
    """Every unit of the document."""
    files: dict[str, str] = {}
    tagged: dict[str, list[str]] = {}
    for interface in document.interfaces:
        if interface.vlan is not None:
            name = link_name(interface)
            tagged.setdefault(interface.port, []).append(name)
            files[f"10-branchbox-{name}.netdev"] = _text(
                ("NetDev", (("Name", name), ("Kind", "vlan"))), ("VLAN", (("Id", str(interface.vlan)),))
            )
    fixed_way_out = any(interface.gateway for interface in document.interfaces)
    for index, interface in enumerate(document.interfaces):
        name = link_name(interface)
        vlans = tagged.get(name, ()) if interface.vlan is None else ()
        files[f"10-branchbox-{name}.network"] = _interface(document, interface, index, vlans, fixed_way_out)
    for port in tagged.keys() - {interface.port for interface in document.interfaces if interface.vlan is None}:
        files[f"10-branchbox-{port}.network"] = _text(
            ("Match", (("Name", port),)), ("Network", (*_SILENT, *_vlans(tagged[port])))
        )
    files["20-branchbox-rest.network"] = _rest(document)
    return Wanted({f"{FOLDER}/{name}": text for name, text in sorted(files.items())})


_SILENT = (("DHCP", "no"), ("LinkLocalAddressing", "no"), ("IPv6AcceptRA", "no"))

Section = tuple[str, Iterable[tuple[str, str]]]


def _rest(document: SiteDocument) -> str:
    """The unit of wired ports that no other unit names."""
    match: Section = ("Match", (("Type", "ether"),))
    if document.interfaces:
        return _text(match, ("Network", _SILENT))
    return _text(match, ("Network", (("DHCP", "yes"),)), *_dhcp(document, metric=1024, way_out=True))


def _interface(
    document: SiteDocument, interface: Interface, index: int, vlans: Iterable[str], fixed_way_out: bool
) -> str:
    match: Section = ("Match", (("Name", link_name(interface)),))
    routes = [("Route", (("Destination", route.to), ("Gateway", route.via))) for route in interface.routes]
    if interface.dhcp:
        network = (("DHCP", "yes"), *_vlans(vlans))
        dhcp = _dhcp(document, metric=1024 + index, way_out=not fixed_way_out)
        return _text(match, ("Network", network), *dhcp, *routes)
    six = any(ipaddress.ip_interface(address).version == 6 for address in interface.addresses)
    network = (
        ("DHCP", "no"),
        ("LinkLocalAddressing", "ipv6" if six else "no"),
        ("IPv6AcceptRA", "no"),
        # A switch that starts anew must not take the address from under the calls.
        ("ConfigureWithoutCarrier", "yes"),
        ("IgnoreCarrierLoss", "yes"),
        *(("Address", address) for address in interface.addresses),
        *((("Gateway", interface.gateway),) if interface.gateway else ()),
        *_vlans(vlans),
    )
    return _text(match, ("Network", network), *routes)


def _vlans(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple(("VLAN", name) for name in names)


def _dhcp(document: SiteDocument, *, metric: int, way_out: bool) -> tuple[Section, ...]:
    """What is taken of a DHCP server's word; the box's name, time and time zone are the document's."""
    ours = "no" if document.network.dns else "yes"
    gateway = "yes" if way_out else "no"
    return (
        (
            "DHCPv4",
            (
                # The same lease whichever system slot asks.
                ("ClientIdentifier", "mac"),
                ("UseDNS", ours),
                ("UseNTP", "no"),
                ("UseHostname", "no"),
                ("UseTimezone", "no"),
                ("UseGateway", gateway),
                ("RouteMetric", str(metric)),
            ),
        ),
        ("DHCPv6", (("UseDNS", ours), ("UseNTP", "no"), ("UseHostname", "no"))),
        ("IPv6AcceptRA", (("UseDNS", ours), ("UseGateway", gateway), ("RouteMetric", str(metric)))),
    )


def _text(*sections: Section) -> str:
    parts = [f"[{name}]\n" + "".join(f"{key}={value}\n" for key, value in entries) for name, entries in sections]
    return HEAD + "\n" + "\n".join(parts)
