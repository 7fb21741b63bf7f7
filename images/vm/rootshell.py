"""A root shell in a machine whose image has none: a unit on the kernel's command line, a second serial line.

    disk = parts.disk(version, *rootshell.words())
    machine = Machine(..., second_line=True)
    with RootShell(machine.second_line_at) as shell:
        shell.ready(300)
        shell.run(["systemctl", "is-active", "asterisk"]).out

Whoever writes the command line is root anyhow; what is on the disk stays as it is. Programs and their input go in as
base64 into files of the machine's memory, output comes back the same way: a terminal bends what passes through it.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import itertools
import shlex
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from images.run import CLEAN, CommandFailure, Failure, Result, die

UNIT = """\
[Unit]
DefaultDependencies=no
After=sysinit.target
[Service]
ExecStart=/bin/sh
StandardInput=tty
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS1
TTYReset=yes
Restart=always
"""
NAME = "audit-shell.service"
FOLDER = "/run/audit-shell"
PIECE = 2400
"""Letters of base64 in a line; a terminal takes 4095 (N_TTY)."""
SOON = 60.0
"""Seconds for what the shell does itself."""
AGAIN = 10.0
"""Seconds after which a shell that says nothing is asked once more: it may not have been there."""
INTERRUPT, INTERRUPTS = b"\x03", 5
"""Ctrl+C: ends what runs. And how often it is struck."""
FORGET = b"\x15"
"""Ctrl+U: forgets the line that was begun."""


def words() -> tuple[str, ...]:
    """What the kernel is told, for systemd (systemd.system-credentials(7), systemd-debug-generator(8))."""
    unit = base64.b64encode(UNIT.encode()).decode()
    return f"systemd.set_credential_binary=systemd.extra-unit.{NAME}:{unit}", f"systemd.wants={NAME}"


class RootShell:
    """The shell at the other end of a Unix socket; one program at a time."""

    def __init__(self, at: Path, folder: str = FOLDER) -> None:
        self._folder = folder
        self._marks = (f"mark{time.time_ns():x}n{number}" for number in itertools.count())
        self._heard = bytearray()
        self._line = socket.socket(socket.AF_UNIX)
        try:
            self._line.connect(str(at))
        except OSError as error:
            self._line.close()
            raise Failure(f"No second serial line at {at}: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; the shell stays."""
        self._line.close()

    def ready(self, seconds: float) -> None:
        """Wait until the shell answers, and make its terminal quiet. Raises Failure."""
        self._insist(
            f"set +m; PS1= PS2=; stty 115200 -echo -onlcr; rm -rf {self._folder}; mkdir -m 700 {self._folder}", seconds
        )

    def _insist(self, line: str, seconds: float) -> None:
        """Type a line again until it is done: the shell may not listen yet. Raises Failure."""
        deadline = time.monotonic() + seconds
        while True:
            # Half a line may stand there. No Ctrl+C: a shell drops what follows that at once.
            self._line.sendall(FORGET)
            with contextlib.suppress(TimeoutError):
                self._tell(line, AGAIN)
                return
            if time.monotonic() > deadline:
                die(f"No root shell after {seconds:g} s; it said {bytes(self._heard[-300:])!r}.")

    def _interrupt(self) -> None:
        """Ctrl+C, and again when the shell stays away: one that comes while a program starts may reach nobody."""
        for _ in range(INTERRUPTS):
            self._line.sendall(INTERRUPT)
            with contextlib.suppress(Failure):
                self._insist(":", AGAIN)
                return
        die(f"The root shell does not come back; it said {bytes(self._heard[-300:])!r}.")

    def run(
        self, argv: Sequence[str], *, check: bool = True, stdin: str | None = None, timeout: float | None = 600
    ) -> Result:
        """Run a program to its end. Raises CommandFailure when it ends badly and `check` is set."""
        clean = [f"{name}={value}" for name, value in CLEAN.items()]
        self._write("program", shlex.join(["exec", "env", "-i", "TERM=dumb", *clean, *argv]).encode())
        self._write("in", (stdin or "").encode())
        place = self._folder
        told = f"(cd / && sh {place}/program) <{place}/in >{place}/out 2>{place}/err; echo $?"
        try:
            code = int(self._tell(told, timeout))
        except TimeoutError:
            self._interrupt()
            die(f"{shlex.join(argv)[:300]}: not finished after {timeout:g} s")
        result = Result(tuple(argv), code, self._read("out"), self._read("err"))
        if check and result.code:
            raise CommandFailure(result, None)
        return result

    def _write(self, name: str, content: bytes) -> None:
        """Bring a file in, line by line: each is taken before the next is sent, so that none is lost."""
        text = base64.b64encode(gzip.compress(content)).decode()
        coded = f"{self._folder}/coded"
        self._soon(f": >{coded}")
        for start in range(0, len(text), PIECE):
            self._soon(f"echo {text[start : start + PIECE]} >>{coded}")
        self._soon(f"base64 -d {coded} | gzip -d >{self._folder}/{name}")

    def _read(self, name: str) -> str:
        """Bring a file out."""
        text = self._soon(f"gzip -c {self._folder}/{name} | base64")
        return gzip.decompress(base64.b64decode(text)).decode(errors="replace")

    def _soon(self, line: str) -> str:
        try:
            return self._tell(line, SOON)
        except TimeoutError:
            die(f"The root shell does not answer any more; it said {bytes(self._heard[-300:])!r}.")

    def _tell(self, line: str, seconds: float | None) -> str:
        """Type a line; what it prints until it is done. Raises TimeoutError."""
        mark = next(self._marks)
        # Put together by the shell: what a terminal echoes is not what it answers.
        typed = f"{mark[:4]}${{NOTHING}}{mark[4:]}"
        self._line.sendall(f"echo {typed}+; {line}; echo {typed}-\n".encode())
        begin, end = f"{mark}+".encode(), f"{mark}-".encode()
        deadline = None if seconds is None else time.monotonic() + seconds
        self._heard.clear()
        looked = 0
        while (ended := self._heard.find(end, looked)) < 0:
            looked = max(0, len(self._heard) - len(end))
            self._line.settimeout(None if deadline is None else max(0.01, deadline - time.monotonic()))
            if not (more := self._line.recv(1 << 16)):
                die("The machine is gone, and its root shell with it.")
            self._heard += more
        began = self._heard.find(begin) + len(begin)
        return self._heard[began:ended].decode(errors="replace").strip()
