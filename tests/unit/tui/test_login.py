"""The login shell of people: the screens or one `branchbox` command, never a shell."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from tui import cli, login
from tui.cli.context import Exit


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the login shell did."""
    heard: list[object] = []

    def screens(socket: object, language: object) -> int:
        heard.append("screens")
        return 0

    def command(words: Sequence[str]) -> int:
        heard.append(list(words))
        return 0

    monkeypatch.setattr(cli, "screens", screens)
    monkeypatch.setattr(cli, "main", command)
    for name in list(os.environ):
        monkeypatch.setenv(name, os.environ[name])  # so that all of them come back after the test
    return heard


@pytest.mark.parametrize("arguments", [[], ["-l"]])
def test_a_login_opens_the_screens(done: list[object], arguments: list[str]) -> None:
    assert login.main(arguments) == Exit.DONE
    assert done == ["screens"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("branchbox status --json", ["status", "--json"]),
        ("/usr/bin/branchbox live", ["live"]),
        (
            "branchbox config apply --why 'two words; $(id)' --yes",
            ["config", "apply", "--why", "two words; $(id)", "--yes"],
        ),
        ("branchbox", []),
    ],
)
def test_a_branchbox_command_runs_with_its_words_untouched(done: list[object], command: str, words: list[str]) -> None:
    assert login.main(["-c", command]) == Exit.DONE
    assert done == [words]


@pytest.mark.parametrize(
    "arguments",
    [
        ["-c", "/usr/lib/openssh/sftp-server"],
        ["-c", "scp -t /tmp"],
        ["-c", "sh"],
        ["-c", "bash -c id"],
        ["-c", ""],
        ["-c", "branchboxx status"],
        ["-c", "branchbox 'status"],
        ["-c", "branchbox --socket /tmp/mine status"],
        ["-c", "branchbox --sock=/tmp/mine status"],
        ["-c"],
        ["script"],
        ["-i"],
    ],
)
def test_anything_else_is_refused_with_a_reason(
    done: list[object], arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert login.main(arguments) == Exit.REFUSED
    assert done == []
    assert "branchbox" in capsys.readouterr().err


def test_what_would_make_textual_load_or_write_is_forgotten(
    done: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TEXTUAL_DRIVER", "TEXTUAL_SCREENSHOT", "TEXTUAL_LOG", "PYTHONPATH", "EDITOR"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("LC_MESSAGES", "zh_CN.UTF-8")
    login.main([])
    assert not [name for name in os.environ if name.startswith(("TEXTUAL_", "PYTHON", "EDITOR"))]
    assert os.environ["LC_MESSAGES"] == "zh_CN.UTF-8"


def test_the_consoles_account_is_asked_the_questions_of_first_boot(
    done: list[object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(login, "_account", lambda: login.SETUP_LOGIN)
    monkeypatch.setattr(cli, "first_boot", lambda _socket: done.append("first boot"))
    monkeypatch.setattr(cli, "installer", lambda _socket: done.append("installer"))
    monkeypatch.setattr(login, "BOOTED", tmp_path / "boot.json")
    login.main([])
    (tmp_path / "boot.json").write_text('{"slot": "A", "mode": "box"}')
    login.main([])
    (tmp_path / "boot.json").write_text('{"mode": "setup"}')
    login.main(["-l"])
    assert done == ["first boot", "first boot", "installer"]
    assert login.main(["-c", "branchbox status"]) == Exit.REFUSED
