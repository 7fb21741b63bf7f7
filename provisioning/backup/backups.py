"""Making a backup and looking into one: one task at a time, in a thread of its own, told as it goes."""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from appliance.api.backups import (
    PASSWORD_LEAST,
    BackupFacts,
    BackupFile,
    BackupPhase,
    BackupState,
    BackupStep,
    BackupTask,
)
from appliance.api.laid_down import BackupDone
from appliance.api.sticks import FileKind, Stick
from appliance.api.verbs import BackupWrite, DatabaseCopy
from appliance.site import document as documents
from appliance.site.problems import BranchboxError, Problem
from provisioning import files, stickfiles, sticks
from provisioning.backup import archive, cipher, content, rehearsal
from provisioning.backup.archive import Entry, Item, Manifest
from provisioning.backup.content import Places
from provisioning.backup.rehearsal import Tried
from provisioning.files import Access
from provisioning.revisions import Revisions
from provisioning.run import Failed

FOLDER, FILE = files.Access(0, 0, 0o755), files.Access(0, 0, 0o644)
"""Of what is laid down for health: root's, and everybody may read it."""
LOG = logging.getLogger("branchbox.host")
_EVERY = 0.3
_ENDING = ".branchbox"
_UNFINISHED = ".unfinished"
_PRIVATE = Access(0, 0, 0o700)


class Cancelled(Exception):
    """The person thinks better of it."""


@dataclass(frozen=True)
class Found:
    """A backup that was read whole and lies in the staging folder."""

    manifest: Manifest
    folder: Path


class Backups:
    """The one task that runs, its state, and what the last look found. `home` is a folder in /run for the cipher."""

    def __init__(
        self,
        places: Places,
        revisions: Revisions,
        *,
        home: Path,
        version: str,
        tried: Tried,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._places = places
        self._revisions = revisions
        self._home = home
        self._version = version
        self._tried = tried
        self._clock = clock
        self._lock = threading.Lock()
        self._state = BackupState(phase=BackupPhase.IDLE)
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._found: Found | None = None

    @property
    def state(self) -> BackupState:
        """How far the task is, or how the last one ended."""
        return self._state

    def found(self) -> Found:
        """What the last look found. Raises BranchboxError when there was none."""
        if self._found is None:
            raise BranchboxError(Problem(text="No backup was looked into. Choose one on a stick first."))
        return self._found

    def prepare(self) -> None:
        """Remove what an earlier run of the service left behind."""
        files.remove_tree(self._places.staging)
        files.remove_tree(self._places.rehearsal)

    def forget(self) -> None:
        """Remove what a look laid out: it holds passwords."""
        self._found = None
        files.remove_tree(self._places.staging)

    def make(self, wish: BackupWrite) -> BackupState:
        """Begin to write a backup. Raises BranchboxError."""
        if len(wish.password) < PASSWORD_LEAST:
            text = "The backup's password is too short: take at least {least} characters, for example four words."
            raise BranchboxError(Problem(text=text, args={"least": str(PASSWORD_LEAST)}))
        stick = sticks.find(wish.stick)
        return self._begin(BackupTask.MAKE, "", lambda: self._make(stick, wish))

    def look(self, wish: BackupFile) -> BackupState:
        """Begin to read a backup. Raises BranchboxError."""
        stick = sticks.find(wish.stick)
        return self._begin(BackupTask.LOOK, wish.file, lambda: self._look(stick, wish))

    def rehearse(self, wish: DatabaseCopy) -> BackupState:
        """Begin to make a backup that nobody keeps and to try whether it could be restored. Raises BranchboxError."""
        return self._begin(BackupTask.REHEARSE, "", lambda: self._rehearse(wish))

    def cancel(self) -> BackupState:
        """Stop what runs; gives the state after it has stopped."""
        thread = self._thread
        if thread is not None:
            self._stop.set()
            thread.join(30)
        return self._state

    # --- the thread --------------------------------------------------------------------------------

    def _begin(self, task: BackupTask, file: str, work: Callable[[], None]) -> BackupState:
        with self._lock:
            if self._state.phase is BackupPhase.RUNNING:
                raise BranchboxError(Problem(text="A backup is being written or read already. Wait for its end."))
            self._stop.clear()
            self._state = BackupState(phase=BackupPhase.RUNNING, task=task, file=file)
            self._thread = threading.Thread(target=self._run, args=(work,), name="backup", daemon=True)
            self._thread.start()
            return self._state

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Cancelled:
            self._tell(phase=BackupPhase.CANCELLED)
        except BranchboxError as error:
            LOG.warning("%s: %s", self._state.task, error)
            self._tell(phase=BackupPhase.FAILED, problem=error.problems[0])
        except Exception as error:  # whatever it was, the person must hear that it ended
            LOG.exception("%s failed", self._state.task)
            text = "The backup could not be finished. The journal of branchbox-host says why."
            self._tell(phase=BackupPhase.FAILED, problem=Problem(text=text, original=str(error)[:300]))

    def _tell(self, **changed: object) -> None:
        self._state = self._state.model_copy(update={"done": None, "rate": None, "left": None, **changed})

    def _progress(self, step: BackupStep) -> Callable[[int, int], None]:
        began = last = time.monotonic()
        self._tell(step=step)

        def told(done: int, total: int) -> None:
            nonlocal last
            if self._stop.is_set():
                raise Cancelled
            now = time.monotonic()
            if now - last >= _EVERY:
                last = now
                rate = done / (now - began)
                left = (total - done) / rate if rate else None
                self._tell(step=step, done=done / total if total else None, rate=rate, left=left)

        return told

    # --- making --------------------------------------------------------------------------------------

    def _make(self, stick: Stick, wish: BackupWrite) -> None:
        try:
            manifest, found = self._gathered(wish, by=wish.by, keys=wish.keys)
            facts = manifest.facts
            name = f"{facts.site_code}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime(facts.made))}{_ENDING}"
            self._tell(file=name)
            with sticks.mounted(stick, write=True) as root:
                place = stickfiles.make_folder(root, FileKind.BACKUP) / name
                size = self._to_stick(stick, place, manifest, found, wish.password)
        finally:
            with suppress(FileNotFoundError):
                self._places.outgoing.unlink()
        files.make_folder(self._places.done.parent, FOLDER)
        files.write_whole(self._places.done, BackupDone(at=facts.made).model_dump_json(), FILE)
        # Said only now: the stick is released and may be pulled, and nothing of the copy of the database is left.
        self._tell(phase=BackupPhase.DONE, size=size, found=facts)
        LOG.info("backup %s is on %s: %d bytes", name, sticks.said(stick), size)

    def _gathered(self, copy: DatabaseCopy, *, by: str, keys: bool) -> tuple[Manifest, list[Item]]:
        progress = self._progress(BackupStep.COPY)
        found = list(content.items(self._places, self._revisions, keys=keys))
        entries: list[Entry] = []
        for number, item in enumerate(found):
            progress(number, len(found))
            entries.append(archive.entry(item))
        facts = self._facts(copy, by=by, keys=keys)
        return Manifest(format=archive.FORMAT, facts=facts, entries=tuple(entries)), found

    def _to_stick(self, stick: Stick, place: Path, manifest: Manifest, found: list[Item], password: str) -> int:
        unfinished = place.with_name(f"{place.name}{_UNFINISHED}")
        try:
            try:
                self._write(unfinished, manifest, found, password)
            except Failed as failed:
                raise sticks.of_words(stick, failed.words) from failed
            self._verify(unfinished, manifest, password)
            unfinished.rename(place)
            files.sync_folder(place.parent)
            size = place.stat().st_size
        except BaseException:
            with suppress(OSError):
                unfinished.unlink()
            raise
        return size

    def _write(self, path: Path, manifest: Manifest, found: list[Item], password: str) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags, 0o600), "wb") as out:
            with cipher.encrypting(self._home, password, out) as plain:
                archive.write(plain, manifest, found, self._progress(BackupStep.WRITE))
            os.fsync(out.fileno())
            # What is read back must come from the disk, not from memory.
            os.posix_fadvise(out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def _verify(self, path: Path, manifest: Manifest, password: str) -> None:
        told = self._progress(BackupStep.VERIFY)
        try:
            with path.open("rb") as source, cipher.decrypting(self._home, password, source) as plain:
                same = archive.read(plain, told) == manifest
        except BranchboxError as error:
            raise _not_as_written(str(error)) from error
        if not same:
            raise _not_as_written("")

    def _facts(self, copy: DatabaseCopy, *, by: str, keys: bool) -> BackupFacts:
        current = self._revisions.current()
        site = documents.parse(self._revisions.site(current))[0] if current is not None else None
        return BackupFacts(
            site_name=site.site.name if site else "",
            site_code=site.site.code if site else "BOX",
            version=self._version,
            made=self._clock(),
            by=by,
            calls=copy.calls,
            operations=copy.operations,
            keys=keys,
        )

    # --- rehearsing ----------------------------------------------------------------------------------

    def _rehearse(self, copy: DatabaseCopy) -> None:
        """Everything that a backup and the first half of a restore do; what is laid out holds passwords and goes."""
        folder = self._places.rehearsal
        files.remove_tree(folder)
        try:
            files.make_folder(folder, _PRIVATE)
            against = rehearsal.no_room(folder, self._places.outgoing)
            if against is not None:
                raise BranchboxError(against)
            manifest, found = self._gathered(copy, by="", keys=True)
            password, path, restored = secrets.token_urlsafe(32), folder / "backup", folder / "restored"
            self._write(path, manifest, found, password)
            files.make_folder(restored, _PRIVATE)
            with path.open("rb") as source, cipher.decrypting(self._home, password, source) as plain:
                same = archive.read(plain, self._progress(BackupStep.READ), restored) == manifest
            if not same:
                raise _not_as_written("")
            against = rehearsal.restorable(restored, manifest, self._tried)
            if against is not None:
                raise BranchboxError(against)
            size = path.stat().st_size
        finally:
            files.remove_tree(folder)
            self._places.outgoing.unlink(missing_ok=True)
        self._tell(phase=BackupPhase.DONE, size=size, found=manifest.facts)
        LOG.info("a restore was rehearsed: %d bytes", size)

    # --- looking -------------------------------------------------------------------------------------

    def _look(self, stick: Stick, wish: BackupFile) -> None:
        self.forget()
        folder = self._places.staging
        try:
            files.make_folder(folder, _PRIVATE)
            with sticks.mounted(stick) as root:
                path = stickfiles.path(root, FileKind.BACKUP, wish.file)
                handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
                with os.fdopen(handle, "rb") as source:
                    told = self._progress(BackupStep.READ)
                    with cipher.decrypting(self._home, wish.password, source) as plain:
                        manifest = archive.read(plain, told, folder)
            held = {known.name for known in manifest.entries}
            if not {content.SITE, content.DATABASE} <= held:
                raise BranchboxError(cipher.DAMAGED)
            self._found = Found(manifest, folder)
            self._tell(phase=BackupPhase.DONE, found=manifest.facts)
        except BaseException:
            self.forget()
            raise


def _not_as_written(original: str) -> BranchboxError:
    text = "What was written to the stick reads back differently: the stick is bad. Take another one."
    return BranchboxError(Problem(text=text, original=original))
