"""People's passwords and the recovery password: judged, hashed, and put where login reads them.

No password is in an argument list, a log or a file: programs get it by stdin, files hold hashes.
libcrypt is Debian's own, the one that PAM uses; Python's wrapper of it is gone since 3.13.
"""

from __future__ import annotations

import ctypes
import hmac
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from appliance.site import passwords as policy
from appliance.site.problems import BranchboxError, Problem
from provisioning import files
from provisioning.files import Access
from provisioning.run import run

RECOVERY = "recovery"
"""File below the secrets: one line, `$6$SALT$HASH` (crypt(5), SHA-512) of the password as it is shown,
small letters with its dashes. SHA-512 because the rescue menu's plain shell checks it with openssl."""
FIRST = "first"
"""Folder below the secrets: a file for each login whose account is not made yet."""
MUST_CHANGE = "must-change"

WORDS = (Path("/usr/share/dict/cracklib-small"), Path("/usr/share/dict/words"))
"""One word of these with digits or signs round it is refused; cracklib itself, behind pwscore, asks less."""
UNJUDGED = "The box cannot read its list of guessed words, so it takes no password. Update or install it again."
GUESSED = "The password is too easy to guess. Put several words that have nothing to do with each other in a row."

_SECONDS = 30.0
_WRONG_COSTS = 2.0
"""Seconds that a wrong old password takes, so that guessing is slow."""
_HASH = re.compile(r"^\$(6|y)\$[A-Za-z0-9./$=,]{20,180}$")
_LOGIN = re.compile(r"^[a-z][a-z0-9-]{1,30}$")


@dataclass(frozen=True)
class First:
    """A first password that waits for its account."""

    hash: str
    must_change: bool


def hashed(password: str, method: str = "$y$") -> str:
    """A password's hash as /etc/shadow holds it: yescrypt, or SHA-512 with `$6$`. Raises BranchboxError."""
    library = _libcrypt()
    with _ONE:
        salt = library.crypt_gensalt(method.encode(), 0, None, 0)
        made = library.crypt(password.encode(), salt) if salt else None
        if made is None or made.startswith(b"*"):
            raise BranchboxError(Problem(text="The password could not be hashed. Choose another one."))
        return str(made.decode())


def fits(password: str, hash: str) -> bool:
    """Whether a hash is this password's. A locked or empty hash is nobody's."""
    if not hash.startswith("$"):
        return False
    library = _libcrypt()
    with _ONE:
        made = library.crypt(password.encode(), hash.encode())
        return made is not None and hmac.compare_digest(made, hash.encode())


_ONE = threading.Lock()
"""crypt(3) answers all threads in one and the same place."""


def _libcrypt() -> ctypes.CDLL:
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt_gensalt.restype = ctypes.c_char_p
    library.crypt_gensalt.argtypes = (ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p, ctypes.c_int)
    library.crypt.restype = ctypes.c_char_p
    library.crypt.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
    return library


def judge(login: str, name: str, password: str) -> tuple[Problem, ...]:
    """What stands against a password: the plain rules first, then the box's word lists. Raises CommandFailed."""
    found = policy.problems(password, login=login, name=name)
    if found:
        return found
    if set(policy.letters_of(password)) & _words():
        return (Problem(text=GUESSED),)
    asked = run(["pwscore", login], timeout=_SECONDS, check=False, stdin=f"{password}\n")
    if asked.code == 0:
        return ()
    words = asked.err.strip().splitlines()
    original = words[-1].strip() if words else ""
    return (Problem(text=UNJUDGED if "loading dictionary" in original else GUESSED, original=original),)


def _words() -> frozenset[str]:
    """What guessers' programs try first, in small letters."""
    lists = (path.read_text(errors="replace").casefold().split() for path in WORDS if path.exists())
    return frozenset(word for words in lists for word in words)


class Passwords:
    """The passwords of this system; `secrets` is root's folder for what never leaves the box."""

    def __init__(self, secrets: Path, shadow: Path = Path("/etc/shadow"), *, owner: tuple[int, int] = (0, 0)) -> None:
        self._secrets = secrets
        self._file = Access(*owner, 0o600)
        self._folder = Access(*owner, 0o700)
        self._first = secrets / FIRST
        self._shadow = shadow

    # --- first passwords ---------------------------------------------------------------------

    def waiting(self) -> tuple[str, ...]:
        """Logins whose first password waits for their account, in order."""
        if not self._first.is_dir():
            return ()
        return tuple(sorted(path.name for path in self._first.iterdir() if _LOGIN.fullmatch(path.name)))

    def set(self, login: str, password: str, *, must_change: bool, ours: bool) -> None:
        """Give somebody a password: at once when they have an account of ours, else as soon as they do.

        Raises BranchboxError for a password that is refused, or an account of the system's own.
        """
        problems = judge(login, "", password)
        if problems:
            raise BranchboxError(*problems)
        first = First(hashed(password), must_change)
        if ours:
            self._into_shadow(login, first)
        elif self._hash_of(login) is not None:
            text = "The login {login} belongs to an account of the system itself. Choose another login."
            raise BranchboxError(Problem(text=text, args={"login": login}))
        else:
            self._keep(login, first)

    def give_out(self, accounts: Iterable[str]) -> None:
        """Put waiting passwords into the accounts that there are now; those of nobody else are forgotten."""
        there = frozenset(accounts)
        for login in self.waiting():
            if login in there:
                digest, _, rest = (self._first / login).read_text().partition("\n")
                self._into_shadow(login, First(digest, rest.strip() == MUST_CHANGE))
            files.remove(self._first / login)

    def _keep(self, login: str, first: First) -> None:
        files.make_folder(self._first, self._folder)
        text = f"{first.hash}\n{MUST_CHANGE}\n" if first.must_change else f"{first.hash}\n"
        files.write_whole(self._first / login, text, self._file)

    # --- accounts ----------------------------------------------------------------------------

    def change(self, login: str, old: str, new: str) -> None:
        """A person's own new password. Raises BranchboxError when the old one is wrong or the new one is refused."""
        hash = self._hash_of(login)
        if hash is None or not fits(old, hash):
            time.sleep(_WRONG_COSTS)
            text = "The old password is wrong. If you forgot it, a technician can set a new one for you."
            raise BranchboxError(Problem(text=text))
        if old == new:
            raise BranchboxError(Problem(text="The new password is the old one: choose another."))
        problems = judge(login, "", new)
        if problems:
            raise BranchboxError(*problems)
        self._into_shadow(login, First(hashed(new), must_change=False))

    def unlock(self, login: str) -> None:
        """Forget the wrong passwords that somebody wrote. Raises CommandFailed."""
        run(["faillock", "--user", login, "--reset"], timeout=_SECONDS)

    def _into_shadow(self, login: str, first: First) -> None:
        run(["chpasswd", "--encrypted"], timeout=_SECONDS, stdin=f"{login}:{first.hash}\n")
        if first.must_change:
            run(["chage", "--lastday", "0", login], timeout=_SECONDS)

    def _hash_of(self, login: str) -> str | None:
        for line in self._shadow.read_text().splitlines():
            fields = line.split(":")
            if fields[0] == login and len(fields) > 1:
                return fields[1]
        return None

    # --- recovery ----------------------------------------------------------------------------

    def recovery(self) -> bool:
        """Whether the box has a recovery password."""
        return (self._secrets / RECOVERY).exists()

    def put_recovery(self, password: str, hash: str) -> None:
        """Keep the recovery password's hash: this one, or that of a password. Raises BranchboxError."""
        made = hash.strip() or hashed(password, "$6$")
        if not _HASH.fullmatch(made):
            text = (
                "The file recovery.hash holds no hash of a password. Make one with: openssl passwd -6, "
                "and write its one line into the file."
            )
            raise BranchboxError(Problem(text=text))
        files.write_whole(self._secrets / RECOVERY, f"{made}\n", self._file)
