"""Lines to the outside, the numbers that arrive by them, and how phones reach them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, SecretStr

from appliance.site.models.part import Part
from appliance.site.types import Destination, Did, Digits, HostName, IpNetwork, Label, Name, OptionName, OptionValue


class Codec(StrEnum):
    """An audio codec, by its Asterisk name."""

    ALAW = "alaw"
    ULAW = "ulaw"
    G722 = "g722"


class Trunk(Part):
    """A SIP line to the carrier or head office; whatever comes from `addresses` is this trunk."""

    name: Name
    label: Label
    host: HostName
    port: Annotated[int, Field(ge=1, le=65535)] = 5060
    addresses: Annotated[tuple[IpNetwork, ...], Field(min_length=1)]
    """Networks that the carrier's calls come from; no phone can register from there."""
    register_as: OptionValue | None = None
    """User name to register with at the carrier; None for a trunk without registration."""
    password: SecretStr | None = None
    codecs: Annotated[tuple[Codec, ...], Field(min_length=1)] = (Codec.ALAW, Codec.ULAW)
    extra: dict[OptionName, OptionValue] = Field(default_factory=dict)
    """Options of the PJSIP endpoint that this carrier needs; the trial start checks them."""


class Dialing(Part):
    """How phones reach the outside."""

    outside_prefix: Annotated[str, Field(pattern=r"^[0-9]$")] = "9"
    operator: Destination | None = None
    """Who the destination `operator` is; None when nothing leads there."""


class DidNumber(Part):
    """A number that the outside calls, and where its calls go."""

    number: Did
    received_as: Digits | None = None
    """The digits that the carrier sends for it; None when they are the number's own digits."""
    label: Label
    goes_to: Destination
    hours: Name | None = None
    closed_goes_to: Destination | None = None
    """Where calls go outside `hours`."""
    closure: Name | None = None
    """The closure that keeps callers out for a while, before `hours` are asked."""
    record: bool = True
    priority: Annotated[int, Field(ge=0, le=20)] = 0
    """The place in queues of whoever calls this number, higher first; a customer's grade may give a higher one."""

    @property
    def digits(self) -> str:
        """The digits that arrive from the carrier."""
        return self.received_as or self.number.lstrip("+")
