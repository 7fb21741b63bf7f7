"""The parts of a machine in QEMU that need no QEMU."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path

import pytest

from images.run import Failure
from images.vm.console import Console
from images.vm.keys import named, typed
from images.vm.monitor import Monitor


def test_text_is_typed_with_the_keys_of_a_us_keyboard() -> None:
    assert typed("aZ9 ?\n") == [("a",), ("shift", "z"), ("9",), ("spc",), ("shift", "slash"), ("ret",)]


def test_keys_are_pressed_by_name() -> None:
    presses = ("F2", "Shift+Tab", "Ctrl+p", "y", "+", "Enter")
    assert [named(press) for press in presses] == [
        ("f2",),
        ("shift", "tab"),
        ("ctrl", "p"),
        ("y",),
        ("shift", "equal"),
        ("ret",),
    ]


def test_what_no_key_writes_is_refused() -> None:
    with pytest.raises(Failure, match="no key"):
        typed("网")


@pytest.fixture
def line(tmp_path: Path) -> Console:
    return Console(tmp_path / "boot-1")


def say(line: Console, text: str) -> None:
    with line.path.open("ab") as file:
        file.write(text.encode())


def test_a_console_waits_for_what_is_new(line: Console) -> None:
    say(line, "plain login: \x1b[1mroot\x1b[0m\r\n")
    assert line.wait(r"login: (\w+)", seconds=1)[1] == "root"
    with pytest.raises(Failure, match=r"not after 0\.3 s"):
        line.wait("login:", seconds=0.3)


def test_a_console_knows_what_a_terminal_would_show(line: Console) -> None:
    say(line, "first\r\nsecond\x1b[1;1HFIRST\x1b[K")
    assert line.shows("FIRST", seconds=1).splitlines()[:2] == ["FIRST", "second"]
    say(line, "\x1b[2J")
    assert not line.screen.strip()


def test_waiting_ends_with_the_machine(line: Console) -> None:
    say(line, "Kernel panic\n")
    with pytest.raises(Failure, match=r"machine is off.*\n.*Kernel panic"):
        line.wait("login:", seconds=60, alive=lambda: False)


def test_what_is_typed_arrives(line: Console, tmp_path: Path) -> None:
    line.send("yes\n")
    with (tmp_path / "boot-1.in").open("rb", buffering=0) as pipe:
        assert pipe.read(4) == b"yes\n"


def fake_qemu(path: Path, answers: list[dict[str, object]]) -> threading.Thread:
    """Something that greets and says these answers, one for each command."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen(1)

    def serve() -> None:
        with server, server.accept()[0] as line, line.makefile("rwb", buffering=0) as file:
            file.write(b'{"QMP": {}}\n')
            for answer in [{"return": {}}, *answers]:
                file.readline()
                file.write(b'{"event": "RESET", "data": {}}\n' + json.dumps(answer).encode() + b"\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return thread


def test_the_monitor_keeps_events_that_come_between_answers(tmp_path: Path) -> None:
    fake_qemu(tmp_path / "monitor", [{"return": {"status": "running"}}])
    monitor = Monitor(tmp_path / "monitor")
    assert monitor.ask("query-status") == {"status": "running"}
    assert monitor.event("RESET", seconds=1) is not None
    assert monitor.event("RESET", seconds=1) is not None
    assert monitor.event("RESET", seconds=1) is None, "QEMU is gone by now"


def test_what_qemu_refuses_is_said_in_its_words(tmp_path: Path) -> None:
    fake_qemu(tmp_path / "monitor", [{"error": {"class": "GenericError", "desc": "Device 'x' not found"}}])
    with pytest.raises(Failure, match="Device 'x' not found"):
        Monitor(tmp_path / "monitor").ask("device_del", id="x")
