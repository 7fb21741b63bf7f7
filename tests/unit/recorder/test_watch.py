"""The recorder with the real inotify and the real wire: what Asterisk closes, core gets."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from appliance.api import recorder as page
from appliance.api.recorder import Care, DayClosed, Gaps, Names, NewRecording, RecorderReport, Removal, SealingKey
from appliance.api.recordings import Gap
from appliance.api.server import Peer, Routes, application, serve
from appliance.api.wire import Empty, Message, Method, Refused, Stream
from appliance.recorder import core_link
from appliance.recorder.core_link import CoreRefused, CoreSilent, Report
from appliance.recorder.filing import Recording
from appliance.recorder.keeping import Keeping
from appliance.recorder.manifest import Book
from appliance.recorder.watch import watch
from appliance.recorder.work import Work
from appliance.site.problems import BranchboxError, Problem
from images.run import poll
from tests.unit.recorder.bench_of_files import SOUND, Bench

RECORDING = Recording(
    "2026/11/21/1795000000.42-1.opus", "1795000000.42", 1795000000.5, 2.0, 4711, "ab" * 32, 4500, "cd" * 32, False
)
REPORT = Report(waiting=1, waiting_bytes=2, oldest=3.0, free=4, total=5, trouble="none")


class RecorderPage:
    """What the recorder says and asks, and nothing else."""

    ADD = page.RECORDINGS_ADD
    KEY = page.RECORDINGS_KEY
    CARE = page.RECORDINGS_CARE
    REMOVED = page.RECORDINGS_REMOVED
    GAPS = page.RECORDINGS_GAPS
    DAY_CLOSED = page.RECORDINGS_DAY_CLOSED


class Everybody:
    """A guard that lets everybody in, or nobody."""

    def __init__(self) -> None:
        self.open = True

    async def admit(self, peer: Peer, called: Method[Any, Any] | Stream[Any]) -> str:
        if not self.open:
            raise Refused(Problem(text="No."))
        return "recorder"

    async def done(self, caller: str, called: Method[Any, Any], takes: Message, gave: Message | BranchboxError) -> None:
        """Nothing is logged here."""


class Core:
    """A core on a real socket, in a thread of its own; knows recordings by name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.guard = Everybody()
        self.known: dict[str, NewRecording] = {}
        self.said: list[Message] = []
        self.faulty = False

    async def _add(self, _: str, recording: NewRecording) -> Empty:
        if self.faulty:
            raise RuntimeError("a fault of ours")
        self.known[recording.name] = recording
        return Empty()

    async def _key(self, _: str, __: Empty) -> SealingKey:
        return SealingKey(public=None)

    async def _care(self, _: str, report: RecorderReport) -> Care:
        self.said.append(report)
        return Care(remove=(Removal(name="gone.opus", why="age"),))

    async def _hear(self, _: str, said: Message) -> Empty:
        self.said.append(said)
        return Empty()

    async def _gaps(self, _: str, wanted: Names) -> Gaps:
        return Gaps(gaps={name: (Gap(begins=1.0, ends=2.5, by="8003"),) for name in wanted.names})

    @contextmanager
    def up(self) -> Iterator[None]:
        """Answer until the block ends."""
        loop = asyncio.new_event_loop()
        routes = Routes()
        routes.method(page.RECORDINGS_ADD, self._add)
        routes.method(page.RECORDINGS_KEY, self._key)
        routes.method(page.RECORDINGS_CARE, self._care)
        routes.method(page.RECORDINGS_REMOVED, self._hear)
        routes.method(page.RECORDINGS_GAPS, self._gaps)
        routes.method(page.RECORDINGS_DAY_CLOSED, self._hear)
        runner = loop.run_until_complete(serve(application([RecorderPage], routes, self.guard), self.path, mode=0o600))
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()
            self.path.unlink(missing_ok=True)


@pytest.fixture
def core(tmp_path: Path) -> Core:
    return Core(tmp_path / "api.sock")


def test_what_is_said_to_core_is_the_contract(core: Core) -> None:
    removal = core_link.Removal("gone.opus", "age")
    link = core_link.Core(core.path)
    with core.up():
        link.add(RECORDING)
        assert link.key() is None
        assert link.care(REPORT) == (removal,)
        link.removed(removal)
        assert link.gaps(["a.opus"]) == {"a.opus": [(1.0, 2.5, "8003")]}
        link.day_closed("2026-11-21", 2, "ab", "cd")

    assert core.known == {RECORDING.name: NewRecording(**dataclasses.asdict(RECORDING))}
    assert core.said == [
        RecorderReport(**dataclasses.asdict(REPORT)),
        Removal(name="gone.opus", why="age"),
        DayClosed(day="2026-11-21", count=2, sha256="ab", signer="cd"),
    ]


def test_a_core_that_is_away_is_silent(core: Core) -> None:
    with pytest.raises(CoreSilent):
        core_link.Core(core.path).add(RECORDING)


def test_a_core_that_fails_is_silent_too(core: Core) -> None:
    core.faulty = True
    with core.up(), pytest.raises(CoreSilent, match="500"):
        core_link.Core(core.path).add(RECORDING)


def test_a_core_that_refuses_says_so(core: Core) -> None:
    core.guard.open = False
    with core.up(), pytest.raises(CoreRefused, match="403"):
        core_link.Core(core.path).add(RECORDING)


class Enough(BaseException):
    """Ends the watching thread."""


@contextmanager
def recorder(bench: Bench, core: Core) -> Iterator[None]:
    """The recorder's whole loop on a bench, told to core over the socket."""
    ready, over = threading.Event(), threading.Event()

    def alive() -> None:
        if over.is_set():
            raise Enough

    book, link = Book(bench.recordings), core_link.Core(core.path)
    work = Work(bench.monitor, bench.shelves, book, link, clock=time.monotonic, wall_clock=time.time, alive=alive)
    keeping = Keeping(bench.shelves, book, link, work, wall_clock=time.time, alive=alive)

    def run() -> None:
        with pytest.raises(Enough):
            watch(bench.monitor, work, keeping.look, alive=alive, ready=ready.set)

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        over.set()
        (bench.monitor / "wake").touch()  # any event ends its wait
        thread.join(20)
        assert not thread.is_alive()


def until(condition: Callable[[], bool]) -> None:
    assert poll(condition, seconds=20, every=0.02), "waited 20 s"


def test_a_call_that_ends_is_heard_of_at_once(tmp_path: Path, core: Core) -> None:
    bench = Bench(tmp_path)
    with core.up(), recorder(bench, core):
        with (bench.monitor / "1795000000.42-1.raw").open("wb") as asterisk:
            asterisk.write(SOUND)
            asterisk.flush()
            assert core.known == {}
        until(lambda: len(core.known) == 1 and not list(bench.monitor.glob("*.raw")))

    (known,) = core.known.values()
    assert known.duration == 2.0
    assert bench.filed == [known.name]


def test_calls_that_ended_while_it_was_off_and_while_core_was_away_arrive(tmp_path: Path, core: Core) -> None:
    bench = Bench(tmp_path)
    bench.raw("1795000000.1-1.raw")
    with recorder(bench, core):
        bench.raw("1795000000.2-1.raw")
        assert bench.filed == []
        with core.up():
            until(lambda: len(core.known) == 2 and not list(bench.monitor.glob("*.raw")))

    assert sorted(known.linkedid for known in core.known.values()) == ["1795000000.1", "1795000000.2"]
    assert bench.filed == sorted(core.known)


def test_a_folder_that_is_missing_ends_the_service(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    work = bench.start()
    bench.monitor.rmdir()

    with pytest.raises(Exception, match="monitor"):
        watch(bench.monitor, work, lambda: None, alive=lambda: None, ready=lambda: None)
