"""The secrets that the box makes for itself; they never leave it."""

from __future__ import annotations

import secrets
from pathlib import Path

from provisioning import files
from provisioning.files import Access


def ami_password(folder: Path, owner: int, readers: int) -> str:
    """The AMI password of core from `folder`/ami, made on first use; group `readers` may read it."""
    return _own(folder / "ami", owner, readers, 0o640)


def nut_passwords(folder: Path, owner: int, readers: int) -> dict[str, str]:
    """The passwords of NUT's two users, made on first use; root alone reads them here, and host hands them out."""
    return {name: _own(folder / name, owner, readers, 0o600) for name in ("nut-upsmon", "nut-branchbox")}


def _own(path: Path, owner: int, readers: int, mode: int) -> str:
    if not path.exists():
        files.make_folder(path.parent, Access(owner, readers, 0o750))
        files.write_whole(path, secrets.token_urlsafe(32) + "\n", Access(owner, readers, mode))
    return path.read_text().strip()
