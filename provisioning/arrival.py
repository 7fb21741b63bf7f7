"""Whether the person who confirms a moved box has reached it where it is now."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.api.contract import Move
from appliance.api.verbs import Arrival
from appliance.site import moves
from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError, Problem


def move(before: SiteDocument | None, after: SiteDocument | None) -> Move | None:
    """What the change means for people who reach the box over the network; None when nothing."""
    if before is None or after is None or not moves.moves(before, after):
        return None
    return Move(addresses=moves.addresses(after), seconds=moves.CONFIRM_SECONDS)


def refuse_unless_arrived(document: SiteDocument, arrival: Arrival, live: Mapping[str, frozenset[str]]) -> None:
    """Raise BranchboxError for a confirmation from where the new document is not proved.

    `live` are the addresses of each link now: only they say what DHCP gave.
    """
    if arrival.over is None:
        return
    here = set(moves.addresses(document))
    if moves.asks_dhcp(document):
        here |= {address.split("/")[0] for held in live.values() for address in held}
    if arrival.over not in here:
        raise BranchboxError(
            Problem(
                text="You are logged in at {over}, which this change leaves. Log in at {addresses} and confirm there; "
                "if that does not work, wait: the box goes back by itself.",
                args={"over": arrival.over, "addresses": ", ".join(sorted(here)) or "-"},
            )
        )
    if arrival.come_from is not None and not moves.lets_in(document, arrival.come_from):
        raise BranchboxError(
            Problem(
                text="You come from {address}, and this change lets nobody log in from there. Confirm from one of the "
                "terminals' networks, or revert and add yours.",
                args={"address": arrival.come_from},
            )
        )
