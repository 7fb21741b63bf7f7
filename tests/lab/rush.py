"""A rush hour: 50 callers press through the menu, 10 agents answer, 10 callers give up waiting."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from appliance.api import contract
from appliance.api.contract import AgentState
from appliance.api.wire import Empty
from images.asking import ask
from images.box import Box
from images.run import poll
from images.traffic import AnsweredCall, Callers, Network, Phones, PlacedCall, Traffic

DID = "96296"
QUEUES = {"1": "repair", "2": "billing"}
"""The example branch's main menu."""
AGENTS = tuple(str(number) for number in range(8001, 8011))
BRIEF, GIVING_UP, PATIENT = 10, 10, 30


@dataclass(frozen=True)
class Rush:
    """What callers and phones saw."""

    placed: tuple[PlacedCall, ...]
    answered: tuple[AnsweredCall, ...]

    def talk_of(self, call: PlacedCall) -> AnsweredCall | None:
        """The phone's side of a call that an agent took."""
        talks = [each for each in self.answered if each.caller == call.caller and each.answered is not None]
        assert len(talks) <= 1, f"{call.caller} was answered twice: {talks}"
        return talks[0] if talks else None


def traffic(box: Box) -> Traffic:
    """Callers and phones at this box."""
    return Traffic(Network(box.network.operator))


def passwords(box: Box) -> dict[str, str]:
    """The SIP passwords of the box's phones."""
    return {phone.number: phone.password.get_secret_value() for phone in box.document.extensions}


def sign_in(calls: Traffic, box: Box, *, rings: float = 1, talks: float = 8) -> None:
    """All ten agents' phones register and answer from now on. Times are seconds."""
    secrets = passwords(box)
    phones = tuple(calls.phone(place, agent, secrets[agent]) for place, agent in enumerate(AGENTS))
    calls.answer(Phones(phones, rings=rings, talks=talks))


def wait_for_ready_agents(box: Box) -> None:
    """All ten agents are free: none is in wrap-up from calls before."""

    def ready() -> bool:
        agents = ask(box, contract.LIVE, Empty()).agents
        return {agent.number for agent in agents if agent.state is AgentState.READY} >= set(AGENTS)

    assert poll(ready, seconds=30, every=0.5), ask(box, contract.LIVE, Empty()).agents


def rush(box: Box, first_number: int, half_way: Callable[[], None] = lambda: None) -> Rush:
    """Let it happen; about 100 s. `half_way` is called while calls of every kind are up."""
    with traffic(box) as calls:
        sign_in(calls, box)
        wait_for_ready_agents(box)
        # Ten take all agents and hang up themselves; the others come while everybody talks.
        calls.call(Callers(first_number, BRIEF, DID, "1", patience=9))
        time.sleep(4)  # until the tenth has an agent: this is the callers' time, not waiting for a result
        calls.call(Callers(first_number + 100, GIVING_UP, DID, "1", patience=4))
        calls.call(Callers(first_number + 200, PATIENT, DID, "2", patience=240, every=0.25))
        time.sleep(2)  # into the middle of it, when callers are in the menu, wait and talk
        half_way()
        calls.wait(240)
        return Rush(tuple(calls.placed()), tuple(calls.answered()))
