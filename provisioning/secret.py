"""The secrets that the box makes for itself; they never leave it."""

from __future__ import annotations

import secrets
from pathlib import Path

from provisioning import files
from provisioning.files import Access


def ami_password(folder: Path, owner: int, readers: int) -> str:
    """The AMI password of core from `folder`/ami, made on first use; group `readers` may read it."""
    path = folder / "ami"
    if not path.exists():
        files.make_folder(folder, Access(owner, readers, 0o750))
        files.write_whole(path, secrets.token_urlsafe(32) + "\n", Access(owner, readers, 0o640))
    return path.read_text().strip()
