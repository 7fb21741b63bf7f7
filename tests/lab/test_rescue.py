"""The rescue menu as a person meets it: numbers typed, sentences read, and nothing without the recovery password."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from images.box import Box
from images.run import Result, poll

TOOLS = "/usr/lib/branchbox"
SECRET = "/var/lib/branchbox/secrets/recovery"
PASSWORD = "correct horse 42 电池"
REVISIONS = "/var/lib/branchbox/revisions"
WRONG = "/run/branchbox-recovery.wrong"


@pytest.fixture
def password(box: Box) -> Iterator[str]:
    """A box whose recovery password is known."""
    hashed = box.run(["openssl", "passwd", "-6", "-stdin"], stdin=PASSWORD + "\n").out
    before = box.run(["sh", "-c", f"cat {SECRET} 2>/dev/null"], check=False).out
    write = f"umask 077; cat > {SECRET}"
    box.run(["sh", "-c", write], stdin=hashed)
    box.run(["rm", "-f", WRONG])
    yield PASSWORD
    box.run(["sh", "-c", write if before else f"rm {SECRET}"], stdin=before)
    box.run(["rm", "-f", WRONG])


def menu(box: Box, *typed: str, seconds: float = 60) -> Result:
    """What the menu says to somebody who types these lines and goes away."""
    return box.run([f"{TOOLS}/rescue"], stdin="".join(f"{line}\n" for line in typed), check=False, timeout=seconds)


def journal(box: Box, tag: str) -> str:
    """What the shell tools have written down."""
    box.run(["journalctl", "--sync"])
    return box.run(["journalctl", "-t", tag, "--no-pager", "-o", "cat"]).out


def test_the_password_opens_the_menu(box: Box, password: str) -> None:
    said = menu(box, password, "0").out
    assert "1) Network" in said
    assert "9) Root shell" in said


@pytest.mark.parametrize("wrong", ["", "correct horse 42", "x' || exit 0 #", "$(id)"])
def test_no_other_word_opens_it(box: Box, password: str, wrong: str) -> None:
    done = menu(box, wrong, "9", "id")
    assert done.code == 1
    assert "1) Network" not in done.out
    assert "uid=0" not in done.out


def test_wrong_passwords_are_written_down_and_make_the_next_answer_late(box: Box, password: str) -> None:
    for _ in range(3):
        menu(box, "wrong")
    begun = time.monotonic()
    assert menu(box, "wrong again").code == 1
    assert time.monotonic() - begun > 4
    assert "refused" in journal(box, "branchbox-recovery")
    assert PASSWORD not in journal(box, "branchbox-recovery")
    assert "1) Network" in menu(box, password, "0").out, "late, but the right one opens"
    begun = time.monotonic()
    menu(box, "wrong")
    assert time.monotonic() - begun < 4, "and the count begins anew"


def test_yescrypt_hashes_are_understood_too(box: Box, password: str) -> None:
    made = box.run(
        ["perl", "-e", 'chomp(my $p = <STDIN>); print crypt($p, q($y$j9T$F5Jx5fExrKuPp53xLKQ..1)), "\n"'],
        stdin=PASSWORD + "\n",
    ).out
    assert made.startswith("$y$")
    box.run(["sh", "-c", f"cat > {SECRET}"], stdin=made)
    assert "1) Network" in menu(box, password, "0").out


def test_a_root_shell_wants_the_password_again(box: Box, password: str) -> None:
    refused = menu(box, password, "9", "wrong", "", "0")
    assert "uid=" not in refused.out
    opened = menu(box, password, "9", password, "id -un; exit", "", "0")
    assert "\nroot\n" in opened.out
    assert "root shell opened" in journal(box, "branchbox-rescue")


def test_a_box_without_a_recovery_password_has_no_root_shell(box: Box) -> None:
    box.run(["sh", "-c", f"mv {SECRET} {SECRET}.kept 2>/dev/null"], check=False)
    try:
        said = menu(box, "9", "", "0").out
    finally:
        box.run(["sh", "-c", f"mv {SECRET}.kept {SECRET} 2>/dev/null"], check=False)
    assert "no recovery password yet, so it has no root shell" in said


def test_every_page_of_facts_comes_up(box: Box, password: str) -> None:
    said = menu(box, password, "1", "", "", "2", *[""] * 5, "3", *[""] * 9, "0", "0", "0").out
    assert "127.0.0.1" in said
    assert "SIZE" in said
    assert "Last errors of this start" in said


def test_a_temporary_address_is_asked_set_and_forgotten(box: Box, password: str) -> None:
    address = "198.51.100.7"
    no = menu(box, password, "1", "lo", f"{address}/32", "", "n", "", "0")
    assert "Nothing was changed" in no.out
    assert address not in box.run(["ip", "address"]).out
    menu(box, password, "1", "lo", f"{address}/32", "", "y", "", "0")
    assert address in box.run(["ip", "address", "show", "dev", "lo"]).out
    box.run(["ip", "address", "del", f"{address}/32", "dev", "lo"])
    assert "temporary address" in journal(box, "branchbox-rescue")


def test_the_lab_has_no_second_system(box: Box, password: str) -> None:
    assert "no second system" in menu(box, password, "4", "", "0").out


def current(box: Box) -> int:
    return int(box.run(["readlink", f"{REVISIONS}/current"]).out)


def test_an_earlier_configuration_comes_back_as_the_host_would_have_it(box: Box, password: str) -> None:
    first = current(box)
    newer = max(int(name) for name in box.run(["ls", REVISIONS]).out.split() if name.isdecimal()) + 1
    facts = json.loads(box.run(["cat", f"{REVISIONS}/{first}/revision.json"]).out) | {"number": newer}
    box.run(["cp", "-a", f"{REVISIONS}/{first}", f"{REVISIONS}/{newer}"])
    box.run(["sh", "-c", f"cat > {REVISIONS}/{newer}/revision.json"], stdin=json.dumps(facts, indent=1))
    box.run(["ln", "-sfT", str(newer), f"{REVISIONS}/current"])
    waiting = {"revision": newer, "reverts_to": first, "deadline": time.time() + 3000, "since": 0.0, "effective": True}
    box.run(["sh", "-c", f"cat > {REVISIONS}/pending.json"], stdin=json.dumps(waiting))

    said = menu(box, password, "5", str(first), "y", "", "0", seconds=120).out

    assert "The exchange runs with it" in said, said
    assert current(box) == first
    assert poll(lambda: not box.missing(), seconds=60)
    assert current(box) == first, "and host, started again, agrees"
    assert box.run(["ls", REVISIONS]).out.count("pending") == 0
    box.run(["rm", "-rf", f"{REVISIONS}/{newer}"])


def test_a_damaged_or_unconfirmed_configuration_is_not_taken(box: Box, password: str) -> None:
    first = current(box)
    newer = max(int(name) for name in box.run(["ls", REVISIONS]).out.split() if name.isdecimal()) + 1
    box.run(["cp", "-a", f"{REVISIONS}/{first}", f"{REVISIONS}/{newer}"])
    box.run(["sh", "-c", f"echo '; touched' >> {REVISIONS}/{newer}/asterisk/extensions.conf"])
    try:
        assert "files are damaged" in menu(box, password, "5", str(newer), "", "0").out
        assert current(box) == first
    finally:
        box.run(["rm", "-rf", f"{REVISIONS}/{newer}"])


def test_services_are_restarted_only_after_a_yes(box: Box, password: str) -> None:
    def started() -> str:
        return box.run(["systemctl", "show", "branchbox-recorder", "-P", "InvocationID"]).out

    before = started()
    menu(box, password, "6", "1", "n", "", "0")
    assert started() == before
    menu(box, password, "6", "1", "y", "", "0", seconds=120)
    assert started() != before
    assert poll(lambda: not box.missing(), seconds=60)


@pytest.mark.parametrize("unit", ["kmsconvt@tty1.service", "branchbox-rescue.target", "branchbox-rescue@tty1.service"])
def test_systemd_understands_the_terminals_units(box: Box, unit: str) -> None:
    done = box.run(["systemd-analyze", "verify", "--recursive-errors=no", "--man=no", unit], check=False)
    assert done.code == 0, done.err


def test_a_box_with_a_configuration_wants_no_setting_up(box: Box) -> None:
    assert box.run([f"{TOOLS}/setup-wanted"], check=False).code == 1


def test_a_person_whose_python_is_broken_is_told_where_to_go(box: Box) -> None:
    python = "/opt/branchbox/bin/branchbox-login"
    box.run(["mv", python, f"{python}.away"])
    try:
        typed = box.as_user(
            "technician", ["script", "--quiet", "--command", "/usr/bin/branchbox-login", "/dev/null"],
            stdin="\n", check=False,
        )  # fmt: skip
        command = box.as_user("technician", ["/usr/bin/branchbox-login", "-c", "branchbox status"], check=False)
    finally:
        box.run(["mv", f"{python}.away", python])
    assert "Ctrl+Alt+F2" in typed.out
    assert "recovery password" in typed.out
    assert command.code == 127
    assert "Ctrl+Alt+F2" not in command.out
