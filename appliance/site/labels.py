"""What people call the document's objects and fields: English, and the key of the translation."""

from __future__ import annotations

KINDS = {
    "site": "site",
    "network": "network",
    "interface": "interface",
    "dialing": "dialling",
    "recording": "recording",
    "customers": "customers",
    "grade": "grade",
    "trunk": "trunk",
    "did": "number",
    "hours": "hours",
    "holiday": "holiday",
    "menu": "menu",
    "queue": "queue",
    "agent": "agent",
    "extension": "extension",
    "person": "person",
}

FIELDS: dict[str, dict[str, str]] = {
    "site": {"name": "name", "code": "branch code", "language": "language", "time_zone": "time zone"},
    "network": {
        "sip_port": "SIP port",
        "rtp_first": "first RTP port",
        "rtp_last": "last RTP port",
        "phones": "phones' networks",
        "terminals": "terminals' networks",
        "noc": "NOC's networks",
        "dns": "name servers",
        "time_servers": "time servers",
        "ssh_passwords": "SSH by password",
    },
    "interface": {
        "name": "name",
        "label": "label",
        "port": "port",
        "vlan": "VLAN",
        "dhcp": "DHCP",
        "addresses": "addresses",
        "gateway": "gateway",
        "routes": "route to",
    },
    "dialing": {"outside_prefix": "digit for outside", "trunk": "trunk for outside"},
    "recording": {"enabled": "recording"},
    "customers": {
        "country": "country",
        "area_code": "area code",
        "tags": "tags",
        "masked_roles": "who sees numbers masked",
    },
    "grade": {"name": "name", "label": "label", "priority": "priority in queues"},
    "trunk": {
        "name": "name",
        "label": "label",
        "host": "carrier's host",
        "port": "carrier's port",
        "addresses": "carrier's addresses",
        "register_as": "registers as",
        "password": "password",
        "codecs": "codecs",
        "extra": "option",
    },
    "did": {
        "number": "number",
        "received_as": "received as",
        "label": "label",
        "goes_to": "goes to",
        "hours": "hours",
        "closed_goes_to": "when closed goes to",
        "record": "recorded",
    },
    "hours": {"name": "name", "label": "label", "week": "open on", "keeps_holidays": "keeps holidays"},
    "holiday": {"first": "first day", "last": "last day", "label": "label", "works_as": "works as"},
    "menu": {
        "name": "name",
        "label": "label",
        "greeting": "greeting",
        "choices": "key",
        "wait": "waits for a key",
        "tries": "rounds",
        "no_choice": "without a choice goes to",
    },
    "queue": {
        "name": "name",
        "label": "label",
        "number": "internal number",
        "strategy": "who is rung",
        "ring_timeout": "ring each agent",
        "retry": "pause before the next agent",
        "wrap_up": "wrap-up",
        "max_wait": "longest wait",
        "max_length": "most callers waiting",
        "overflow": "overflows to",
        "announce_position": "announces position",
        "service_level": "service level",
        "record": "recorded",
        "members": "agent",
    },
    "agent": {"number": "number", "name": "name", "extension": "extension"},
    "extension": {
        "number": "number",
        "name": "name",
        "password": "password",
        "outside": "may call outside",
        "voicemail_pin": "mailbox PIN",
        "codecs": "codecs",
    },
    "person": {
        "login": "login",
        "name": "name",
        "role": "role",
        "language": "language",
        "agent": "is agent",
        "ssh_keys": "SSH keys",
    },
}

SECONDS = frozenset(
    {
        ("menu", "wait"),
        *(("queue", field) for field in ("ring_timeout", "retry", "wrap_up", "max_wait", "service_level")),
    }
)
"""Fields that are seconds."""

ORDER = "order"
"""The field of a change that only moved entries."""


def kind(name: str) -> str:
    """What people call an object's kind (`did`: number)."""
    return KINDS[name]


def field(kind_name: str, name: str) -> str:
    """What people call a field (`queue`, `ring_timeout`: ring each agent)."""
    return ORDER if name == ORDER else FIELDS[kind_name][name]
