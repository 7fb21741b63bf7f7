"""A backup of one box onto a stick, restored on another: the same branch. In host's real sandbox, by real GnuPG."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.api import backups, contract, sticks
from appliance.api.backups import BackupFile, BackupOrder, BackupPhase, BackupState, Restore
from appliance.api.contract import Apply, CallFilter, Document, OperationFilter, RevisionKey
from appliance.api.sticks import FileKind
from appliance.api.wire import Empty
from appliance.site import document as documents
from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError
from images.asking import ask
from images.box import Box
from images.rootfs import Root
from images.run import poll
from tests.lab.keyboard import DOWN, ENTER, KEEP, console
from tests.lab.stick import LABEL, LoopStick

PASSWORD = "correct horse battery staple"
DATABASE = "/var/lib/branchbox/core/site.db"
CALL = (
    "INSERT INTO calls (linkedid, started, ended, direction, caller, caller_name, called, menu_path, talked, held) "
    "VALUES ('WZN-1.0', 1795242725, 1795242785, 'in', '13800000001', '', '96296', 'main/1', 42, 0)"
)


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopStick]:
    made = LoopStick(tmp_path_factory.mktemp("stick") / "stick.img")
    yield made
    made.throw_away()


@pytest.fixture(scope="module")
def first(root: Root, stick: LoopStick) -> Iterator[Box]:
    """A box with a change of its own, a call in its history, and the stick in it."""
    box = Box.start("backup-one", root)
    database = sqlite3.connect(box.path(DATABASE))
    with database:
        database.execute(CALL)
    database.close()
    site = in_force(box)
    renamed = site.model_copy(update={"site": site.site.model_copy(update={"name": "The burnt branch"})})
    ask(box, contract.CONFIG_EDIT, Document(toml=documents.dump_masked(renamed)))
    assert ask(box, contract.CONFIG_APPLY, Apply(why="its own name")).problems == ()
    ask(box, contract.CONFIG_CONFIRM, contract.Confirm())
    stick.plug(box)
    yield box
    box.stop()
    box.remove()


@pytest.fixture(scope="module")
def file(first: Box, stick: LoopStick) -> str:
    """A backup of the first box on the stick."""
    order = BackupOrder(stick=stick.name, password=PASSWORD, keys=True)
    state = ended(first, ask(first, backups.BACKUP_MAKE, order))
    assert (state.phase, state.problem) == (BackupPhase.DONE, None)
    return state.file


@pytest.fixture(scope="module")
def second(root: Root, stick: LoopStick, first: Box, file: str) -> Iterator[Box]:
    """Another box, which has the stick now."""
    box = Box.start("backup-two", root, language="zh")
    box.wait_tested()
    stick.plug(box)
    yield box
    box.stop()
    box.remove()


@pytest.fixture
def fresh(root: Root, stick: LoopStick, file: str) -> Iterator[Box]:
    """A box that nobody has set up, with the stick in it."""
    box = Box.new("backup-new", root)
    stick.plug(box)
    yield box
    box.stop()
    box.remove()


def in_force(box: Box) -> SiteDocument:
    site, _ = documents.parse(ask(box, contract.CONFIG_SHOW, RevisionKey()).toml)
    assert site is not None
    return site


def ended(box: Box, state: BackupState) -> BackupState:
    """The state once the task is over."""
    now = [state]

    def over() -> bool:
        now[0] = ask(box, backups.BACKUP_STATE, Empty())
        return now[0].phase is not BackupPhase.RUNNING

    assert poll(over, seconds=120, every=0.3), now[0]
    return now[0]


def look(box: Box, stick: LoopStick, file: str, password: str = PASSWORD) -> BackupState:
    return ended(box, ask(box, backups.BACKUP_LOOK, BackupFile(stick=stick.name, file=file, password=password)))


def secrets(box: Box) -> str:
    return ask(box, contract.CONFIG_EXPORT, Empty()).toml


def operations(box: Box) -> list[tuple[int, str]]:
    """Number and hash of every row of the operation log, oldest first."""
    page = ask(box, contract.OPLOG_LIST, OperationFilter(limit=1000))
    return [(row.number, row.hash) for row in reversed(page.operations)]


def mounts(box: Box) -> str:
    return box.run(["cat", "/proc/1/mounts"]).out


def test_the_backup_is_on_the_stick_and_the_stick_is_released(first: Box, stick: LoopStick, file: str) -> None:
    [found] = [each for each in ask(first, sticks.STICKS, Empty()).sticks if each.label == LABEL]
    assert [(each.kind, each.name) for each in found.files] == [(FileKind.BACKUP, file)]
    assert file.startswith("WZN-")
    assert "/run/branchbox/stick" not in mounts(first)
    assert first.run(["test", "-e", "/var/lib/branchbox/core/outgoing.db"], check=False).code != 0


def test_a_wrong_password_changes_nothing(second: Box, stick: LoopStick, file: str) -> None:
    before = secrets(second)
    told = look(second, stick, file, "wrong horse battery staple")
    assert told.problem is not None and "does not open this backup" in told.problem.text
    with pytest.raises(BranchboxError, match="No backup was looked into"):
        ask(second, backups.BACKUP_RESTORE, Restore(code="WZN", why="a try"))
    assert secrets(second) == before
    assert second.run(["test", "-e", "/var/lib/branchbox/restore"], check=False).code != 0


def test_the_other_box_becomes_the_same_branch(first: Box, second: Box, stick: LoopStick, file: str) -> None:
    chain = operations(first)
    found = look(second, stick, file)
    assert found.found is not None and found.found.site_name == "The burnt branch"
    with pytest.raises(BranchboxError, match="Type WZN"):
        ask(second, backups.BACKUP_RESTORE, Restore(code="XYZ", why="a try"))
    applied = ask(second, backups.BACKUP_RESTORE, Restore(code="WZN", why="the old box burnt", keys=True))
    assert applied.problems == ()
    assert poll(lambda: not second.missing() and has_history(second), seconds=60), "the history never came"
    ask(second, contract.CONFIG_CONFIRM, contract.Confirm())

    assert secrets(second) == secrets(first)
    restored = operations(second)
    made = next(number for number, row in enumerate(chain) if row not in restored)
    assert restored[:made] == chain[:made]
    audit = ask(second, contract.AUDIT_VERIFY, Empty())
    assert audit.broken_at is None
    told = ask(second, contract.OPLOG_LIST, OperationFilter(limit=1000)).operations
    assert any(row.method == "backups/restore" and "the old box burnt" in row.detail for row in told)
    for path in ("/etc/ssh/ssh_host_ed25519_key", "/var/lib/branchbox/core/before-restore.db"):
        assert second.run(["test", "-s", path], check=False).code == 0, path
    host_key = "/etc/ssh/ssh_host_ed25519_key.pub"
    assert second.run(["cat", host_key]).out == first.run(["cat", host_key]).out


def test_a_new_box_becomes_the_branch_at_its_first_question(first: Box, fresh: Box, file: str) -> None:
    with console(fresh) as one:
        one.sees("Language of this branch", "b restores its backup")
        one.types("b")
        one.sees("FIRST BOOT > Restore", LABEL, file[:16])
        one.types(DOWN, ENTER)
        one.sees("Password of the backup")
        one.types(PASSWORD, ENTER)
        one.sees("The burnt branch (WZN)", "Whole and undamaged", seconds=60)
        one.types("R")
        one.sees("Type the site's code")
        one.types("WZN", ENTER, "the old box burnt", KEEP)
        one.sees("This box is set up. Log in with your own name.", seconds=120)
        one.types(ENTER)
        assert poll(lambda: one.over, seconds=10)
    assert poll(lambda: has_history(fresh), seconds=60), "the history never came"
    assert secrets(fresh) == secrets(first)


def has_history(box: Box) -> bool:
    try:
        return [call.linkedid for call in ask(box, contract.CALLS_LIST, CallFilter()).calls] == ["WZN-1.0"]
    except BranchboxError:
        return False


def test_no_password_is_left_anywhere(first: Box, second: Box, file: str) -> None:
    for box in (first, second):
        journal = box.run(["journalctl", "--boot", "--no-pager", "--output=cat"]).out
        assert "battery" not in journal
        assert box.run(["test", "-e", "/var/lib/branchbox/restore"], check=False).code != 0


def test_a_cut_backup_is_refused_whole(second: Box, stick: LoopStick, file: str, tmp_path: Path) -> None:
    before = secrets(second)
    box, place = second, "/run/cut"
    box.run(["mount", "--mkdir", stick.device, place])
    box.run(["truncate", "--size=-200", f"{place}/branchbox/backups/{file}"])
    box.run(["umount", place])
    told = look(second, stick, file)
    assert told.problem is not None and "cut off or damaged" in told.problem.text
    assert secrets(second) == before
