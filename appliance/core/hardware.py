"""What the kernel shows of ports and UPSs, read off /sys: no right is needed and nothing is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from appliance.api.setup import Port, Ups

NUT_RULES = Path("usr/lib/udev/rules.d/62-nut-usbups.rules")
"""NUT's own list of the USB devices that it has drivers for."""
_WIRED = re.compile(r"(en|eth)[a-z0-9]+")
"""systemd's and the kernel's names of wired ports; VLANs, bridges and tunnels have others."""
_ETHERNET = "1"
_RULE = re.compile(r'ATTR\{idVendor\}=="([0-9a-f]{4})", ATTR\{idProduct\}=="([0-9a-f]{4})"')


def ports(root: Path = Path("/")) -> tuple[Port, ...]:
    """Every wired port, by name; wireless and virtual ones are none of the box's."""
    return tuple(_port(folder) for folder in sorted((root / "sys/class/net").glob("*")) if _is_wired(folder))


def _is_wired(folder: Path) -> bool:
    return bool(_WIRED.fullmatch(folder.name)) and _text(folder / "type") == _ETHERNET


def _port(folder: Path) -> Port:
    speed = _text(folder / "speed")
    duplex = _text(folder / "duplex")
    return Port(
        name=folder.name,
        hardware_address=_text(folder / "address"),
        link=_text(folder / "carrier") == "1",
        speed=int(speed) if speed.isdecimal() else None,
        full_duplex={"full": True, "half": False}.get(duplex),
    )


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
        return ""  # a port without link says so by an error; a device may be pulled out while we look


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:64]
