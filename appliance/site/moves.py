"""Changes that take the box to another place in the network, so that people must follow it there. Pure."""

from __future__ import annotations

import ipaddress

from appliance.site.models import SiteDocument

CONFIRM_SECONDS = 120
"""A moved box goes back after this unless somebody confirms from where it is now."""


def moves(before: SiteDocument, after: SiteDocument) -> bool:
    """Whether somebody who reaches the box over the network before may not reach it after."""
    return _reach(before) != _reach(after)


def _reach(document: SiteDocument) -> object:
    where = {
        (each.port, each.vlan): (each.dhcp, frozenset(each.addresses), each.gateway, frozenset(each.routes))
        for each in document.interfaces
    }
    return where, frozenset(document.network.terminals)


def addresses(document: SiteDocument) -> tuple[str, ...]:
    """The fixed addresses of the box, without prefix length; DHCP's are not known here."""
    return tuple(str(ipaddress.ip_interface(address).ip) for each in document.interfaces for address in each.addresses)


def asks_dhcp(document: SiteDocument) -> bool:
    """Whether the box has addresses that only the network knows."""
    return not document.interfaces or any(each.dhcp for each in document.interfaces)


def lets_in(document: SiteDocument, address: str) -> bool:
    """Whether people may log in from an address."""
    home = ipaddress.ip_address(address)
    networks = [ipaddress.ip_network(network) for network in document.network.terminals]
    return not networks or any(home.version == network.version and home in network for network in networks)
