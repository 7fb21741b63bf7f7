"""Encryption of a backup: GnuPG with a password, AES-256 (decision 0015). Any OpenPGP program opens it.

The password goes in by a pipe of its own, never by an argument. What comes out of a decryption is not to be
trusted before the program has ended well: only then was the file's checksum right.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from appliance.site.problems import BranchboxError, Problem
from provisioning import files
from provisioning.files import Access
from provisioning.run import SECRET, Failed, drawing, feeding

_COUNT = "65011712"
"""Rounds of the password's hash, the most that OpenPGP knows: each guess costs them too."""

WRONG = Problem(
    text="The password does not open this backup. Look at capitals and spaces; nobody can find the password out."
)
DAMAGED = Problem(
    text="This backup is cut off or damaged. Take another copy of it; nothing was changed.",
)


@contextmanager
def encrypting(home: Path, password: str, out: BinaryIO) -> Iterator[BinaryIO]:
    """What is written into the context's file goes encrypted to `out`. Raises Failed when it could not."""
    files.make_folder(home, Access(0, 0, 0o700))
    argv = [
        *_gpg(home),
        *("--cipher-algo", "AES256", "--s2k-mode", "3", "--s2k-digest-algo", "SHA512", "--s2k-count", _COUNT),
        *("--compress-algo", "none", "--symmetric"),
    ]
    with feeding(argv, secret=password, out=out) as file:
        yield file


@contextmanager
def decrypting(home: Path, password: str, source: BinaryIO) -> Iterator[BinaryIO]:
    """The context's file gives what `source` holds encrypted. Raises BranchboxError when it was not whole."""
    files.make_folder(home, Access(0, 0, 0o700))
    try:
        with drawing([*_gpg(home), "--decrypt"], secret=password, source=source) as file:
            yield file
    except Failed as failed:
        known = WRONG if "Bad session key" in failed.words else DAMAGED
        raise BranchboxError(known.model_copy(update={"original": failed.words[-300:]})) from failed


def _gpg(home: Path) -> list[str]:
    return [
        *("gpg", "--homedir", str(home), "--batch", "--no-tty", "--quiet", "--no-options", "--no-autostart"),
        *("--no-symkey-cache", "--pinentry-mode", "loopback", "--passphrase-fd", SECRET, "--output", "-"),
    ]
