"""Exactly the documented ports: what takes a connection, what the firewall lets in, what listens."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from appliance.site.models import SiteDocument
from images.audit.finding import Finding
from images.audit.place import STRANGER, Place

LAST = 65535
SSH = 22
WATCH = "audit"
"""Our own table in the box's firewall while we look: it counts what comes, sees what the box's rules let in."""
SWEEPS = 5
"""So often every UDP port is knocked at, until every knock of a sweep has reached the box."""


def documented_tcp(_document: SiteDocument) -> set[int]:
    """TCP ports of docs/hardening.md that are open to everybody."""
    return {SSH}


def documented_udp(document: SiteDocument) -> set[int]:
    """UDP ports of docs/hardening.md that are open to the stranger."""
    return {*_sip(document), *range(document.network.rtp_first, document.network.rtp_last + 1)}


def _sip(document: SiteDocument) -> set[int]:
    """The SIP port, when the stranger stands where phones may stand."""
    phones = document.network.phones or ("0.0.0.0/0",)
    stranger = ipaddress.ip_address(STRANGER)
    return {document.network.sip_port} if any(stranger in ipaddress.ip_network(each) for each in phones) else set()


def look(place: Place) -> list[Finding]:
    """All three."""
    document = place.box.document
    return [_tcp(place, document), _udp(place, document), _listening(place, document)]


def _tcp(place: Place, document: SiteDocument) -> Finding:
    question = {"kind": "tcp", "source": STRANGER, "target": place.address, "first": 1, "last": LAST}
    found = place.ask("knock", question)
    return _compare("TCP ports that answer", {*_numbers(found)}, documented_tcp(document))


def _udp(place: Place, document: SiteDocument) -> Finding:
    wanted = documented_udp(document)
    certain = {document.network.rtp_first, document.network.rtp_last, *_sip(document)}
    with _watching(place):
        # One by one what must be open; then everything, in which the limit on new streams shows, too.
        for port in sorted(certain):
            place.ask("knock", _udp_question(place, port, port))
        let_in = _seen(place)
        lost = LAST
        for _ in range(SWEEPS):
            before = _came(place)
            place.ask("knock", _udp_question(place, 1, LAST))
            lost = min(lost, LAST - (_came(place) - before))
            if not lost:
                break
        let_in |= _seen(place)
    missing, strange = certain - let_in, let_in - wanted
    return Finding(
        "ports",
        "UDP ports that the firewall lets in",
        f"{_ranges(let_in & certain)} and between" + (f"; {_ranges(strange)}" if strange else ""),
        not missing and not strange and not lost,
        (f"not let in: {_ranges(missing)}", f"not documented: {_ranges(strange)}", f"knocks lost on the way: {lost}"),
    )


def _udp_question(place: Place, first: int, last: int) -> dict[str, str | int]:
    return {"kind": "udp", "source": STRANGER, "target": place.address, "first": first, "last": last}


def _listening(place: Place, document: SiteDocument) -> Finding:
    """TCP servers on outside addresses. UDP is left to the firewall: Asterisk's resolver opens any port."""
    found = set()
    for line in place.inside(["ss", "-H", "--tcp", "--listening", "--numeric"]).out.splitlines():
        address, _, port = line.split()[3].rpartition(":")
        if not re.match(r"127\.|\[::1\]", address):
            found.add(int(port))
    return _compare("TCP servers on outside addresses", found, documented_tcp(document))


def _compare(what: str, found: set[int], wanted: set[int]) -> Finding:
    return Finding(
        "ports",
        what,
        _ranges(found),
        found == wanted,
        (f"documented but closed: {_ranges(wanted - found)}", f"open but not documented: {_ranges(found - wanted)}"),
    )


@contextmanager
def _watching(place: Place) -> Iterator[None]:
    rules = (
        f"add table inet {WATCH}",
        f"add set inet {WATCH} seen {{ type inet_service; flags dynamic; size {LAST + 1}; }}",
        f"add counter inet {WATCH} came",
        f"add chain inet {WATCH} wire {{ type filter hook prerouting priority -300; }}",
        f"add rule inet {WATCH} wire ip saddr {STRANGER} meta l4proto udp counter name came",
        f"add chain inet {WATCH} input {{ type filter hook input priority 10; }}",
        f"add rule inet {WATCH} input ip saddr {STRANGER} meta l4proto udp add @seen {{ udp dport }}",
    )
    place.inside(["nft", "\n".join(rules)])
    try:
        yield
    finally:
        place.inside(["nft", "delete", "table", "inet", WATCH])


def _seen(place: Place) -> set[int]:
    listed = json.loads(place.inside(["nft", "--json", "list", "set", "inet", WATCH, "seen"]).out)
    return {*_numbers(next(each["set"] for each in listed["nftables"] if "set" in each).get("elem", []))}


def _came(place: Place) -> int:
    """How many of the stranger's datagrams have reached the box."""
    listed = json.loads(place.inside(["nft", "--json", "list", "counter", "inet", WATCH, "came"]).out)
    return int(next(each["counter"] for each in listed["nftables"] if "counter" in each)["packets"])


def _numbers(found: object) -> Iterator[int]:
    if not isinstance(found, list):
        raise TypeError(f"no list: {found!r}")
    yield from map(int, found)


def _ranges(ports: Iterable[int]) -> str:
    """Ports for people: 22, 10000-19999; "none" when there is none."""
    parts: list[list[int]] = []
    for port in sorted(ports):
        if parts and port == parts[-1][1] + 1:
            parts[-1][1] = port
        else:
            parts.append([port, port])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in parts) or "none"
