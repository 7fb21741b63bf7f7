"""What the gate asks the box: units, core, health, the exchange, a call. Each answer is problems, or none."""

from __future__ import annotations

import asyncio
from pathlib import Path

from appliance.api import box, contract
from appliance.api.client import Client
from appliance.api.wire import Empty
from appliance.site.exchange import CURRENT, GATE_SHELF, LIVE, STATE
from appliance.site.problems import BranchboxError, Problem
from provisioning.asterisk import UNIT, LiveAsterisk
from provisioning.bootgate import testcall
from provisioning.run import run

OURS = tuple(f"branchbox-{name}.service" for name in ("host", "core", "recorder", "health"))
CORE = Path("/run/branchbox/core/api.sock")
HEALTH = Path("/run/branchbox/health/health.sock")
RECORDING = Path(STATE / "recordings") / GATE_SHELF
CALL_SECONDS = 60.0
"""The recorder works at idle priority, and much else starts at the same time."""
NOT_STARTED = {"failed", "masked", "not-found", "bad-setting", "error"}
"""Words of systemctl(1) for a unit that stays away."""
_ANSWER_SECONDS = 10.0


def configured() -> bool:
    """Whether a revision is in force: before the first one there is no exchange to ask."""
    return Path(CURRENT).exists()


def services() -> tuple[Problem, ...]:
    """Whether our services and the exchange run, and ours answer."""
    units = _wanted()
    said = run(["systemctl", "is-active", *units], timeout=_ANSWER_SECONDS, check=False).out.split()
    text = "The service {unit} does not run. Its journal says why."
    stopped = tuple(
        Problem(text=text, args={"unit": unit.removesuffix(".service")}, original=state)
        for unit, state in zip(units, said, strict=False)
        if state != "active"
    )
    return stopped or asyncio.run(_answers())


def given_up() -> bool:
    """Whether systemd has a service of ours that it will not start again: failed for good, masked or not there.

    One that dies again and again is started again and again; for that one the gate waits.
    """
    asked = ["systemctl", "show", "--property=LoadState,ActiveState", "--value", *_wanted()]
    try:
        said = run(asked, timeout=_ANSWER_SECONDS, check=False)
    except BranchboxError:
        return False  # a machine too busy to say is one to wait for
    return bool(NOT_STARTED & set(said.out.split()))


def exchange() -> tuple[Problem, ...]:
    """Whether a call works from end to end; nothing to ask before the first configuration."""
    if not configured():
        return ()
    live = LiveAsterisk(LIVE)
    try:
        live.ask("core waitfullybooted")
        return testcall.call(live, RECORDING, CALL_SECONDS)
    except BranchboxError as error:
        return error.problems


def calls_up() -> int:
    """How many calls are up; 0 when the exchange does not say."""
    live = LiveAsterisk(LIVE)
    try:
        return live.conversations_up() if live.runs() else 0
    except BranchboxError:
        return 0


def _wanted() -> tuple[str, ...]:
    """The services that must run, and the exchange's once there is a configuration for it."""
    return (*OURS, UNIT) if configured() else OURS


async def _answers() -> tuple[Problem, ...]:
    try:
        await Client(CORE, timeout=_ANSWER_SECONDS).call(contract.WHO_AM_I, Empty())
        await Client(HEALTH, timeout=_ANSWER_SECONDS).call(box.BOX, Empty())
    except BranchboxError as error:
        return error.problems
    return ()
