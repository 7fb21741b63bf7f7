"""What a desk's state is called, and which keys it has. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.i18n import _
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.contract import LiveAgent
    from appliance.api.desk import Desk


def may(desk: Desk | None, action: str) -> bool:
    """Whether a key would do anything; `action` is one of `desk.ORDERS` or `desk.OTHERS`."""
    if desk is None:
        return False
    here = desk.agent.phone is not None
    match action:
        case "answer":
            return any(call.ringing for call in desk.calls)
        case "hang_up":
            return bool(desk.calls)
        case "hold" | "transfer" | "consult" | "keys":
            return phase(desk) in ({"talking"} if action in {"hold", "keys"} else {"talking", "held"})
        case "retrieve":
            return phase(desk) == "held"
        case "swap" | "complete" | "back_to_caller" | "three_way":
            return phase(desk) == "consulting"
        case "record":
            return phase(desk) != "" and not recorded(desk)
        case "pause":
            # Not only what is known to be recorded: a card's number does not wait for what core missed.
            return phase(desk) != "" and recorded(desk) != "paused"
        case "go_on":
            return recorded(desk) == "paused"
        case "dial":
            return here and not desk.calls
        case "new_customer":
            return any(call.known == () for call in desk.calls)
        case "customer":
            return any(call.known for call in desk.calls)
        case "sign_in":
            return not here
        case "ready":
            return str(desk.agent.state) in {"paused", "wrap-up"} or desk.agent.reason is not None
        case _:
            return here


def phase(desk: Desk) -> str:
    """What the newest call that was taken is in: `talking`, `held`, `consulting`; nothing when there is none."""
    call = next((each for each in desk.calls if not each.ringing), None)
    if call is None or not call.parties:
        return ""
    if call.consulting:
        return "consulting"
    return "held" if all(str(party.state) == "on-hold" for party in call.parties) else "talking"


def recorded(desk: Desk) -> str:
    """`on` or `paused`, as the newest call that was taken; nothing when it is not recorded, or not known to be."""
    call = next((each for each in desk.calls if not each.ringing), None)
    return str(call.recorded or "") if call is not None else ""


def said(agent: LiveAgent, reason: str) -> str:
    """`TALKING, then Lunch`; `PAUSED Lunch`."""
    state = word(agent.state).upper()
    if not reason:
        return state
    if str(agent.state) == "paused":
        return f"{state} {reason}"
    return _("{state}, then {reason}").format(state=state, reason=reason)
