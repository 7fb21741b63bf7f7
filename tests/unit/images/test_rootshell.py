"""A root shell over a second serial line, against a shell on a real terminal of this machine."""

from __future__ import annotations

import base64
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from images.run import CommandFailure, Failure, start_on_terminal
from images.vm import Console, Firmware, Machine
from images.vm.rootshell import UNIT, RootShell, words


def test_the_words_start_a_shell_and_leave_room_on_the_command_line() -> None:
    credential, wanted = words()
    name, unit = credential.removeprefix("systemd.set_credential_binary=systemd.extra-unit.").split(":")
    assert base64.b64decode(unit).decode() == UNIT
    assert wanted == f"systemd.wants={name}"
    assert len(" ".join(words())) < 600


def test_a_machine_has_a_second_line_only_when_it_is_asked_for(tmp_path: Path) -> None:
    lines = []
    for asked in (False, True):
        machine = Machine("mine", tmp_path, Firmware.BIOS, (), second_line=asked)
        machine._console = Console(tmp_path / "boot-1")
        lines.append(machine._argv(tmp_path / "monitor", None).count("-serial"))
    assert lines == [1, 2]


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Path]:
    """What QEMU does with a second serial line: a socket whose other end is a terminal with a shell on it."""
    at = tmp_path / "line-2"
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(at))
    server.listen(1)
    # Opened by the session's first process, the terminal is the session's own: Ctrl+C reaches what runs there.
    shell, terminal = start_on_terminal(["/bin/sh", "-c", 'exec sh <"$(tty)"'], rows=24, columns=80)

    def carry() -> None:
        caller = server.accept()[0]

        def bring_in() -> None:
            while text := caller.recv(1 << 16):
                os.write(terminal, text)

        threading.Thread(target=bring_in, daemon=True).start()
        try:
            while text := os.read(terminal, 100):
                caller.sendall(text)
        except OSError:
            caller.close()

    thread = threading.Thread(target=carry, daemon=True)
    thread.start()
    yield at
    shell.kill()
    shell.wait()
    thread.join(5)
    os.close(terminal)
    server.close()


@pytest.fixture
def shell(line: Path, tmp_path: Path) -> Iterator[RootShell]:
    with RootShell(line, folder=str(tmp_path / "inside")) as shell:
        shell.ready(20)
        yield shell


def test_code_output_and_errors_are_told_apart(shell: RootShell) -> None:
    done = shell.run(["sh", "-c", "echo out; echo err >&2; exit 3"], check=False)
    assert (done.code, done.out, done.err) == (3, "out\n", "err\n")
    with pytest.raises(CommandFailure, match="ended with 3"):
        shell.run(["sh", "-c", "exit 3"])


def test_words_arrive_as_they_are(shell: RootShell) -> None:
    strange = ["", "two words", "$HOME `id` \\ \"'", "line\nline\ttab", "*", "网", "\x03\x04\x11\x13\x7f"]
    assert shell.run(["printf", "%s|", *strange]).out == "".join(f"{each}|" for each in strange)


def test_input_goes_in_and_comes_back_unbent(shell: RootShell) -> None:
    text = "".join(chr(1 + (number * number) % 127) for number in range(100_000)) + "\r\n\n"
    assert shell.run(["cat"], stdin=text).out == text
    assert shell.run(["cat"]).out == ""


def test_what_takes_too_long_is_ended_and_the_next_program_runs(shell: RootShell) -> None:
    with pytest.raises(Failure, match=r"sleep infinity: not finished after 0\.5 s"):
        shell.run(["sleep", "infinity"], timeout=0.5)
    assert shell.run(["echo", "there"]).out == "there\n"


def test_nobody_at_the_other_end_is_said(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="No second serial line"):
        RootShell(tmp_path / "nothing")
