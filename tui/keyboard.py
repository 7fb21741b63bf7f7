"""Keys in the order in which they were struck: the next one when the one before has had its effect."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

Struck = events.Key | events.Paste
PATIENCE = 1.0
"""Seconds after which a key no longer waits for the one before: no handler here takes as long."""
KNOWN_WITHIN = 5.0
"""Seconds for which a key waits until it is known who struck it: a box that has just started is slow."""


class Keyboard:
    """Hands keys on, one after the other.

    Textual hands each to what has the cursor when the key arrives. Of a name, Enter and a code that arrive at once, as
    over a slow line, all went into the first field, and a letter overtook Backspace.
    """

    def __init__(
        self, app: App[Any], hand_on: Callable[[Struck], Awaitable[None]], at_hand: Callable[[], bool]
    ) -> None:
        """`at_hand` says whether the person is known: which keys there are depends on that."""
        self._app = app
        self._hand_on = hand_on
        self._at_hand = at_hand
        self._kept = False
        self._struck: deque[Struck] = deque()
        self._since = 0.0

    async def strike(self, key: Struck) -> None:
        """Hand this on now, or when those before it have had their effects."""
        self._struck.append(key)
        if len(self._struck) == 1 and not self._at_hand():
            self._kept = True
            self._app.set_timer(KNOWN_WITHIN, self.go_on)
        elif len(self._struck) == 1:
            await self._begin()
        elif not self._kept and time.monotonic() - self._since > PATIENCE:
            await self._over(self._struck[0])

    async def go_on(self) -> None:
        """Hand on what was struck before the person was known."""
        if self._kept:
            self._kept = False
            await self._begin()

    async def _begin(self) -> None:
        """Hand the first key on, and go its way behind it."""
        key = self._struck[0]
        self._since = time.monotonic()
        at = self._app.focused or self._app.screen
        # A key goes up from the cursor to the application, which knows what it is bound to; so does then what it did.
        way = at.ancestors_with_self
        await self._hand_on(key)
        self._follow(key, [at, *way, *way])

    def _follow(self, key: Struck, way: list[MessagePump]) -> None:
        """Come by everybody on the way once they have handled all that reached them before."""
        while way:
            node = way.pop(0)
            if node.call_later(self._follow, key, way):
                return
        # Another screen may be there now: it has the cursor when it has handled that.
        over = partial(self._app.call_later, self._over, key)
        if not self._app.screen.call_later(over):
            over()

    async def _over(self, key: Struck) -> None:
        """It had its effect: the next one."""
        if not self._struck or self._struck[0] is not key:
            return
        self._struck.popleft()
        if self._struck:
            await self._begin()
