"""What Dial and the ways of routes have to know of each kind of trunk."""

from __future__ import annotations

from appliance.site.exchange import trunk_endpoint
from appliance.site.models import SiteDocument, Trunk
from asterisk_conf.pjsip import server_of


def dial_string(document: SiteDocument, trunk: str, number: str) -> str:
    """What Dial calls a number (an expression) by on this trunk."""
    return f"PJSIP/{number}@{trunk_endpoint(trunk)}"


def insisting(document: SiteDocument, trunk: str, number: str) -> str:
    """The same for a trunk that seems dead: PJSIP calls no contact that answers no OPTIONS, but any address."""
    return f"PJSIP/{trunk_endpoint(trunk)}/{server_of(_sip(document, trunk), number)}"


def is_dead(document: SiteDocument, trunk: str) -> str:
    """An expression that is true while it is known that nobody is at the other end."""
    # Not DEVICE_STATE: while calls are up on the trunk it says theirs.
    return f'$["${{PJSIP_DIAL_CONTACTS({trunk_endpoint(trunk)})}}" = ""]'


def _sip(document: SiteDocument, name: str) -> Trunk:
    return next(trunk for trunk in document.trunks if trunk.name == name)
