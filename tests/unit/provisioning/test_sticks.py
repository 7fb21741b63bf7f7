"""Which disks are sticks, how they are mounted, and which of their files are ours."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path

import pytest

from appliance.api.sticks import FileKind, Stick
from appliance.site.problems import BranchboxError
from provisioning import blockdevices, mounting, stickfiles, sticks
from provisioning.run import Finished
from provisioning.sticks import StickError, mounted, of_devices, of_error

MACHINE = (Path(__file__).parent / "machines" / "sticks.json").read_text()
KINGSTON = Stick(
    name="sdb1",
    label="KINGSTON",
    vendor="Kingston",
    model="DataTraveler 3.0",
    size=31913934848,
    file_system="vfat",
    write_protected=False,
)

WELL = Finished(0, "", "", 0.1)


def found() -> dict[str, Stick]:
    return {stick.name: stick for stick in of_devices(blockdevices.parse(MACHINE))}


def test_sticks_are_known_file_systems_on_removable_disks() -> None:
    assert found().keys() == {"sdb1", "sdc", "sdf2"}
    assert found()["sdb1"] == KINGSTON


def test_the_disk_that_the_box_runs_from_and_an_installer_s_stick_are_none() -> None:
    assert not {"sda2", "sda7", "sdd2"} & found().keys()


def test_a_stick_that_something_else_mounted_is_left_alone() -> None:
    elsewhere = MACHINE.replace("/run/branchbox/stick/sdc", "/mnt")
    assert "sdc" not in {stick.name for stick in of_devices(blockdevices.parse(elsewhere))}


def test_a_stick_without_partition_table_counts_and_its_words_are_made_printable() -> None:
    stick = found()["sdc"]
    assert (stick.label, stick.model, stick.write_protected) == ("办公室", "Flash?[31m Disk", True)


@pytest.mark.parametrize(
    ("system", "driver"), [("vfat", "vfat"), ("exfat", "exfat"), ("ntfs", "ntfs3"), ("ext4", "ext4")]
)
def test_a_stick_is_mounted_read_only_and_runs_nothing(
    system: str, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = KINGSTON.model_copy(update={"file_system": system})
    pid1 = Pid1(monkeypatch, there=stick)
    with mounted(stick):
        pass
    argv = pid1.argvs[0]
    assert {"ro", "nosuid", "nodev", "noexec"} <= set(argv[argv.index("--options") + 1].split(","))
    assert argv[argv.index("--types") + 1] == driver
    assert argv[-2:] == ["/dev/sdb1", "/run/branchbox/stick/sdb1"]


def test_a_stick_is_writable_only_for_a_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    pid1 = Pid1(monkeypatch)
    with mounted(KINGSTON, write=True):
        pass
    argv = pid1.argvs[0]
    assert "rw" in argv[argv.index("--options") + 1].split(",")


class Pid1:
    """What PID 1 was asked, and what it answers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: Finished = WELL, there: Stick = KINGSTON) -> None:
        self.asked: list[str] = []
        self.argvs: list[list[str]] = []
        self.answer = answer
        monkeypatch.setattr(mounting, "run", self._run)
        monkeypatch.setattr(sticks, "sticks", lambda: (there, *found().values()))

    def _run(self, argv: Sequence[str], *, timeout: float, check: bool) -> Finished:
        self.argvs.append(list(argv))
        assert argv[:5] == ["systemd-run", "--quiet", "--collect", "--wait", "--pipe"]
        self.asked.append(argv[5].rpartition("/")[2])
        return self.answer


def test_readers_share_a_stick_and_the_last_releases_it(monkeypatch: pytest.MonkeyPatch) -> None:
    pid1 = Pid1(monkeypatch)
    with mounted(KINGSTON) as first, mounted(KINGSTON) as second:
        assert first == second == Path("/run/branchbox/stick/sdb1")
        assert pid1.asked == ["mount"]
    assert pid1.asked == ["mount", "umount"]


def test_a_writer_has_a_stick_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    Pid1(monkeypatch)
    with mounted(KINGSTON), pytest.raises(StickError, match="is being used"), mounted(KINGSTON, write=True):
        pass
    with mounted(KINGSTON, write=True), pytest.raises(StickError, match="is being used"), mounted(KINGSTON):
        pass


def test_a_stick_is_released_when_the_work_on_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    pid1 = Pid1(monkeypatch)
    with pytest.raises(StickError, match="cannot be read or written any more"), mounted(KINGSTON):
        raise OSError(errno.EIO, "Input/output error")
    assert pid1.asked == ["mount", "umount"]


def test_a_name_that_is_not_on_the_list_is_never_mounted(monkeypatch: pytest.MonkeyPatch) -> None:
    pid1 = Pid1(monkeypatch)
    with pytest.raises(StickError, match="There is no stick"), mounted(KINGSTON.model_copy(update={"name": "sda7"})):
        pass
    with pytest.raises(StickError, match="There is no stick"):
        sticks.find("../../dev/sda")
    assert pid1.asked == []


def test_what_the_kernel_refuses_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    Pid1(monkeypatch, Finished(32, "", "mount: /run/x: wrong fs type, bad option, bad superblock on /dev/sdb1.", 0.1))
    with (
        pytest.raises(StickError, match=r"KINGSTON \(sdb1\) cannot be read: its file system \(vfat\) is damaged"),
        mounted(KINGSTON),
    ):
        pass


def test_writing_to_a_write_protected_stick_is_refused_before_it_is_mounted(monkeypatch: pytest.MonkeyPatch) -> None:
    pid1 = Pid1(monkeypatch)
    with pytest.raises(StickError, match="write-protected"), mounted(found()["sdc"], write=True):
        pass
    assert pid1.asked == []


def test_full_and_too_large_are_said_in_words() -> None:
    assert "is full" in str(of_error(KINGSTON, OSError(errno.ENOSPC, "")))
    assert "ends at 4 GB" in str(of_error(KINGSTON, OSError(errno.EFBIG, "")))


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A stick's files: ours, others, and traps."""
    ours = tmp_path / "branchbox"
    (ours / "backups").mkdir(parents=True)
    (ours / "site.toml").write_text("[site]\n")
    (ours / "branchbox-1.4.0.raucb").write_bytes(b"x" * 10)
    (ours / "zhang.pub").symlink_to("/etc/shadow")
    (ours / "li.pub").write_text("ssh-ed25519 AAAA li\n")
    (ours / "$(reboot).pub").write_text("no")
    (ours / "large.pub").write_bytes(b"x" * 20_000)
    (ours / "folder.raucb").mkdir()
    (ours / "backups" / "WZN-20261122.branchbox").write_bytes(b"x")
    return tmp_path


def test_files_of_ours_are_found_by_place_and_name(stick: Path) -> None:
    assert [(file.kind, file.name, file.size) for file in stickfiles.ours(stick)] == [
        (FileKind.SITE, "site.toml", 7),
        (FileKind.BUNDLE, "branchbox-1.4.0.raucb", 10),
        (FileKind.KEY, "li.pub", 20),
        (FileKind.BACKUP, "WZN-20261122.branchbox", 1),
    ]


def test_an_empty_stick_has_no_file(tmp_path: Path) -> None:
    assert stickfiles.ours(tmp_path) == ()


def test_links_are_not_followed(stick: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(BranchboxError, match=r"no file zhang\.pub"):
        stickfiles.read_text(stick, FileKind.KEY, "zhang.pub")
    trap = tmp_path_factory.mktemp("trap")
    (trap / "branchbox").symlink_to(stick / "branchbox")
    assert stickfiles.ours(trap) == ()
    with pytest.raises(BranchboxError, match=r"no file site\.toml"):
        stickfiles.read_text(trap, FileKind.SITE, "site.toml")
    with pytest.raises(OSError, match="a link"):
        stickfiles.make_folder(trap, FileKind.BACKUP)


@pytest.mark.parametrize("name", ["../../etc/shadow", "folder.raucb", "none.pub", "$(reboot).pub"])
def test_no_other_file_can_be_named(stick: Path, name: str) -> None:
    with pytest.raises(BranchboxError, match="no file"):
        stickfiles.path(stick, FileKind.KEY, name)
    with pytest.raises(BranchboxError, match="no file"):
        stickfiles.read_text(stick, FileKind.KEY, name)


def test_lists_of_customers_have_the_names_that_people_give_them(stick: Path) -> None:
    folder = stick / "branchbox" / "customers"
    folder.mkdir()
    for name in ("客户 2026（新）.xlsx", "Customers.CSV", ".hidden.csv", "list.ods"):
        (folder / name).write_bytes(b"0123456789")
    found = [file.name for file in stickfiles.of_kind(stick, FileKind.CUSTOMERS)]
    assert found == ["Customers.CSV", "客户 2026（新）.xlsx"]


def test_a_file_is_handed_out_in_pieces(stick: Path) -> None:
    folder = stick / "branchbox" / "customers"
    folder.mkdir()
    (folder / "list.csv").write_bytes(b"0123456789")
    pieces = [stickfiles.piece(stick, FileKind.CUSTOMERS, "list.csv", start, 4) for start in (0, 4, 8, 10)]
    assert pieces == [b"0123", b"4567", b"89", b""]
    with pytest.raises(BranchboxError, match="no file"):
        stickfiles.piece(stick, FileKind.CUSTOMERS, "../site.toml", 0, 4)


def test_a_file_is_read_as_text_or_refused_in_words(stick: Path) -> None:
    assert stickfiles.read_text(stick, FileKind.SITE, "site.toml") == "[site]\n"
    (stick / "branchbox" / "site.toml").write_bytes(b"\xef\xbb\xbf[site]\n")
    assert stickfiles.read_text(stick, FileKind.SITE, "site.toml") == "[site]\n"
    (stick / "branchbox" / "site.toml").write_bytes("[站点]".encode("gb18030"))
    with pytest.raises(BranchboxError, match="no text in UTF-8"):
        stickfiles.read_text(stick, FileKind.SITE, "site.toml")
    with pytest.raises(BranchboxError, match="larger than 16384 bytes"):
        stickfiles.read_text(stick, FileKind.KEY, "large.pub")
