"""The machine's figures, from the real machine and from a /proc made by hand."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import psutil
import pytest

from appliance.health import machine, probes, units
from appliance.health.machine import KernelClock
from appliance.health.units import Process, Units


def test_shares_are_shares() -> None:
    assert 0 < machine.memory() < 1
    assert 0 < machine.disk(Path("/")) < 1


def test_a_busy_processor_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    base = psutil.cpu_times()
    ticks = iter(
        [base, base, base._replace(user=base.user + 6, idle=base.idle + 3, iowait=base.iowait + 1)],
    )
    monkeypatch.setattr(psutil, "cpu_times", lambda: next(ticks))
    processor = machine.Processor()

    assert processor.busy() is None
    assert processor.busy() == pytest.approx(0.6)


@pytest.mark.parametrize(("state", "in_step"), [(0, True), (3, True), (4, True), (5, False)])
def test_the_clock_is_in_step_when_the_kernel_says_so(tmp_path: Path, state: int, in_step: bool) -> None:
    assert machine.clock_in_step(tmp_path / "container", lambda: KernelClock(state, 0.002)) is in_step


def test_a_container_s_clock_is_its_host_s(tmp_path: Path) -> None:
    (tmp_path / "container").touch()
    assert machine.clock_in_step(tmp_path / "container", lambda: KernelClock(5, 0.0)) is None


def test_the_kernel_is_asked_and_nothing_is_set() -> None:
    # adjtimex(2) has states 0 to 5; to set anything it wants a right that services do not have.
    clock = machine.adjtimex()
    assert clock.state in range(6)
    assert 0 <= clock.error <= 16  # the kernel's NTP_PHASE_LIMIT is 16 s


def test_how_wrong_the_clock_may_be_is_known_while_it_follows_somebody(tmp_path: Path) -> None:
    assert machine.clock_error(tmp_path / "container", lambda: KernelClock(0, 0.7)) == 0.7
    assert machine.clock_error(tmp_path / "container", lambda: KernelClock(5, 16.0)) is None


def process(proc: Path, pid: int, group: str, started: int, command: str = "python3") -> None:
    (proc / str(pid)).mkdir(parents=True)
    (proc / str(pid) / "cgroup").write_text(group)
    (proc / str(pid) / "stat").write_text(f"{pid} ({command}) S " + "0 " * 18 + f"{started} 0 0\n")


def test_units_are_read_off_the_processes_groups(tmp_path: Path) -> None:
    (tmp_path / "stat").write_text("cpu 1 2 3\nbtime 1795000000\nprocesses 9\n")
    hertz = os.sysconf("SC_CLK_TCK")
    process(tmp_path, 10, "0::/system.slice/asterisk.service\n", 20 * hertz, command="asterisk) (x")
    process(tmp_path, 11, "0::/system.slice/asterisk.service/worker\n", 10 * hertz)
    process(
        tmp_path, 12, "4:memory:/x.service\n1:name=systemd:/system.slice/branchbox-core.service\n0::/\n", 30 * hertz
    )
    process(tmp_path, 13, "0::/user.slice/session-1.scope\n", 5)
    (tmp_path / "14").mkdir()  # ended while we looked

    assert units.running(tmp_path) == {
        "asterisk.service": Process(11, 10 * hertz, 1795000010.0),
        "branchbox-core.service": Process(12, 30 * hertz, 1795000030.0),
    }
    exchange = units.running(tmp_path)["asterisk.service"]
    assert units.still("asterisk.service", exchange, tmp_path)
    assert not units.still("branchbox-core.service", exchange, tmp_path)
    assert not units.still("asterisk.service", Process(11, 99, 0.0), tmp_path), "another process with the same number"
    assert not units.still("asterisk.service", Process(77, 10, 0.0), tmp_path)


def test_a_units_start_is_its_process_start() -> None:
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    started = units._booted(Path("/proc")) + int(fields[units._START]) / os.sysconf("SC_CLK_TCK")

    assert started == pytest.approx(psutil.Process().create_time(), abs=2)


def test_a_stopped_unit_says_so_and_what_runs_is_looked_at_alone() -> None:
    now, reads = 0.0, 0
    there = {unit: Process(number, 1, 5.0) for number, unit in enumerate(units.UNITS)}

    def read() -> dict[str, Process]:
        nonlocal reads
        reads += 1
        return dict(there)

    known = Units(read, lambda unit, process: there.get(unit) == process, lambda: now)

    assert known.runs("asterisk.service")
    now = 10.0
    assert known.runs("asterisk.service")
    assert reads == 1, "while every process is there, nothing else is read"

    del there["branchbox-core.service"]
    now = 11.0
    assert not known.runs("branchbox-core.service")
    exchange, core, *_ = known.states()
    assert (exchange.active, exchange.state, exchange.since) == (True, "running", 5.0)
    assert (core.active, core.state, core.since) == (False, "stopped", None)
    assert reads == 2


def test_recordings_wait_when_nobody_has_touched_them_for_a_minute(tmp_path: Path) -> None:
    for name, age in (("a-1.raw", 61), ("b-1.raw", 30), ("notes.txt", 900)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1795000000 - age, 1795000000 - age))

    assert probes.recordings_waiting(tmp_path, lambda: 1795000000.0) == 1


def answering(path: Path, answer: bytes | None) -> threading.Thread:
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen(1)

    def serve() -> None:
        with server, server.accept()[0] as peer:
            peer.recv(1000)
            if answer is not None:
                peer.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("answer", "well"), [(b"HTTP/1.1 404 Not Found\r\n\r\n", True), (b"hello", False), (None, False)]
)
def test_core_answers_when_it_speaks_http(tmp_path: Path, answer: bytes | None, well: bool) -> None:
    thread = answering(tmp_path / "api.sock", answer)

    assert probes.core_answers(tmp_path / "api.sock") is well
    thread.join(10)


def test_a_core_without_a_socket_or_that_hangs_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not probes.core_answers(tmp_path / "api.sock")
    monkeypatch.setattr(probes, "PATIENCE", 0.05)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "api.sock"))
        silent.listen(1)
        assert not probes.core_answers(tmp_path / "api.sock")
