"""The machine: processor, memory, disk, clock."""

from __future__ import annotations

from appliance.api.contract import Severity
from appliance.api.picture import Unit
from appliance.health.check import Check, Level
from appliance.health.table.senses import Senses, at_once, share, wrong


def checks(senses: Senses) -> tuple[Check, ...]:
    """Figures of the machine. All of them are health's own to see."""
    return (
        Check(
            key="cpu",
            title="Processor",
            unit=Unit.SHARE,
            why="Sound is worked on 50 times a second: when the processor is late, calls crackle.",
            todo="Look at F6 which services run. Listening to recordings, backups and audits end by themselves. If "
            "calls alone keep it busy, the branch has outgrown this box: tell the network centre.",
            every=10,
            lasting=300,
            margin=0.1,
            measure=share(senses.cpu),
            levels=(
                Level(
                    0.9,
                    Severity.WARNING,
                    "The processor has been busy for 5 minutes ({value}). Calls may sound bad: find out what runs.",
                ),
            ),
        ),
        Check(
            key="memory",
            title="Memory",
            unit=Unit.SHARE,
            why="When memory runs out the kernel ends programs, in the worst case the exchange with all its calls.",
            todo="If it grows from day to day, restart the box at a quiet hour (F6, p) and send the journal to the "
            "network centre.",
            every=10,
            lasting=60,
            margin=0.05,
            measure=share(senses.memory),
            levels=(
                Level(
                    0.9, Severity.WARNING, "Memory is {value} full. If it grows on, restart the box at a quiet hour."
                ),
            ),
        ),
        Check(
            key="disk",
            title="Disk",
            unit=Unit.SHARE,
            why="A full disk ends recording and history. Calls go on.",
            todo="Export recordings to a stick and remove old ones (F7), or let them be kept for fewer days "
            "(F8 Setup, recording). Recordings under legal hold are never removed: end holds that are over.",
            every=60,
            margin=0.02,
            measure=share(senses.disk),
            levels=(
                Level(
                    0.95,
                    Severity.CRITICAL,
                    "The disk is {value} full: soon nothing is recorded. Export recordings and remove old ones now.",
                ),
                Level(0.85, Severity.WARNING, "The disk is {value} full. Export recordings and remove old ones."),
            ),
        ),
        Check(
            key="clock",
            title="Clock",
            why="Opening hours, the times of calls and recordings, and certificates go by this clock.",
            todo="Test the network (F6, n, then c): it says whether time servers answer. Give others under F8 Setup, "
            "network. At head office a firewall must let NTP through (UDP port 123).",
            every=60,
            lasting=900,
            measure=lambda: wrong(senses.clock_in_step()),
            levels=at_once(
                Severity.WARNING,
                "The clock follows no time server. Check the network and the time servers; "
                "until then times of calls may be wrong.",
            ),
        ),
    )
