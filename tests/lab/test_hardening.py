"""What a box takes away from whoever gets in, and what it keeps asking for."""

from __future__ import annotations

import pytest

from images.audit import credentials, ssh, units
from images.audit.place import Place
from images.box import Box
from images.run import run

SETUID = {"/usr/sbin/unix_chkpwd"}
"""As docs/hardening.md says."""
COMPILERS = ("as", "c++", "cc", "g++", "gcc", "ld", "make", "tcc", "dkms")
PRECIOUS = "correct horse 7 battery"


@pytest.fixture
def place(box: Box) -> Place:
    return Place(box)


def test_no_password_that_everybody_knows_opens_anything(place: Place) -> None:
    for finding in credentials.look(place):
        assert finding.holds, finding


def test_ssh_offers_nothing_weak(place: Place) -> None:
    for finding in ssh.look(place):
        assert finding.holds, finding


def test_units_have_few_rights(place: Place) -> None:
    for finding in units.look(place):
        assert finding.holds, finding


def test_only_documented_programs_give_rights(box: Box) -> None:
    found = box.run(["find", "/", "-xdev", "-type", "f", "-perm", "/6000"]).out.split()
    assert set(found) == SETUID


@pytest.mark.parametrize("program", COMPILERS)
def test_there_is_no_compiler(box: Box, program: str) -> None:
    assert box.run(["sh", "-c", f"command -v {program}"], check=False).code != 0


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])  # noqa: S108  # the box's, not ours
def test_nothing_runs_from_where_everybody_writes(box: Box, folder: str) -> None:
    box.run(["cp", "/usr/bin/true", f"{folder}/program"])
    done = box.run([f"{folder}/program"], check=False)
    box.run(["rm", f"{folder}/program"])
    assert done.code == 126
    options = box.run(["findmnt", "--noheadings", "--output", "OPTIONS", folder]).out.split(",")
    assert {"nosuid", "nodev", "noexec"} <= {option.strip() for option in options}


def test_a_login_speaks_utf_8_after_a_start_too(box: Box) -> None:
    assert box.run(["cat", "/etc/default/locale"]).out == "LANG=C.UTF-8\n"


def test_every_unit_runs_or_is_off_on_purpose(box: Box) -> None:
    box.wait_tested()
    assert box.run(["systemctl", "--failed", "--no-legend", "--plain"]).out == ""
    assert box.run(["systemctl", "is-system-running"], check=False).out.strip() == "running"


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("Wenzhou1", False),
        ("branchbox1", False),
        ("branchbox1234", True),
        ("aaaaaaaaaa11", False),
        ("password123", False),
        (PRECIOUS, True),
    ],
)
def test_a_new_password_is_judged(box: Box, password: str, good: bool) -> None:
    assert (box.run(["pwscore"], stdin=f"{password}\n", check=False).code == 0) is good


@pytest.mark.parametrize("unit", ["nut-server", "nut-monitor", "nut-driver-enumerator.path", "snmpd", "rsyslog"])
def test_what_the_playbook_disables_stays_so_at_the_first_start(box: Box, unit: str) -> None:
    assert box.run(["systemctl", "is-enabled", unit], check=False).out.strip() == "disabled"


def test_snmp_and_ups_are_off_until_they_are_configured(box: Box) -> None:
    assert box.run(["systemctl", "start", "snmpd"], check=False).code == 0
    assert box.run(["systemctl", "is-active", "snmpd"], check=False).out.strip() == "inactive"
    assert "community" not in box.run(["cat", "/etc/snmp/snmpd.conf"]).out.split("\n", 3)[3]
    assert box.run(["ss", "-Hlntu", "sport = :3493 or sport = :161"]).out == ""


def test_the_kernel_knows_every_network_setting_and_takes_it(box: Box) -> None:
    """In the box's own network namespace, from outside: the container itself may not."""
    settings = [
        tuple(part.strip() for part in line.split("=", 1))
        for line in box.run(["cat", "/etc/sysctl.d/90-branchbox.conf"]).out.splitlines()
        if line.startswith("net.") and "bpf" not in line
    ]
    assert len(settings) > 20
    for name, value in settings:
        done = run(["ip", "netns", "exec", box.network.box, "sysctl", "--write", f"{name}={value}"])
        assert done.out.strip() == f"{name} = {value}"


def test_time_has_servers_and_serves_nobody(box: Box) -> None:
    checked = box.run(["chronyd", "-p", "-f", "/etc/chrony/chrony.conf"]).out
    assert "port 0" in checked
    assert "cmdport 0" in checked
    assert box.run(["sh", "-c", "cat /etc/chrony/sources.d/*.sources"]).out.strip()
