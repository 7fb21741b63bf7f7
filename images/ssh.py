"""How a person with a key logs in over SSH, from a test or from a developer's machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from images.run import run


@dataclass(frozen=True)
class Key:
    """A key pair of one folder, and the hosts that it has met."""

    folder: Path
    name: str = "key"

    @property
    def private(self) -> Path:
        """The file that nobody else may read."""
        return self.folder / self.name

    @property
    def public(self) -> str:
        """The line for authorized_keys."""
        return self.private.with_name(self.name + ".pub").read_text().strip()

    @property
    def known_hosts(self) -> Path:
        """Whom it has met: the first time is believed."""
        return self.folder / "known_hosts"

    @classmethod
    def fresh(cls, folder: Path, comment: str) -> Key:
        """A new pair, without a password."""
        key = cls(folder)
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", key.private])
        return key

    def login(self, person: str, address: str, *command: str, terminal: bool = False) -> list[str]:
        """The command line that logs a person in, or runs one command as that person."""
        options = {
            "IdentityFile": self.private,
            "IdentitiesOnly": "yes",
            "UserKnownHostsFile": self.known_hosts,
            "StrictHostKeyChecking": "accept-new",
            "LogLevel": "ERROR",
            "ConnectTimeout": 20,
        }
        words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        return ["ssh", "-F", "none", *words, *(["-t"] if terminal else []), f"{person}@{address}", *command]
