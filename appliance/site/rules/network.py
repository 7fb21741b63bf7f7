"""The box's places in the network: what could not be reached, or would be reached twice."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from appliance.site.models import Interface, SiteDocument
from appliance.site.places import Place
from appliance.site.rules.fault import Fault

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def networks(interface: Interface) -> list[Network]:
    """The networks that an interface's fixed addresses are in."""
    return [ipaddress.ip_interface(address).network for address in interface.addresses]


def _overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)


def _holds(held: list[Network], address: Address) -> bool:
    return any(network.version == address.version and address in network for network in held)


def places_are_apart(document: SiteDocument) -> Iterator[Fault]:
    """One interface for a port and VLAN; the loopback is none of them."""
    taken: dict[tuple[str, int | None], str] = {}
    for index, interface in enumerate(document.interfaces):
        if interface.port == "lo":
            yield Fault(
                ("interfaces", index, "port"),
                "{port} is the box's way to itself: name a network port (eth0, enp1s0).",
                {"port": interface.port},
            )
        other = taken.setdefault((interface.port, interface.vlan), interface.name)
        if other != interface.name:
            yield Fault(
                ("interfaces", index, "port"),
                "{other} is on this port and VLAN already: choose another port or another VLAN.",
                {"other": other},
            )


def has_one_way_to_its_address(document: SiteDocument) -> Iterator[Fault]:
    """DHCP gives everything, or everything is fixed."""
    for index, interface in enumerate(document.interfaces):
        if interface.dhcp and interface.addresses:
            yield Fault(
                ("interfaces", index, "addresses"),
                "DHCP gives the address here: switch it off, or remove the addresses.",
            )
        elif not interface.dhcp and not interface.addresses:
            yield Fault(("interfaces", index), "This interface has no address: write one, or switch DHCP on.")
        if interface.dhcp and interface.gateway:
            yield Fault(
                ("interfaces", index, "gateway"), "DHCP gives the gateway here: switch it off, or remove the gateway."
            )


def addresses_can_be_used(document: SiteDocument) -> Iterator[Fault]:
    """An address is a machine's, and no two interfaces reach the same network."""
    taken: list[tuple[Network, str]] = []
    for index, interface in enumerate(document.interfaces):
        for position, text in enumerate(interface.addresses):
            address = ipaddress.ip_interface(text)
            place: Place = ("interfaces", index, "addresses", position)
            network = address.network
            if network.num_addresses > 2 and address.ip in (network.network_address, network.broadcast_address):
                yield Fault(
                    place,
                    "{address} is the name of the whole network, no machine's address: choose one inside it.",
                    {"address": text},
                )
            elif address.is_loopback or address.is_multicast or address.is_unspecified:
                yield Fault(place, "{address} is no machine's address: choose another.", {"address": text})
            for other, owner in taken:
                if owner != interface.name and _overlap(network, other):
                    yield Fault(
                        place,
                        "{address} overlaps {network} of {owner}: the box would not know which way to answer.",
                        {"address": text, "network": str(other), "owner": owner},
                    )
        if len(set(interface.addresses)) < len(interface.addresses):
            yield Fault(("interfaces", index, "addresses"), "An address stands here twice: remove one.")
        taken += [(network, interface.name) for network in networks(interface)]


def gateways_are_neighbours(document: SiteDocument) -> Iterator[Fault]:
    """The way out of all networks begins in one of them, and there is one such way."""
    taken: dict[int, str] = {}
    for index, interface in enumerate(document.interfaces):
        if interface.gateway is None or interface.dhcp:
            continue
        gateway = ipaddress.ip_address(interface.gateway)
        place: Place = ("interfaces", index, "gateway")
        if not _holds(networks(interface), gateway):
            yield Fault(
                place,
                "The gateway {gateway} is in no network of this interface: correct it, or the address.",
                {"gateway": interface.gateway},
            )
        elif any(ipaddress.ip_interface(address).ip == gateway for address in interface.addresses):
            yield Fault(
                place, "{gateway} is the box itself: write the router's address.", {"gateway": interface.gateway}
            )
        other = taken.setdefault(gateway.version, interface.name)
        if other != interface.name:
            yield Fault(
                place,
                "{other} has the gateway already: a box has one. Remove one, and write routes for what it led to.",
                {"other": other},
            )


def routes_lead_somewhere(document: SiteDocument) -> Iterator[Fault]:
    """A route's neighbour is in a network of its interface, and it leads out of it."""
    taken: dict[str, str] = {}
    for index, interface in enumerate(document.interfaces):
        own = networks(interface)
        for position, route in enumerate(interface.routes):
            to, via = ipaddress.ip_network(route.to), ipaddress.ip_address(route.via)
            place: Place = ("interfaces", index, "routes", position)
            if to.prefixlen == 0:
                yield Fault((*place, "to"), "This is the way to everywhere: write it as the gateway.")
            elif any(_overlap(to, network) for network in own):
                yield Fault(
                    (*place, "to"), "{to} is this interface's own network: it needs no route.", {"to": route.to}
                )
            if to.version != via.version or (not interface.dhcp and not _holds(own, via)):
                yield Fault(
                    (*place, "via"),
                    "{via} is in no network of this interface: a route begins at a neighbour.",
                    {"via": route.via},
                )
            other = taken.setdefault(route.to, f"{interface.name} {position}")
            if other != f"{interface.name} {position}":
                yield Fault((*place, "to"), "There is another route to {to}: remove one.", {"to": route.to})


def everybody_can_be_reached(document: SiteDocument) -> Iterator[Fault]:
    """Without a gateway, whoever is named is in a network of the box or behind a route."""
    if not document.interfaces or any(interface.dhcp for interface in document.interfaces):
        return
    reached = [network for interface in document.interfaces for network in networks(interface)]
    reached += [ipaddress.ip_network(route.to) for interface in document.interfaces for route in interface.routes]
    ways_out = {ipaddress.ip_address(each.gateway).version for each in document.interfaces if each.gateway}
    for place, text in _named(document):
        network = ipaddress.ip_network(text)
        if network.version not in ways_out and not any(_overlap(network, other) for other in reached):
            yield Fault(
                place,
                "{address} is in no network of the box, and there is no gateway: add a gateway or a route.",
                {"address": text},
            )


def _named(document: SiteDocument) -> Iterator[tuple[Place, str]]:
    network = document.network
    for field in ("dns", "phones", "terminals", "noc"):
        for position, text in enumerate(getattr(network, field)):
            yield ("network", field, position), text
    for index, trunk in enumerate(document.trunks):
        for position, text in enumerate(trunk.addresses):
            yield ("trunks", index, "addresses", position), text


RULES = (
    places_are_apart,
    has_one_way_to_its_address,
    addresses_can_be_used,
    gateways_are_neighbours,
    routes_lead_somewhere,
    everybody_can_be_reached,
)
