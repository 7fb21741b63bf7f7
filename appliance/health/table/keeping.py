"""What keeps the branch's data: disks, database, backups; and who wants to get at it."""

from __future__ import annotations

from appliance.api.contract import Severity
from appliance.api.picture import Eyes, Unit
from appliance.health.check import Check, Level
from appliance.health.laid_down import FAILING, HARMED, WORN
from appliance.health.table.senses import Senses, at_once


def checks(senses: Senses) -> tuple[Check, ...]:
    """Root lays down once an hour what disks and certificates say."""
    return (
        Check(
            key="smart",
            title="Disk's own word",
            eyes=Eyes.HOST,
            why="A disk that loses sectors loses more of them soon. Replaced in time, nothing is lost.",
            todo="Make a backup now (F6, b) and export recordings (F7). Then have the disk changed; the spare box "
            "takes the backup in.",
            every=60,
            measure=senses.disks,
            levels=(
                Level(
                    FAILING,
                    Severity.CRITICAL,
                    "Disk {label} says that it is failing. Make a backup now (F6, b) and have it changed.",
                ),
                Level(
                    HARMED,
                    Severity.WARNING,
                    "Disk {label} has lost {harmed} sectors. Make a backup (F6, b) and order another disk.",
                ),
                Level(
                    WORN,
                    Severity.WARNING,
                    "Disk {label} has used {worn} % of its life. Order another one.",
                ),
            ),
            follows=True,
        ),
        Check(
            key="raid",
            title="Mirrored disks",
            unit=Unit.COUNT,
            why="The pair works on with one disk; when that one fails too, everything since the last backup is lost.",
            todo="Make a backup now (F6, b). Have the missing disk changed; the pair fills it again by itself.",
            every=15,
            measure=senses.mirrors,
            levels=at_once(Severity.CRITICAL, "The mirrored pair {label} lacks a disk. Make a backup now (F6, b)."),
        ),
        Check(
            key="database",
            title="Database",
            eyes=Eyes.CORE,
            why="History, customers and the operation log are in it. Damage grows with each day that one writes on.",
            todo="Do not restart the box. Make a backup (F6, b) on another stick and keep the old ones, "
            "then restore the last sound one. Have the disk tested: damage comes from it, or from memory.",
            every=60,
            measure=senses.database,
            levels=at_once(
                Severity.CRITICAL, "The database is damaged. Keep your backups, and restore the last sound one (F6, b)."
            ),
        ),
        Check(
            key="backup",
            title="Age of the backup",
            unit=Unit.DAYS,
            why="A spare box is the branch again in ten minutes, as of the last backup.",
            todo="Plug a stick in and make a backup (F6, b). Keep two sticks in turn, one of them not in this house.",
            every=300,
            measure=senses.backup_age,
            levels=(
                Level(30.0, Severity.WARNING, "The last backup is {value} days old, or there is none. F6 b makes one."),
            ),
            follows=True,
        ),
        Check(
            key="certificate",
            title="Certificate",
            unit=Unit.DAYS,
            eyes=Eyes.HOST,
            why="With a certificate that has ended, the network centre and TLS trunks refuse to talk to the box.",
            todo="Ask the network centre for a new one and put it in (F8 Setup). See first that the clock is right.",
            every=300,
            below=True,
            measure=senses.certificates,
            levels=(
                Level(0.0, Severity.CRITICAL, "Certificate {label} has ended: whoever checks it refuses the box."),
                Level(21.0, Severity.WARNING, "Certificate {label} ends in {value} days. Ask for a new one."),
            ),
            follows=True,
        ),
        Check(
            key="logins",
            title="Failed logins",
            unit=Unit.COUNT,
            why="Who tries many passwords wants to get in. Addresses are shut out for a while after a few of them.",
            todo="Is it somebody who forgot a password? Set a new one (F5). Else find the machine at that address and "
            "take it off the network; let only the network centre reach SSH (F8 Setup, network).",
            every=10,
            quiet=60,
            measure=senses.logins,
            levels=(
                Level(50.0, Severity.CRITICAL, "{value} failed logins in 10 minutes, most from {most}."),
                Level(5.0, Severity.WARNING, "{value} failed logins in 10 minutes, most from {most}."),
            ),
            follows=True,
            slow=True,
        ),
    )
