"""/etc/dahdi/system.conf: what DAHDI's drivers are told of lines and channels (dahdi_cfg(8), system.conf(5)).

Beside the document it needs what was found on the machine: a dynamic span has no framing, no line code and no clock
of its own, so dahdi_cfg refuses a `span=` line for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from appliance.site.models import Clock, E1Trunk, SiteDocument
from appliance.site.models.spans import D_SLOT, first_channel
from asterisk_conf.chan_dahdi import channels, spans_of

FILE = "/etc/dahdi/system.conf"
_ECHO_CANCELLER = "oslec"
_HEADER = "# Made by Branchbox from the site document. Changes made here are lost.\n"
_ZONES = {"GB": "uk", "IE": "uk", "CN": "cn", "US": "us", "CA": "us", "DE": "de", "FR": "fr", "NL": "nl", "ES": "es",
          "IT": "it", "PL": "pl", "AT": "at", "CH": "ch", "BE": "be", "DK": "dk", "FI": "fi", "SE": "se", "NO": "no",
          "PT": "pt", "CZ": "cz", "HU": "hu", "SG": "sg", "TW": "tw", "IN": "in", "JP": "jp"}  # fmt: skip
"""DAHDI's names of the countries' tones (tonezone of dahdi-tools); others sound like Europe's."""


def system_conf(document: SiteDocument, dynamic: Collection[int] = ()) -> str | None:
    """The file's text; None without lines by cards. `dynamic` are the spans found that are no card's ports."""
    if not document.e1_trunks and not document.analogue_trunks:
        return None
    return _HEADER + "".join(f"{line}\n" for line in _lines(document, dynamic))


def _lines(document: SiteDocument, dynamic: Collection[int]) -> Iterator[str]:
    zone = _ZONES.get(document.customers.country, "de")
    yield f"loadzone = {zone}"
    yield f"defaultzone = {zone}"
    ports = [(port, trunk) for trunk in document.e1_trunks for port in trunk.ports]
    clocks = 0
    for port, trunk in sorted(ports, key=lambda each: each[0]):
        yield f"# E1 trunk {trunk.name}, port {port}"
        if port not in dynamic:
            clocks += trunk.clock is Clock.LINE
            yield _span(trunk, port, clocks if trunk.clock is Clock.LINE else 0)
        yield f"bchan = {channels(trunk, port)}"
        yield f"dchan = {first_channel(port) + D_SLOT - 1}"
        if trunk.echo_canceller:
            yield f"echocanceller = {_ECHO_CANCELLER},{channels(trunk, port)}"
    for analogue in document.analogue_trunks:
        yield f"# analogue trunk {analogue.name}"
        yield f"fxsks = {spans_of(iter(sorted(analogue.channels)))}"
        yield f"echocanceller = {_ECHO_CANCELLER},{spans_of(iter(sorted(analogue.channels)))}"


def _span(trunk: E1Trunk, port: int, clock: int) -> str:
    """Port, place among the clock's sources (0: none), build-out (0: short haul), framing, line code."""
    return f"span = {port},{clock},0,ccs,{trunk.line_code}{',crc4' if trunk.crc4 else ''}"
