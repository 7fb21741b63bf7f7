"""What core hands on to branchbox-host as it is: rights and the operation log are the guard's, the work is host's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from appliance.api import sticks, verbs
from appliance.api.wire import Client, Message, Method, Routes

PAIRS: tuple[tuple[Method[Any, Any], Method[Any, Any]], ...] = ((sticks.STICKS, verbs.STICKS),)
"""A method of the contract, and the verb that answers it; both take and give the same."""


class Forwarded:
    """Answers methods with host's verbs."""

    def __init__(self, host: Client) -> None:
        self._host = host

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        for method, verb in PAIRS:
            routes.method(method, self._through(verb))

    def _through(self, verb: Method[Any, Any]) -> Callable[[str, Any], Awaitable[Any]]:
        async def ask(_login: str, takes: Message) -> Message:
            answer: Message = await self._host.call(verb, takes)
            return answer

        return ask
