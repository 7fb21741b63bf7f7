from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from images.container import Process
from images.run import CommandFailure, Failure, poll, run, start_on_terminal


def test_a_failing_program_says_what_it_said() -> None:
    with pytest.raises(CommandFailure, match="no such mirror") as caught:
        run([sys.executable, "-c", "import sys; sys.exit('no such mirror')"])
    assert caught.value.result.code == 1


def test_a_failing_program_with_a_log_shows_the_logs_end(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(CommandFailure, match="line 99") as caught:
        run([sys.executable, "-c", "[print('line', n) for n in range(100)]; raise SystemExit(3)"], log=log)
    assert "line 70" not in str(caught.value)
    assert "line 70" in log.read_text()


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(Failure, match="no-such-program"):
        run(["no-such-program"])


def test_a_program_never_waits_for_the_terminal() -> None:
    assert run([sys.executable, "-c", "import sys; print(repr(sys.stdin.read()))"]).out == "''\n"


def test_a_program_on_a_terminal_hears_ctrl_c_though_we_do_not() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as after `nohup` or `&`
    try:
        program, terminal = start_on_terminal(["sleep", "60"], rows=24, columns=80)
    finally:
        signal.signal(signal.SIGINT, before)

    def ended() -> bool:
        os.write(terminal, b"\x03")
        return program.poll() is not None

    try:
        assert poll(ended, seconds=20, every=0.2)
    finally:
        program.kill()
        program.wait()
        os.close(terminal)


def test_a_program_whose_line_is_closed_ends_with_all_that_it_started(tmp_path: Path) -> None:
    there = tmp_path / "there"
    program, terminal = start_on_terminal(
        ["sh", "-c", f"sh -c 'echo $$ >{there}; exec sleep 60'; exec sleep 60"], rows=24, columns=80
    )
    assert poll(lambda: there.exists() and there.read_text() != "", seconds=20)
    within = Path("/proc") / there.read_text().strip()
    os.close(terminal)
    try:
        assert poll(lambda: program.poll() is not None and not within.exists(), seconds=20)
    finally:
        program.kill()
        program.wait()


def test_a_program_that_does_not_end_is_ended() -> None:
    with pytest.raises(Failure, match="not finished after"):
        run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.2)


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel does not share by session")
def test_what_a_niced_program_starts_in_a_session_of_its_own_is_as_nice_to_other_sessions(tmp_path: Path) -> None:
    inside = "from pathlib import Path; from images.run import start; " + (
        "start(['cat', '/proc/self/autogroup'], log=Path({log!r})).wait()"
    )
    for more in (0, 7):
        log = tmp_path / str(more)
        run(["nice", "-n", str(more), sys.executable, "-c", inside.format(log=str(log))])
        assert log.read_text().strip().endswith(f"nice {min(os.nice(0) + more, 19)}")


def test_waiting_gives_up_in_time() -> None:
    assert not poll(lambda: False, seconds=0.05, every=0.01)
    assert poll(lambda: True, seconds=0)


def test_a_pid_that_is_used_again_is_another_process() -> None:
    own = Process.of(os.getpid())
    assert own is not None
    assert own.alive
    assert not Process(own.pid, own.born - 1).alive
