"""Calls that stay up while something is measured."""

from __future__ import annotations

from images.bench.site import DID, KEY
from images.box import Box
from images.run import die, poll
from images.traffic import Callers, Network, Phones, Traffic


def traffic(box: Box) -> Traffic:
    """Callers and phones at the box."""
    return Traffic(Network(box.network.operator))


def password(box: Box, phone: str) -> str:
    """A phone's SIP password."""
    return next(each.password.get_secret_value() for each in box.document.extensions if each.number == phone)


def sign_in(calls: Traffic, box: Box, *, talks: float) -> int:
    """Ten agents register and answer; gives how many. Raises Failure."""
    agents = [agent.extension for agent in box.document.agents][:10]
    phones = tuple(calls.phone(place, agent, password(box, agent)) for place, agent in enumerate(agents))
    calls.answer(Phones(phones, rings=0.2, talks=talks))
    return len(agents)


def queue_calls(calls: Traffic, box: Box, count: int, first_number: int, seconds: float) -> None:
    """Ten agents talk, the other callers wait; all stay up for `seconds`. Raises Failure."""
    talking = min(count, sign_in(calls, box, talks=seconds))
    calls.call(Callers(first_number, count, DID, KEY, patience=seconds, every=0.1))
    if not poll(
        lambda: (
            sum(call.answered is not None for call in calls.placed()) == count
            and sum(call.answered is not None for call in calls.answered()) == talking
        ),
        seconds=60,
    ):
        die(f"Not all of {count} calls came up.")
