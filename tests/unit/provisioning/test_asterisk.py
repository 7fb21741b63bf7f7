"""What the live Asterisk answers, in its own words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pytest

from appliance.site.exchange import Directories
from provisioning import asterisk
from provisioning.asterisk import LiveAsterisk, ReloadFailed
from provisioning.run import CommandFailed, Finished, run

CHATTER = "Unable to open socket for seeding global EID. You will have to set it manually.\n"


def live(tmp_path: Path) -> LiveAsterisk:
    place = PurePosixPath(tmp_path)
    return LiveAsterisk(Directories(etc=place, var=place, spool=place, run=place, log=place))


def answering(monkeypatch: pytest.MonkeyPatch, words: str) -> list[str]:
    """Let every command answer so; gives the commands as they are asked."""
    asked: list[str] = []

    def fake(argv: Sequence[str], *, timeout: float, check: bool = True) -> Finished:
        asked.append(argv[-1])
        return Finished(0, CHATTER + words, "", 0.0)

    monkeypatch.setattr(asterisk, "run", fake)
    return asked


@pytest.mark.parametrize(
    "words",
    [
        "No such module 'res_gone.so'\n",
        "No such command 'queue relaod' (type 'core show help queue' for other possible commands)\n",
        "The module 'res_pjsip.so' reported a reload failure\n",
        "The module 'codec_alaw.so' does not support reloads\n",
        "A module reload request is already in progress; please be patient\n",
    ],
)
def test_a_declined_reload_is_an_error_with_asterisks_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str
) -> None:
    answering(monkeypatch, words)
    with pytest.raises(ReloadFailed) as failed:
        live(tmp_path).reload(["module reload it"])
    assert words.strip() in failed.value.problems[0].original


@pytest.mark.parametrize("words", ["Module 'res_pjsip.so' reloaded successfully.\n", "Dialplan reloaded.\n", ""])
def test_a_done_reload_is_quiet_whatever_else_is_printed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str
) -> None:
    asked = answering(monkeypatch, words)
    live(tmp_path).reload(["one", "two"])
    assert asked == ["one", "two"]


def test_lines_are_taken_when_the_module_was_loaded_whatever_is_said_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = answering(monkeypatch, "Loaded chan_dahdi.so\n")
    live(tmp_path).take_lines()
    assert asked == ["module load chan_dahdi.so"]


def test_lines_that_the_exchange_does_not_take_are_an_error_with_its_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answering(monkeypatch, "Unable to load module chan_dahdi.so\n")
    with pytest.raises(ReloadFailed, match="declined module load") as failed:
        live(tmp_path).take_lines()
    assert "Unable to load" in failed.value.problems[0].original


def test_a_hung_reload_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(asterisk, "RELOAD_SECONDS", 0.05)
    monkeypatch.setattr(asterisk, "run", lambda argv, timeout: run(["sleep", "10"], timeout=timeout))
    with pytest.raises(ReloadFailed, match="calls go on but new ones may not"):
        live(tmp_path).reload(["module reload res_pjsip.so"])


def test_channels_and_uptime_are_read_beside_the_chatter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch, "42 active channels\n21 active calls\n97 calls processed\n")
    assert live(tmp_path).calls_up() == 42
    answering(monkeypatch, "1 active channel\n1 active call\n")
    assert live(tmp_path).calls_up() == 1
    answering(monkeypatch, "System uptime: 125\nLast reload: 9\n")
    assert live(tmp_path).started_at(1000.0) == 875.0


def test_the_log_is_read_from_where_it_ended_also_after_a_rotation(tmp_path: Path) -> None:
    exchange, log = live(tmp_path), tmp_path / "messages.log"
    assert (exchange.log_size(), exchange.log_since(0)) == (0, "")
    log.write_text("old\n")
    end = exchange.log_size()
    log.write_text("old\nnew\n")
    assert exchange.log_since(end) == "new\n"
    log.write_text("x\n")
    assert exchange.log_since(end) == "x\n"


def test_a_program_that_is_missing_or_fails_is_a_problem_to_read() -> None:
    with pytest.raises(CommandFailed, match="cannot be started"):
        run(["/no/such/program"], timeout=5)
    with pytest.raises(CommandFailed, match="failed with code 3"):
        run(["sh", "-c", "exit 3"], timeout=5)
    assert run(["sh", "-c", "exit 3"], timeout=5, check=False).code == 3
