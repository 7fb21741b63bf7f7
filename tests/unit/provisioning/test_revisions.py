"""Revisions on the disk: whole or not there, and one of them always in force."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.site.problems import BranchboxError
from provisioning import files
from provisioning.recovery import Choice, choose
from provisioning.revisions import KEPT, Owners, Pending, Revisions
from tests.unit.provisioning.power_cut import FailingDisk, PowerCut

ME = Owners(os.getuid(), os.getgid(), os.getgid())
FIRST = {"asterisk.conf": "[directories]\n", "queues.conf": "[repair]\n"}
SECOND = FIRST | {"queues.conf": "[repair]\ntimeout = 20\n", "sub/more.conf": "[x]\n"}


@pytest.fixture
def revisions(tmp_path: Path) -> Revisions:
    found = Revisions(tmp_path / "revisions", ME)
    found.prepare()
    return found


def add(revisions: Revisions, tree: dict[str, str] = FIRST) -> int:
    return revisions.write("site", tree, at=1.0, by="zhang", why="because")


def test_a_written_revision_reads_back_whole_and_is_not_in_force(revisions: Revisions) -> None:
    number = add(revisions, SECOND)
    assert (number, revisions.tree(number), revisions.site(number)) == (1, SECOND, "site")
    assert revisions.whole(number)
    assert revisions.current() is None
    assert revisions.facts(number).by == "zhang"


def test_a_changed_byte_is_noticed(revisions: Revisions, tmp_path: Path) -> None:
    number = add(revisions)
    (tmp_path / "revisions/1/asterisk/queues.conf").write_text("[repait]\n")
    assert not revisions.whole(number)


def test_numbers_go_on_after_a_revision_that_never_came_into_force(revisions: Revisions) -> None:
    assert [add(revisions), add(revisions)] == [1, 2]
    revisions.switch(1)
    assert add(revisions) == 3


def test_what_asterisk_reads_is_its_groups_and_the_document_is_not(revisions: Revisions, tmp_path: Path) -> None:
    add(revisions)
    root = tmp_path / "revisions"
    modes = {name: (root / name).stat().st_mode & 0o777 for name in ("1", "1/asterisk", "1/asterisk/queues.conf")}
    assert modes == {"1": 0o750, "1/asterisk": 0o750, "1/asterisk/queues.conf": 0o640}
    assert (root / "1/site.toml").stat().st_mode & 0o777 == 0o600


def test_a_revision_that_is_not_there_is_named(revisions: Revisions) -> None:
    with pytest.raises(BranchboxError, match="no revision 7"):
        revisions.site(7)


def test_the_oldest_go_but_never_those_in_use(revisions: Revisions) -> None:
    for _ in range(KEPT + 5):
        add(revisions)
    revisions.switch(2)
    revisions.wait_for(Pending(revision=2, reverts_to=4, deadline=9.0, since=1.0))
    revisions.prune()
    assert revisions.numbers() == (2, 4, *range(6, KEPT + 6))


def test_leftovers_of_a_broken_write_go_at_the_start(revisions: Revisions, tmp_path: Path) -> None:
    add(revisions)
    for name in (".new-2", ".old-1"):
        (tmp_path / "revisions" / name / "asterisk").mkdir(parents=True)
    (tmp_path / "revisions/.pending.json.new").write_text("{")
    revisions.prepare()
    assert sorted(path.name for path in (tmp_path / "revisions").iterdir()) == ["1"]


@pytest.mark.parametrize(
    ("current", "confirmed", "effective", "now", "expected"),
    [
        (2, False, True, 50.0, Choice.WAIT),
        (2, False, False, 50.0, Choice.FINISH),
        (2, False, True, 100.0, Choice.BACK),
        (2, True, True, 200.0, Choice.SETTLE),
        (1, False, False, 50.0, Choice.BACK),
        (5, False, True, 50.0, Choice.SETTLE),
    ],
)
def test_a_start_takes_up_what_was_left(
    current: int, confirmed: bool, effective: bool, now: float, expected: Choice
) -> None:
    pending = Pending(revision=2, reverts_to=1, deadline=100.0, since=1.0, effective=effective)
    assert choose(current, pending, confirmed=confirmed, now=now) is expected


def test_a_start_with_nothing_waiting_leaves_all_as_it_is() -> None:
    assert choose(3, None, confirmed=False, now=0.0) is Choice.NOTHING


def apply_and_confirm(revisions: Revisions) -> None:
    number = add(revisions, SECOND)
    pending = Pending(revision=number, reverts_to=1, deadline=100.0, since=1.0)
    revisions.wait_for(pending)
    revisions.switch(number)
    revisions.wait_for(pending.model_copy(update={"effective": True}))
    revisions.confirm(number)
    revisions.settle()


def apply_and_revert(revisions: Revisions) -> None:
    number = add(revisions, SECOND)
    revisions.wait_for(Pending(revision=number, reverts_to=1, deadline=100.0, since=1.0))
    revisions.switch(number)
    revisions.switch(1)
    revisions.settle()


@pytest.mark.parametrize("story", [apply_and_confirm, apply_and_revert])
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_power_cut_anywhere_leaves_a_whole_revision_in_force(
    story: Callable[[Revisions], None], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as scratch, pytest.MonkeyPatch.context() as patch:
        root = Path(scratch) / "revisions"
        disk = FailingDisk(root)
        patch.setattr(files, "os", disk)
        before = Revisions(root, ME)
        before.prepare()
        before.switch(add(before))
        before.confirm(1)
        disk.cut_at = disk.calls + data.draw(st.integers(0, 90), label="calls until the cut")
        cut = False
        try:
            story(before)
        except PowerCut:
            cut = True
        back = Path(scratch) / "back"
        disk.after_the_cut(back, lambda most: data.draw(st.integers(0, most)))
        patch.undo()

        after = Revisions(back, ME)
        after.prepare()
        current, pending = after.current(), after.pending()
        assert current is not None
        assert after.whole(current)
        if current == 1:
            assert after.tree(1) == FIRST
        else:
            assert after.tree(current) == SECOND
            waits = pending is not None and pending.revision == current and after.whole(pending.reverts_to)
            assert waits or after.is_confirmed(current), "in force, but nobody would ever go back from it"
        assert all(after.whole(number) for number in after.numbers())
        if not cut:
            assert pending is None
            assert current == (2 if story is apply_and_confirm else 1)
