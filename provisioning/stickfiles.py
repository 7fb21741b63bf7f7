"""Files of ours on a stick: found by fixed patterns, opened without following links, bounded in size."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance.api import imports
from appliance.api.prompts import LARGEST
from appliance.api.sticks import FileKind, StickFile
from appliance.site.problems import BranchboxError, Problem

FOLDER = "branchbox"
BACKUPS = "backups"
PROMPTS = "prompts"
CUSTOMERS = "customers"
SITE = "site.toml"
RECOVERY = "recovery.hash"
_MOST = 200
"""Files of one kind that are shown; a stick with more has another purpose."""
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
"""What opening says when a name, or a folder before it, is not there or is a link."""
_LETTERS = r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}"
_ANY_LETTERS = r"\w[\w .,()（）、·+-]{0,99}"
"""Files that people name themselves, in Chinese as well."""


@dataclass(frozen=True)
class _Pattern:
    """Where a kind of file lies, how it is called, and the largest size that is believed, bytes."""

    folder: tuple[str, ...]
    name: re.Pattern[str]
    limit: int


_PATTERNS = {
    FileKind.SITE: _Pattern((FOLDER,), re.compile(re.escape(SITE)), 1024**2),
    FileKind.RECOVERY: _Pattern((FOLDER,), re.compile(re.escape(RECOVERY)), 1024),
    FileKind.BUNDLE: _Pattern((FOLDER,), re.compile(_LETTERS + r"\.raucb"), 8 * 1024**3),
    FileKind.KEY: _Pattern((FOLDER,), re.compile(_LETTERS + r"\.pub"), 16 * 1024),
    FileKind.BACKUP: _Pattern((FOLDER, BACKUPS), re.compile(_LETTERS + r"\.branchbox"), 1024**4),
    FileKind.PROMPT: _Pattern((FOLDER, PROMPTS), re.compile(_LETTERS + r"\.(wav|mp3|WAV|MP3)"), LARGEST),
    FileKind.CUSTOMERS: _Pattern(
        (FOLDER, CUSTOMERS), re.compile(_ANY_LETTERS + r"\.(?i:csv|txt|xlsx)"), imports.LARGEST
    ),
}


def free(root: Path) -> int:
    """Bytes that can still be written."""
    room = os.statvfs(root)
    return room.f_bavail * room.f_frsize


def ours(root: Path) -> tuple[StickFile, ...]:
    """Every file of ours on a mounted stick, by kind and name."""
    return tuple(file for kind in FileKind for file in of_kind(root, kind))


def of_kind(root: Path, kind: FileKind) -> tuple[StickFile, ...]:
    """The files of one kind. A link, a folder, or a file larger than its kind can be is not one of ours."""
    pattern = _PATTERNS[kind]
    found = []
    try:
        with _folder(root, pattern.folder) as folder:
            for name in sorted(os.listdir(folder)):  # noqa: PTH208  (by descriptor: a path could be a link)
                if pattern.name.fullmatch(name):
                    facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
                    if stat.S_ISREG(facts.st_mode) and facts.st_size <= pattern.limit:
                        found.append(StickFile(kind=kind, name=name, size=facts.st_size, modified=facts.st_mtime))
    except OSError as error:
        if error.errno not in _ABSENT:
            raise
    return tuple(found[:_MOST])


def path(root: Path, kind: FileKind, name: str) -> Path:
    """The path of a file of ours, for a program that opens it itself. Raises BranchboxError when there is none."""
    if not any(file.name == name for file in of_kind(root, kind)):
        raise _missing(name)
    return root.joinpath(*_PATTERNS[kind].folder, name)


def piece(root: Path, kind: FileKind, name: str, start: int, size: int) -> bytes:
    """At most `size` bytes of a file of ours from `start` on; none behind its end. Raises BranchboxError when it is
    not there."""
    pattern = _PATTERNS[kind]
    if not pattern.name.fullmatch(name):
        raise _missing(name)
    try:
        with _folder(root, pattern.folder) as folder:
            handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
            with os.fdopen(handle, "rb") as file:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise _missing(name)
                file.seek(start)
                return file.read(size)
    except OSError as error:
        if error.errno not in _ABSENT:
            raise
        raise _missing(name) from None


def read(root: Path, kind: FileKind, name: str) -> bytes:
    """A file of ours, whole. Raises BranchboxError when it is not there or too large."""
    pattern = _PATTERNS[kind]
    data = piece(root, kind, name, 0, pattern.limit + 1)
    if len(data) > pattern.limit:
        text = "The file {file} on the stick is larger than {limit} bytes: it is not what its name says."
        raise BranchboxError(Problem(text=text, args={"file": name, "limit": str(pattern.limit)}))
    return data


def read_text(root: Path, kind: FileKind, name: str) -> str:
    """A file of ours as UTF-8 text. Raises BranchboxError when it is not there, too large or no text."""
    try:
        return read(root, kind, name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = "The file {file} on the stick is no text in UTF-8. Save it again with that encoding."
        raise BranchboxError(Problem(text=text, args={"file": name}, original=str(error))) from error


def make_folder(root: Path, kind: FileKind) -> Path:
    """The folder of a kind, made when it is missing; a link in its place is refused."""
    place = root
    for part in _PATTERNS[kind].folder:
        place /= part
        place.mkdir(mode=0o755, exist_ok=True)
        if place.is_symlink():
            raise NotADirectoryError(errno.ENOTDIR, "a link in the place of a folder", part)
    return place


@contextmanager
def _folder(root: Path, parts: tuple[str, ...]) -> Iterator[int]:
    """A descriptor of a folder below `root`, reached without following a link."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(root, flags)
    try:
        for part in parts:
            below = os.open(part, flags, dir_fd=handle)
            os.close(handle)
            handle = below
        yield handle
    finally:
        os.close(handle)


def _missing(name: str) -> BranchboxError:
    text = "The stick has no file {file} in its folder branchbox. Look for it on an office PC."
    return BranchboxError(Problem(text=text, args={"file": name[:100]}))
