"""The lists of the site document as data: what one entry is called and which field is its key."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.site.models import Part, SiteDocument

MASK = "********"
"""What stands for a password where people may see the document."""


@dataclass(frozen=True)
class Collection:
    """One list of the document: its field, one entry's kind, and the field that names an entry."""

    field: str
    kind: str
    key: str

    def entries(self, document: SiteDocument) -> tuple[Part, ...]:
        """The entries of this list, in the document's order."""
        entries: tuple[Part, ...] = getattr(document, self.field)
        return entries

    def key_of(self, entry: Part) -> str:
        """What names an entry in messages and diffs."""
        return str(getattr(entry, self.key))


COLLECTIONS = (
    Collection("grades", "grade", "name"),
    Collection("interfaces", "interface", "name"),
    Collection("trunks", "trunk", "name"),
    Collection("e1_trunks", "e1_trunk", "name"),
    Collection("analogue_trunks", "analogue_trunk", "name"),
    Collection("number_groups", "number_group", "name"),
    Collection("routes", "route", "name"),
    Collection("permissions", "permission", "name"),
    Collection("upses", "ups", "name"),
    Collection("dids", "did", "number"),
    Collection("hours", "hours", "name"),
    Collection("holidays", "holiday", "first"),
    Collection("closures", "closure", "name"),
    Collection("prompts", "prompt", "name"),
    Collection("menus", "menu", "name"),
    Collection("queues", "queue", "name"),
    Collection("agents", "agent", "number"),
    Collection("reasons", "reason", "name"),
    Collection("extensions", "extension", "number"),
    Collection("people", "person", "login"),
    Collection("drills", "drill", "name"),
)
KEYS = {collection.field: collection.key for collection in COLLECTIONS}
SECRETS = {
    "trunks": ("password",),
    "closures": ("pin",),
    "prompts": ("pin",),
    "agents": ("pin",),
    "extensions": ("password", "voicemail_pin"),
    "noc": ("token", "earlier_token", "key"),
    "snmp": ("auth_password", "privacy_password"),
}
"""By list or single part: the fields that are passwords, PINs or keys; a test holds that none is missing."""
SINGLES = ("site", "network", "noc", "snmp", "syslog", "dialing", "recording", "power", "callbacks", "customers")
"""The document's parts that exist once."""


def parts_of(document: SiteDocument, field: str) -> tuple[Part, ...]:
    """What a field of the document holds: the entries of a list, or its one part."""
    held: tuple[Part, ...] | Part = getattr(document, field)
    return (held,) if isinstance(held, Part) else held
