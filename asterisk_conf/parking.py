"""res_parking.conf: calls wait in numbered places until a phone takes them back.

https://docs.asterisk.org/Asterisk_22_Documentation/API_Documentation/Module_Configuration/res_parking/
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import PARKING_PLACES
from asterisk_conf.generator import Generator, Source
from asterisk_conf.syntax import Option, Section, section

SECONDS = 120
"""Then a parked call goes back to the phone that parked it."""


def sections(_source: Source) -> Iterator[Section]:
    """One lot; how calls get in and out is the dialplan's (`asterisk_conf.dialplan.transfer`)."""
    yield section("general", ("parkeddynamic", False))
    yield section(
        "default",
        ("parkpos", f"1-{PARKING_PLACES}"),
        ("parkingtime", SECONDS),
        Option("findslot", "next", "a place is not given again at once: who was told of it may still dial it"),
        Option("parkedcalltransfers", "both", "whoever takes a call back may hold and transfer it"),
    )


GENERATOR = Generator("res_parking.conf", "module reload res_parking.so", sections)
