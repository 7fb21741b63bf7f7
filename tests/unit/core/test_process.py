"""The real process: `python -m appliance.core`, with its sockets, its logs and systemd's words."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from appliance.api import contract
from appliance.api.client import Client
from appliance.api.contract import CallFilter
from appliance.api.wire import Empty
from appliance.core import follower
from appliance.core.follower import Follower
from appliance.core.paths import Paths
from appliance.site import document
from appliance.site.exchange import CDR_COLUMNS, CEL_COLUMNS
from tests.unit.core.box import example, folder
from tests.unit.core.fake_host import FakeHost

REPOSITORY = Path(__file__).parents[3]


class Systemd:
    """The other end of sd_notify; always reading, as systemd is."""

    def __init__(self, path: Path) -> None:
        self.heard: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)
        asyncio.get_running_loop().add_reader(self._socket, self._read)

    def _read(self) -> None:
        self.heard.append(self._socket.recv(1000).decode())

    async def hear(self, expected: str) -> None:
        """Wait until core has said this."""
        async with asyncio.timeout(20):
            while expected not in self.heard:
                await asyncio.sleep(0.01)

    def close(self) -> None:
        """Listen no more."""
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()


@asynccontextmanager
async def process(root: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, Systemd]]:
    """A core that systemd would have started, ready, and what it tells systemd."""
    (root / "notify").unlink(missing_ok=True)
    systemd = Systemd(root / "notify")
    environment = {
        **{name: value for name, value in os.environ.items() if name != "JOURNAL_STREAM"},
        "NOTIFY_SOCKET": str(root / "notify"),
        "WATCHDOG_USEC": "300000",
    }
    core = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "appliance.core", "--root", str(root), cwd=REPOSITORY, env=environment
    )
    try:
        await systemd.hear("READY=1")
        yield core, systemd
    finally:
        if core.returncode is None:
            core.terminate()
        await core.wait()
        systemd.close()


def line(columns: tuple[str, ...], **values: str) -> str:
    return ",".join(f'"{values.get(name, "")}"' for name in columns) + "\n"


async def test_it_starts_pings_the_watchdog_and_stops_when_told() -> None:
    async with folder() as root, process(root) as (core, systemd):
        await systemd.hear("WATCHDOG=1")
        core.send_signal(signal.SIGTERM)
        await systemd.hear("STOPPING=1")
        async with asyncio.timeout(5):
            assert await core.wait() == 0


async def test_it_stops_in_time_with_a_screen_still_open() -> None:
    async with folder() as root, process(root) as (core, _):
        host = FakeHost(document.dump(example()))
        await host.start(Paths(root).host_socket)
        stream = Client(Paths(root).api_socket).follow(contract.LIVE_STREAM)
        await anext(stream)
        core.send_signal(signal.SIGTERM)
        async with asyncio.timeout(5):
            assert await core.wait() == 0
        await host.stop()


async def test_only_owner_and_group_may_open_its_socket() -> None:
    async with folder() as root, process(root):
        assert Paths(root).api_socket.stat().st_mode & 0o777 == 0o660


async def test_what_asterisk_wrote_while_core_was_off_is_in_the_history() -> None:
    async with folder() as root:
        logs = Paths(root).asterisk
        for path in (Path(logs.cel_csv), Path(logs.cdr_csv)):
            path.parent.mkdir(parents=True)
        call = {"linkedid": "1.1", "uniqueid": "1.1", "channame": "PJSIP/8021-00000001", "num": "8021"}
        place = {"context": "phones", "exten": "8022"}
        Path(logs.cel_csv).write_text(
            line(CEL_COLUMNS, eventtype="CHAN_START", eventtime="100.0", **call, **place)
            + line(CEL_COLUMNS, eventtype="CHAN_END", eventtime="104.0", **call, **place)
            + line(CEL_COLUMNS, eventtype="LINKEDID_END", eventtime="104.0", **call, **place)
        )
        Path(logs.cdr_csv).write_text(
            line(
                CDR_COLUMNS,
                linkedid="1.1",
                uniqueid="1.1",
                sequence="1",
                channel=call["channame"],
                start="100.0",
                answer="0",
                end="104.0",
                duration="4",
                billsec="0",
                disposition="NO ANSWER",
            )
        )
        client = Client(Paths(root).api_socket)
        async with process(root), asyncio.timeout(10):
            while not (page := await client.call(contract.CALLS_LIST, CallFilter())).calls:
                await asyncio.sleep(0.05)
            assert [found.linkedid for found in page.calls] == ["1.1"]


async def test_two_restarts_leave_one_history_and_one_chain() -> None:
    async with folder() as root:
        for _ in range(2):
            async with process(root):
                assert (await Client(Paths(root).api_socket).call(contract.AUDIT_VERIFY, Empty())).broken_at is None


async def test_a_fault_in_one_pass_of_the_ingest_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[int] = []

    def step() -> int:
        passes.append(1)
        if len(passes) == 1:
            raise OSError("disk full")
        return 0

    monkeypatch.setattr(follower, "AFTER_FAULT", 0.01)
    running = asyncio.create_task(Follower(step).run())
    async with asyncio.timeout(5):
        while len(passes) < 3:
            await asyncio.sleep(0.01)
    running.cancel()
