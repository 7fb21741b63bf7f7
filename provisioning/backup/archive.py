"""The backup's inside: a compressed tar whose first member, the manifest, names every other with its hash.

Only what the manifest names is taken, under exactly that name, with exactly that size and hash.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from pydantic import ConfigDict, Field, ValidationError

from appliance.api.backups import BackupFacts
from appliance.api.wire import Message
from appliance.site.problems import BranchboxError, Problem
from provisioning.backup.cipher import DAMAGED

FORMAT = 1
MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 16 * 1024**2
_PIECE = 1024**2
_LEVEL = 3
"""gzip's; a slow box writes a call history at the pace of a slow stick."""
_NAME = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9._+-]*(/[A-Za-z0-9_+-][A-Za-z0-9._+-]*){0,8}")
"""Relative, no `..`, no hidden part, nothing that a shell or a terminal minds."""

Told = Callable[[int, int], None]
"""Hears bytes done and bytes in all; may raise to stop the work."""


class Entry(Message):
    """One file of a backup."""

    name: str
    size: int = Field(ge=0)
    sha256: str


class Manifest(Message):
    """What a backup is and holds."""

    format: int
    facts: BackupFacts
    entries: tuple[Entry, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(entry.size for entry in self.entries)


@dataclass(frozen=True)
class Item:
    """A file to be put into a backup: its name there, and where its bytes are."""

    name: str
    content: Path | bytes

    def open(self) -> BinaryIO:
        """Its bytes."""
        return io.BytesIO(self.content) if isinstance(self.content, bytes) else self.content.open("rb")


def entry(item: Item) -> Entry:
    """An item's size and hash. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    with item.open() as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return Entry(name=item.name, size=size, sha256=digest.hexdigest())


def fits_in(name: str) -> bool:
    """Whether a file of this name can be in a backup."""
    return _NAME.fullmatch(name) is not None and name != MANIFEST


def write(out: BinaryIO, manifest: Manifest, items: Iterable[Item], told: Told) -> None:
    """Write a backup's inside. The items are those of the manifest, in its order. Raises OSError."""
    total, done = manifest.size, 0
    with (
        gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=_LEVEL, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        text = manifest.model_dump_json().encode()
        tar.addfile(_header(MANIFEST, len(text)), io.BytesIO(text))
        for known, item in zip(manifest.entries, items, strict=True):
            with item.open() as file:
                before = done

                def passed(count: int, before: int = before) -> None:
                    told(before + count, total)

                tar.addfile(_header(item.name, known.size), _Counted(file, passed))
            done += known.size
            told(done, total)


def read(source: BinaryIO, told: Told, into: Path | None = None) -> Manifest:
    """Read a backup's inside to its end and hold it against its manifest; with `into`, lay its files there.

    Raises BranchboxError when it is not whole, or from a newer Branchbox.
    """
    try:
        with tarfile.open(fileobj=source, mode="r|gz") as tar:
            members = iter(tar)
            manifest = _manifest(tar, members)
            wanted, done = {known.name: known for known in manifest.entries}, 0
            for member in members:
                known = wanted.pop(member.name, None)
                if known is None or not member.isreg() or member.size != known.size:
                    raise BranchboxError(DAMAGED)
                _take(tar, member, known, into)
                done += known.size
                told(done, manifest.size)
            if wanted:
                raise BranchboxError(DAMAGED)
        while source.read(_PIECE):
            pass  # to the very end: the cipher's own checksum stands there
    except (tarfile.TarError, EOFError, ValidationError, UnicodeDecodeError) as error:
        raise BranchboxError(DAMAGED.model_copy(update={"original": str(error)[:300]})) from error
    return manifest


def _manifest(tar: tarfile.TarFile, members: Iterator[tarfile.TarInfo]) -> Manifest:
    first = next(members, None)
    if first is None or first.name != MANIFEST or not first.isreg() or first.size > _LARGEST_MANIFEST:
        raise BranchboxError(DAMAGED)
    text = _opened(tar, first).read()
    said = Said.model_validate_json(text)
    if said.format > FORMAT:
        newer = "This backup was made by a newer Branchbox ({version}). Update this box first, then restore it."
        raise BranchboxError(Problem(text=newer, args={"version": said.facts.version[:40]}))
    manifest = Manifest.model_validate_json(text)
    if not all(fits_in(known.name) for known in manifest.entries):
        raise BranchboxError(DAMAGED)
    return manifest


class SaidFacts(Message):
    """The version alone, out of a manifest that may say more than this version knows."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    version: str


class Said(Message):
    """A manifest's format and version, whatever else a newer one says."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: int
    facts: SaidFacts


def _take(tar: tarfile.TarFile, member: tarfile.TarInfo, known: Entry, into: Path | None) -> None:
    digest, reading = hashlib.sha256(), _opened(tar, member)
    target = None
    if into is not None:
        place = into / known.name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = place.open("xb")
    try:
        while piece := reading.read(_PIECE):
            digest.update(piece)
            if target is not None:
                target.write(piece)
    finally:
        if target is not None:
            target.close()
    if digest.hexdigest() != known.sha256:
        raise BranchboxError(DAMAGED)


def _opened(tar: tarfile.TarFile, member: tarfile.TarInfo) -> BinaryIO:
    file = tar.extractfile(member)
    if file is None:
        raise BranchboxError(DAMAGED)
    return cast(BinaryIO, file)


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size = size
    header.mode = 0o600
    return header


class _Counted(io.RawIOBase):
    """A file that tells how much of it was read."""

    def __init__(self, file: BinaryIO, told: Callable[[int], None]) -> None:
        super().__init__()
        self._file = file
        self._told = told
        self._done = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece = self._file.read(size)
        self._done += len(piece)
        self._told(self._done)
        return piece
