"""What a rule found, before it is said to a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.site.places import Place


@dataclass(frozen=True)
class Fault:
    """A place of the document and what is wrong there; `text` and `args` as in `Problem`."""

    place: Place
    text: str
    args: Mapping[str, str] = field(default_factory=dict)
