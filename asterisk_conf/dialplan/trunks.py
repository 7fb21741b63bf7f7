"""How a trunk is dialled, whatever its kind: by SIP, by an E1 line's channels, by an analogue line's."""

from __future__ import annotations

from appliance.site.exchange import trunk_endpoint
from appliance.site.models import AnalogueTrunk, E1Trunk, Hunting, SiteDocument
from asterisk_conf.dialplan.steps import Argument, Expression
from asterisk_conf.pjsip import OWN_NUMBER_VARIABLE

_HUNTING = {Hunting.ASCENDING: "g", Hunting.DESCENDING: "G", Hunting.IN_TURN: "r"}
"""How chan_dahdi names a group of channels in Dial, by the order in which it looks for a free one."""


def groups(document: SiteDocument) -> dict[str, int]:
    """The channel group of each trunk by cards, 1 to 63; group 0 is everybody's in chan_dahdi."""
    return {trunk.name: number for number, trunk in enumerate(_by_cards(document), start=1)}


def _by_cards(document: SiteDocument) -> tuple[E1Trunk | AnalogueTrunk, ...]:
    return (*document.e1_trunks, *document.analogue_trunks)


def dial_string(document: SiteDocument, trunk: str, number: str | Expression) -> Argument:
    """What Dial wants to call a number (digits, or an expression that gives them) by a trunk."""
    digits = number.text if isinstance(number, Expression) else number
    for by_card in _by_cards(document):
        if by_card.name == trunk:
            said = f"DAHDI/{_HUNTING[by_card.hunting]}{groups(document)[trunk]}/{digits}"
            break
    else:
        said = f"PJSIP/{digits}@{trunk_endpoint(trunk)}"
    return Expression(said) if isinstance(number, Expression) else said


def dial_options(document: SiteDocument, trunk: str) -> Expression:
    """Options of Dial that send the right caller's number: the phone's own one, else the trunk's."""
    found = next((each for each in document.e1_trunks if each.name == trunk), None)
    if not isinstance(found, E1Trunk) or not found.sends_number:
        return Expression("")
    otherwise = f"f({found.number})" if found.number else ""
    return Expression(f'${{IF($["${{{OWN_NUMBER_VARIABLE}}}" != ""]?f(${{{OWN_NUMBER_VARIABLE}}}):{otherwise})}}')
