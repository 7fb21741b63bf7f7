"""What a backup holds of this box, and where it goes on another one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.api.verbs import OUTGOING_DB
from provisioning.accounts import read_facts
from provisioning.backup import archive
from provisioning.backup.archive import Item
from provisioning.revisions import Revisions, no_revision

SITE = "site.toml"
DATABASE = "site.db"
VOICEMAIL = "voicemail/"
PROMPTS = "prompts/"
HOST_KEYS = "keys/ssh/"
PASSWORDS = "keys/passwords"
RECOVERY = "keys/recovery"
_HOST_KEY = re.compile(r"ssh_host_[a-z0-9]{2,16}_key(\.pub)?")


@dataclass(frozen=True)
class Places:
    """Where this box keeps what a backup holds."""

    state: Path = Path("/var/lib/branchbox")
    voicemail: Path = Path("/var/spool/asterisk/voicemail")
    ssh: Path = Path("/etc/ssh")
    shadow: Path = Path("/etc/shadow")

    @property
    def prompts(self) -> Path:
        """The branch's own announcements."""
        return self.state / "prompts"

    @property
    def outgoing(self) -> Path:
        """The copy of the database that core makes for a backup."""
        return self.state / "core" / OUTGOING_DB

    @property
    def done(self) -> Path:
        """When the last backup was done, for health."""
        return self.state / "facts" / "backup.json"

    @property
    def recovery(self) -> Path:
        """The hash of the recovery password."""
        return self.state / "secrets" / "recovery"

    @property
    def staging(self) -> Path:
        """Where a backup is laid out before it is restored."""
        return self.state / "restore"

    @property
    def rehearsal(self) -> Path:
        """Where a backup is made, and laid out, to try whether it could be restored."""
        return self.state / "rehearsal"


def items(places: Places, revisions: Revisions, *, keys: bool) -> Iterator[Item]:
    """Every file that goes into a backup of this box now. Raises BranchboxError, OSError."""
    current = revisions.current()
    if current is None:
        raise no_revision(None)
    yield Item(SITE, revisions.site(current).encode())
    yield Item(DATABASE, places.outgoing)
    yield from _below(places.voicemail, VOICEMAIL)
    yield from _below(places.prompts, PROMPTS)
    if keys:
        for path in sorted(places.ssh.iterdir()):
            if _HOST_KEY.fullmatch(path.name) and path.is_file() and not path.is_symlink():
                yield Item(HOST_KEYS + path.name, path)
        yield Item(PASSWORDS, people_hashes(places.shadow.read_text(), _people()).encode())
        if places.recovery.is_file():
            yield Item(RECOVERY, places.recovery)


def people_hashes(shadow: str, people: frozenset[str]) -> str:
    """`login:hash` of each person with a password, as chpasswd takes them. Pure."""
    lines = []
    for line in shadow.splitlines():
        login, hashed, *_rest = [*line.split(":"), ""]
        if login in people and hashed.startswith("$"):
            lines.append(f"{login}:{hashed}\n")
    return "".join(lines)


def is_host_key(name: str) -> bool:
    """Whether a file of a backup is an SSH host key."""
    return name.startswith(HOST_KEYS) and _HOST_KEY.fullmatch(name.removeprefix(HOST_KEYS)) is not None


def _people() -> frozenset[str]:
    return frozenset(account.login for account in read_facts().accounts.values() if account.ours)


def _below(folder: Path, name_of: str) -> Iterator[Item]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place) / name
            inside = name_of + str(path.relative_to(folder))
            if path.is_file() and not path.is_symlink() and archive.fits_in(inside):
                yield Item(inside, path)
