"""E1 and analogue lines: every trunk has its own name, every port and channel one trunk."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.models import SiteDocument
from appliance.site.models.spans import D_SLOT, SLOTS, first_channel, slots_of
from appliance.site.rules.fault import Fault

LISTS = ("trunks", "e1_trunks", "analogue_trunks")


def trunk_names_differ(document: SiteDocument) -> Iterator[Fault]:
    """A trunk's name says which way out is meant, of whatever kind it is."""
    taken: dict[str, str] = {}
    for collection in LISTS:
        for index, trunk in enumerate(getattr(document, collection)):
            # Two of one list are told by the rule of keys.
            if taken.setdefault(trunk.name, collection) != collection:
                yield Fault(
                    (collection, index, "name"),
                    "There is another trunk {name} already: choose another name.",
                    {"name": trunk.name},
                )


def ports_have_one_trunk(document: SiteDocument) -> Iterator[Fault]:
    """An E1 port is part of one trunk."""
    taken: dict[int, str] = {}
    for index, trunk in enumerate(document.e1_trunks):
        for position, port in enumerate(trunk.ports):
            if port in taken:
                yield Fault(
                    ("e1_trunks", index, "ports", position),
                    "E1 port {port} belongs to trunk {other} already: choose another port.",
                    {"port": str(port), "other": taken[port]},
                )
            taken.setdefault(port, trunk.name)


def slots_carry_calls(document: SiteDocument) -> Iterator[Fault]:
    """The D-channel carries no call, and a range goes upwards."""
    for index, trunk in enumerate(document.e1_trunks):
        place = ("e1_trunks", index, "channels")
        upwards = [part for part in trunk.channels.split(",") if slots_of(part)]
        if len(upwards) < len(trunk.channels.split(",")):
            yield Fault(place, "A range of time slots goes from the lower to the higher: 1-15.")
        elif D_SLOT in trunk.slots:
            yield Fault(place, "Time slot 16 is the D-channel and carries no calls: leave it out.")


def analogue_channels_are_apart(document: SiteDocument) -> Iterator[Fault]:
    """An analogue channel is part of one trunk and of no E1 port."""
    taken = {
        channel: f"E1 trunk {trunk.name}"
        for trunk in document.e1_trunks
        for port in trunk.ports
        for channel in range(first_channel(port), first_channel(port) + SLOTS)
    }
    for index, trunk in enumerate(document.analogue_trunks):
        for position, channel in enumerate(trunk.channels):
            if channel in taken:
                yield Fault(
                    ("analogue_trunks", index, "channels", position),
                    "Channel {channel} belongs to {other} already: choose another one.",
                    {"channel": str(channel), "other": taken[channel]},
                )
            taken.setdefault(channel, f"analogue trunk {trunk.name}")


def analogue_numbers_exist(document: SiteDocument) -> Iterator[Fault]:
    """Calls of an analogue line go where those of its number go."""
    numbers = {did.number for did in document.dids}
    for index, trunk in enumerate(document.analogue_trunks):
        if trunk.number not in numbers:
            yield Fault(
                ("analogue_trunks", index, "number"),
                "There is no number {number}: make it first, so that calls go somewhere.",
                {"number": trunk.number},
            )


RULES = (
    trunk_names_differ,
    ports_have_one_trunk,
    slots_carry_calls,
    analogue_channels_are_apart,
    analogue_numbers_exist,
)
