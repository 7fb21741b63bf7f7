"""A scripted core on a real socket, and the catalogues compiled."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.world import World
from tui import cli, i18n
from tui.locale.__main__ import compile_all

# Textual reads it when it is first imported: a clock in a test stands still, and so do its screens.
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["TZ"] = "UTC"
# Whoever runs the tests over SSH stands at no box.
os.environ.pop("SSH_CONNECTION", None)
time.tzset()


@pytest.fixture(scope="session", autouse=True)
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The Chinese catalogue compiled from the .po of this checkout, wherever another one lies."""
    folder = tmp_path_factory.mktemp("locale")
    source = i18n.FOLDER / "zh" / "LC_MESSAGES" / "branchbox.po"
    target = folder / "zh" / "LC_MESSAGES" / "branchbox.po"
    target.parent.mkdir(parents=True)
    target.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    compile_all(folder)
    before, i18n.FOLDER = i18n.FOLDER, folder
    yield
    i18n.FOLDER = before


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins and ends in English."""
    i18n.use("en")
    yield
    i18n.use("en")


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Callable[[World], FakeCore]]:
    """Start cores; they end with the test."""
    started: list[FakeCore] = []

    def start(world: World) -> FakeCore:
        made = FakeCore(tmp_path / f"core{len(started)}.sock", world)
        made.start()
        started.append(made)
        return made

    yield start
    for each in started:
        each.close()


@pytest.fixture
def branchbox(
    core: Callable[[World], FakeCore], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """The command against the core of a world: its exit code, what it said, and what it complained of."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    cores: dict[int, FakeCore] = {}

    def run(*words: str, world: World) -> tuple[int, str, str]:
        if id(world) not in cores:
            cores[id(world)] = core(world)
        code = cli.main(["--socket", str(cores[id(world)].socket), *words])
        out, err = capsys.readouterr()
        return code, out, err

    return run
