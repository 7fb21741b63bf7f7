"""How a trunk is dialled, whatever its kind: by SIP, by an E1 line's channels, by an analogue line's."""

from __future__ import annotations

from appliance.site.exchange import trunk_endpoint
from appliance.site.models import AnalogueTrunk, E1Trunk, Hunting, SiteDocument, Trunk
from asterisk_conf.pjsip import OWN_NUMBER_VARIABLE, server_of

_HUNTING = {Hunting.ASCENDING: "g", Hunting.DESCENDING: "G", Hunting.IN_TURN: "r"}
"""How chan_dahdi names a group of channels in Dial, by the order in which it looks for a free one."""


def groups(document: SiteDocument) -> dict[str, int]:
    """The channel group of each trunk by cards, 1 to 63; group 0 is everybody's in chan_dahdi."""
    return {trunk.name: number for number, trunk in enumerate(_by_cards(document), start=1)}


def _by_cards(document: SiteDocument) -> tuple[E1Trunk | AnalogueTrunk, ...]:
    return (*document.e1_trunks, *document.analogue_trunks)


def by_card(document: SiteDocument, trunk: str) -> E1Trunk | AnalogueTrunk | None:
    """The trunk when it is one of DAHDI's, else None."""
    return next((each for each in _by_cards(document) if each.name == trunk), None)


def dial_string(document: SiteDocument, trunk: str, number: str) -> str:
    """What Dial calls a number (digits, or an expression that gives them) by on this trunk."""
    found = by_card(document, trunk)
    if found is None:
        return f"PJSIP/{number}@{trunk_endpoint(trunk)}"
    return f"DAHDI/{_HUNTING[found.hunting]}{groups(document)[trunk]}/{number}"


def insisting(document: SiteDocument, trunk: str, number: str) -> str:
    """The same for a trunk that seems dead: PJSIP calls no contact that answers no OPTIONS, but any address."""
    if by_card(document, trunk) is not None:
        return dial_string(document, trunk, number)
    return f"PJSIP/{trunk_endpoint(trunk)}/{server_of(_sip(document, trunk), number)}"


def is_dead(document: SiteDocument, trunk: str) -> str | None:
    """An expression that is true while it is known that nobody is at the other end; None: the call itself finds out."""
    if by_card(document, trunk) is not None:
        return None
    # Not DEVICE_STATE: while calls are up on the trunk it says theirs.
    return f'$["${{PJSIP_DIAL_CONTACTS({trunk_endpoint(trunk)})}}" = ""]'


def dial_options(document: SiteDocument, trunk: str) -> str:
    """Options of Dial that send the right caller's number: the phone's own one, else the trunk's."""
    found = next((each for each in document.e1_trunks if each.name == trunk), None)
    if found is None or not found.sends_number:
        return ""
    otherwise = f"f({found.number})" if found.number else ""
    return f'${{IF($["${{{OWN_NUMBER_VARIABLE}}}" != ""]?f(${{{OWN_NUMBER_VARIABLE}}}):{otherwise})}}'


def _sip(document: SiteDocument, name: str) -> Trunk:
    return next(trunk for trunk in document.trunks if trunk.name == name)
