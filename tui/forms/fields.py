"""What a form's field is: where its value sits in the object, how it is written and read.

A field never judges a value: what it reads goes to the models and rules of `appliance.site`,
whose sentences then stand beside the field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from appliance.site.models import Part, SiteDocument
from appliance.site.rules.prompts import SHIPPED
from appliance.site.types import Kind
from tui.i18n import _
from tui.widgets.entry import Option
from tui.words import word

Options = Callable[[SiteDocument], Sequence[Option]]


@dataclass(frozen=True)
class Field:
    """One line of a form.

    `path` leads to the value in the object (`("week", "mon")`); `help` is one sentence for
    whoever stands in the field. `options` makes it a choice; with `free` other values may be
    written too. `read` gives what the models take; an empty text of a field that is not
    `needed` is None.
    """

    path: tuple[str, ...]
    help: str = ""
    unit: str = ""
    needed: bool = True
    options: Options | None = None
    free: bool = False
    label: str = ""
    """Instead of the label that `appliance.site.labels` has for the first step of the path."""
    show: Callable[[Any], str] = field(default=str)
    read: Callable[[str], Any] = field(default=str)
    say: Callable[[str], str] = field(default=str)
    """What `show` gave, as a list says it in the language of now."""

    @property
    def id(self) -> str:
        """The control's id; `*` and `#` are no letters of an id."""
        return "field-" + "-".join(self.path).replace("*", "star").replace("#", "hash")


@dataclass(frozen=True)
class Form:
    """One kind of object: where the document keeps it, its fields in order, its list's columns."""

    kind: str
    """The kind's word in `appliance.site.labels.KINDS`."""
    collection: str
    """The document's field."""
    model: type[Part]
    key: str
    """The field that names an object; empty for a part that exists once."""
    title: str
    fields: tuple[Field, ...]
    columns: tuple[str, ...] = ()
    """Fields that the list shows after the key."""
    new: Mapping[str, Any] = field(default_factory=dict)
    """What stands in the fields of a new object."""

    @property
    def single(self) -> bool:
        """Whether the document has this part exactly once."""
        return not self.key


def text(*path: str, help: str = "", needed: bool = True, unit: str = "", label: str = "") -> Field:
    """A line of text."""
    return Field(path, help, unit, needed, label=label, show=_shown)


def whole(*path: str, unit: str = "", help: str = "", needed: bool = True) -> Field:
    """A whole number; what is none goes to the models as it is, which say so."""
    return Field(path, help, unit, needed, show=_shown, read=lambda said: int(said) if said.isdigit() else said)


def secret(*path: str, help: str = "", needed: bool = True) -> Field:
    """A password: `********` keeps the one that is there."""
    return Field(path, help, needed=needed, show=_shown, read=SecretStr)


def switch(*path: str, help: str = "") -> Field:
    """Yes or no."""
    return Field(
        path,
        help,
        options=lambda _document: [_option("yes"), _option("no")],
        show=lambda value: "yes" if value else "no",
        say=word,
        read=lambda said: said == "yes",
    )


def one_of(*path: str, values: Sequence[str], help: str = "", needed: bool = True) -> Field:
    """One of a few words."""
    return Field(
        path,
        help,
        needed=needed,
        options=lambda _document: [*(() if needed else (none(),)), *(_option(value) for value in values)],
        show=_shown,
        say=word,
    )


def named(*path: str, collection: str, key: str, help: str = "", needed: bool = True) -> Field:
    """The key of another object of the document."""

    def options(document: SiteDocument) -> Sequence[Option]:
        return [*(() if needed else (none(),)), *keys_of(document, collection, key)]

    return Field(path, help, needed=needed, options=options, free=True, show=_shown)


def destination(*path: str, help: str = "", needed: bool = True, label: str = "") -> Field:
    """Where calls go: any object that takes calls, or a prompt by name."""

    def options(document: SiteDocument) -> Sequence[Option]:
        made = [] if needed else [none()]
        for kind, collection, key in (
            (Kind.QUEUE, "queues", "name"),
            (Kind.MENU, "menus", "name"),
            (Kind.EXTENSION, "extensions", "number"),
            (Kind.VOICEMAIL, "extensions", "number"),
        ):
            for value, words in keys_of(document, collection, key):
                if kind is not Kind.VOICEMAIL or _has_mailbox(document, value):
                    made.append((f"{kind}:{value}", _said(kind, words)))
        for name, words in keys_of(document, "prompts", "name"):
            made.append((f"{Kind.PROMPT}:{name}", _said(Kind.PROMPT, words)))
        if document.dialing.operator:
            made.append(_option(Kind.OPERATOR))
        return [*made, _option(Kind.TEST), _option(Kind.HANGUP)]

    return Field(path, help, needed=needed, options=options, free=True, label=label, show=_shown, say=_destination)


def prompt(*path: str, help: str = "", needed: bool = True) -> Field:
    """An announcement: one of the document's own, or one that every box brings."""

    def options(document: SiteDocument) -> Sequence[Option]:
        own = keys_of(document, "prompts", "name")
        known = {name for name, _words in own}
        shipped = [(name, _constant(name)) for name in sorted(SHIPPED - known)]
        return [*(() if needed else (none(),)), *own, *shipped]

    return Field(path, help, needed=needed, options=options, free=True, show=_shown)


def words(*path: str, help: str = "") -> Field:
    """Several values with commas between."""
    return Field(
        path,
        help,
        show=lambda value: ", ".join(str(part) for part in value or ()),
        read=lambda said: tuple(part for part in (piece.strip() for piece in said.split(",")) if part),
        needed=False,
    )


def keys_of(document: SiteDocument, collection: str, key: str) -> list[Option]:
    """Every object of a list as an option: its key and its name."""
    options: list[Option] = []
    for entry in getattr(document, collection):
        value = str(getattr(entry, key))
        label = str(getattr(entry, "label", getattr(entry, "name", "")))
        options.append((value, _constant(f"{value}  {label}" if label != value else value)))
    return options


def none() -> Option:
    """The option of a field that may stay empty."""
    return "", lambda: _("(none)")


def value_at(data: Any, path: Sequence[str]) -> Any:
    """The value that a path leads to; None where it ends early."""
    for step in path:
        data = data.get(step) if isinstance(data, Mapping) else None
    return data


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _has_mailbox(document: SiteDocument, number: str) -> bool:
    return any(phone.number == number and phone.voicemail_pin is not None for phone in document.extensions)


def _destination(shown: str) -> str:
    kind, _colon, name = shown.partition(":")
    return f"{word(kind)} {name}".rstrip()


def _option(value: str) -> Option:
    return value, lambda: word(value)


def _said(kind: Kind, words_of: Callable[[], str]) -> Callable[[], str]:
    return lambda: f"{word(kind)} {words_of()}"


def _constant(value: str) -> Callable[[], str]:
    return lambda: value
