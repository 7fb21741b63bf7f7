"""Network and trunks: who may call from where."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from appliance.site.models import SiteDocument
from appliance.site.places import Place
from appliance.site.rules.fault import Fault


def ports_are_apart(document: SiteDocument) -> Iterator[Fault]:
    """RTP has a range, and SIP is not in it."""
    network = document.network
    if network.rtp_first >= network.rtp_last:
        yield Fault(("network", "rtp_last"), "The last RTP port must be above the first.")
    elif network.rtp_first <= network.sip_port <= network.rtp_last:
        yield Fault(("network", "sip_port"), "The SIP port lies between the RTP ports: choose one outside them.")


def _overlap(one: str, other: str) -> bool:
    a, b = ipaddress.ip_network(one), ipaddress.ip_network(other)
    return a.version == b.version and a.overlaps(b)


def addresses_are_apart(document: SiteDocument) -> Iterator[Fault]:
    """An address is one trunk's, and no phone's."""
    taken = [(network, "the phones' network") for network in document.network.phones]
    for index, trunk in enumerate(document.trunks):
        for position, address in enumerate(trunk.addresses):
            place: Place = ("trunks", index, "addresses", position)
            for network, owner in taken:
                if owner != f"trunk {trunk.name}" and _overlap(address, network):
                    yield Fault(
                        place,
                        "{address} overlaps {network} of {owner}: calls from there could not be told apart.",
                        {"address": address, "network": network, "owner": owner},
                    )
        taken += [(address, f"trunk {trunk.name}") for address in trunk.addresses]


def registration_is_whole(document: SiteDocument) -> Iterator[Fault]:
    """A trunk that registers has a user name and a password."""
    for index, trunk in enumerate(document.trunks):
        if trunk.register_as is not None and trunk.password is None:
            yield Fault(("trunks", index), "To register, the carrier wants a password: add it, or remove register_as.")
        if trunk.register_as is None and trunk.password is not None:
            yield Fault(("trunks", index, "password"), "The password has no user name: add register_as, or remove it.")


RULES = (ports_are_apart, addresses_are_apart, registration_is_whole)
