"""The contract's page on restarting, switching off and starting over: with a reason, and seen by everybody before."""

from __future__ import annotations

from pydantic import Field

from appliance.api.contract import SETUP, STAFF, Restart, Why
from appliance.api.wire import Empty, Message, method
from appliance.site.problems import Problem

LONGEST_WAIT = 86_400
"""Seconds that a restart may wait for calls to end."""


class PowerRequest(Message):
    """A restart: why, from when on, and how long it waits for calls to end (seconds; 0 is at once).

    When the wait is over and calls are still up, it comes all the same if `anyway`, else it is given up.
    `begin` is epoch seconds; None is now.
    """

    why: str = Field(min_length=1, max_length=200)
    wait: int = Field(default=600, ge=0, le=LONGEST_WAIT)
    begin: float | None = None
    anyway: bool = True


class FactoryReset(PowerRequest):
    """Everything of the branch goes at the next start. `code` is the branch's own code, typed by the person."""

    code: str = Field(max_length=20)
    keep_recordings: bool = True
    """Recordings and the history that tells whose they are stay."""


class PowerState(Message):
    """What waits, if anything, and how many calls are up now."""

    pending: Restart | None = None
    calls: int | None = None
    given_up: Problem | None = None
    """Why the last one did not come."""


POWER_STATE = method("power/state", Empty, PowerState, STAFF)
POWER_REBOOT = method("power/reboot", PowerRequest, PowerState, SETUP, change=True)
POWER_OFF = method("power/off", PowerRequest, PowerState, SETUP, change=True)
POWER_CANCEL = method("power/cancel", Why, PowerState, SETUP, change=True)
"""Give up what waits, whoever asked for it; a factory reset is forgotten too."""
POWER_RESET = method("power/reset", FactoryReset, PowerState, SETUP, change=True)
