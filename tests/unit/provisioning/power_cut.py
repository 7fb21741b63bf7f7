"""A disk that loses its power: what was not made durable may be gone, in part or whole.

Stands in for `os` in `provisioning.files`. It does each call for real in one folder and
keeps beside it what a disk would hold: a file's text is safe after fsync of the file, a
folder's names after fsync of the folder; of names since then a prefix survives, of texts
nothing, a half or all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Draw = Callable[[int], int]
"""A whole number from 0 to the given one: what chance leaves."""


class PowerCut(BaseException):
    """The machine stops here."""


@dataclass
class Node:
    """A file (text), link (target) or folder (names)."""

    kind: str
    now: bytes = b""
    safe: bytes | None = None
    names: dict[str, Node] = field(default_factory=dict)
    safe_names: dict[str, Node] = field(default_factory=dict)
    unsafe: list[dict[str, Node | None]] = field(default_factory=list)

    def put(self, **changes: Node | None) -> None:
        """Change names in one step, as a rename does."""
        self.unsafe.append(dict(changes))
        _merge(self.names, changes)


def _merge(names: dict[str, Node], changes: dict[str, Node | None]) -> None:
    for name, node in changes.items():
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node


class FailingDisk:
    """Has the calls of `os` that `provisioning.files` makes; cuts the power before call number `cut_at`."""

    O_RDONLY, O_WRONLY, O_CREAT, O_TRUNC = os.O_RDONLY, os.O_WRONLY, os.O_CREAT, os.O_TRUNC
    O_NOFOLLOW, O_CLOEXEC = os.O_NOFOLLOW, os.O_CLOEXEC

    def __init__(self, root: Path) -> None:
        self._root = root
        self._top = Node("folder")
        self._open: dict[int, Node] = {}
        self.calls = 0
        self.cut_at: int | None = None

    def _tick(self) -> None:
        if self.calls == self.cut_at:
            raise PowerCut
        self.calls += 1

    def _find(self, path: Path) -> Node:
        node = self._top
        for part in path.relative_to(self._root).parts:
            node = node.names[part]
        return node

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        self._tick()
        handle = os.open(path, flags, mode)
        if flags & os.O_CREAT and path.name not in self._find(path.parent).names:
            self._find(path.parent).put(**{path.name: Node("file")})
        node = self._find(path)
        if flags & os.O_TRUNC:
            node.now = b""
        self._open[handle] = node
        return handle

    def write(self, handle: int, data: bytes) -> int:
        self._tick()
        count = os.write(handle, data)
        self._open[handle].now += data[:count]
        return count

    def fsync(self, handle: int) -> None:
        self._tick()
        node = self._open[handle]
        node.safe = node.now
        node.safe_names, node.unsafe = dict(node.names), []

    def close(self, handle: int) -> None:
        self._open.pop(handle)
        os.close(handle)

    def fchown(self, handle: int, uid: int, gid: int) -> None:
        self._tick()

    def fchmod(self, handle: int, mode: int) -> None:
        self._tick()

    def chown(self, path: Path, uid: int, gid: int) -> None:
        self._tick()

    def chmod(self, path: Path, mode: int) -> None:
        self._tick()

    def mkdir(self, path: Path, mode: int) -> None:
        self._tick()
        path.mkdir(mode)
        if path != self._root:
            self._find(path.parent).put(**{path.name: Node("folder")})

    def symlink(self, target: str, path: Path) -> None:
        self._tick()
        path.symlink_to(target)
        self._find(path.parent).put(**{path.name: Node("link", target.encode(), target.encode())})

    def rename(self, path: Path, to: Path) -> None:
        self._tick()
        assert path.parent == to.parent, "a rename across folders is not one step here"
        path.rename(to)
        parent = self._find(path.parent)
        parent.put(**{path.name: None, to.name: parent.names[path.name]})

    def replace(self, path: Path, to: Path) -> None:
        self.rename(path, to)

    def unlink(self, path: Path) -> None:
        self._tick()
        path.unlink()
        self._find(path.parent).put(**{path.name: None})

    def rmdir(self, path: Path) -> None:
        self._tick()
        path.rmdir()
        self._find(path.parent).put(**{path.name: None})

    def after_the_cut(self, where: Path, draw: Draw) -> None:
        """Write to `where` what the disk holds when the power is back."""
        _bring_back(self._top, where, draw)


def _bring_back(node: Node, where: Path, draw: Draw) -> None:
    if node.kind == "folder":
        where.mkdir()
        names = dict(node.safe_names)
        for changes in node.unsafe[: draw(len(node.unsafe))]:
            _merge(names, changes)
        for name, child in names.items():
            _bring_back(child, where / name, draw)
    elif node.kind == "link":
        where.symlink_to(node.now.decode())
    else:
        unsafe = (b"", node.now[: len(node.now) // 2], node.now)
        where.write_bytes(node.now if node.safe == node.now else unsafe[draw(2)])
