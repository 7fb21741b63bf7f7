"""The UPS, and what the box does when mains is gone."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from appliance.site.models.part import Part
from appliance.site.types import DevicePath, HexId, Label, Name, OptionName, OptionValue, PromptName, UpsDriver

TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""`03:30`, local time."""


class Ups(Part):
    """A UPS that feeds this box, and how NUT reaches it. One on USB is told from another by its ids."""

    name: Name
    label: Label
    driver: UpsDriver = "usbhid-ups"
    """NUT's driver: `usbhid-ups` for most on USB, `nutdrv_qx` for Megatec's protocol on USB or a serial line."""
    port: DevicePath = "auto"
    """`auto` for USB, else the device (/dev/ttyS0)."""
    vendor_id: HexId | None = None
    product_id: HexId | None = None
    serial: OptionValue | None = None
    """The number on its back: needed with two of one make."""
    battery_since: dt.date | None = None
    """When its battery was fitted; None when nobody knows."""
    extra: dict[OptionName, OptionValue] = Field(default_factory=dict)
    """Options of the driver that this UPS needs."""


class Power(Part):
    """What happens without mains. Calls come first for as long as the battery lasts."""

    low_charge: Annotated[int, Field(ge=5, le=95)] = 40
    """Percent of charge at which the box begins to switch off."""
    low_runtime: Annotated[int, Field(ge=60, le=7200)] = 600
    """The same in seconds that the UPS says are left."""
    longest: Annotated[int, Field(ge=60, le=86_400)] | None = None
    """Seconds without mains after which it begins whatever the UPS says; None for a UPS that can be believed."""
    drain: Annotated[int, Field(ge=0, le=1800)] = 180
    """Seconds that calls may go on then; no new ones go out meanwhile, but to emergency numbers."""
    announcement: PromptName = "branchbox/no-power"
    """What a phone hears that calls out meanwhile."""
    needed: Annotated[int, Field(ge=1, le=2)] = 1
    """How many of the UPSes must have power for the box to run: 1 when either feeds it alone."""
    test_every: Annotated[int, Field(ge=1, le=366)] | None = 30
    """Days between two battery tests; None for none."""
    test_at: TimeOfDay = "03:30"
    """When a test that is due begins."""
