"""The revisions of the configuration on the disk, and which of them is in force.

A revision is a folder named by its number that appears whole (renamed from a temporary name
when all of it is durable) and never changes but for `confirmed` in `revision.json`.
`current` is a symlink to the one in force. `pending.json` says that it waits to be confirmed
and what to go back to; it is written before the switch, so that a power cut at any moment
leaves the old revision in force or the new one with its countdown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from appliance.site.problems import BranchboxError, Problem
from provisioning import files
from provisioning.files import Access

KEPT = 50
"""How many revisions stay; those in force or to go back to stay in any case."""


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Facts(_Record):
    """`revision.json`: who made a revision, when, why, and the SHA-256 of each of its files."""

    number: int
    at: float
    by: str
    why: str
    hashes: dict[str, str]
    confirmed: bool = False


class Pending(_Record):
    """`pending.json`: a revision that goes away at `deadline` (epoch seconds) unless confirmed."""

    revision: int
    reverts_to: int
    deadline: float
    since: float
    """When the switch was decided, epoch seconds."""
    effective: bool = False
    """The live Asterisk has it and passed the health gate."""


@dataclass(frozen=True)
class Owners:
    """Who owns what: the service itself (root), and the group that Asterisk runs as."""

    uid: int
    gid: int
    asterisk_gid: int

    def asterisk(self, mode: int) -> Access:
        """For what Asterisk reads."""
        return Access(self.uid, self.asterisk_gid, mode)

    def private(self, mode: int) -> Access:
        """For what only the service reads."""
        return Access(self.uid, self.gid, mode)


def no_revision(number: int | None) -> BranchboxError:
    """The error for a revision that is not there."""
    if number is None:
        return BranchboxError(Problem(text="No configuration is in force yet. Apply one first."))
    return BranchboxError(
        Problem(
            text="There is no revision {number}. The list of revisions shows those that are kept.",
            args={"number": str(number)},
        )
    )


class Revisions:
    """The folder of revisions. One service writes it; nothing here is for two threads."""

    def __init__(self, root: Path, owners: Owners) -> None:
        self._root = root
        self._owners = owners
        self._current = root / "current"
        self._pending = root / "pending.json"
        self._doubt = root / "doubt"

    # --- reading ---------------------------------------------------------------------------

    def numbers(self) -> tuple[int, ...]:
        """The revisions there are, oldest first."""
        if not self._root.is_dir():
            return ()
        return tuple(sorted(int(path.name) for path in self._root.iterdir() if path.name.isdecimal()))

    def current(self) -> int | None:
        """The revision in force; None when there is none."""
        if not self._current.is_symlink():
            return None
        name = self._current.readlink().name
        return int(name) if name.isdecimal() and (self._root / name).is_dir() else None

    def pending(self) -> Pending | None:
        """What waits to be confirmed."""
        if not self._pending.exists():
            return None
        return Pending.model_validate_json(self._pending.read_text())

    def facts(self, number: int) -> Facts:
        """Who made a revision, when and why."""
        try:
            return Facts.model_validate_json((self._folder(number) / "revision.json").read_text())
        except FileNotFoundError:
            raise no_revision(number) from None

    def is_confirmed(self, number: int) -> bool:
        """Whether a revision is there and was confirmed."""
        return number in self.numbers() and self.facts(number).confirmed

    def site(self, number: int) -> str:
        """A revision's site document as TOML, passwords in clear."""
        try:
            return (self._folder(number) / "site.toml").read_text()
        except FileNotFoundError:
            raise no_revision(number) from None

    def tree(self, number: int | None) -> dict[str, str]:
        """A revision's Asterisk files by relative name; empty when there is no revision."""
        if number is None:
            return {}
        folder = self._folder(number) / "asterisk"
        return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}

    def whole(self, number: int) -> bool:
        """Whether every file of a revision is there and is what was written."""
        folder = self._folder(number)
        try:
            expected = self.facts(number).hashes
            return all(_hash((folder / name).read_text()) == digest for name, digest in expected.items())
        except (BranchboxError, OSError, ValueError):
            return False

    # --- changing --------------------------------------------------------------------------

    def prepare(self) -> None:
        """Make the folder, and remove what a power cut left half-written or half-removed."""
        files.make_folder(self._root, self._owners.asterisk(0o750))
        for path in self._root.iterdir():
            if path.name.startswith("."):
                files.remove_tree(path)
        files.sync_folder(self._root)

    def write(self, site: str, tree: Mapping[str, str], *, at: float, by: str, why: str) -> int:
        """Add a revision; it exists whole when this returns, and not at all before. Gives its number."""
        number = max(self.numbers(), default=0) + 1
        hashes = {"site.toml": _hash(site)} | {f"asterisk/{name}": _hash(text) for name, text in tree.items()}
        facts = Facts(number=number, at=at, by=by, why=why, hashes=hashes)
        fresh = self._root / f".new-{number}"
        files.remove_tree(fresh)
        files.lay_out(
            fresh,
            {"site.toml": site, "revision.json": facts.model_dump_json(indent=1)},
            self._owners.asterisk(0o750),
            self._owners.private(0o600),
        )
        files.lay_out(fresh / "asterisk", tree, self._owners.asterisk(0o750), self._owners.asterisk(0o640))
        files.sync_tree(fresh)
        files.rename(fresh, self._folder(number))
        return number

    def switch(self, number: int) -> None:
        """Put a revision in force, in one step."""
        files.switch_link(self._current, str(number))

    def wait_for(self, pending: Pending) -> None:
        """Write down that a revision waits to be confirmed."""
        files.write_whole(self._pending, pending.model_dump_json(), self._owners.private(0o600))

    def settle(self) -> None:
        """Nothing waits any more."""
        files.remove(self._pending)

    def confirm(self, number: int) -> None:
        """Write down that a revision is confirmed."""
        facts = self.facts(number).model_copy(update={"confirmed": True})
        path = self._folder(number) / "revision.json"
        files.write_whole(path, facts.model_dump_json(indent=1), self._owners.private(0o600))

    def doubt(self) -> None:
        """Write down that the live Asterisk may not have all files of the revision in force."""
        files.write_whole(
            self._doubt, "the live Asterisk may hold files of another revision\n", self._owners.private(0o600)
        )

    def trust(self) -> None:
        """The live Asterisk has every file of the revision in force."""
        if self.doubted():
            files.remove(self._doubt)

    def doubted(self) -> bool:
        """Whether going back failed half-way and nothing has put it right since."""
        return self._doubt.exists()

    def prune(self) -> None:
        """Remove the oldest revisions beyond `KEPT`, never one in force or to go back to."""
        pending = self.pending()
        needed = {self.current()} | ({pending.revision, pending.reverts_to} if pending else set())
        for number in self.numbers()[:-KEPT]:
            if number not in needed:
                gone = self._root / f".old-{number}"
                files.rename(self._folder(number), gone)
                files.remove_tree(gone)

    def _folder(self, number: int) -> Path:
        return self._root / str(number)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
