"""Whether the network works, in words: from what was seen and answered to findings. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from appliance.api.network import Finding, Health, Link, NetworkState, Topic
from appliance.site.models import Interface, SiteDocument
from appliance.site.problems import Problem
from provisioning.machine.networkd import link_name
from provisioning.machine.timing import POOL

SLOWEST = 100
"""Mbit/s; what is slower is an accident of a cable."""
FARTHEST = 1.0
"""Seconds that the clock may be off."""


@dataclass(frozen=True)
class Answers:
    """What was asked of others: hardware addresses of machines that have one of our addresses too; whether IPv4
    gateways answer; by server, seconds until the answer, or the offset of its clock; None for no answer."""

    conflicts: Mapping[str, str | None]
    gateways: Mapping[str, bool]
    dns: Mapping[str, float | None]
    time: Mapping[str, float | None]


def time_servers(document: SiteDocument) -> tuple[str, ...]:
    """The time servers that the box asks."""
    return document.network.time_servers or (POOL,)


def neighbours_needed(state: NetworkState) -> dict[str, str]:
    """The machines that routes begin at, and the link that each is on."""
    return {way.via: way.port for way in state.routes if way.via is not None}


def findings(state: NetworkState, document: SiteDocument, answers: Answers) -> tuple[Finding, ...]:
    """Every check of a box whose network should be as the document says."""
    return (
        *_links(state, document),
        *_addresses(state, document, answers.conflicts),
        *_gateways(state, document, answers.gateways),
        *_dns(state, answers.dns),
        *_time(document, answers.time),
    )


def _links(state: NetworkState, document: SiteDocument) -> Iterator[Finding]:
    links = {link.port: link for link in state.links}
    named = dict.fromkeys(each.port for each in document.interfaces) or dict.fromkeys(
        link.port for link in state.links if link.vlan is None
    )
    for port in named:
        link = links.get(port)
        if link is None:
            text, health = "This box has no such port. Correct the interface's port under F8 Setup.", Health.BAD
            yield _finding(Topic.LINK, port, health, text)
        else:
            yield _link(link)


def _link(link: Link) -> Finding:
    speed = {"speed": str(link.speed)}
    if not link.carrier:
        text = "Nothing at the other end of the cable. Check the cable, and whether the switch is on."
        return _finding(Topic.LINK, link.port, Health.BAD, text)
    if link.duplex == "half":
        text = "Connected at half duplex: calls will break up. Set the switch's port to automatic."
        return _finding(Topic.LINK, link.port, Health.POOR, text)
    if link.speed is None:
        return _finding(Topic.LINK, link.port, Health.WELL, "Connected; the driver does not say how fast.")
    if link.speed < SLOWEST:
        text = "Connected at {speed} Mbit/s only. Try another cable; one of its pairs may be broken."
        return _finding(Topic.LINK, link.port, Health.POOR, text, speed)
    return _finding(Topic.LINK, link.port, Health.WELL, "Connected at {speed} Mbit/s, full duplex.", speed)


def _addresses(state: NetworkState, document: SiteDocument, conflicts: Mapping[str, str | None]) -> Iterator[Finding]:
    links = {link.port: link for link in state.links}
    if not document.interfaces:
        for port in state.links:
            if port.vlan is None and port.carrier:
                yield _leased(port.port, port)
    for interface in document.interfaces:
        link = links.get(link_name(interface))
        if interface.dhcp:
            yield _leased(link_name(interface), link)
        else:
            yield from _fixed(interface, link, conflicts)


def _leased(port: str, link: Link | None) -> Finding:
    leased = [each.address for each in link.addresses if each.leased] if link else []
    if leased:
        text = "The network gave {address} by DHCP."
        return _finding(Topic.ADDRESS, port, Health.WELL, text, {"address": ", ".join(leased)})
    text = "No DHCP server gave an address. Check the network, or write a fixed address under F8 Setup."
    return _finding(Topic.ADDRESS, port, Health.BAD, text)


def _fixed(interface: Interface, link: Link | None, conflicts: Mapping[str, str | None]) -> Iterator[Finding]:
    there = {each.address for each in link.addresses} if link else set()
    for address in interface.addresses:
        owner = conflicts.get(address.split("/")[0])
        if address not in there:
            text = "The box does not have this address. The journal of systemd-networkd says why."
            yield _finding(Topic.ADDRESS, address, Health.BAD, text)
        elif owner:
            text = "Another machine ({mac}) has this address too: calls fail by chance. Switch it off or change one."
            yield _finding(Topic.ADDRESS, address, Health.BAD, text, {"mac": owner})
        else:
            yield _finding(Topic.ADDRESS, address, Health.WELL, "It is the box's alone.")


def _gateways(state: NetworkState, document: SiteDocument, asked: Mapping[str, bool]) -> Iterator[Finding]:
    answers = {**{each.address: each.answers for each in state.neighbours}, **asked}
    ways = {way.via: way for way in reversed(state.routes) if way.via is not None}
    if not any(way.to == "default" for way in state.routes):
        text = "There is no gateway: the box reaches only its own networks and those of its routes."
        wanted = any(each.gateway or each.dhcp for each in document.interfaces) or not document.interfaces
        yield _finding(Topic.GATEWAY, "-", Health.BAD if wanted else Health.WELL, text)
    for via in reversed(ways):
        said = answers.get(via)
        if said:
            yield _finding(Topic.GATEWAY, via, Health.WELL, "It answers at once.")
        elif said is None:
            yield _finding(Topic.GATEWAY, via, Health.UNKNOWN, "Nobody knows yet whether it answers. Check again.")
        else:
            text = "It does not answer: the box reaches nobody behind it. Check the router and its address."
            yield _finding(Topic.GATEWAY, via, Health.BAD, text)


def _dns(state: NetworkState, answers: Mapping[str, float | None]) -> Iterator[Finding]:
    if not state.dns:
        text = "There is no name server: carriers and time servers can be named by address only."
        yield _finding(Topic.DNS, "-", Health.POOR, text)
    for server in state.dns:
        seconds = answers.get(server)
        if seconds is None:
            text = "It does not answer. Check its address, and whether a firewall is in between."
            yield _finding(Topic.DNS, server, Health.BAD, text)
        else:
            said = {"milliseconds": f"{seconds * 1000:.0f}"}
            yield _finding(Topic.DNS, server, Health.WELL, "It answers in {milliseconds} ms.", said)


def _time(document: SiteDocument, answers: Mapping[str, float | None]) -> Iterator[Finding]:
    for server in time_servers(document):
        offset = answers.get(server)
        said = {"seconds": f"{abs(offset or 0):.1f}", "milliseconds": f"{abs(offset or 0) * 1000:.0f}"}
        if offset is None:
            text = "It does not answer: the clock will drift. Name a time server that this branch reaches."
            yield _finding(Topic.TIME, server, Health.POOR, text)
        elif abs(offset) > FARTHEST:
            text = "It answers, and the box's clock is {seconds} s off: reports show wrong times until it is set."
            yield _finding(Topic.TIME, server, Health.POOR, text, {"seconds": said["seconds"]})
        else:
            text = "It answers; the box's clock is {milliseconds} ms off."
            yield _finding(Topic.TIME, server, Health.WELL, text, {"milliseconds": said["milliseconds"]})


def _finding(topic: Topic, subject: str, health: Health, text: str, args: Mapping[str, str] | None = None) -> Finding:
    return Finding(topic=topic, subject=subject, health=health, problem=Problem(text=text, args=dict(args or {})))
