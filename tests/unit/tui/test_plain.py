"""A terminal without Chinese letters gets English and ASCII, whatever the person's language is."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from rich.cells import cell_len
from textual.drivers.linux_driver import LinuxDriver

from tests.unit.tui import world as worlds
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import Person
from tui import cli, i18n, plain
from tui.app import BranchboxApp


@pytest.fixture(autouse=True)
def free() -> Iterator[None]:
    """Other tests may speak again what they like."""
    yield
    i18n.release()


@pytest.mark.parametrize("term", ["linux", "linux-16color", "vt100", "vt220", "vt102", "ansi", "dumb"])
def test_kernel_and_serial_terminals_are_plain(term: str) -> None:
    assert plain.driver({"TERM": term}) is plain.PlainDriver


@pytest.mark.parametrize("term", ["kmscon", "xterm-256color", "tmux-256color", "screen", "rxvt", "vte", ""])
def test_terminals_with_many_letters_are_not(term: str) -> None:
    assert plain.driver({"TERM": term}) is None


@pytest.mark.parametrize(
    ("drawn", "sent"),
    [
        pytest.param("\x1b[1m── 1 ──\x1b[0m", "\x1b[1m-- 1 --\x1b[0m", id="lines"),
        pytest.param("李娜  8003", "????  8003", id="a name in Chinese is two cells a letter"),
        pytest.param("caf\u00e9", "caf?", id="Latin beyond ASCII"),
        pytest.param("READY 4", "READY 4", id="ASCII is untouched"),
    ],
)
def test_what_is_sent_is_ascii_and_as_wide(monkeypatch: pytest.MonkeyPatch, drawn: str, sent: str) -> None:
    line = io.StringIO()
    monkeypatch.setattr(LinuxDriver, "write", lambda _self, data: line.write(data))
    plain.PlainDriver.write(object.__new__(plain.PlainDriver), drawn)
    assert line.getvalue() == sent
    assert cell_len(sent) == cell_len(drawn)


def test_a_person_who_reads_chinese_gets_english_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    monkeypatch.setattr(BranchboxApp, "run", lambda _self, **_how: None)
    cli.screens(cli.SOCKET, "zh")
    assert i18n.language() == "en"


async def test_the_language_key_says_why_it_stays(core: Callable[[worlds.World], FakeCore]) -> None:
    i18n.hold("en")
    app = BranchboxApp(core(worlds.world("zh")).socket)
    async with app.run_test(size=(80, 24)) as pilot:
        person = Person(pilot)
        await person.settled()
        await person.press("ctrl+l")
        await person.sees("This terminal has no Chinese letters", "NOW")
