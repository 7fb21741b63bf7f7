"""What stands against installing a bundle, before anything is written. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from appliance.site.problems import Problem
from provisioning.updates.rauc import Bundle, Doing, Half
from provisioning.updates.versions import older

SPARE = 64 * 1024 * 1024
"""Bytes that stay free on the data partition beside the database's snapshot."""


@dataclass(frozen=True)
class Place:
    """The slot that a bundle would go to: `capacity` is bytes by slot class."""

    slot: str
    capacity: Mapping[str, int]


@dataclass(frozen=True)
class Now:
    """The box as it is."""

    version: str
    compatible: str
    proven: bool
    """The running system passed its own test at this start."""
    doing: Doing
    free: int
    """Bytes on the data partition."""
    database: int
    """Bytes of the database, which is copied before a new version touches it."""


def against(bundle: Bundle, now: Now, place: Place) -> tuple[Problem, ...]:
    """Every reason not to install it."""
    return tuple(_against(bundle, now, place))


def _against(bundle: Bundle, now: Now, place: Place) -> Iterator[Problem]:
    if now.doing.busy:
        yield Problem(text="Another update is being installed. Wait until it has ended, or cancel it.")
    if bundle.compatible != now.compatible:
        yield Problem(
            text="The update is for another kind of box.", original=f"{bundle.compatible}, here {now.compatible}"
        )
    if not bundle.version:
        yield Problem(text="The update does not say its version. Take another one.")
    elif older(bundle.version, now.version):
        yield Problem(
            text="Version {version} is older than the {running} that runs: its programs may not know what {running} "
            "has written. To go back to the version before, roll back instead.",
            args={"version": bundle.version, "running": now.version},
        )
    if not now.proven:
        yield Problem(
            text="The running system has not passed its own test since it started, so the other one is kept to go back "
            "to. Wait until the test has passed; if it failed, put right what it found first."
        )
    for kind, size in bundle.images.items():
        room = place.capacity.get(kind)
        if room is None or size > room:
            yield Problem(
                text="The update needs {size} in the place of system {slot} on the disk, which holds {room}. "
                "Install this box anew from a stick to take it.",
                args={"size": megabytes(size), "slot": place.slot, "room": megabytes(room or 0)},
                original=kind,
            )
    needed = now.database + SPARE
    if now.free < needed:
        yield Problem(
            text="The disk has {free} free; {needed} are needed to copy the database before the new version touches "
            "it. Export recordings and remove old ones.",
            args={"free": megabytes(now.free), "needed": megabytes(needed)},
        )


def target(halves: tuple[Half, ...], slot: str) -> dict[str, Half]:
    """RAUC's slots of one of our systems, by class: the one that starts, and those that belong to it."""
    first = next((half for half in halves if half.boot == slot), None)
    if first is None:
        return {}
    return {half.kind: half for half in halves if half is first or half.parent == first.name}


def megabytes(octets: int) -> str:
    """`712 MB` (powers of ten)."""
    return f"{octets / 1e6:.0f} MB"
