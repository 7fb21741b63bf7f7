"""The contract's page on the UPS: what the box lives on, battery tests, and which UPSes are plugged in."""

from __future__ import annotations

from pydantic import Field

from appliance.api.contract import SETUP, STAFF
from appliance.api.supply import Supply
from appliance.api.wire import Empty, Message, method


class UpsName(Message):
    """One UPS; the only one when empty."""

    name: str = Field(default="", max_length=32)


class FoundUps(Message):
    """A UPS that is plugged in, as nut-scanner tells it; `named` is what the document calls it."""

    driver: str
    port: str
    vendor_id: str | None = None
    product_id: str | None = None
    serial: str | None = None
    vendor: str = ""
    model: str = ""
    named: str = ""


class FoundUpses(Message):
    """All of them on USB."""

    found: tuple[FoundUps, ...]


UPS_STATE = method("ups/state", Empty, Supply, STAFF)
UPS_TEST = method("ups/test", UpsName, Supply, SETUP, change=True)
"""Begin a battery test; refused on battery, with a low charge, and by a UPS that has none."""
UPS_SCAN = method("ups/scan", Empty, FoundUpses, SETUP)
