"""Passwords over SSH: only where the site document says so, and then not for who guesses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from images.box import TECHNICIAN, Box
from images.network import BOX_ADDRESS, PREFIX
from images.run import Result, poll

POLICY = "/etc/ssh/sshd_config.d/branchbox-site.conf"
GOOD = "correct horse 7 battery"
FIRST, SECOND, THIRD = "10.77.0.71", "10.77.0.72", "10.77.0.73"
"""sshd itself shuts an address out for a while that guesses: that is not what is looked at here."""


@pytest.fixture
def passwords(box: Box) -> Iterator[Box]:
    """The box with passwords over SSH, and one for the technician."""
    for address in (FIRST, SECOND, THIRD):
        box.operator(["ip", "address", "replace", f"{address}/{PREFIX}", "dev", "op0"])
    before = box.run(["cat", POLICY], check=False).out
    hashed = box.run(["getent", "shadow", TECHNICIAN]).out.split(":")[1]
    box.run(["chpasswd"], stdin=f"{TECHNICIAN}:{GOOD}\n")
    _policy(box, "PasswordAuthentication yes\n")
    yield box
    box.run(["usermod", "--password", hashed, TECHNICIAN])
    box.run(["faillock", "--user", TECHNICIAN, "--reset"])
    box.run(["fail2ban-client", "unban", "--all"])
    _policy(box, before)


def _policy(box: Box, text: str) -> None:
    box.run(["mkdir", "-p", str(Path(POLICY).parent)])
    box.run(["tee", POLICY], stdin=text)
    # Restarted, not reloaded: what sshd remembers of guessing addresses goes too.
    box.run(["systemctl", "restart", "ssh"])
    assert poll(lambda: "22" in box.run(["ss", "-Hlnt", "sport = :22"]).out, seconds=10)


def log_in(box: Box, folder: Path, source: str, password: str) -> Result:
    """Log the technician in with a password; three tries when it is wrong."""
    answer = folder / "answer"
    answer.write_text(f"#!/bin/sh\necho '{password}'\n")
    answer.chmod(0o700)
    settings = (f"SSH_ASKPASS={answer}", "SSH_ASKPASS_REQUIRE=force", "DISPLAY=none")
    options = (
        "StrictHostKeyChecking=no",
        "UserKnownHostsFile=/dev/null",
        "PubkeyAuthentication=no",
        "NumberOfPasswordPrompts=3",
        f"BindAddress={source}",
    )
    words = [word for option in options for word in ("-o", option)]
    argv = [
        "env",
        *settings,
        "ssh",
        "-F",
        "none",
        *words,
        f"{TECHNICIAN}@{BOX_ADDRESS}",
        "branchbox",
        "status",
        "--json",
    ]
    return box.operator(argv, check=False)


def test_without_the_policy_nobody_is_asked_for_one(box: Box, tmp_path: Path) -> None:
    said = box.operator(["ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no",
                         "-o", "UserKnownHostsFile=/dev/null", "-o", "PreferredAuthentications=none",
                         f"{TECHNICIAN}@{BOX_ADDRESS}", "branchbox", "status"], check=False)  # fmt: skip
    assert "Permission denied (publickey)." in said.err
    assert "Authorized access only" in said.err


def test_five_wrong_ones_lock_the_account_for_a_while(passwords: Box, tmp_path: Path) -> None:
    assert '"services"' in log_in(passwords, tmp_path, FIRST, GOOD).out
    for source in (FIRST, SECOND):
        assert log_in(passwords, tmp_path, source, "wrong").code == 255
    refused = log_in(passwords, tmp_path, THIRD, GOOD)
    assert refused.code == 255, "the right one does not help now"
    passwords.run(["faillock", "--user", TECHNICIAN, "--reset"])
    # A fresh address: sshd has its own opinion of the others by now.
    passwords.run(["systemctl", "restart", "ssh"])
    assert poll(lambda: log_in(passwords, tmp_path, THIRD, GOOD).code != 255, seconds=20, every=1)
