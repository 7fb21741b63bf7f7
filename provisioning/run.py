"""The one way in which the root side starts other programs: argument lists, never a shell."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO, cast

from appliance.site.problems import BranchboxError, Problem

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
"""What programs see: ours alone, so that their words can be parsed."""


@dataclass(frozen=True)
class Finished:
    """How a program ended; `seconds` is wall-clock time."""

    code: int
    out: str
    err: str
    seconds: float


class CommandFailed(BranchboxError):
    """A program ended with an error or did not end in time."""


def run(argv: Sequence[str], *, timeout: float, check: bool = True, stdin: str = "") -> Finished:
    """Run a program to its end, output captured; it is killed after `timeout` seconds.

    Secrets go in by `stdin`: everybody may read what stands in `argv`.

    Raises CommandFailed on a time-out, a missing program, and (with `check`) on an exit code but 0.
    """
    began = time.monotonic()
    try:
        done = subprocess.run(  # noqa: S603  (argument lists made here, never text from outside as a program)
            list(argv),
            input=stdin,
            capture_output=True,
            timeout=timeout,
            check=False,
            env=ENVIRONMENT,
            encoding="utf-8",
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        raise CommandFailed(
            Problem(
                text="{command} did not answer in {seconds} s. The journal of branchbox-host says what went before.",
                args={"command": _said(argv), "seconds": f"{timeout:g}"},
            )
        ) from None
    except OSError as error:
        raise CommandFailed(
            Problem(
                text="{command} cannot be started. Install the box's packages again.",
                args={"command": _said(argv)},
                original=str(error),
            )
        ) from error
    finished = Finished(done.returncode, done.stdout, done.stderr, time.monotonic() - began)
    if check and finished.code != 0:
        raise CommandFailed(
            Problem(
                text="{command} failed with code {code}. The journal of branchbox-host says what went before.",
                args={"command": _said(argv), "code": str(finished.code)},
                original=(finished.err or finished.out).strip()[-500:],
            )
        )
    return finished


SECRET = "{secret}"  # noqa: S105  (a place for one, not one)
"""Stands in an argument list for the number of the file that a secret comes by."""


_LAST_WORDS = 1.0
"""Seconds that a filter has to end by itself and say why, when its user met an error."""


class Failed(CommandFailed):
    """A filter ended badly; `words` are its own."""

    def __init__(self, argv: Sequence[str], code: int, words: str) -> None:
        super().__init__(
            Problem(
                text="{command} failed with code {code}. The journal of branchbox-host says what went before.",
                args={"command": argv[0], "code": str(code)},
                original=words[-500:],
            )
        )
        self.words = words


@contextmanager
def feeding(argv: Sequence[str], *, secret: str, out: BinaryIO) -> Iterator[BinaryIO]:
    """A filter's mouth: what is written there comes out changed in `out`. Raises Failed when it ended badly.

    When the caller's own code raises, the filter is killed.
    """
    with _filter(argv, secret, stdin=subprocess.PIPE, stdout=out) as process:
        yield cast(BinaryIO, process.stdin)


@contextmanager
def drawing(argv: Sequence[str], *, secret: str, source: BinaryIO) -> Iterator[BinaryIO]:
    """A filter's end: what stands in `source` can be read there changed. Raises Failed when it ended badly."""
    with _filter(argv, secret, stdin=source, stdout=subprocess.PIPE) as process:
        yield cast(BinaryIO, process.stdout)


@contextmanager
def _filter(
    argv: Sequence[str], secret: str, *, stdin: BinaryIO | int, stdout: BinaryIO | int
) -> Iterator[subprocess.Popen[bytes]]:
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as words:
        try:
            os.write(writing, secret.encode() + b"\n")  # a pipe holds more than any password
        finally:
            os.close(writing)
        try:
            process = subprocess.Popen(  # noqa: S603  (argument lists made here, never text from outside as a program)
                [str(reading) if word == SECRET else word for word in argv],
                stdin=stdin,
                stdout=stdout,
                stderr=words,
                env=ENVIRONMENT,
                pass_fds=(reading,),
            )
        finally:
            os.close(reading)
        broken: BaseException | None = None
        try:
            yield process
        except BaseException as error:
            broken = error
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LAST_WORDS)
            raise
        finally:
            if broken is not None:
                process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):
                        pipe.close()
            code = process.wait()
            words.seek(0)
            told = words.read().decode(errors="replace").strip()
            # A filter that ended badly by itself is the reason of what its user met: that is what people hear.
            if code > 0 or (code < 0 and broken is None):
                raise Failed(argv, code, told) from broken


def _said(argv: Sequence[str]) -> str:
    return " ".join(argv)[:200]
