"""When a restart that was asked for comes. Pure."""

from __future__ import annotations

from enum import StrEnum

from appliance.api.contract import Restart


class Step(StrEnum):
    """What to do about it now."""

    WAIT = "wait"
    GO = "go"
    GIVE_UP = "give up"


def step(restart: Restart, calls: int | None, now: float) -> Step:
    """Decide; `calls` is None while the exchange does not say how many are up, which may be many."""
    if now < restart.begin:
        return Step.WAIT
    if calls == 0:
        return Step.GO
    if now < restart.latest:
        return Step.WAIT
    return Step.GO if restart.anyway else Step.GIVE_UP
