"""Calls that are parked, and whoever takes them back."""

from __future__ import annotations

from appliance.site.exchange import PARKING_PLACES, TRANSFER_CONTEXT, Code, Mark
from asterisk_conf.dialplan import places
from asterisk_conf.dialplan.steps import Expression, Step, do, mark

LOT = "default"


def park() -> tuple[Step, ...]:
    """What becomes of a call that is sent on to `Code.PARK`. Asterisk sees that there is a Park there and parks within
    the bridge (main/bridge.c, `ast_bridge_transfer_blind`): without a place left, the two go on talking."""
    return (
        do("Park", LOT, Expression(f"sc({TRANSFER_CONTEXT},{Code.PARK},back)")),
        do("Goto", places.SENT_BACK, Expression("${CUT(PARKER,/,2)}"), 1, label="back"),
    )


def codes() -> dict[str, tuple[Step, ...]]:
    """What phones dial to take a call back: theirs is nobody's call until they have it."""
    place = Expression(f"${{EXTEN:{len(Code.TAKE_BACK)}}}")
    nobody = f'$["${{PARK_GET_CHANNEL({place.text},{LOT})}}" = ""]'
    return {
        f"_{Code.TAKE_BACK}[1-{PARKING_PLACES}]": (
            mark(Mark.CODE, Code.TAKE_BACK),
            do("GotoIf", Expression(f"{nobody}?{places.REFUSED},s,1")),
            do("ParkedCall", LOT, place),
        )
    }
