"""`site.db` from the event loop: each query runs in a thread, so that none waits for the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from peewee import SqliteDatabase

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 3


class Store:
    """Runs queries of `appliance.store` on threads of its own."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="store")

    async def run(self, query: Callable[Concatenate[SqliteDatabase, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Give what `query(database, ...)` gives."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: query(self._database, *args, **kwargs))

    def close(self) -> None:
        """Wait for the queries that run, then end the threads."""
        self._threads.shutdown()
