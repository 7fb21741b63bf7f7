"""Which keys of the desk can do something now. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.i18n import N_

if TYPE_CHECKING:
    from appliance.api.desk import Desk

ORDERS = {
    "answer": N_("Answering ..."),
    "hang_up": N_("Hanging up ..."),
    "hold": N_("Putting on hold ..."),
    "retrieve": N_("Taking off hold ..."),
    "swap": N_("Changing over ..."),
    "complete": N_("Connecting them ..."),
    "back_to_caller": N_("Back to the caller ..."),
    "three_way": N_("Bringing all together ..."),
    "park": N_("Parking the call ..."),
    "survey": N_("Having the caller asked ..."),
    "help": N_("Asking for help ..."),
    "no_help": N_("Taking it back ..."),
    "record": N_("Beginning to record ..."),
    "pause": N_("Pausing the recording ..."),
    "go_on": N_("Recording again ..."),
    "ready": N_("Making you ready ..."),
    "longer": N_("Beginning wrap-up anew ..."),
    "sign_out": N_("Signing out ..."),
}
"""What a key alone asks of core, and what stands there until it is done."""
OTHERS = ("transfer", "consult", "dial", "keys", "busy", "sign_in", "new_customer", "customer", "note", "take_back")
"""What asks for more first."""


def may(action: str, desk: Desk) -> bool:
    """Whether there is something for it to be done to."""
    here = desk.agent.phone is not None
    match action:
        case "answer":
            return any(call.ringing for call in desk.calls)
        case "hang_up":
            return bool(desk.calls)
        case "hold" | "keys":
            return _phase(desk) == "talking"
        case "transfer" | "consult" | "park":
            return _phase(desk) in {"talking", "held"}
        case "retrieve":
            return _phase(desk) == "held"
        case "swap" | "complete" | "back_to_caller" | "three_way":
            return _phase(desk) == "consulting"
        case "help":
            return bool(desk.calls) and (desk.help is None or desk.help.by is not None)
        case "no_help":
            return desk.help is not None and desk.help.by is None
        case "record":
            return _phase(desk) != "" and not recorded(desk)
        case "pause":
            # Not only what is known to be recorded: a card's number does not wait for what core missed.
            return _phase(desk) != "" and recorded(desk) != "paused"
        case "go_on":
            return recorded(desk) == "paused"
        case "survey":
            return any(call.survey for call in desk.calls)
        case "dial":
            return here and not desk.calls
        case "take_back":
            return here and not desk.calls and bool(desk.parked)
        case "new_customer":
            return any(call.known == () for call in desk.calls)
        case "customer" | "note":
            return any(call.known for call in desk.calls)
        case "sign_in":
            return not here
        case "longer":
            return str(desk.agent.state) == "wrap-up"
        case "ready":
            return str(desk.agent.state) in {"paused", "wrap-up"} or desk.agent.reason is not None
        case _:
            return here


def recorded(desk: Desk) -> str:
    """`on` or `paused`, as the newest call that was taken; nothing when it is not recorded, or not known to be."""
    call = next((each for each in desk.calls if not each.ringing), None)
    return str(call.recorded or "") if call is not None else ""


def _phase(desk: Desk) -> str:
    """What the newest call that was taken is in: `talking`, `held`, `consulting`; nothing when there is none."""
    call = next((each for each in desk.calls if not each.ringing), None)
    if call is None or not call.parties:
        return ""
    if call.consulting:
        return "consulting"
    return "held" if all(str(party.state) == "on-hold" for party in call.parties) else "talking"
