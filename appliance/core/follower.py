"""Follows Asterisk's durable logs into `site.db`, on a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

PAUSE = 0.25
"""Seconds between two looks at the files while they are quiet."""
AFTER_FAULT = 2.0
"""Seconds before a failed pass is tried again."""


class Follower:
    """Calls `step` (one pass; gives how many events it stored) again and again; no failure ends it."""

    def __init__(self, step: Callable[[], int]) -> None:
        self._step = step
        self._failed = False
        self.passed = time.monotonic()
        """When a pass last ended, by the monotonic clock."""

    async def run(self) -> None:
        """Follow until cancelled. A pass that runs then is finished first: it is one transaction."""
        while True:
            pause = PAUSE
            try:
                if await asyncio.shield(asyncio.to_thread(self._step)):
                    pause = 0.0  # catching up
                self._failed = False
            except Exception:
                # Whatever is wrong with a file or the disk: the logs stay, and are read when it is right again.
                log.log(logging.DEBUG if self._failed else logging.ERROR, "the logs cannot be read", exc_info=True)
                self._failed, pause = True, AFTER_FAULT
            self.passed = time.monotonic()
            await asyncio.sleep(pause)
