"""Calls to the outside: which numbers are what, who may call them, and by which trunks they leave."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from appliance.site.models.part import Part
from appliance.site.types import DialPattern, Label, Name, Prefix


class NumberClass(StrEnum):
    """What kind of number somebody calls, as permissions, routes and caps tell them apart."""

    INTERNAL = "internal"
    """Of this house or another of ours: dialled without the digit for outside, open to every phone."""
    EMERGENCY = "emergency"
    """Always goes: with the digit for outside and without it, from every phone, by every trunk."""
    LOCAL = "local"
    NATIONAL = "national"
    MOBILE = "mobile"
    INTERNATIONAL = "international"
    SPECIAL = "special"
    """Service and premium numbers."""


OUTSIDE_CLASSES = (
    NumberClass.LOCAL,
    NumberClass.NATIONAL,
    NumberClass.MOBILE,
    NumberClass.INTERNATIONAL,
    NumberClass.SPECIAL,
)
"""Those that a permission gives."""


class NumberGroup(Part):
    """Numbers that the country's plan does not know, or that are something else here; goes before the plan."""

    name: Name
    label: Label
    number_class: NumberClass
    patterns: Annotated[tuple[DialPattern, ...], Field(min_length=1)]
    """As dialled, without the digit for outside."""


class Permission(Part):
    """What phones may call; emergency and internal numbers need none."""

    name: Name
    label: Label
    classes: tuple[NumberClass, ...] = ()
    """At any time."""
    hours: Name | None = None
    classes_in_hours: tuple[NumberClass, ...] = ()
    """Also these, while `hours` are open."""


class Way(Part):
    """A trunk that a route tries, and the number as that trunk wants it."""

    trunk: Name
    strip: Annotated[int, Field(ge=0, le=15)] = 0
    """Digits taken off the beginning."""
    prepend: Prefix = ""
    """Put before what is left."""


class CallRoute(Part):
    """How numbers leave: by their pattern, else by their class; the first route with open hours takes the call."""

    name: Name
    label: Label
    classes: tuple[NumberClass, ...] = ()
    patterns: tuple[DialPattern, ...] = ()
    """The closest one goes before every class."""
    hours: Name | None = None
    """Not asked outside these; None: at any time."""
    ways: Annotated[tuple[Way, ...], Field(min_length=1)]
    """Tried in this order."""
