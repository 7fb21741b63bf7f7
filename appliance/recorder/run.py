"""The recorder's only way to start another program, and to read what it says as it comes."""

from __future__ import annotations

import selectors
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

PIECE = 64 * 1024
LONGEST_SILENCE = 5.0
"""Seconds between two calls of `alive`: systemd's watchdog wants a word while a long recording is worked on."""


class ProgramFailed(OSError):
    """A program ended badly; the text has its name and its last words."""


def output(argv: Sequence[str | Path], alive: Callable[[], None], source: BinaryIO | None = None) -> Iterator[bytes]:
    """What a program writes to its standard output, piece by piece; it is ended with the generator.

    It reads `source` from where its descriptor stands, or nothing.

    Raises `ProgramFailed`.
    """
    try:
        program = subprocess.Popen(  # noqa: S603 - a fixed program; its arguments are a list, never a shell's line
            [str(part) for part in argv],
            stdin=source or subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise ProgramFailed(f"{argv[0]} does not start: {error}") from error
    assert program.stdout is not None  # noqa: S101 - PIPE was asked for
    assert program.stderr is not None  # noqa: S101 - the same
    try:
        with selectors.DefaultSelector() as ready, program.stdout, program.stderr:
            ready.register(program.stdout, selectors.EVENT_READ)
            while True:
                spoke = ready.select(LONGEST_SILENCE)
                alive()
                if not spoke:
                    continue
                piece = program.stdout.read1(PIECE)  # type: ignore[attr-defined]  # a pipe is a BufferedReader
                if not piece:
                    break
                yield piece
            words = program.stderr.read().decode(errors="replace").strip()
        if program.wait() != 0:
            raise ProgramFailed(f"{argv[0]} ended with {program.returncode}: {words[-300:]}")
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()
