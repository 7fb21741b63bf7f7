"""A backup is encrypted, whole or refused, and never leaves a trace of the password; GnuPG is the real one."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sqlite3
import tarfile
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from appliance.api.backups import BackupFacts, BackupFile, BackupPhase, BackupState
from appliance.api.sticks import Stick
from appliance.api.verbs import BackupWrite, DatabaseCopy
from appliance.site import document
from appliance.site.problems import BranchboxError, Problem
from images.run import poll
from provisioning import files, sticks
from provisioning.backup import archive, cipher, content
from provisioning.backup.archive import Item, Manifest
from provisioning.backup.backups import Backups
from provisioning.backup.content import Places, people_hashes
from provisioning.files import Access
from provisioning.revisions import Owners, Revisions
from provisioning.run import SECRET, Failed, drawing, feeding

PASSWORD = "correct horse battery staple"
FACTS = BackupFacts(
    site_name="Wenzhou North",
    site_code="WZN",
    version="1.4.0",
    made=1.8e9,
    by="zhang",
    calls=12,
    operations=7,
    keys=False,
)
STICK = Stick(name="sdb1", label="GOLD", vendor="", model="", size=10**9, file_system="vfat", write_protected=False)


def manifest(*items: Item) -> Manifest:
    return Manifest(format=archive.FORMAT, facts=FACTS, entries=tuple(map(archive.entry, items)))


def inside(*items: Item, said: Manifest | None = None) -> bytes:
    out = io.BytesIO()
    archive.write(out, said or manifest(*items), items, lambda _done, _total: None)
    return out.getvalue()


def read(data: bytes, into: Path | None = None) -> Manifest:
    return archive.read(io.BytesIO(data), lambda _done, _total: None, into)


ITEMS = (Item("site.toml", b"[site]\n"), Item("site.db", os.urandom(3_000_000)), Item("voicemail/8021/1.wav", b"RIFF"))


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    assert read(inside(*ITEMS), tmp_path) == manifest(*ITEMS)
    for item in ITEMS:
        assert (tmp_path / item.name).read_bytes() == item.content
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == len(ITEMS)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.999])
def test_a_cut_one_is_refused(share: float) -> None:
    whole = inside(*ITEMS)
    with pytest.raises(BranchboxError, match="cut off or damaged"):
        read(whole[: int(len(whole) * share)])


def test_a_file_with_another_content_or_too_few_files_are_refused() -> None:
    other = (ITEMS[0], Item("site.db", os.urandom(3_000_000)), ITEMS[2])
    with pytest.raises(BranchboxError, match="damaged"):
        read(inside(*other, said=manifest(*ITEMS)))
    more = manifest(*ITEMS)
    with pytest.raises(BranchboxError, match="damaged"):
        read(crafted(more, {"site.toml": b"[site]\n"}))


@pytest.mark.parametrize("name", ["../etc/passwd", "/etc/passwd", "keys/../../x", ".hidden", "a//b"])
def test_a_name_that_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    wrong = Manifest(format=1, facts=FACTS, entries=(archive.entry(Item(name, b"x")),))
    with pytest.raises(BranchboxError, match="damaged"):
        read(crafted(wrong, {name: b"x"}), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_a_file_s_place_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w|gz") as tar:
        text = manifest(Item("site.toml", b"")).model_dump_json().encode()
        header = tarfile.TarInfo(archive.MANIFEST)
        header.size = len(text)
        tar.addfile(header, io.BytesIO(text))
        link = tarfile.TarInfo("site.toml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/shadow"
        tar.addfile(link)
    with pytest.raises(BranchboxError, match="damaged"):
        read(out.getvalue(), tmp_path)


def test_a_newer_one_says_which_version_made_it_even_when_it_says_more_than_we_know() -> None:
    text = manifest(*ITEMS).model_dump_json().replace('"format":1', '"format":2,"weather":"fine"')
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w|gz") as tar:
        header = tarfile.TarInfo(archive.MANIFEST)
        header.size = len(text)
        tar.addfile(header, io.BytesIO(text.encode()))
    with pytest.raises(BranchboxError, match=r"newer Branchbox \(1\.4\.0\)\. Update this box first"):
        read(out.getvalue())


def crafted(said: Manifest, held: dict[str, bytes]) -> bytes:
    """A backup whose list and content do not agree."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w|gz") as tar:
        for name, data in {archive.MANIFEST: said.model_dump_json().encode(), **held}.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))
    return out.getvalue()


# --- the cipher ----------------------------------------------------------------------------------


def sealed(home: Path, data: bytes, password: str = PASSWORD) -> bytes:
    place = home.with_name("sealed")
    with place.open("wb") as out, cipher.encrypting(home, password, out) as plain:
        plain.write(data)
    return place.read_bytes()


def opened(home: Path, data: bytes, password: str = PASSWORD) -> Manifest:
    place = home.with_name("opened")
    place.write_bytes(data)
    with place.open("rb") as source, cipher.decrypting(home, password, source) as plain:
        return archive.read(plain, lambda _done, _total: None)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "cipher"


def test_an_encrypted_backup_opens_with_its_password_only(home: Path) -> None:
    whole = sealed(home, inside(*ITEMS))
    assert b"Wenzhou" not in whole
    assert opened(home, whole) == manifest(*ITEMS)
    with pytest.raises(BranchboxError, match="password does not open this backup"):
        opened(home, whole, "correct horse battery stapler")


def test_the_password_may_be_chinese(home: Path) -> None:
    assert opened(
        home, sealed(home, inside(*ITEMS), "正确的马电池订书钉一二三"), "正确的马电池订书钉一二三"
    ) == manifest(*ITEMS)


@pytest.mark.parametrize("place", [0.0, 0.5, 0.99999])
def test_a_cut_or_a_flipped_bit_is_found(home: Path, place: float) -> None:
    whole = sealed(home, inside(*ITEMS))
    at = int(len(whole) * place)
    with pytest.raises(BranchboxError, match="cut off or damaged"):
        opened(home, whole[:at])
    if at:
        flipped = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        with pytest.raises(BranchboxError, match="cut off or damaged"):
            opened(home, flipped)


def test_what_is_newer_is_said_although_the_rest_is_never_read(home: Path) -> None:
    newer = manifest(*ITEMS).model_copy(update={"format": 2})
    with pytest.raises(BranchboxError, match="newer Branchbox"):
        opened(home, sealed(home, inside(*ITEMS, said=newer)))


# --- the gateway ---------------------------------------------------------------------------------


def test_a_secret_is_in_no_argument(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"")
    show = ["sh", "-c", 'cat "/proc/$$/cmdline"; echo; cat "/dev/fd/$0"', SECRET]
    with (tmp_path / "in").open("rb") as source, drawing(show, secret=PASSWORD, source=source) as file:
        arguments, secret = file.read().decode().splitlines()
    assert secret == PASSWORD
    assert "horse" not in arguments


def test_a_filter_that_ends_badly_is_an_error_with_its_own_words(tmp_path: Path) -> None:
    argv = ["sh", "-c", "echo no space >&2; exit 3"]
    with (
        (tmp_path / "out").open("wb") as out,
        pytest.raises(Failed) as told,
        feeding(argv, secret="", out=out) as file,
    ):
        for _ in range(1000):
            file.write(bytes(10_000))
    assert told.value.words == "no space"


def test_a_filter_ends_when_its_user_fails(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"")
    began = time.monotonic()
    with (
        (tmp_path / "in").open("rb") as source,
        pytest.raises(KeyError),
        drawing(["sleep", "60"], secret="", source=source),
    ):
        raise KeyError
    assert time.monotonic() - began < 10


# --- the task ------------------------------------------------------------------------------------


class Branch:
    """A box with a configuration and a database, and a stick."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.places = Places(root / "state", root / "voicemail", root / "ssh", root / "shadow")
        owners = Owners(os.getuid(), os.getgid(), os.getgid())
        self.revisions = Revisions(root / "state" / "revisions", owners)
        (root / "state" / "core").mkdir(parents=True)
        self.revisions.prepare()
        site = document.fill_secrets(document.parse(document.example("en"))[0], None, generate=True)  # type: ignore[arg-type]  # the example loads
        number = self.revisions.write(document.dump(site), {"a.conf": ""}, at=0, by="t", why="t")
        self.revisions.switch(number)
        self.copy_of_the_database()
        (root / "voicemail/default/8021").mkdir(parents=True)
        (root / "voicemail/default/8021/greet.wav").write_bytes(b"RIFF")
        (root / "ssh").mkdir()
        (root / "ssh/ssh_host_ed25519_key").write_text("secret")
        (root / "shadow").write_text("root:*:20000::::::\n")
        self.stick = root / "stick"
        self.stick.mkdir()
        self.backups = Backups(
            self.places,
            self.revisions,
            home=root / "home",
            version="1.4.0",
            tried=lambda _site: self.against,
            clock=lambda: 1.8e9,
        )
        self.against: tuple[Problem, ...] = ()
        """What a trial start says."""

        @contextmanager
        def mounted(_stick: Stick, *, write: bool = False) -> Iterator[Path]:
            yield self.stick

        monkeypatch.setattr(sticks, "mounted", mounted)
        monkeypatch.setattr(sticks, "sticks", lambda: (STICK,))
        monkeypatch.setattr("os.chown", lambda *_: None)

    def copy_of_the_database(self) -> None:
        self.places.outgoing.write_bytes(os.urandom(400_000))

    def write(self, password: str = PASSWORD) -> BackupState:
        wish = BackupWrite(stick="sdb1", password=password, by="zhang", calls=12, operations=7)
        return self.ended(lambda: self.backups.make(wish))

    def look(self, file: str, password: str = PASSWORD) -> BackupState:
        return self.ended(lambda: self.backups.look(BackupFile(stick="sdb1", file=file, password=password)))

    def ended(self, begin: Callable[[], BackupState]) -> BackupState:
        assert begin().phase is BackupPhase.RUNNING
        assert poll(lambda: self.backups.state.phase is not BackupPhase.RUNNING, seconds=30, every=0.01), "never ended"
        return self.backups.state

    def real_database(self, calls: int, operations: int) -> None:
        self.places.outgoing.unlink(missing_ok=True)
        with closing(sqlite3.connect(self.places.outgoing)) as database, database:
            for table, rows in (("calls", calls), ("oplog", operations)):
                database.execute(f"CREATE TABLE {table} (n)")
                database.executemany(f"INSERT INTO {table} VALUES (?)", [(row,) for row in range(rows)])  # noqa: S608 - two names of this test

    def rehearse(self, calls: int = 12, operations: int = 7) -> BackupState:
        copy = DatabaseCopy(calls=calls, operations=operations)
        return self.ended(lambda: self.backups.rehearse(copy))

    def on_stick(self) -> list[str]:
        return sorted(path.name for path in self.stick.rglob("*") if path.is_file())


@pytest.fixture
def branch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Branch:
    return Branch(tmp_path, monkeypatch)


def test_a_backup_is_written_verified_and_found_again(branch: Branch) -> None:
    database = hashlib.sha256(branch.places.outgoing.read_bytes()).hexdigest()
    made = branch.write()
    assert (made.phase, made.file) == (BackupPhase.DONE, "WZN-20270115-080000.branchbox")
    assert branch.on_stick() == [made.file]
    assert not branch.places.outgoing.exists(), "the copy of the database stays behind"
    found = branch.look(made.file)
    assert found.found is not None
    assert (found.found.site_name, found.found.calls, found.found.by) == ("Wenzhou North", 12, "zhang")
    held = branch.backups.found()
    assert hashlib.sha256((held.folder / content.DATABASE).read_bytes()).hexdigest() == database
    assert (held.folder / "voicemail/default/8021/greet.wav").read_bytes() == b"RIFF"
    assert held.folder.stat().st_mode & 0o777 == 0o700


def test_a_wrong_password_leaves_nothing_to_restore(branch: Branch) -> None:
    made = branch.write()
    told = branch.look(made.file, "something else entirely")
    assert told.problem is not None and "does not open this backup" in told.problem.text
    assert not branch.places.staging.exists()
    with pytest.raises(BranchboxError, match="No backup was looked into"):
        branch.backups.found()


def test_a_cut_file_leaves_nothing_to_restore(branch: Branch) -> None:
    path = branch.stick / "branchbox/backups" / branch.write().file
    os.truncate(path, path.stat().st_size - 100)
    told = branch.look(path.name)
    assert told.problem is not None and "cut off or damaged" in told.problem.text
    assert not branch.places.staging.exists()


def test_a_stick_that_holds_something_else_than_was_written_is_said_to_be_bad(
    branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def flip(handle: int) -> None:
        written = Path(f"/proc/self/fd/{handle}").readlink()
        if written.suffix == ".unfinished":
            os.pwrite(handle, bytes([written.read_bytes()[5000] ^ 1]), 5000)
        fsync(handle)

    monkeypatch.setattr("provisioning.backup.backups.os.fsync", flip)
    told = branch.write()
    assert told.problem is not None and "the stick is bad" in told.problem.text
    assert branch.on_stick() == [], "half a backup stays on the stick"


def test_a_full_stick_is_said_and_nothing_half_written_stays(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def full(_home: Path, _password: str, _out: object) -> Iterator[io.BytesIO]:
        yield io.BytesIO()
        raise Failed(["gpg"], 2, "gpg: [stdout]: write error: No space left on device")

    monkeypatch.setattr(cipher, "encrypting", full)
    told = branch.write()
    assert told.problem is not None and "is full" in told.problem.text
    assert branch.on_stick() == []


def test_a_short_password_is_refused(branch: Branch) -> None:
    with pytest.raises(BranchboxError, match="at least 12 characters"):
        branch.write("short")


def test_cancelling_leaves_nothing_on_the_stick(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    began = archive.write

    def slow(*given: object) -> None:
        branch.backups._stop.set()
        began(*given)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(archive, "write", slow)
    assert branch.write().phase is BackupPhase.CANCELLED
    assert branch.on_stick() == []


def test_a_restart_forgets_what_was_laid_out(branch: Branch) -> None:
    files.make_folder(branch.places.staging, Access(os.getuid(), os.getgid(), 0o700))
    (branch.places.staging / "site.toml").write_text("secret")
    branch.backups.prepare()
    assert not branch.places.staging.exists()


def test_only_people_s_passwords_are_taken_along() -> None:
    shadow = "root:$y$root:1::::::\nzhang:$y$abc:1::::::\nli:!:1::::::\nbranchbox:$y$x:1::::::\n"
    assert people_hashes(shadow, frozenset({"zhang", "li"})) == "zhang:$y$abc\n"


def test_a_rehearsal_of_a_restore_passes_and_leaves_nothing(branch: Branch) -> None:
    branch.real_database(12, 7)
    ended = branch.rehearse()
    assert (ended.phase, ended.problem) == (BackupPhase.DONE, None)
    assert ended.size is not None
    assert not branch.places.rehearsal.exists(), "what was laid out holds passwords"
    assert not branch.places.outgoing.exists()
    assert branch.on_stick() == []


def test_a_rehearsal_fails_on_what_a_restore_would_fail_on(branch: Branch) -> None:
    branch.real_database(11, 7)
    fewer = branch.rehearse()
    assert "11 calls instead of 12" in str(fewer.problem)
    branch.copy_of_the_database()
    assert "damaged" in str(branch.rehearse().problem)
    branch.real_database(12, 7)
    branch.against = (Problem(text="No."),)
    assert str(branch.rehearse().problem) == "No."
    assert not branch.places.rehearsal.exists()


def test_a_rehearsal_does_not_fill_the_disk(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 10**9 - 10**6, 10**6))
    ended = branch.rehearse()
    assert "no room" in str(ended.problem)
    assert not branch.places.outgoing.exists()
