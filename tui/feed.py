"""What the terminal knows of the present, and how it stays in touch with core."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from appliance.site.problems import BranchboxError, Problem

if TYPE_CHECKING:
    from appliance.api.board import Board
    from appliance.api.client import Client
    from appliance.api.contract import ConfigState, Dashboard, Live, Me
    from appliance.api.desk import Desk
    from appliance.api.wire import Stream

SUPERVISES = frozenset({"supervisor", "manager"})
"""Roles that have the board."""
WITH_CUSTOMERS = SUPERVISES | {"agent"}
"""Roles that know customers and call them, as `appliance.api.customers.DESK` has them."""
FRESH = 3.0
"""Seconds that a live picture may be old without saying so: the stream speaks every two."""


@dataclass(frozen=True)
class Picture:
    """The last that core said, and since when it says nothing."""

    me: Me | None = None
    live: Live | None = None
    live_at: float | None = None
    desk: Desk | None = None
    """For whoever is an agent."""
    board: Board | None = None
    """For whoever supervises."""
    board_refused: Problem | None = None
    """Why there is no board; the other streams go on."""
    dashboard: Dashboard | None = None
    dashboard_at: float | None = None
    lost_since: float | None = None
    refused: Problem | None = None
    """Why core does not tell this person, if it does not."""

    @property
    def zone(self) -> str:
        """The branch's time zone; empty while it is not known."""
        return self.me.time_zone if self.me else ""

    def is_of(self, roles: frozenset[str]) -> bool:
        """Whether this person's role is one of these; nobody's is while it is not known."""
        return self.me is not None and self.me.role in roles

    @property
    def calls_customers(self) -> bool:
        """Whether this person has a phone to call customers from by a key."""
        return self.me is not None and self.me.agent is not None and self.is_of(WITH_CUSTOMERS)

    @property
    def config(self) -> ConfigState | None:
        """Which revision is in force."""
        return self.dashboard.config if self.dashboard else None

    def age(self, now: float) -> float | None:
        """Seconds since the live picture was last heard of."""
        return None if self.live_at is None else max(0.0, now - self.live_at)

    def stale(self, now: float) -> bool:
        """Whether what is shown may no longer be so."""
        age = self.age(now)
        return self.lost_since is not None or (age is not None and age > FRESH)


class Feed:
    """Follows core for as long as the terminal runs; `changed` hears of every new picture."""

    def __init__(self, client: Client, clock: Callable[[], float], changed: Callable[[], None]) -> None:
        self.picture = Picture()
        self.changes = asyncio.Event()
        """Set to ask for the dashboard at once."""
        self._met = asyncio.Event()
        """Set when core has said who this is."""
        self._client = client
        self._clock = clock
        self._changed = changed

    async def follow(self, pause: float = 1.0) -> None:
        """Follow the live stream; try again after `pause` seconds when it ends. Agents have their desk only."""
        from appliance.api.contract import LIVE_STREAM

        if not await self._is_agent_only():
            await self._follow(LIVE_STREAM, "live", pause)

    async def follow_desk(self, pause: float = 1.0) -> None:
        """The same for the desk of whoever is an agent."""
        from appliance.api.desk import STREAM

        await self._met.wait()
        if self.picture.me is not None and self.picture.me.agent is not None:
            await self._follow(STREAM, "desk", pause)

    async def follow_board(self, pause: float = 1.0) -> None:
        """The same for the board of whoever supervises."""
        from appliance.api.board import STREAM

        await self._met.wait()
        if self.picture.is_of(SUPERVISES):
            await self._follow(STREAM, "board", pause, "board_refused")

    async def _follow(self, stream: Stream[Any], field: str, pause: float, refused_as: str = "refused") -> None:
        from appliance.api.wire import Refused, Unreachable

        while True:
            try:
                async for news in self._client.follow(stream):
                    self._now(**{field: news, refused_as: None}, live_at=self._clock(), lost_since=None)
            except Refused as refused:
                self._now(**{refused_as: refused.problems[0]})
            except Unreachable:
                self.lost()
            except BranchboxError as trouble:
                self._now(**{refused_as: trouble.problems[0]})
            else:
                self.lost()
            await asyncio.sleep(pause)

    async def _is_agent_only(self) -> bool:
        await self._met.wait()
        return self.picture.me is not None and self.picture.me.role == "agent"

    async def poll(self, pause: float = 2.0) -> None:
        """Ask who this is, then for the dashboard again and again."""
        from appliance.api.contract import DASHBOARD, WHO_AM_I
        from appliance.api.wire import Empty, Refused, Unreachable

        while True:
            self.changes.clear()
            try:
                if self.picture.me is None:
                    self._now(me=await self._client.call(WHO_AM_I, Empty()))
                    self._met.set()
                if await self._is_agent_only():
                    return
                dashboard = await self._client.call(DASHBOARD, Empty())
                self._now(dashboard=dashboard, dashboard_at=self._clock())
            except Refused as refused:
                self._now(refused=refused.problems[0])
            except Unreachable:
                self.lost()
            except BranchboxError as trouble:
                self._now(refused=trouble.problems[0])
            try:
                await asyncio.wait_for(self.changes.wait(), pause)
            except TimeoutError:
                continue

    def lost(self) -> None:
        """Core does not answer; remember since when."""
        if self.picture.lost_since is None:
            self._now(lost_since=self._clock())

    def _now(self, **news: object) -> None:
        self.picture = replace(self.picture, **news)  # type: ignore[arg-type]  # the fields' own names above
        self._changed()
