"""The `branchbox` command: the same facts as text and JSON, exit codes, languages."""

from __future__ import annotations

import io
import json
import subprocess  # the interpreter's own import times can only be asked of a fresh one
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.api import contract as c
from appliance.api.wire import Message
from appliance.site.problems import Problem
from tests.unit.tui import world as worlds
from tests.unit.tui.fake_core import FakeCore
from tui import cli
from tui.cli.context import Exit

Start = Callable[[worlds.World], FakeCore]
Run = Callable[..., tuple[int, str, str]]


def test_status_says_what_the_dashboard_says_and_fails_while_an_alarm_stands(branchbox: Run) -> None:
    code, out, _err = branchbox("status", world=worlds.world())
    assert code == Exit.PROBLEMS
    assert "Wenzhou North (WZN)" in out
    assert "86.2 %" in out
    assert "critical: The box's service at branchbox-recorder does not answer." in out


def test_status_is_well_when_nothing_is_wrong(branchbox: Run) -> None:
    code, out, _err = branchbox("status", world=worlds.empty())
    assert code == Exit.DONE
    assert "No alarms." in out


@pytest.mark.parametrize(
    ("words", "gives"),
    [
        (("status",), c.Dashboard),
        (("live",), c.Live),
        (("calls", "list"), c.CallPage),
        (("calls", "show", worlds.history(1)[0].linkedid), c.CallDetail),
        (("config", "show"), c.Document),
        (("config", "export"), c.Document),
        (("config", "diff"), c.Candidate),
        (("config", "plan"), c.Plan),
        (("config", "revisions"), c.Revisions),
        (("config", "confirm"), c.ConfigState),
        (("oplog",), c.OperationPage),
        (("audit", "verify"), c.Audit),
        (("journal",), c.JournalPage),
    ],
)
def test_json_is_the_contracts_own(branchbox: Run, words: tuple[str, ...], gives: type[Message]) -> None:
    _code, out, _err = branchbox(*words, "--json", world=worlds.world())
    gives.model_validate_json(out)
    assert json.loads(out)


def test_several_calls_are_told_one_after_the_other(branchbox: Run) -> None:
    first, second = (call.linkedid for call in worlds.history(2))
    _code, out, _err = branchbox("calls", "show", first, second, "--json", world=worlds.world())
    one, end = json.JSONDecoder().raw_decode(out)
    told = [c.CallDetail.model_validate_json(json.dumps(each)) for each in (one, json.loads(out[end:]))]
    assert [each.call.linkedid for each in told] == [first, second]
    _code, out, _err = branchbox("calls", "show", first, second, world=worlds.world())
    assert out.count("TIMELINE") == 2


def test_a_document_is_imported_planned_applied_and_confirmed(
    branchbox: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = worlds.world()
    changed = world.running.replace("ring_timeout = 15", "ring_timeout = 20", 1)
    file = tmp_path / "site.toml"
    file.write_text(changed)
    code, out, _err = branchbox("config", "import", str(file), world=world)
    assert (code, out) == (Exit.DONE, "queue repair: ring each agent 15 s -> 20 s\n")
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    code, _out, err = branchbox("config", "apply", "--why", "longer", world=world)
    assert code == Exit.PROBLEMS
    assert "say --yes" in err
    code, out, _err = branchbox("config", "apply", "--why", "longer", "--yes", "--confirm-within", "60", world=world)
    assert code == Exit.DONE
    assert "Revision 42 is in force." in out
    assert ("config/apply", c.Apply(why="longer", confirm_within=60)) in world.asked
    code, out, _err = branchbox("config", "confirm", world=world)
    assert (code, out) == (Exit.DONE, "Confirmed: revision 42 stays in force.\n")


def test_a_document_comes_from_standard_input(branchbox: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    world = worlds.world()
    monkeypatch.setattr(sys, "stdin", io.StringIO(world.running.replace("queue:billing", "queue:nobody", 1)))
    code, out, _err = branchbox("config", "import", "-", world=world)
    assert code == Exit.PROBLEMS
    assert "There is no queue nobody: make it, or choose another destination." in out


def test_a_plan_with_problems_is_not_applied(branchbox: Run) -> None:
    world = worlds.world()
    world.plan_problems = (Problem(text="This value does not fit."),)
    code, _out, err = branchbox("config", "apply", "--why", "x", world=world)
    assert code == Exit.PROBLEMS
    assert "This value does not fit." in err
    assert not [name for name, _takes in world.asked if name == "config/apply"]


def test_a_file_that_is_not_there_is_said(branchbox: Run) -> None:
    code, _out, err = branchbox("config", "import", "/nonexistent", world=worlds.world())
    assert code == Exit.PROBLEMS
    assert "The file /nonexistent cannot be read." in err


def test_a_broken_chain_fails(branchbox: Run) -> None:
    world = worlds.world()
    world.audit_broken_at = 7
    code, out, _err = branchbox("audit", "verify", world=world)
    assert code == Exit.PROBLEMS
    assert "breaks at row 7" in out


def test_a_wrong_command_line_is_a_usage_error(branchbox: Run) -> None:
    assert branchbox("frobnicate", world=worlds.world())[0] == Exit.USAGE
    assert branchbox("config", "apply", world=worlds.world())[0] == Exit.USAGE


def test_an_option_that_does_not_fit_is_named(branchbox: Run) -> None:
    code, _out, err = branchbox("calls", "list", "--limit", "0", world=worlds.world())
    assert code == Exit.PROBLEMS
    assert "--limit" in err


def test_a_box_that_does_not_answer_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.main(["--socket", str(tmp_path / "none"), "status"]) == Exit.UNREACHABLE
    assert "does not answer. Calls go on" in capsys.readouterr().err


def test_what_the_role_may_not_is_refused(branchbox: Run) -> None:
    world = worlds.world()
    world.refuse = {"config/export"}
    code, _out, err = branchbox("config", "export", world=world)
    assert code == Exit.REFUSED
    assert "Your role may not do config/export." in err


def test_the_person_hears_the_persons_language_unless_another_is_asked_for(branchbox: Run) -> None:
    assert "温州北" in branchbox("status", world=worlds.world("zh"))[1]
    assert "接通" in branchbox("status", world=worlds.world("zh"))[1]
    assert "Answered" in branchbox("--lang", "en", "status", world=worlds.world("zh"))[1]


def test_columns_align_in_chinese(branchbox: Run) -> None:
    from rich.cells import cell_len  # noqa: PLC0415 (only this test measures)

    _code, out, _err = branchbox("calls", "list", "--limit", "10", world=worlds.world("zh"))
    heads, *rows = out.splitlines()
    place = cell_len(heads[: heads.index("linkedid")])
    for row in rows[:-1]:
        at = row.rindex("  ") + 2
        assert cell_len(row[:at]) == place


def test_without_a_command_and_without_a_terminal_it_says_how_to_use_it(branchbox: Run) -> None:
    code, _out, err = branchbox(world=worlds.world())
    assert code == Exit.USAGE
    assert "usage: branchbox" in err


def test_text_commands_do_not_load_the_screens() -> None:
    code = (
        "import sys, tui.cli, tui.login, appliance.api.client, appliance.api.contract; "
        "sys.exit(any(name.startswith(('textual', 'aiohttp')) for name in sys.modules))"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0  # noqa: S603 (ourselves)
