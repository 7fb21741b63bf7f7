"""What a few words at first boot mean as parts of the site document. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from appliance.site import older
from appliance.site.models import OUTSIDE_CLASSES, Language, NumberClass
from appliance.site.objects import MASK

MOST_PHONES = 200
RINGING_TOGETHER = 20
"""Phones of a range that the service number rings; more is a queue that a technician makes."""
FIRST_CLASSES = tuple(kind for kind in OUTSIDE_CLASSES if kind is not NumberClass.INTERNATIONAL)
"""What phones of a new box may call outside: nothing that a stolen password could make dear."""
QUEUE = "service"
TRUNK = "carrier"

_PHONE = {Language.EN: "Phone {number}", Language.ZH: "话机 {number}"}
_SERVICE = {Language.EN: "Service number", Language.ZH: "服务热线"}
_CARRIER = {Language.EN: "Carrier SIP line", Language.ZH: "运营商 SIP 线路"}


@dataclass(frozen=True)
class SipLine:
    """A SIP line as a carrier describes it in its letter; empty texts are what it does not say."""

    host: str
    port: str = "5060"
    addresses: tuple[str, ...] = ()
    user: str = ""
    password: str = ""


def line(language: Language, sip: SipLine | None, *, service: str, received_as: str = "") -> dict[str, Any]:
    """Trunk, service number and calling out; `sip` None leaves the line for later (E1)."""
    tables: dict[str, Any] = {"trunks": [], "dids": []}
    if sip is not None:
        trunk: dict[str, Any] = {
            "name": TRUNK,
            "label": _CARRIER[language],
            "host": sip.host,
            "port": int(sip.port) if sip.port.isdecimal() else sip.port,
            "addresses": list(sip.addresses or (sip.host,)),
        }
        if sip.user:
            trunk["register_as"] = sip.user
        if sip.password:
            trunk["password"] = sip.password
        tables["trunks"].append(trunk)
        tables["dialing"] = {"outside_prefix": "9"}
        tables["routes"] = [older.route(language, TRUNK)]
    if service:
        did: dict[str, Any] = {"number": service, "label": _SERVICE[language]}
        if received_as and received_as != service.lstrip("+"):
            did["received_as"] = received_as
        tables["dids"].append(did)
    return tables


def phones(language: Language, first: str, count: int, *, outside: bool) -> dict[str, Any]:
    """So many phones counted up from a number, with made-up names; the service number rings them all.

    Passwords stand as `********`: kept where a phone was there before, made where it is new.
    """
    begin = int(first) if first.isdecimal() else 0
    numbers = [str(begin + at).rjust(len(first), "0") for at in range(max(0, min(count, MOST_PHONES)))]
    ringing = numbers[:RINGING_TOGETHER]
    permitted = {"permission": older.OUTSIDE} if outside else {}
    return {
        "extensions": [
            {"number": number, "name": _PHONE[language].format(number=number), "password": MASK, **permitted}
            for number in numbers
        ],
        "permissions": [older.permission(language, *FIRST_CLASSES)] if outside else [],
        "agents": [
            {"number": number, "name": _PHONE[language].format(number=number), "extension": number}
            for number in ringing
        ],
        "queues": [
            {
                "name": QUEUE,
                "label": _SERVICE[language],
                "strategy": "ringall",
                "wrap_up": 0,
                "members": [{"agent": number} for number in ringing],
            }
        ]
        if ringing
        else [],
    }
