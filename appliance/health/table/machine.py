"""The machine: processor, memory, disk, clock."""

from __future__ import annotations

from appliance.api.contract import Severity
from appliance.api.picture import Unit
from appliance.health.check import Check, Level
from appliance.health.table.senses import Senses, at_once, figure, share, wrong


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
            key="load",
            title="Load",
            unit=Unit.COUNT,
            why="Programs queue for the processor or for the disk. A disk that answers late shows here first.",
            todo="If the processor is not busy meanwhile (F6), the disk is slow: look at its own word, and have it "
            "changed.",
            every=10,
            lasting=300,
            margin=0.5,
            measure=figure(senses.load, "{:.1f}"),
            because=("cpu",),
            levels=(
                Level(
                    4.0,
                    Severity.WARNING,
                    "{value} programs have waited for each processor or for the disk for 5 minutes.",
                ),
            ),
        ),
        Check(
            key="temperature",
            title="Temperature",
            unit=Unit.CELSIUS,
            why="A box that is too warm slows down, then switches off without a word. Disks age faster.",
            todo="Is the fan turning, are the slots free of dust, is the cabinet's door open to the air?",
            every=15,
            lasting=60,
            margin=5.0,
            measure=senses.temperatures,
            levels=(
                Level(95.0, Severity.CRITICAL, "{label} is {value} degrees warm: the box may switch off. Cool it now."),
                Level(85.0, Severity.WARNING, "{label} is {value} degrees warm. Look at fan, dust and cabinet."),
            ),
            follows=True,
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
            key="disk-days",
            title="Days until the disk is full",
            unit=Unit.DAYS,
            why="A disk that fills in a few days leaves time to act; a full one does not.",
            todo="Let recordings be kept for fewer days (F8 Setup, recording), or export and remove old ones (F7). "
            "Holds that are over should be ended.",
            every=300,
            below=True,
            margin=2.0,
            measure=senses.disk_days,
            because=("disk",),
            levels=(
                Level(3.0, Severity.CRITICAL, "The disk is full in {value} days if it goes on like this week."),
                Level(14.0, Severity.WARNING, "The disk is full in {value} days if it goes on like this week."),
            ),
            follows=True,
        ),
        Check(
            key="clock-error",
            title="Error of the clock",
            unit=Unit.SECONDS,
            why="Calls of two branches can only be put side by side when their clocks agree.",
            todo="The time server is far away or wrong: give a nearer one under F8 Setup, network.",
            every=30,
            lasting=300,
            measure=figure(senses.clock_error, "{:.3f}"),
            because=("clock",),
            levels=(Level(0.5, Severity.WARNING, "The clock may be wrong by {value} s. Choose a nearer time server."),),
            follows=True,
        ),
        Check(
            key="clock-jump",
            title="Jump of the clock",
            unit=Unit.SECONDS,
            why="Times of calls around a jump are wrong, and timers of opening hours fire early or late.",
            todo="After a long time without power this is the first word of the time server. Else the box's battery "
            "(CR2032) is empty, or a time server lies: compare them (F6, n, then k).",
            every=2,
            measure=senses.clock_jump,
            levels=(
                Level(5.0, Severity.WARNING, "The clock jumped by {value} s at {time}: times of calls may be wrong."),
            ),
            follows=True,
        ),
        Check(
            key="clock",
            title="Clock",
            why="Opening hours, the times of calls and recordings, and certificates go by this clock.",
            todo="Test the network (F6, n, then k): it says whether time servers answer. Give others under F8 Setup, "
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
