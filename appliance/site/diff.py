"""What changed between two site documents, said as a person would say it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum, StrEnum

from pydantic import BaseModel, ConfigDict, SecretStr

from appliance.site import labels, pem
from appliance.site.models import Part, QueueMember, Route, SiteDocument, Way
from appliance.site.objects import COLLECTIONS, SINGLES, Collection
from appliance.site.problems import Problem
from appliance.site.types import Destination


class Verb(StrEnum):
    """What happened to an object or one of its fields."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Change(BaseModel):
    """One changed thing: `queue sales: ring_timeout 15 s -> 20 s`; `queue sales: member 8003 added`.

    `labels.kind` and `labels.field` give the words for people. Passwords have neither
    `before` nor `after`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    verb: Verb
    kind: str
    """The object's kind in the singular: queue, extension, did, menu, site."""
    key: str
    """The object's name or number; empty for single objects and for the order of a whole list."""
    field: str = ""
    """The field's name in the models, or `order`; empty when the whole object came or went."""
    item: str = ""
    """The entry of a field that holds several: agent, weekday, menu key, option, network."""
    before: str = ""
    after: str = ""


def diff(before: SiteDocument, after: SiteDocument) -> tuple[Change, ...]:
    """What turns one document into the other; empty exactly when they are equal.

    Only meaningful for documents whose keys are unique (`rules.check`).
    """
    return tuple(_changes(before, after))


def _changes(before: SiteDocument, after: SiteDocument) -> Iterator[Change]:
    for kind in SINGLES:
        yield from _fields(kind, "", getattr(before, kind), getattr(after, kind))
    for collection in COLLECTIONS:
        yield from _entries(collection, before, after)


def _entries(collection: Collection, before: SiteDocument, after: SiteDocument) -> Iterator[Change]:
    old = {collection.key_of(entry): entry for entry in collection.entries(before)}
    new = {collection.key_of(entry): entry for entry in collection.entries(after)}
    for key, entry in old.items():
        if key not in new:
            yield Change(verb=Verb.REMOVED, kind=collection.kind, key=key, before=_title(entry))
    for key, entry in new.items():
        if key not in old:
            yield Change(verb=Verb.ADDED, kind=collection.kind, key=key, after=_title(entry))
        else:
            yield from _fields(collection.kind, key, old[key], entry)
    if _moved(list(old), list(new)):
        yield Change(verb=Verb.CHANGED, kind=collection.kind, key="", field=labels.ORDER)


def _title(entry: Part) -> str:
    """The words beside the key: a label or a person's name."""
    return str(getattr(entry, "label", getattr(entry, "name", "")))


def _moved(old: list[str], new: list[str]) -> bool:
    return [key for key in old if key in new] != [key for key in new if key in old]


def _fields(kind: str, key: str, before: Part, after: Part) -> Iterator[Change]:
    for field in type(before).model_fields:
        old, new = getattr(before, field), getattr(after, field)
        if old == new:
            continue
        if isinstance(old, SecretStr) or isinstance(new, SecretStr):
            yield Change(verb=_verb(old, new), kind=kind, key=key, field=field)
        elif (several := _several(old, new)) is not None:
            yield from _items(kind, key, field, *several)
        else:
            yield Change(
                verb=Verb.CHANGED,
                kind=kind,
                key=key,
                field=field,
                before=_said(kind, field, old),
                after=_said(kind, field, new),
            )


def _verb(old: object, new: object) -> Verb:
    return Verb.ADDED if old is None else Verb.REMOVED if new is None else Verb.CHANGED


def _several(old: object, new: object) -> tuple[dict[str, str], dict[str, str]] | None:
    """The entries of a field that holds several named ones, each with its value in words."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return _table(old), _table(new)
    if isinstance(old, tuple) and isinstance(new, tuple):
        members = [entry for entry in (*old, *new) if isinstance(entry, QueueMember)]
        if members:
            return _members(old), _members(new)
        if any(isinstance(entry, Route) for entry in (*old, *new)):
            return _routes(old), _routes(new)
        if any(isinstance(entry, Way) for entry in (*old, *new)):
            return _ways(old), _ways(new)
    return None


def _table(table: Mapping[str, object]) -> dict[str, str]:
    return {str(key): _plain(value) for key, value in table.items()}


def _members(members: tuple[QueueMember, ...]) -> dict[str, str]:
    return {member.agent: f"level {member.level}" for member in members}


def _routes(routes: tuple[Route, ...]) -> dict[str, str]:
    return {route.to: f"via {route.via}" for route in routes}


def _ways(ways: tuple[Way, ...]) -> dict[str, str]:
    return {way.trunk: f"-{way.strip} +{way.prepend}" for way in ways}


def _items(kind: str, key: str, field: str, old: dict[str, str], new: dict[str, str]) -> Iterator[Change]:
    for item in [*old, *(item for item in new if item not in old)]:
        before, after = old.get(item), new.get(item)
        if before != after:
            yield Change(
                verb=_verb(before, after),
                kind=kind,
                key=key,
                field=field,
                item=item,
                before=before or "",
                after=after or "",
            )
    if field in _ORDERED and _moved(list(old), list(new)):
        yield Change(verb=Verb.CHANGED, kind=kind, key=key, field=field, item=labels.ORDER)


_ORDERED = {"members", "routes", "ways"}


def _said(kind: str, field: str, value: object) -> str:
    if value is None:
        return ""
    if (kind, field) in labels.SECONDS:
        return f"{value} s"
    if field == "ssh_keys" and isinstance(value, tuple):
        return ", ".join(_ssh_key(str(key)) for key in value)
    return _plain(value)


def _plain(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case Destination():
            return str(value).replace(":", " ")
        case tuple():
            return ", ".join(_plain(item) for item in value)
        case str() if value.startswith("-----BEGIN CERTIFICATE"):
            return pem.fingerprint(value)
    return str(value)


def _ssh_key(key: str) -> str:
    """Enough of a public key to know it again: its kind, its end, its comment."""
    kind, body, *comment = key.split(" ")
    return " ".join([kind, f"...{body[-8:]}", *comment])


def describe(change: Change, translate: Callable[[str], str] = str) -> Problem:
    """A change as one sentence: `queue sales: ring each agent 15 s -> 20 s`.

    `translate` says the words of `labels` in the reader's language; the sentence itself
    is translated as every `Problem` is.
    """
    kind = translate(labels.kind(change.kind))
    args = {"object": f"{kind} {change.key}" if change.key else kind}
    if change.field:
        args["field"] = translate(labels.field(change.kind, change.field))
    if change.item and change.item != labels.ORDER:
        args["item"] = change.item
    for side, value in (("before", change.before), ("after", change.after)):
        args[side] = translate(value) if value else "-"
    return Problem(text=_sentence(change), args=args)


def _sentence(change: Change) -> str:
    match change:
        case Change(field=labels.ORDER):
            return "{object}: order changed"
        case Change(item=labels.ORDER):
            return "{object}: {field} order changed"
        case Change(field="", verb=Verb.ADDED):
            return "{object} added: {after}"
        case Change(field="", verb=Verb.REMOVED):
            return "{object} removed: {before}"
        case Change(item="", before="", after=""):
            return _HIDDEN[change.verb]
        case Change(item=""):
            return "{object}: {field} {before} -> {after}"
    return _ITEMS[change.verb]


_HIDDEN = {
    Verb.ADDED: "{object}: {field} added",
    Verb.REMOVED: "{object}: {field} removed",
    Verb.CHANGED: "{object}: {field} changed",
}
_ITEMS = {
    Verb.ADDED: "{object}: {field} {item} added, {after}",
    Verb.REMOVED: "{object}: {field} {item} removed",
    Verb.CHANGED: "{object}: {field} {item} {before} -> {after}",
}
