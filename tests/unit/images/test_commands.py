from __future__ import annotations

import argparse
import importlib

import pytest

from images.dev.__main__ import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert COMMANDS[name] in " ".join(capsys.readouterr().out.split())
    parser = argparse.ArgumentParser()
    importlib.import_module(f"images.dev.{name}").arguments(parser)


def test_an_unknown_command_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["fly"])
    assert ended.value.code == 2
    assert "invalid choice: 'fly'" in capsys.readouterr().err


def test_a_failure_is_a_sentence_and_a_hint(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("images.dev.shell.Box.find", lambda name: None)
    assert main(["shell"]) == 1
    said = capsys.readouterr().err
    assert "There is no box dev." in said
    assert "-> ./dev up" in said
