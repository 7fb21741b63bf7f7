"""The gate's course: ask until all is well or the time is over, write it down, then keep or leave this system."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from appliance.site.problems import BranchboxError, Problem
from provisioning.bootgate.verdict import Action, Here, action, remember
from provisioning.updates.records import Records

LOG = logging.getLogger("branchbox.gate")

PATIENCE = 300.0
"""Seconds from the gate's start until what is not well counts as broken."""
CALLS_PATIENCE = 600.0
"""Seconds that calls may hold up the way back: they work, though the box as a whole does not."""
LOOK_EVERY = 3.0


class Boot(Protocol):
    """The choice of what is started; see `Rauc`."""

    def mark(self, state: str, slot: str) -> None:
        """Mark a slot."""


@dataclass(frozen=True)
class Box:
    """What the gate asks and does. `services` and `exchange` give problems; `verdict_note` ends the watchdog's wait."""

    services: Callable[[], tuple[Problem, ...]]
    given_up: Callable[[], bool]
    """Whether there is a service that nobody will start any more."""
    exchange: Callable[[], tuple[Problem, ...]]
    calls_up: Callable[[], int]
    boot: Boot
    restart: Callable[[], None]
    verdict_note: Path


def examine(box: Box, *, clock: Callable[[], float], pause: Callable[[float], None]) -> tuple[Problem, ...]:
    """Ask again and again; what is still wrong when there is no time or no hope left is the answer."""
    deadline = clock() + PATIENCE
    while True:
        problems = _ask(box.services) or _ask(box.exchange)
        if not problems or clock() >= deadline or box.given_up():
            return problems
        LOG.info("not yet: %s", problems[0])
        pause(LOOK_EVERY)


def pass_or_leave(
    box: Box,
    here: Here,
    records: Records,
    *,
    clock: Callable[[], float] = time.monotonic,
    wall_clock: Callable[[], float] = time.time,
    pause: Callable[[float], None] = time.sleep,
) -> Action:
    """The whole course of one start. Gives what was done."""
    problems = examine(box, clock=clock, pause=pause)
    before = records.gate
    does = action(here, before, problems)
    for problem in problems:
        LOG.error("%s", problem)
    records.write_gate(remember(here, before, records.expected, problems, wall_clock()))
    if here.slot is not None:
        _mark(box.boot, does)
    box.verdict_note.write_text(f"{does}\n")
    LOG.log(logging.INFO if does is Action.KEEP else logging.CRITICAL, "system %s: %s", here.version, does)
    if does is Action.LEAVE:
        deadline = clock() + CALLS_PATIENCE
        while box.calls_up() and clock() < deadline:
            pause(LOOK_EVERY)
        box.restart()
    return does


def _ask(question: Callable[[], tuple[Problem, ...]]) -> tuple[Problem, ...]:
    try:
        return question()
    except BranchboxError as error:
        return error.problems


def _mark(boot: Boot, does: Action) -> None:
    """KEEP and LEAVE are told to the boot loader; after STAY its counting goes on, which a broken system needs."""
    if does is Action.STAY:
        return
    try:
        boot.mark("good" if does is Action.KEEP else "bad", "booted")
    except BranchboxError as error:
        LOG.critical("the boot choice could not be written: %s", error)
