"""Signing in and being busy mean one thing each."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import OWN_REASONS
from appliance.site.models import SiteDocument
from appliance.site.rules.fault import Fault


def reasons_differ(document: SiteDocument) -> Iterator[Fault]:
    """No two reasons have one digit, none the name of a pause that the box makes by itself."""
    taken: dict[str, str] = {}
    for index, reason in enumerate(document.reasons):
        if reason.name in OWN_REASONS:
            yield Fault(
                ("reasons", index, "name"),
                "{name} is the box's own word: choose another name.",
                {"name": reason.name},
            )
        other = taken.setdefault(reason.key, reason.name)
        if other != reason.name:
            yield Fault(
                ("reasons", index, "key"),
                "Digit {key} means {other} already: choose another.",
                {"key": reason.key, "other": other},
            )


def pins_are_used(document: SiteDocument) -> Iterator[Fault]:
    """A PIN signs somebody in."""
    for index, agent in enumerate(document.agents):
        if agent.pin is not None and not agent.signs_in:
            yield Fault(("agents", index, "pin"), "This agent does not sign in: set signs_in, or remove the PIN.")


def alarms_follow_warnings(document: SiteDocument) -> Iterator[Fault]:
    """The board warns of a queue before it alarms."""
    for index, queue in enumerate(document.queues):
        for what in ("waiting", "longest", "talking"):
            warn, alarm = getattr(queue, f"warn_{what}"), getattr(queue, f"alarm_{what}")
            if alarm and warn > alarm:
                yield Fault(
                    ("queues", index, f"alarm_{what}"),
                    "The board would alarm at {alarm} and warn only at {warn}: make the alarm the larger one.",
                    {"alarm": str(alarm), "warn": str(warn)},
                )


RULES = (reasons_differ, pins_are_used, alarms_follow_warnings)
