"""The one gateway to other programs, and the one way out when something fails."""

from __future__ import annotations

import ctypes
import os
import pty
import signal
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

Popen = subprocess.Popen
PR_SET_PDEATHSIG = 1
CLEAN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


class Failure(Exception):
    """What went wrong, and in `hint` what to do next."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class CommandFailure(Failure):
    """A program ended badly; `result` holds what it said."""

    def __init__(self, result: Result, log: Path | None) -> None:
        said = tail(log) if log else (result.err or result.out).strip()[-2000:]
        super().__init__(f"{' '.join(result.argv)[:300]}: ended with {result.code}\n{said}".rstrip())
        self.result = result


@dataclass(frozen=True)
class Result:
    """How a program ended. Texts are empty when they went to a log."""

    argv: tuple[str, ...]
    code: int
    out: str
    err: str


def die(message: str, *, hint: str = "") -> NoReturn:
    """Give up with a sentence and a hint."""
    raise Failure(message, hint)


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a log."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:])


def run(
    argv: Sequence[str | Path],
    *,
    log: Path | None = None,
    check: bool = True,
    stdin: str | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> Result:
    """Run a program to its end. `env` is added to ours; output goes to `log` when given.

    Raises CommandFailure when it ends badly and `check` is set; Failure when it takes over `timeout` seconds.
    """
    words = tuple(str(word) for word in argv)
    whole = None if env is None else {**os.environ, **env}
    # Without an input of its own a program must never wait for the terminal.
    source = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    try:
        if log is None:
            done = subprocess.run(  # noqa: S603  # argument lists of ours
                words, capture_output=True, text=True, errors="replace", check=False, cwd=cwd, env=whole,
                timeout=timeout, **source,
            )  # fmt: skip
        else:
            with log.open("a") as file:
                file.write(f"$ {' '.join(words)}\n")
                file.flush()
                done = subprocess.run(  # noqa: S603  # argument lists of ours
                    words, stdout=file, stderr=subprocess.STDOUT, text=True, check=False, cwd=cwd, env=whole,
                    timeout=timeout, **source,
                )  # fmt: skip
    except FileNotFoundError:
        die(f"The program {words[0]} is not there.", hint="./dev up installs what it needs.")
    except subprocess.TimeoutExpired:
        die(f"{' '.join(words)[:300]}: not finished after {timeout:g} s")
    result = Result(words, done.returncode, done.stdout or "", done.stderr or "")
    if check and result.code:
        raise CommandFailure(result, log)
    return result


def start(
    argv: Sequence[str | Path],
    *,
    log: Path | IO[bytes],
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    before: Callable[[], None] | None = None,
) -> Popen[bytes]:
    """Start a program that goes on by itself, in a session of its own; `before` runs in the child before it.

    It gives way to others as its starter does, though Linux forgets that at a session's border.
    """
    whole = None if env is None else {**os.environ, **env}
    words = [str(word) for word in argv]

    def at_first() -> None:
        _give_way_as_before()
        if before is not None:
            before()

    def begin(output: IO[bytes]) -> Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  # as in run
            words, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=cwd, env=whole,
            start_new_session=True,
            preexec_fn=at_first,  # noqa: PLW1509  # a process can enter a cgroup before exec only so; ./dev has no threads
        )  # fmt: skip

    if not isinstance(log, Path):
        return begin(log)
    with log.open("ab") as output:
        return begin(output)


def _give_way_as_before() -> None:
    """Make a new session as nice as its starter: the processor is shared among sessions first (sched(7), autogroup)."""
    niceness = os.nice(0)
    if niceness:
        with suppress(FileNotFoundError):  # a kernel that does not share so
            Path("/proc/self/autogroup").write_text(str(niceness))


def end_with_us() -> None:
    """For `before`: what was started must not outlive a test that was killed (prctl(2))."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def foreground(argv: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> int:
    """Run a program on our own terminal and give its exit code."""
    whole = None if env is None else {**os.environ, **env}
    return subprocess.run([str(word) for word in argv], check=False, env=whole).returncode  # noqa: S603  # as in run


def poll(condition: Callable[[], bool], *, seconds: float, every: float = 0.1) -> bool:
    """Whether a condition of the real world came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def start_on_terminal(argv: Sequence[str | Path], *, rows: int, columns: int) -> tuple[Popen[bytes], int]:
    """Start a program on a terminal of its own; gives it and our end of the line, which the caller closes.

    Ctrl+C reaches it, though whoever started us with `nohup` or `&` made us ignore that (POSIX shells do). When the
    line is closed it is told so, and all that it started (SIGHUP), as by sshd: without, screens would stay and spin.
    """
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (rows, columns))
    words = ["setsid", "--ctty", "env", "--default-signal", *map(str, argv)]
    process = subprocess.Popen(  # noqa: S603  # this is the gateway
        words, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    return process, ours
