"""Passwords as the root side keeps them: hashes only, by stdin only, and nobody else's account."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from appliance.site.problems import BranchboxError
from images.run import run
from provisioning import passwords
from provisioning.passwords import Passwords, fits, hashed
from provisioning.run import Finished

GOOD = "lamp river seven coat"


def sha512(password: str, hash: str) -> str:
    """The same hash by another program: openssl, which the rescue menu's shell has."""
    salt = hash.split("$")[2]
    return run(["openssl", "passwd", "-6", "-salt", salt, "-stdin"], stdin=f"{password}\n").out.strip()


class Programs:
    """What was started, and what it was told by stdin."""

    def __init__(self) -> None:
        self.heard: list[tuple[tuple[str, ...], str]] = []
        self.pwscore = Finished(0, "80\n", "", 0.1)

    def run(self, argv: Sequence[str], *, timeout: float, check: bool = True, stdin: str = "") -> Finished:
        self.heard.append((tuple(argv), stdin))
        return self.pwscore if argv[0] == "pwscore" else Finished(0, "", "", 0.1)


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Programs:
    words = tmp_path / "words"
    words.write_text("Password\nriver\nlamp\nadmin\n")
    made = Programs()
    monkeypatch.setattr(passwords, "run", made.run)
    monkeypatch.setattr(passwords, "_WRONG_COSTS", 0.0)
    monkeypatch.setattr(passwords, "WORDS", (words,))
    return made


@pytest.fixture
def kept(tmp_path: Path, programs: Programs) -> Passwords:
    shadow = tmp_path / "shadow"
    shadow.write_text(f"root:*:1::::::\nzhang:{hashed(GOOD)}:20000::::::\nlocked:!:1::::::\n")
    return Passwords(tmp_path, shadow, owner=(os.getuid(), os.getgid()))


def test_a_hash_is_its_passwords_and_no_others() -> None:
    for method in ("$y$", "$6$"):
        made = hashed(GOOD, method)
        assert made.startswith(method)
        assert GOOD not in made
        assert fits(GOOD, made)
        assert not fits(GOOD + " ", made)
    assert not any(fits(GOOD, empty) for empty in ("", "!", "*", "!$y$x"))


def test_a_plain_shell_can_check_the_recovery_password(kept: Passwords, tmp_path: Path) -> None:
    kept.put_recovery("kx7m-p2qd-w9ra-tz4h-bn6e", "")
    hash = (tmp_path / "recovery").read_text().strip()
    assert sha512("kx7m-p2qd-w9ra-tz4h-bn6e", hash) == hash
    assert (tmp_path / "recovery").stat().st_mode & 0o777 == 0o600
    assert kept.recovery()


@pytest.mark.parametrize("hash", ["plain password", "$1$abc$def", "$6$short", "$6$" + "x" * 90 + "\nroot::0"])
def test_a_recovery_hash_that_is_none_is_refused_in_words(kept: Passwords, hash: str) -> None:
    with pytest.raises(BranchboxError, match=r"recovery\.hash holds no hash"):
        kept.put_recovery("", hash)
    assert not kept.recovery()


def test_a_first_password_waits_for_its_account_as_a_hash(kept: Passwords, programs: Programs, tmp_path: Path) -> None:
    kept.set("li", GOOD, must_change=False, ours=False)
    kept.set("wang", GOOD, must_change=True, ours=False)
    kept.set("gone", GOOD, must_change=True, ours=False)
    assert kept.waiting() == ("gone", "li", "wang")
    assert all(GOOD not in (tmp_path / "first" / login).read_text() for login in kept.waiting())
    programs.heard.clear()

    kept.give_out(["li", "wang", "zhang"])

    assert kept.waiting() == ()
    (chpasswd, told), (again, _), chage = programs.heard
    assert chpasswd == again == ("chpasswd", "--encrypted")
    login, _, hash = told.strip().partition(":")
    assert (login, fits(GOOD, hash)) == ("li", True)
    assert chage == (("chage", "--lastday", "0", "wang"), "")


def test_no_password_is_in_an_argument_list(kept: Passwords, programs: Programs) -> None:
    kept.set("zhang", "coat seven river lamp", must_change=True, ours=True)
    kept.change("zhang", GOOD, "seven lamp coat river")
    for argv, _stdin in programs.heard:
        assert not {"coat seven river lamp", GOOD, "seven lamp coat river"} & set(argv)


def test_ones_own_password_changes_only_with_the_old_one(kept: Passwords, programs: Programs) -> None:
    for old in ("", "wrong", GOOD.upper()):
        with pytest.raises(BranchboxError, match="The old password is wrong"):
            kept.change("zhang", old, "seven lamp coat river")
    with pytest.raises(BranchboxError, match="The new password is the old one"):
        kept.change("zhang", GOOD, GOOD)
    with pytest.raises(BranchboxError, match="The old password is wrong"):
        kept.change("locked", "", "seven lamp coat river")
    assert programs.heard == []
    kept.change("zhang", GOOD, "seven lamp coat river")
    assert [argv[0] for argv, _ in programs.heard] == ["pwscore", "chpasswd"]


def test_what_the_word_lists_refuse_is_refused_with_their_words(kept: Passwords, programs: Programs) -> None:
    programs.pwscore = Finished(1, "", "Password quality check failed:\n it is based on a dictionary word\n", 0.1)
    with pytest.raises(BranchboxError, match=r"too easy to guess.*dictionary word"):
        kept.set("zhang", GOOD, must_change=False, ours=True)
    with pytest.raises(BranchboxError, match="too short"):
        kept.set("zhang", "short", must_change=False, ours=True)
    reason = "The password fails the dictionary check - error loading dictionary"
    programs.pwscore = Finished(1, "", f"Password quality check failed:\n {reason}\n", 0.1)
    with pytest.raises(BranchboxError, match="cannot read its list"):
        kept.set("zhang", GOOD, must_change=False, ours=True)


@pytest.mark.parametrize(
    "guess", ["password1234", "Password-2024!", "passwordpassword", "admin admin admin", "!!admin98765!!"]
)
def test_one_word_of_a_list_with_digits_round_it_is_refused(kept: Passwords, guess: str) -> None:
    with pytest.raises(BranchboxError, match="too easy to guess"):
        kept.set("zhang", guess, must_change=False, ours=True)
    kept.set("zhang", "river lamp coat one", must_change=False, ours=True)


def test_an_account_of_the_systems_own_gets_no_password(kept: Passwords) -> None:
    with pytest.raises(BranchboxError, match="an account of the system itself"):
        kept.set("root", GOOD, must_change=False, ours=False)
    assert kept.waiting() == ()
