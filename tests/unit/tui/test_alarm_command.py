"""`branchbox alarms`, `alarm` and `checks`: what stands, what was done about it, what each check means."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from typing import Any

import pytest

from appliance.api import alarms as page
from appliance.api.alarms import AlarmDetail, AlarmPage, Note
from appliance.api.contract import Alarm, Severity
from appliance.api.picture import CheckInfo, Checks, Eyes, LevelInfo, Unit
from appliance.api.wire import Message, Method
from appliance.site.problems import Problem
from tui import i18n
from tui.cli import alarms
from tui.cli.context import Context

CHECK = CheckInfo(
    check="disk",
    title="Disk",
    unit=Unit.SHARE,
    eyes=Eyes.HEALTH,
    every=60,
    lasting=0,
    quiet=10,
    below=False,
    levels=(LevelInfo(at=0.85, severity=Severity.WARNING, text="Full."),),
    why="A full disk ends recording and history. Calls go on.",
    todo="Export.",
    because=(),
)
FULL = Alarm(
    key="disk",
    severity=Severity.WARNING,
    since=1795000000.0,
    problem=Problem(text="Full."),
    id=7,
    flaps=200,
    owner="li",
)


@dataclass
class Script:
    """A client that answers what is scripted, and remembers what it was asked."""

    asked: list[Message] = field(default_factory=list)

    async def call(self, method: Method[Any, Any], takes: Message) -> Message:
        self.asked.append(takes)
        if method.name == page.LIST.name:
            return AlarmPage(alarms=(FULL,))
        if method.name == "health/checks":
            return Checks(checks=(CHECK,))
        known = FULL.model_copy(update={"acknowledged": 1795000060.0, "acknowledged_by": "zhang"})
        note = Note(at=1795000060.0, by="zhang", text="disk ordered")
        return AlarmDetail(alarm=known, check=CHECK, consequences=(), notes=(note,))


async def told(capsys: pytest.CaptureFixture[str], script: Script, *words: str) -> tuple[int, str]:
    top = argparse.ArgumentParser()
    alarms.add(top.add_subparsers())
    said = top.parse_args(list(words))
    code = await said.run(Context(script, clock=lambda: 1795000100.0), said)  # type: ignore[arg-type]  # all that it asks
    return int(code), capsys.readouterr().out


async def test_what_stands_is_listed_with_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    script = Script()
    code, out = await told(capsys, script, "alarms")
    assert code == 0
    assert "7" in out
    assert "Full." in out
    assert script.asked == [page.AlarmFilter(standing=True)]


async def test_an_alarm_is_acknowledged_with_a_note(capsys: pytest.CaptureFixture[str]) -> None:
    script = Script()
    _code, out = await told(capsys, script, "alarm", "7", "acknowledge", "disk ordered")
    assert script.asked == [page.Acknowledge(id=7, note="disk ordered")]
    assert "acknowledged by zhang" in out
    assert "flapped 200 times" in out
    assert "zhang: disk ordered" in out
    assert "li sees to it" in out


async def test_a_check_is_explained_in_the_persons_language(capsys: pytest.CaptureFixture[str]) -> None:
    i18n.use("zh")
    code, out = await told(capsys, Script(), "checks", "disk")
    assert code == 0
    assert "磁盘写满后" in out
    code, _out = await told(capsys, Script(), "checks", "tape")
    assert code == 1
