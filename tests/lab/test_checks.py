"""Checks on a real box: each fault is made for real, its alarm is raised, the fault is put right, the alarm is over.

One box and one set of faults, made together, so that the time they must last is waited for once. What only a card or a
disk can break (spans, SMART, mirrored disks, temperature) is held against their own words in `tests/unit/health`; UPS,
drills, recordings and updates have files of their own here.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from appliance.api.laid_down import BACKUP
from appliance.site import document as documents
from images.box import Box
from images.network import BOX_ADDRESS, CARRIER_ADDRESS
from images.phones import SIP, Handsets
from images.rootfs import Root
from images.run import poll, run
from tests.lab.rush import passwords

HEALTH = "branchbox-health.service"
STOPPED = {
    "core": "branchbox-core.service",
    "host": "branchbox-host.service",
    "power": "branchbox-power.service",
}
CERTIFICATE = "/etc/branchbox/centre.pem"
DROP_IN = f"/run/systemd/system/{HEALTH}.d/small.conf"
SMALL = "/run/small"
FLAPS = 200
PHONE = "8001"
PATIENCE = 120.0


@pytest.fixture(scope="module")
def box(root: Root) -> Iterator[Box]:
    """A box whose carrier is not there."""
    example, _ = documents.parse(documents.example("en"))
    assert example is not None
    (carrier,) = example.trunks
    document = example.model_copy(update={"trunks": (carrier.model_copy(update={"port": SIP}),)})
    box = Box.start("checks", root, document=document)
    box.wait_tested()
    yield box
    box.stop()
    box.remove()


def rows(box: Box, key: str) -> list[tuple[str, str, float | None]]:
    """Severity, words and end of every alarm of this check that there ever was, by health's own file: core may be
    dead."""
    file = box.path("/var/lib/branchbox/health/health.db")
    with closing(sqlite3.connect(file)) as database:
        return database.execute(
            "SELECT severity, problem, cleared FROM alarms WHERE check_key = ? ORDER BY id", (key,)
        ).fetchall()


def stands(box: Box, *keys: str) -> bool:
    """Whether each has exactly one alarm that stands."""
    return all([cleared for *_, cleared in rows(box, key)].count(None) == 1 for key in keys)


def over(box: Box, *keys: str) -> bool:
    """Whether none has an alarm that stands."""
    return all(None not in [cleared for *_, cleared in rows(box, key)] for key in keys)


def raised(box: Box, *keys: str) -> None:
    assert poll(lambda: stands(box, *keys), seconds=PATIENCE), {key: rows(box, key) for key in keys}


def cleared(box: Box, *keys: str) -> None:
    assert poll(lambda: over(box, *keys), seconds=PATIENCE), {key: rows(box, key) for key in keys}


def look_again(box: Box) -> None:
    """What is looked at every few minutes is looked at when health starts."""
    box.run(["systemctl", "restart", HEALTH])


def test_a_trunk_whose_far_end_is_not_there_and_a_phone_that_left(box: Box) -> None:
    secret = passwords(box)[PHONE]
    with Handsets(box.network.operator) as phones:
        phones.add(PHONE, secret, tone=440)
        assert poll(lambda: bool(remembered(box, f"phone:{PHONE}")), seconds=60), "health has not seen the phone"
    raised(box, "trunk", "phone")
    with Handsets(box.network.operator) as phones:
        phones.add(PHONE, secret, tone=440)
        phones.add("10000", None, tone=440, answers=True, address=CARRIER_ADDRESS, port=SIP)
        cleared(box, "trunk", "phone")


def certificate(box: Box, folder: Path, days: int) -> None:
    """One that ends in so many days, and root's look at it."""
    key, file = folder / "key.pem", folder / "centre.pem"
    request = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    run([*request, "-keyout", key, "-out", file, "-days", str(days), "-subj", "/CN=centre"])
    box.run(["tee", CERTIFICATE], stdin=file.read_text())
    box.run(["systemctl", "start", "branchbox-facts.service"])


def backup(box: Box, days: float) -> None:
    """The last one was made so many days ago, as host writes it down."""
    box.run(["tee", str(BACKUP)], stdin=json.dumps({"at": time.time() - days * 86_400}))


def test_an_old_backup_and_a_certificate_that_ends(box: Box, tmp_path: Path) -> None:
    backup(box, 31)
    certificate(box, tmp_path, 5)
    look_again(box)
    raised(box, "backup", "certificate")
    assert '"5"' in rows(box, "certificate")[0][1] or '"4"' in rows(box, "certificate")[0][1]
    backup(box, 0)
    certificate(box, tmp_path, 400)
    look_again(box)
    cleared(box, "backup", "certificate")


@contextmanager
def small_disk(box: Box) -> Iterator[str]:
    """Health sees 32 MB where the box keeps its data; gives a file name there. Its own folder stays where it is."""
    box.run(["mkdir", "-p", SMALL, str(Path(DROP_IN).parent)])
    box.run(["mount", "-t", "tmpfs", "-o", "size=32m,mode=0755", "small", SMALL])
    box.run(["mkdir", f"{SMALL}/health"])
    box.run(["tee", DROP_IN], stdin=f"[Service]\nBindPaths={SMALL}:/var/lib/branchbox\n")
    box.run(["systemctl", "daemon-reload"])
    try:
        yield f"{SMALL}/film"
    finally:
        box.run(["rm", DROP_IN])
        box.run(["systemctl", "daemon-reload"])
        look_again(box)
        box.run(["umount", SMALL])


def test_a_disk_that_fills(box: Box) -> None:
    """Filled in two steps: a warning gets worse, and is still one alarm."""
    with small_disk(box) as film:
        for megabytes, severity in ((28, "warning"), (31, "critical")):
            box.run(["dd", "if=/dev/zero", f"of={film}", "bs=1M", f"count={megabytes}"])
            look_again(box)
            becomes(box, "disk", severity)
        box.run(["rm", film])
        look_again(box)
        cleared(box, "disk")
    assert len(rows(box, "disk")) == 1


def becomes(box: Box, key: str, severity: str) -> None:
    """One alarm stands, and it is as bad as this."""

    def so() -> bool:
        return [(found[0], found[2]) for found in rows(box, key)] == [(severity, None)]

    assert poll(so, seconds=PATIENCE), rows(box, key)


def test_guessed_passwords_services_that_stop_and_a_cable_that_flaps(box: Box, tmp_path: Path) -> None:
    """Each takes a minute, so they go together: core is silent that long before it is an alarm, failed logins must be
    forgotten (the journal is emptied), and the cable goes 200 times."""
    guess_passwords(box, tmp_path)
    raised(box, "logins")
    box.run(["journalctl", "--rotate"])
    box.run(["journalctl", "--vacuum-time=1s"])
    before = box.run(["ip", "route", "show", "default"]).out
    if not before:
        box.run(["ip", "route", "add", "default", "via", CARRIER_ADDRESS, "dev", "eth0"])
    assert poll(lambda: bool(remembered(box, "way-out")), seconds=20), "health has not seen the way out"
    box.run(["systemctl", "stop", *STOPPED.values()])
    began = time.monotonic()
    for flap in range(FLAPS):
        box.operator(["ip", "link", "set", "op0", "down"])
        pause(began + (flap + 0.5) * 60 / FLAPS)
        box.operator(["ip", "link", "set", "op0", "up"])
        pause(began + (flap + 1) * 60 / FLAPS)
    assert len(rows(box, "network")) == 1, "200 flaps are one alarm"
    raised(box, *STOPPED)
    assert {key: rows(box, key)[-1][0] for key in STOPPED} == {
        "core": "critical",
        "host": "warning",
        "power": "warning",
    }
    box.run(["systemctl", "start", *STOPPED.values()])
    if not box.run(["ip", "route", "show", "default"]).out:
        box.run(["ip", "route", "add", "default", "via", CARRIER_ADDRESS, "dev", "eth0"])
    cleared(box, *STOPPED, "network", "logins")
    assert len(rows(box, "network")) == 1


def pause(until: float) -> None:
    """The faults' own pace."""
    poll(lambda: time.monotonic() >= until, seconds=5, every=0.01)


def remembered(box: Box, key: str) -> str:
    """A word that health keeps; empty when there is none."""
    with closing(sqlite3.connect(box.path("/var/lib/branchbox/health/health.db"))) as database:
        found = database.execute("SELECT word FROM words WHERE key = ?", (key,)).fetchone()
    return str(found[0]) if found else ""


def test_a_recorder_that_dies_again_and_again_and_an_exchange_that_is_gone(box: Box) -> None:
    """Three beginnings within an hour; a restart of health begins the hour anew."""
    for _ in range(3):
        died = main_pid(box)
        box.run(["kill", "-KILL", died])
        back(box, died)
        pause(time.monotonic() + 4)  # dead twice between two looks of 2 s counts once
    box.run(["systemctl", "stop", "asterisk.service"])
    raised(box, "restarts", "asterisk")
    box.run(["systemctl", "start", "asterisk.service"])
    look_again(box)
    cleared(box, "restarts", "asterisk")


def back(box: Box, died: str) -> None:
    """systemd has started it again."""
    assert poll(lambda: main_pid(box) not in ("0", died), seconds=30, every=0.2)


def main_pid(box: Box) -> str:
    """The recorder's process."""
    return box.run(["systemctl", "show", "--property=MainPID", "--value", "branchbox-recorder"]).out.strip()


def guess_passwords(box: Box, folder: Path) -> None:
    """Two logins of three guesses each."""
    policy = "/etc/ssh/sshd_config.d/branchbox-site.conf"
    kept = box.run(["cat", policy], check=False).out
    box.run(["tee", policy], stdin="PasswordAuthentication yes\n")
    box.run(["systemctl", "restart", "ssh"])
    answer = folder / "answer"
    answer.write_text("#!/bin/sh\necho wrong\n")
    answer.chmod(0o700)
    asking = ["env", f"SSH_ASKPASS={answer}", "SSH_ASKPASS_REQUIRE=force", "DISPLAY=none", "ssh"]
    options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "PubkeyAuthentication=no")
    login = [*asking, *(word for option in options for word in ("-o", option)), f"technician@{BOX_ADDRESS}", "status"]
    for _ in range(2):
        assert box.operator(login, check=False).code != 0
    box.run(["tee", policy], stdin=kept)
    box.run(["systemctl", "restart", "ssh"])
