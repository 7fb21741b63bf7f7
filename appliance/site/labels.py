"""What people call the document's objects and fields: English, and the key of the translation."""

from __future__ import annotations

KINDS = {
    "site": "site",
    "network": "network",
    "interface": "interface",
    "dialing": "dialling",
    "recording": "recording",
    "callbacks": "call-backs",
    "customers": "customers",
    "grade": "grade",
    "trunk": "trunk",
    "did": "number",
    "hours": "hours",
    "holiday": "holiday",
    "closure": "closure",
    "prompt": "announcement",
    "menu": "menu",
    "queue": "queue",
    "agent": "agent",
    "reason": "busy reason",
    "extension": "extension",
    "person": "person",
    "drill": "drill",
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
    "dialing": {"outside_prefix": "digit for outside", "trunk": "trunk for outside", "operator": "operator"},
    "recording": {
        "enabled": "recording",
        "incoming": "all incoming calls",
        "outgoing": "all outgoing calls",
        "internal": "all internal calls",
        "keep_days": "days kept",
        "keep_free": "percent of the disk kept free",
    },
    "callbacks": {
        "numbers": "numbers called back",
        "other_number": "another number",
        "tries": "tries",
        "pause": "pause between tries",
        "hours": "hours",
    },
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
        "closure": "closure",
        "record": "recorded",
        "priority": "priority in queues",
    },
    "hours": {"name": "name", "label": "label", "week": "open on", "keeps_holidays": "keeps holidays"},
    "holiday": {"first": "first day", "last": "last day", "label": "label", "works_as": "works as"},
    "closure": {
        "name": "name",
        "label": "label",
        "announcement": "announcement",
        "goes_to": "goes to",
        "number": "number behind *05",
        "pin": "PIN",
    },
    "prompt": {
        "name": "name",
        "label": "label",
        "texts": "text",
        "number": "number behind *06",
        "pin": "PIN",
    },
    "menu": {
        "name": "name",
        "label": "label",
        "greeting": "greeting",
        "choices": "key",
        "extensions": "phones dialled by number",
        "barge_in": "key ends the greeting",
        "language_goes_to": "after the language goes to",
        "wait": "waits for a key",
        "tries": "rounds",
        "no_choice_prompt": "without a choice says",
        "no_choice": "without a choice goes to",
        "wrong_tries": "wrong keys",
        "wrong_prompt": "after a wrong key says",
        "wrong_goes_to": "after wrong keys goes to",
        "hours": "hours",
        "closed_goes_to": "when closed goes to",
        "closure": "closure",
    },
    "queue": {
        "name": "name",
        "label": "label",
        "number": "internal number",
        "strategy": "who is rung",
        "survey": "asks how it was",
        "ring_timeout": "ring each agent",
        "retry": "pause before the next agent",
        "wrap_up": "wrap-up",
        "misses": "busy after unanswered",
        "max_wait": "longest wait",
        "max_length": "most callers waiting",
        "overflow": "overflows to",
        "full_goes_to": "when full goes to",
        "empty": "lets nobody wait when",
        "empty_goes_to": "then goes to",
        "announce_position": "announces position",
        "announce_wait": "announces expected wait",
        "announce_every": "announces every",
        "keys_every": "names keys every",
        "message_to": "key 2: message to",
        "callback": "key 3: call-back",
        "last_agent": "last agent first",
        "service_level": "service level",
        "warn_waiting": "board warns from waiting",
        "alarm_waiting": "board alarms from waiting",
        "warn_longest": "board warns from longest wait",
        "alarm_longest": "board alarms from longest wait",
        "warn_talking": "board warns from talk",
        "alarm_talking": "board alarms from talk",
        "record": "recorded",
        "closure": "closure",
        "members": "agent",
    },
    "agent": {
        "number": "number",
        "name": "name",
        "extension": "extension",
        "signs_in": "signs in",
        "pin": "PIN for other phones",
    },
    "reason": {"name": "name", "label": "label", "key": "digit", "limit": "longest"},
    "extension": {
        "number": "number",
        "name": "name",
        "password": "password",
        "outside": "may call outside",
        "voicemail_pin": "mailbox PIN",
        "codecs": "codecs",
        "record": "recorded",
    },
    "person": {
        "login": "login",
        "name": "name",
        "role": "role",
        "language": "language",
        "agent": "is agent",
        "extension": "own phone",
        "ssh_keys": "SSH keys",
    },
    "drill": {
        "name": "name",
        "label": "label",
        "kind": "what is tried",
        "trunk": "trunk",
        "number": "number called",
        "days": "days",
        "at": "time",
    },
}

_WAITING = ("announce_every", "keys_every", "last_agent")
SECONDS = frozenset(
    {
        ("menu", "wait"),
        *(
            ("queue", field)
            for field in (
                "ring_timeout",
                "retry",
                "wrap_up",
                "max_wait",
                "service_level",
                "warn_longest",
                "alarm_longest",
                "warn_talking",
                "alarm_talking",
                *_WAITING,
            )
        ),
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
