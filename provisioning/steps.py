"""The named, timed steps of an apply: for its answer, for the journal, and for tests that stop at one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from appliance.api.contract import Step

LOG = logging.getLogger("branchbox.host")

AfterStep = Callable[[str], None]
"""Hears the name of each step that ended well."""


class Steps:
    """The steps of one apply as they happen."""

    def __init__(self, what: str, after_step: AfterStep) -> None:
        self._what = what
        self._after_step = after_step
        self._done: list[Step] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside; also when it fails."""
        began = time.monotonic()
        try:
            yield
        finally:
            seconds = round(time.monotonic() - began, 3)
            self._done.append(Step(name=name, seconds=seconds))
        LOG.info(
            "%s: %s done in %.3f s",
            self._what,
            name,
            seconds,
            extra={"BRANCHBOX_STEP": name, "BRANCHBOX_SECONDS": str(seconds)},
        )
        self._after_step(name)

    @property
    def done(self) -> tuple[Step, ...]:
        """The steps so far."""
        return tuple(self._done)
