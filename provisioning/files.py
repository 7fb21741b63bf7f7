"""The one way in which the root side writes: whole files, whole folders, durable at each step.

Every function ends with what it did on the disk, not only in memory; the callers' order of
calls is therefore the order that a power cut sees. System calls stand here one by one so
that tests can stop the machine between any two of them.
"""
# os's calls instead of pathlib's: tests replace this module's `os` to cut the power.
# ruff: noqa: PTH101, PTH102, PTH104, PTH105, PTH106, PTH108, PTH211

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Access:
    """Who owns a file or folder and who may do what with it."""

    uid: int
    gid: int
    mode: int


def write_whole(path: Path, text: str, access: Access) -> None:
    """Replace a file in one step: it holds the old text or the new one, never a part."""
    fresh = path.with_name(f".{path.name}.new")
    _create(fresh, text, access)
    _sync(fresh)
    os.replace(fresh, path)
    sync_folder(path.parent)


def make_folder(path: Path, access: Access) -> None:
    """Make a folder unless it is there; its owner and mode are set either way."""
    with suppress(FileExistsError):
        os.mkdir(path, 0o700)
    os.chown(path, access.uid, access.gid)
    os.chmod(path, access.mode)


def lay_out(folder: Path, texts: Mapping[str, str], folder_access: Access, file_access: Access) -> None:
    """Make a folder with files in it (names may have sub-folders). Not durable: see `sync_tree`."""
    make_folder(folder, folder_access)
    for name, text in texts.items():
        parent = folder
        for part in Path(name).parts[:-1]:
            parent /= part
            make_folder(parent, folder_access)
        _create(folder / name, text, file_access)


def sync_tree(folder: Path) -> None:
    """Make everything below a folder durable, and the folder's own list of names."""
    for path in sorted(folder.rglob("*")):
        if not path.is_dir():
            _sync(path)
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            sync_folder(path)
    sync_folder(folder)


def rename(path: Path, to: Path) -> None:
    """Give a file or folder another name in the same folder, durably."""
    os.rename(path, to)
    sync_folder(to.parent)


def put_in_place(fresh: Path, path: Path, access: Access) -> None:
    """Let a finished file take another's place in the same folder, in one step and durably."""
    os.chown(fresh, access.uid, access.gid)
    os.chmod(fresh, access.mode)
    _sync(fresh)
    os.replace(fresh, path)
    sync_folder(path.parent)


def switch_link(link: Path, target: str) -> None:
    """Point a symlink elsewhere in one step: a reader sees the old target or the new one."""
    fresh = link.with_name(f".{link.name}.new")
    _unlink(fresh)
    os.symlink(target, fresh)
    os.replace(fresh, link)
    sync_folder(link.parent)


def remove(path: Path) -> None:
    """Remove a file, durably; it may be gone already."""
    _unlink(path)
    sync_folder(path.parent)


def remove_tree(path: Path) -> None:
    """Remove a folder with all in it; it may be gone already. Links are not followed."""
    if path.is_dir() and not path.is_symlink():
        for child in path.iterdir():
            remove_tree(child)
        os.rmdir(path)
    else:
        _unlink(path)


def sync_folder(path: Path) -> None:
    """Make a folder's list of names durable."""
    _sync(path)


def _create(path: Path, text: str, access: Access) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        data = text.encode()
        while data:
            data = data[os.write(handle, data) :]
        os.fchown(handle, access.uid, access.gid)
        os.fchmod(handle, access.mode)
    finally:
        os.close(handle)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unlink(path: Path) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)
