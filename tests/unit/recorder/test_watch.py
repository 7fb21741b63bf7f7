"""The recorder with the real inotify and the real wire: what Asterisk closes, core gets."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from appliance.api import contract
from appliance.api.contract import NewRecording
from appliance.api.server import Peer, Routes, application, serve
from appliance.api.wire import Empty, Message, Method, Refused, Stream
from appliance.recorder import core_link
from appliance.recorder.core_link import CoreRefused, CoreSilent
from appliance.recorder.filing import Recording, Shelves
from appliance.recorder.watch import watch
from appliance.recorder.work import Work
from appliance.site.problems import BranchboxError, Problem
from images.run import poll
from tests.unit.recorder.bench_of_files import SOUND, Bench

RECORDING = Recording("2026/11/21/1795000000.42-1.wav", "1795000000.42", 1795000000.5, 2.0, 64044, "ab" * 32)


class OneMethod:
    """A contract of recordings/add only."""

    ADD = contract.RECORDINGS_ADD


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
        self.faulty = False

    async def _add(self, _: str, recording: NewRecording) -> Empty:
        if self.faulty:
            raise RuntimeError("a fault of ours")
        self.known[recording.name] = recording
        return Empty()

    @contextmanager
    def up(self) -> Iterator[None]:
        """Answer until the block ends."""
        loop = asyncio.new_event_loop()
        routes = Routes()
        routes.method(contract.RECORDINGS_ADD, self._add)
        runner = loop.run_until_complete(serve(application([OneMethod], routes, self.guard), self.path, mode=0o600))
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
    assert contract.RECORDINGS_ADD.name == core_link.METHOD
    assert {field.name for field in dataclasses.fields(Recording)} == set(NewRecording.model_fields)
    with core.up():
        core_link.tell(core.path, RECORDING)

    assert core.known == {RECORDING.name: NewRecording(**dataclasses.asdict(RECORDING))}


def test_a_core_that_is_away_is_silent(core: Core) -> None:
    with pytest.raises(CoreSilent):
        core_link.tell(core.path, RECORDING)


def test_a_core_that_fails_is_silent_too(core: Core) -> None:
    core.faulty = True
    with core.up(), pytest.raises(CoreSilent, match="500"):
        core_link.tell(core.path, RECORDING)


def test_a_core_that_refuses_says_so(core: Core) -> None:
    core.guard.open = False
    with core.up(), pytest.raises(CoreRefused, match="403"):
        core_link.tell(core.path, RECORDING)


class Enough(BaseException):
    """Ends the watching thread."""


@contextmanager
def recorder(bench: Bench, core: Core) -> Iterator[None]:
    """The recorder's whole loop on a bench, told to core over the socket."""
    shelves = Shelves(bench.recordings)
    shelves.clear_incoming()
    ready, over = threading.Event(), threading.Event()

    def alive() -> None:
        if over.is_set():
            raise Enough

    work = Work(
        bench.monitor,
        shelves,
        functools.partial(core_link.tell, core.path),
        clock=time.monotonic,
        wall_clock=time.time,
        alive=alive,
    )

    def run() -> None:
        with pytest.raises(Enough):
            watch(bench.monitor, work, alive=alive, ready=ready.set)

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
    assert bench.wavs == [known.name]


def test_calls_that_ended_while_it_was_off_and_while_core_was_away_arrive(tmp_path: Path, core: Core) -> None:
    bench = Bench(tmp_path)
    bench.raw("1795000000.1-1.raw")
    with recorder(bench, core):
        bench.raw("1795000000.2-1.raw")
        until(lambda: len(bench.wavs) == 1)
        with core.up():
            until(lambda: len(core.known) == 2 and not list(bench.monitor.glob("*.raw")))

    assert sorted(known.linkedid for known in core.known.values()) == ["1795000000.1", "1795000000.2"]
    assert bench.wavs == sorted(core.known)


def test_a_folder_that_is_missing_ends_the_service(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    work = bench.start()
    bench.monitor.rmdir()

    with pytest.raises(Exception, match="monitor"):
        watch(bench.monitor, work, alive=lambda: None, ready=lambda: None)
