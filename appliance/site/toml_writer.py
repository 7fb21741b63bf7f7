"""A site document as TOML, as a person would write it.

Own code, because the standard library only reads TOML and this package has no other
libraries (decision 0003). It writes our models and no other data:
scalars first, lists of small parts one entry a line, tables of a part last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any

from pydantic import BaseModel, SecretStr

from appliance.site.models import SiteDocument
from appliance.site.types import Destination

Reveal = Callable[[SecretStr], str]
"""What to write for a password."""

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def write(document: SiteDocument, reveal: Reveal) -> str:
    """The document as TOML; what is None or empty by default is left out."""
    blocks: list[str] = []
    for field in SiteDocument.model_fields:
        part = getattr(document, field)
        if isinstance(part, BaseModel):
            blocks.append("\n".join([f"[{field}]", *_body(part, field, reveal)]))
        else:
            blocks.extend("\n".join([f"[[{field}]]", *_body(entry, field, reveal)]) for entry in part)
    return "\n\n".join(blocks) + "\n"


def _body(part: BaseModel, path: str, reveal: Reveal) -> Iterator[str]:
    tables: list[tuple[str, Mapping[str, Any]]] = []
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if value is None or (value in ((), {}) and not field.is_required()):
            continue
        if isinstance(value, Mapping):
            tables.append((name, value))
        else:
            yield f"{name} = {_value(value, reveal)}"
    for name, table in tables:
        yield f"[{path}.{name}]"
        yield from (f"{key(name)} = {_value(value, reveal)}" for name, value in table.items())


def _value(value: object, reveal: Reveal) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case SecretStr():
            return quoted(reveal(value))
        case Enum():
            return quoted(str(value.value))
        case int():
            return str(value)
        case dt.date():
            return value.isoformat()
        case str() | Destination():
            return quoted(str(value))
        case BaseModel():
            fields = ((name, getattr(value, name)) for name in type(value).model_fields)
            return "{" + ", ".join(f"{name} = {_value(v, reveal)}" for name, v in fields if v is not None) + "}"
        case tuple() if any(isinstance(item, BaseModel) for item in value):
            return "[\n" + "".join(f"    {_value(item, reveal)},\n" for item in value) + "]"
        case tuple():
            return "[" + ", ".join(_value(item, reveal) for item in value) + "]"
    raise TypeError(f"a site document holds no {type(value).__name__}")


def key(name: str) -> str:
    """A TOML key, quoted when it must be."""
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else quoted(name)


def quoted(text: str) -> str:
    """A TOML basic string."""
    return '"' + "".join(_escaped(ch) for ch in text) + '"'


def _escaped(ch: str) -> str:
    if ch in _ESCAPES:
        return _ESCAPES[ch]
    return f"\\u{ord(ch):04x}" if ord(ch) < 0x20 or ord(ch) == 0x7F else ch
