"""Calls to the outside: numbers, routes, permissions."""

from __future__ import annotations

from typing import Any

from appliance.site.models import CallRoute, NumberClass, NumberGroup, Permission
from tui.forms.fields import Field, Form, named, one_of, text, words
from tui.i18n import N_

_CLASSES = N_("With commas: local, national, mobile, international, special (service and premium numbers)")
_NUMBERS = N_("As dialled behind the digit for outside, with commas: X any digit, Z 1-9, N 2-9, [3-9], . for more")


def read_ways(said: str) -> list[dict[str, Any]]:
    """`carrier, hq -1 +0577` as ways: a trunk, digits taken off, digits put before."""
    ways = []
    for piece in said.split(","):
        trunk, *rules = piece.split() or [""]
        way: dict[str, Any] = {"trunk": trunk}
        for rule in rules:
            if rule.startswith("-"):
                way["strip"] = int(rule[1:]) if rule[1:].isdigit() else rule
            else:
                way["prepend"] = rule.removeprefix("+")
        ways.append(way)
    return ways


def show_ways(ways: Any) -> str:
    """The way back."""
    pieces = []
    for way in ways or ():
        taken = f" -{way['strip']}" if way.get("strip") else ""
        put = f" +{way['prepend']}" if way.get("prepend") else ""
        pieces.append(f"{way['trunk']}{taken}{put}")
    return ", ".join(pieces)


NUMBER_GROUPS = Form(
    "number_group",
    "number_groups",
    NumberGroup,
    "name",
    N_("Number groups"),
    (
        text("name", help=N_("Small letters, digits, - and _.")),
        text("label", help=N_("What people read on screens and in reports.")),
        one_of(
            "number_class", values=tuple(NumberClass), help=N_("What these numbers are; goes before the country's.")
        ),
        words("patterns", help=_NUMBERS),
    ),
    ("label", "number_class", "patterns"),
    {"number_class": NumberClass.SPECIAL.value},
)

ROUTES = Form(
    "route",
    "routes",
    CallRoute,
    "name",
    N_("Routes"),
    (
        text("name", help=N_("Small letters, digits, - and _.")),
        text("label", help=N_("What people read on screens and in reports.")),
        words("classes", help=_CLASSES),
        words("patterns", help=_NUMBERS),
        named("hours", collection="hours", key="name", needed=False, help=N_("Not asked outside these; none: always.")),
        Field(
            ("ways",),
            N_("Trunks in order; -1 takes a digit off, +0577 puts digits before: carrier, hq -1 +0577"),
            show=show_ways,
            read=read_ways,
        ),
    ),
    ("label", "classes", "ways"),
)

PERMISSIONS = Form(
    "permission",
    "permissions",
    Permission,
    "name",
    N_("Permissions"),
    (
        text("name", help=N_("Small letters, digits, - and _.")),
        text("label", help=N_("What people read on screens and in reports.")),
        words("classes", help=_CLASSES),
        named(
            "hours", collection="hours", key="name", needed=False, help=N_("For what is allowed at these hours only.")
        ),
        words("classes_in_hours", help=_CLASSES),
    ),
    ("label", "classes", "hours"),
)
