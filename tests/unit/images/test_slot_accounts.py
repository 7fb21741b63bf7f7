"""Accounts after a change of slots: the new system's own users, and the people of the box."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from images.places import PROJECT
from images.run import run

ACCOUNTS = PROJECT / "ansible/roles/boot/files/tools/accounts"

SLOT = {
    "passwd": "root:x:0:0:root:/root:/bin/bash\nbranchbox:x:902:902::/:/usr/sbin/nologin\n"
    "new:x:907:907::/:/sbin/nologin\n",
    "shadow": "root:*:1::::::\nbranchbox:!:1::::::\nnew:!:1::::::\n",
    "group": "root:x:0:\nshadow:x:42:\nadm:x:4:branchbox\nbranchbox-people:x:903:branchbox\nnew:x:907:\n",
    "gshadow": "root:*::\nshadow:*::\nadm:!::branchbox\nbranchbox-people:!::branchbox\nnew:!::\n",
}
CHANGED = {
    "passwd": "root:x:0:0:root:/root:/bin/bash\ngone:x:555:555::/:/sbin/nologin\n"
    "lina:x:2001:903:Lina:/var/lib/branchbox/home/lina:/usr/bin/branchbox-login\nbranchbox:x:902:902::/:/bin/bash\n",
    "shadow": "root:$y$secret:20000::::::\ngone:!:1::::::\nlina:$y$hers:20001:0:99999:7:::\nbranchbox:$y$no:1::::::\n",
    "group": "root:x:0:\nadm:x:4:gone,lina\nbranchbox-people:x:903:branchbox,gone\ngone:x:555:\n",
    "gshadow": "root:*::\nadm:!::gone,lina\nbranchbox-people:!::branchbox,gone\ngone:!::\n",
}


class Box:
    """A slot's /etc and the changed files above it."""

    def __init__(self, folder: Path) -> None:
        self.slot, self.changed = folder / "slot", folder / "changed"
        for place, texts in ((self.slot, {**SLOT, "group": own_group(SLOT["group"])}), (self.changed, CHANGED)):
            place.mkdir()
            for name, text in texts.items():
                (place / name).write_text(text)

    def start(self) -> None:
        run(["sh", ACCOUNTS, self.slot, self.changed])

    def lines(self, name: str) -> list[str]:
        return (self.changed / name).read_text().splitlines()


def own_group(text: str) -> str:
    """The group shadow with our own number: only root may give files to another."""
    return text.replace("shadow:x:42:", f"shadow:x:{os.getgid()}:")


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.fixture(autouse=True)
def ordinary_chgrp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For builders who are not root, group 0 is not theirs to give."""
    if os.getuid() != 0:
        (tmp_path / "bin").mkdir()
        stand_in = tmp_path / "bin/chgrp"
        stand_in.write_text("#!/bin/sh\n")
        stand_in.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")


def test_a_new_system_brings_its_users_and_people_stay(box: Box) -> None:
    box.start()
    assert [line.split(":")[0] for line in box.lines("passwd")] == ["root", "branchbox", "new", "lina"]
    assert "branchbox:x:902:902::/:/usr/sbin/nologin" in box.lines("passwd")


def test_people_keep_their_passwords_and_root_its_own(box: Box) -> None:
    box.start()
    assert box.lines("shadow") == [
        "root:$y$secret:20000::::::", "branchbox:!:1::::::", "new:!:1::::::", "lina:$y$hers:20001:0:99999:7:::",
    ]  # fmt: skip


def test_people_stay_in_groups_that_the_system_has_and_others_do_not(box: Box) -> None:
    box.start()
    assert "adm:x:4:branchbox,lina" in box.lines("group")
    assert "branchbox-people:x:903:branchbox" in box.lines("group")
    assert not [line for line in box.lines("group") if "gone" in line]
    assert "adm:!::branchbox,lina" in box.lines("gshadow")


def test_passwords_are_for_nobody_to_read(box: Box) -> None:
    box.start()
    for name, mode in (("passwd", 0o644), ("group", 0o644), ("shadow", 0o640), ("gshadow", 0o640)):
        assert (box.changed / name).stat().st_mode & 0o777 == mode


def test_a_second_start_of_the_same_system_writes_nothing(box: Box) -> None:
    box.start()
    before = {path.name: path.stat().st_ino for path in box.changed.iterdir()}
    box.start()
    assert {path.name: path.stat().st_ino for path in box.changed.iterdir()} == before


def test_a_box_without_changes_needs_none(box: Box) -> None:
    for path in box.changed.iterdir():
        path.unlink()
    box.start()
    assert not list(box.changed.iterdir())


def test_what_a_power_cut_left_half_written_is_written_anew(box: Box) -> None:
    (box.changed / ".passwd.new").write_text("lina:x:20")
    box.start()
    assert box.lines("passwd")[-1].startswith("lina:x:2001:903:")
    assert not (box.changed / ".passwd.new").exists()
