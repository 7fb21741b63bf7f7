"""A connection to Asterisk's manager for one errand: what it asks must not hold up the live picture's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance.telephony.ami import HOST, PATIENCE, PORT, USER
from appliance.telephony.amiwire import AmiConnection, Message


@dataclass(frozen=True)
class Manager:
    """Where Asterisk's manager listens, and the file of its password."""

    secret: Path
    port: int = PORT
    host: str = HOST

    @asynccontextmanager
    async def errand(
        self,
        *,
        heard: frozenset[str] = frozenset(),
        on_event: Callable[[Message], None] = lambda _event: None,
        on_end: Callable[[], None] = lambda: None,
    ) -> AsyncIterator[AmiConnection]:
        """A connection that is logged in; `on_end` is called when it ends. Raises OSError, TimeoutError, AmiRefused."""
        async with asyncio.timeout(PATIENCE):
            connection = await AmiConnection.open(self.host, self.port, on_event, lambda: None, heard)
        listening = asyncio.create_task(connection.listen())
        listening.add_done_callback(lambda _listening: on_end())
        try:
            secret = (await asyncio.to_thread(self.secret.read_text)).strip()
            login = {"Username": USER, "Secret": secret, "Events": "call,user" if heard else "off"}
            await connection.action("Login", login, timeout=PATIENCE)
            yield connection
        finally:
            connection.close()
            listening.cancel()
            # Not `await listening`: whose own task is cancelled meanwhile must hear of it.
            await asyncio.wait({listening})
