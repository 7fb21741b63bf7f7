"""The playbook: a second run changes nothing, and what it promises holds in the running box."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from images.box import Box
from images.dev.workshop import workshop
from images.places import CACHE
from images.rootfs import TAGS, Root, play, prepared, stacked
from images.run import run
from images.steps import Step
from tui.cli.context import Exit

SERVICES = ("core", "health", "host", "power", "recorder")
UNITS = ("asterisk", "dahdi", *(f"branchbox-{service}" for service in SERVICES))
LIBRARIES = Path("/opt/branchbox/lib/python3.13/site-packages")
MOST_EXPOSED = 2.5
"""systemd's measure: 0 has no rights, 10 has all; an unguarded service has 9.6."""


def test_a_second_run_changes_nothing(root: Root) -> None:
    """All of it over again, and each layer is what it was; the same playbook on the same layers is not asked twice."""
    lower = root.layers[:-1]

    def make(place: Path, log: Path) -> None:
        changes_nothing(lower, root, place / "top", log, "--skip-tags", "application")

    workshop().ready(Step("second-run", tuple(layer.name for layer in lower), make))
    changes_nothing(
        root.layers, root, CACHE / "second-run-top", CACHE / "log" / "second-application.log", *TAGS["application"]
    )


def changes_nothing(layers: tuple[Path, ...], root: Root, top: Path, log: Path, *options: str) -> None:
    """Play it on these layers: it has something to do, and everything is done already."""
    shutil.rmtree(top, ignore_errors=True)
    log.unlink(missing_ok=True)
    with stacked("second-run", layers, top) as tree, prepared(tree):
        recap = play(tree, root.materials, log, *options)
    shutil.rmtree(top)
    assert re.search(r"\bok=[1-9]", recap)
    assert re.search(r"\bchanged=0\b", recap), log.read_text()


@pytest.mark.parametrize("package", ["appliance", "provisioning", "tui", "pydantic", "textual"])
def test_no_start_compiles_anything(box: Box, package: str) -> None:
    """Services and people cannot write bytecode: what was not compiled with the box is compiled at every start."""
    found = box.run(["find", f"{LIBRARIES}/{package}", "-name", "*.py", "-o", "-name", "*.pyc"])
    files = [Path(name) for name in found.out.split()]
    compiled = {file.parent.with_name(file.name.partition(".")[0]) for file in files if file.suffix == ".pyc"}
    sources = {file.with_suffix("") for file in files if file.suffix == ".py"}
    assert sources
    assert not sources - compiled


@pytest.mark.parametrize("unit", UNITS)
def test_services_have_few_rights(box: Box, unit: str) -> None:
    judged = box.run(
        ["systemd-analyze", "security", "--no-pager", f"--threshold={MOST_EXPOSED * 10:.0f}", f"{unit}.service"],
        check=False,
    )
    assert judged.code == 0, judged.out


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("sh", "-c", "id"), id="a shell"),
        pytest.param(("/bin/cat", "/etc/passwd"), id="a program"),
        pytest.param(("branchbox; id",), id="a shell behind our command"),
        pytest.param(("/usr/lib/openssh/sftp-server",), id="sftp"),
    ],
)
def test_a_person_gets_nothing_but_branchbox(box: Box, command: tuple[str, ...]) -> None:
    result = run(box.ssh(*command), check=False)
    assert result.code not in {0, 255}, "255 would be ssh itself"
    assert "uid=" not in result.out
    assert "root:" not in result.out


def test_a_person_gets_the_command_line(box: Box) -> None:
    result = run(box.ssh("branchbox", "status", "--json"), check=False)
    assert result.code in {Exit.DONE, Exit.PROBLEMS}, "an alarm, as of a busy processor, is an answer too"
    assert json.loads(result.out)


@pytest.mark.parametrize("login", ["root", "branchbox", "asterisk"])
def test_nobody_else_logs_in(box: Box, login: str) -> None:
    result = run(box.ssh("branchbox", "status", login=login), check=False)
    assert result.code == 255
    assert "Permission denied" in result.err


def test_no_tunnel_leaves_the_box(box: Box) -> None:
    *ssh, target = box.ssh()
    result = run([*ssh, "-W", "127.0.0.1:5038", target], check=False, timeout=20)
    assert "forwarding failed" in result.err
    assert "Asterisk Call Manager" not in result.out


def test_logs_are_rotated_by_renaming_and_written_on(box: Box) -> None:
    log = box.path("/var/log/asterisk/queue_log")
    before = log.stat().st_ino
    box.run(["logrotate", "--force", "/etc/logrotate.d/asterisk"])
    assert log.with_name("queue_log.1").stat().st_ino == before
    box.run(
        ["asterisk", "-C", "/var/lib/branchbox/revisions/current/asterisk/asterisk.conf", "-rx", "queue reload all"]
    )
    assert log.stat().st_ino != before
