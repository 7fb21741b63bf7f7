"""One change at a time, and whoever comes second hears who is at it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from appliance.site.problems import BranchboxError, Problem


class Turn:
    """Whose turn it is to change something."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._who = ""

    @contextmanager
    def of(self, who: str) -> Iterator[None]:
        """Take the turn. Raises BranchboxError while somebody else has it."""
        if not self._lock.acquire(blocking=False):
            raise BranchboxError(
                Problem(
                    text="{who} is changing the configuration right now. Wait until that has ended, then try again.",
                    args={"who": self._who or "branchbox-host"},
                )
            )
        try:
            self._who = who
            yield
        finally:
            self._who = ""
            self._lock.release()

    @contextmanager
    def after_others(self) -> Iterator[None]:
        """Take the turn as soon as nobody else has it."""
        with self._lock:
            yield
