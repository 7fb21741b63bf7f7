"""Which UPSs the kernel shows on USB, read off /sys: no right is needed and nothing is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from appliance.api.setup import Ups

NUT_RULES = Path("usr/lib/udev/rules.d/62-nut-usbups.rules")
"""NUT's own list of the USB devices that it has drivers for."""
_RULE = re.compile(r'ATTR\{idVendor\}=="([0-9a-f]{4})", ATTR\{idProduct\}=="([0-9a-f]{4})"')


def upses(root: Path = Path("/")) -> tuple[Ups, ...]:
    """Every UPS that is plugged in by USB and that NUT has a driver for."""
    rules = root / NUT_RULES
    known = set(_RULE.findall(rules.read_text(errors="replace"))) if rules.exists() else set()
    return tuple(_upses(root / "sys/bus/usb/devices", known))


def _upses(devices: Path, known: set[tuple[str, str]]) -> Iterator[Ups]:
    for folder in sorted(devices.glob("*")):
        if (_text(folder / "idVendor"), _text(folder / "idProduct")) in known:
            yield Ups(vendor=_printable(_text(folder / "manufacturer")), model=_printable(_text(folder / "product")))


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""  # it may be pulled out while we look


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:64]
