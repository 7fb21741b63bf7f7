"""Which UPSes are plugged in, as NUT's own scanner says: the driver that fits, and the ids that tell one from another.

Follows nut-scanner(8), parseable output: `USB:driver="usbhid-ups",port="auto",vendorid="051D",...`, one a line.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator

from appliance.api import verbs
from appliance.api.server import Routes
from appliance.api.ups import FoundUps, FoundUpses
from appliance.api.wire import Empty
from appliance.site.models import SiteDocument, Ups
from provisioning.machine.areas import AS_UNIT
from provisioning.run import run

_SECONDS = 30.0
_SCAN = (*AS_UNIT, "--property=ProtectSystem=strict", "nut-scanner", "--usb_scan", "--disp_parsable", "--quiet")
_FIELD = re.compile(r'([a-z_]+)="([^"]*)"')


class ScanVerbs:
    """Answers what is plugged in."""

    def __init__(self, document: Callable[[], SiteDocument | None]) -> None:
        self._document = document

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's verb."""
        routes.method(verbs.UPS_SCAN, self._scan)

    async def _scan(self, _caller: str, _takes: Empty) -> FoundUpses:
        def work() -> FoundUpses:
            document = self._document()
            said = run(_SCAN, timeout=_SECONDS, check=False).out
            return FoundUpses(found=tuple(found(said, document.upses if document else ())))

        return await asyncio.to_thread(work)


def found(said: str, named: tuple[Ups, ...]) -> Iterator[FoundUps]:
    """Every UPS of the scanner's answer, and what the document calls it. Pure."""
    for line in said.splitlines():
        if not line.startswith("USB:"):
            continue
        fields = dict(_FIELD.findall(line))
        one = FoundUps(
            driver=fields.get("driver", ""),
            port=fields.get("port", "auto"),
            vendor_id=fields.get("vendorid", "").lower() or None,
            product_id=fields.get("productid", "").lower() or None,
            serial=fields.get("serial", "").strip() or None,
            vendor=fields.get("vendor", "").strip(),
            model=fields.get("product", "").strip(),
        )
        name = next((ups.name for ups in named if _is(ups, one)), "")
        yield one.model_copy(update={"named": name})


def _is(ups: Ups, one: FoundUps) -> bool:
    """Whether what the document says of a UPS fits this one; what it does not say fits all."""
    return ups.driver == one.driver and all(
        said is None or said == seen
        for said, seen in ((ups.vendor_id, one.vendor_id), (ups.product_id, one.product_id), (ups.serial, one.serial))
    )
