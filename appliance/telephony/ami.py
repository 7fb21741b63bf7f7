"""The link to Asterisk that feeds the live picture: connects, snapshots, follows, reconnects.

After each (re)connect, and after each reload, the whole present is asked for, so that a core
started in the middle of fifty calls shows them. While Asterisk is quiet three pings a second
keep `as_of` young; a frozen Asterisk lets it age and is dropped after `SILENCE` seconds.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from appliance.site.exchange import HELD, ORDER_DONE, ORDERS_CONTEXT, RECORDS, TRUNK_ENDPOINT
from appliance.site.problems import BranchboxError, Problem
from appliance.telephony.amiwire import AmiConnection, AmiRefused, Message
from appliance.telephony.live import HEARD, carry, reduce
from appliance.telephony.live_state import LiveState
from appliance.telephony.picture import LinkState

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
PORT = 5038
USER = "branchbox"
PING_AFTER = 0.3
"""Seconds of quiet before a ping: with the board's own pace no picture is older than one second."""
SILENCE = 15.0
"""Seconds without any answer after which the connection is dropped and made anew."""
PATIENCE = 5.0
"""Seconds for connecting, logging in and each action of the snapshot."""
BACK_OFF = (0.5, 1.0, 2.0, 4.0, 5.0)
"""Seconds between attempts; the last one repeats."""
RELOAD_SETTLES = 1.0
"""Seconds after a reload's last event before the present is asked for anew."""

SNAPSHOT: Mapping[str, Mapping[str, str]] = {
    # Channels; unlike CoreShowChannels with the number that each one dialled.
    "Status": {"Variables": f"{HELD},{RECORDS}"},
    "ParkedCalls": {},
    "QueueStatus": {},
    "DeviceStateList": {},
    "PJSIPShowContacts": {},
    "PJSIPShowRegistrationsOutbound": {},
    "PRIShowSpans": {},
}
LINES_AGAIN = 1.0
"""Seconds between two questions for E1 lines: of one that goes, Asterisk says nothing by itself."""
_LINK_EVENTS = frozenset({"FullyBooted", "Reload", "UserEvent"})

NO_LINK = Problem(text="The exchange does not answer. Calls go on as they can; try again in a moment.")
NO_EFFECT = Problem(
    text="The exchange has not done it within {seconds} s. Look at the state on the screen, then try again."
)


class AmiLink:
    """Asterisk's present as a `LiveState`; `run` keeps it true for as long as it runs."""

    def __init__(
        self,
        secret: Path,
        *,
        host: str = HOST,
        port: int = PORT,
        user: str = USER,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._secret = secret
        self._host, self._port, self._user = host, port, user
        self._clock = clock
        self._state = LiveState()
        self._snapshot: LiveState | None = None
        self._linked = False
        self._since = self._as_of = clock()
        self._connection: AmiConnection | None = None
        self._booted = asyncio.Event()
        self._stale = asyncio.Event()
        self._news = asyncio.Event()
        self._orders: dict[str, asyncio.Event] = {}
        self._numbers = itertools.count(1)
        self._listeners: dict[str, Callable[[], None]] = {}

    @property
    def state(self) -> LiveState:
        """The last known present."""
        return self._state

    @property
    def link(self) -> LinkState:
        """Whether it is being kept true, and how old it is."""
        return LinkState(self._linked, self._since, self._as_of)

    def ask_anew(self) -> None:
        """Ask for the whole present again soon: the configuration is another."""
        self._stale.set()

    def listen(self, user_event: str, heard: Callable[[], None]) -> None:
        """Call `heard` when the dialplan says this user event, and after each (re)connect: it may have been missed."""
        self._listeners[user_event] = heard

    async def changed(self, timeout: float) -> None:
        """Wait until the present changes, `timeout` seconds at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._news.wait()

    def tell(self) -> None:
        """Wake everybody who waits in `changed`: also for what core itself knows of the present."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def act(self, action: str, headers: Mapping[str, str]) -> Message:
        """Have Asterisk do something; gives its reply. Raises `AmiRefused` when it refuses, and BranchboxError when it
        cannot be asked or does not answer."""
        if self._connection is None or not self._linked:
            raise BranchboxError(NO_LINK)
        try:
            return await self._connection.action(action, headers, timeout=PATIENCE)
        except (OSError, TimeoutError) as error:
            raise BranchboxError(NO_LINK.model_copy(update={"original": repr(error)})) from error

    async def order(self, order: str, phone: str) -> None:
        """Have the dialplan carry out an order about the agent at a phone (`asterisk_conf.dialplan.agents`).

        Returns when it is done. Raises BranchboxError as `act` does, and when it is not done in time.
        """
        name = f"{self._clock():.0f}-{next(self._numbers)}"
        done = self._orders[name] = asyncio.Event()
        try:
            await self.act(
                "Originate",
                {
                    "Channel": f"Local/{order}@{ORDERS_CONTEXT}/n",
                    "Application": "Wait",
                    "Data": "1",
                    "Async": "true",
                    "Variable": f"BB_PHONE={phone},BB_ORDER={name}",
                },
            )
            async with asyncio.timeout(PATIENCE):
                await done.wait()
        except TimeoutError:
            raise BranchboxError(NO_EFFECT.model_copy(update={"args": {"seconds": f"{PATIENCE:.0f}"}})) from None
        finally:
            del self._orders[name]

    async def run(self) -> None:
        """Keep the link up until cancelled; every failure is logged once and tried again."""
        failures = 0
        while True:
            try:
                await self._session()
            except (OSError, TimeoutError, AmiRefused) as error:
                # One line for an outage, not one for each attempt.
                log.log(logging.DEBUG if failures else logging.WARNING, "no link to Asterisk: %r", error)
            except Exception:
                # A fault of ours in one event must not end the picture: the next session begins anew.
                log.exception("the link to Asterisk failed")
            failures = 0 if self._linked else failures + 1
            self._set_linked(False)
            await asyncio.sleep(BACK_OFF[min(failures, len(BACK_OFF) - 1)])

    async def _session(self) -> None:
        """One connection, from connecting to its end."""
        async with asyncio.timeout(PATIENCE):
            connection = await AmiConnection.open(
                self._host, self._port, self._heard_event, self._heard_anything, HEARD | _LINK_EVENTS
            )
        self._booted.clear()
        self._stale.clear()
        self._connection = connection
        try:
            async with asyncio.TaskGroup() as tasks:
                listener = tasks.create_task(connection.listen())
                follower = tasks.create_task(self._follow(connection))
                pinger = tasks.create_task(self._ping(connection))
                asker = tasks.create_task(self._ask_lines(connection))
                # Not `await listener`: a cancel would end it first, and what others then meet would hide that.
                await asyncio.wait({listener})
                follower.cancel()
                pinger.cancel()
                asker.cancel()
        except ExceptionGroup as group:
            raise group.exceptions[0] from group
        finally:
            self._connection = None
            connection.close()

    async def _follow(self, connection: AmiConnection) -> None:
        secret = await asyncio.to_thread(self._secret.read_text)
        login = {"Username": self._user, "Secret": secret.strip(), "Events": "on"}
        await connection.action("Login", login, timeout=PATIENCE)
        await self._booted.wait()
        while True:
            self._stale.clear()
            await self._take_snapshot(connection)
            self._set_linked(True)
            await self._stale.wait()
            while self._stale.is_set():  # a reload says several times that it is one
                self._stale.clear()
                await asyncio.sleep(RELOAD_SETTLES)

    async def _take_snapshot(self, connection: AmiConnection) -> None:
        self._snapshot = LiveState()
        try:
            for action, headers in SNAPSHOT.items():
                # An empty list is an error to Asterisk ("No Contacts found").
                with suppress(AmiRefused):
                    await connection.action(action, headers, timeout=PATIENCE)
            for device in self._snapshot.devices:
                # PJSIPShowContacts lists phones only: a trunk's contact is configured, not registered.
                if device.startswith(f"PJSIP/{TRUNK_ENDPOINT}"):
                    await connection.action("PJSIPShowEndpoint", {"Endpoint": device[6:]}, timeout=PATIENCE)
            self._replace(carry(self._state, self._snapshot))
        finally:
            self._snapshot = None

    async def _ping(self, connection: AmiConnection) -> None:
        """Ping when quiet; end the connection when nothing comes back."""
        heard = asyncio.get_running_loop().time()
        seen = self._as_of
        while True:
            await asyncio.sleep(PING_AFTER)
            now = asyncio.get_running_loop().time()
            if self._as_of != seen:
                heard, seen = now, self._as_of
            elif now - heard > SILENCE:
                raise TimeoutError("Asterisk said nothing")
            elif self._booted.is_set():
                with suppress(TimeoutError):
                    await connection.action("Ping", timeout=PING_AFTER)

    async def _ask_lines(self, connection: AmiConnection) -> None:
        """Ask for E1 lines while there are any."""
        while True:
            await asyncio.sleep(LINES_AGAIN)
            if self._linked and self._state.spans:
                with suppress(TimeoutError, AmiRefused):
                    await connection.action("PRIShowSpans", timeout=PATIENCE)

    def _heard_anything(self) -> None:
        self._as_of = self._clock()

    def _heard_event(self, event: Message) -> None:
        name = event["Event"]
        if name == "FullyBooted":
            self._booted.set()
        elif name == "Reload":
            self.ask_anew()
        elif event.get("UserEvent") == ORDER_DONE and (done := self._orders.get(event.get("Order", ""))):
            done.set()
        elif heard := self._listeners.get(event.get("UserEvent", "")):
            heard()
        if self._snapshot is not None:
            self._snapshot = reduce(self._snapshot, event, self._as_of)
        # The first picture of a session is its snapshot; until then the old one stands and ages.
        if self._linked:
            self._replace(reduce(self._state, event, self._as_of))

    def _replace(self, state: LiveState) -> None:
        if state is not self._state:
            self._state = state
            self.tell()

    def _set_linked(self, linked: bool) -> None:
        if linked != self._linked:
            self._linked, self._since = linked, self._clock()
            log.info("link to Asterisk %s", "up" if linked else "lost")
            self.tell()
            if linked:
                for heard in self._listeners.values():
                    heard()
