"""Ways out, phones, queues: core sees them by the exchange's own word."""

from __future__ import annotations

from appliance.api.contract import Severity
from appliance.api.picture import Eyes, Unit
from appliance.health.check import Check, Level
from appliance.health.lines import BATTERY, LOST, LOW
from appliance.health.table.senses import Senses, at_once


def checks(senses: Senses) -> tuple[Check, ...]:
    """The network's own state is health's to see; the rest is unknown while core is silent."""
    return (
        Check(
            key="network",
            title="Way out",
            why="SIP trunks, the network centre and time servers are reached by the network's way out.",
            todo="Look at the cable and at the lamp of the port, at both ends. Then test the network (F6, n, then k): "
            "it says how far the box gets. E1 lines do not need it.",
            every=1,
            lasting=1,
            starting=60,
            measure=senses.way_out,
            levels=at_once(
                Severity.CRITICAL,
                "There is no way out of the branch: the link of {link} is down, or has no gateway. Look at its cable.",
            ),
        ),
        Check(
            key="span",
            title="E1 line",
            why="A span carries 30 calls. While it has an alarm none of them comes or goes.",
            todo="F4 Lines shows the span and a guided check. No signal: look at the cable at the card's port and at "
            "the carrier's unit. A remote alarm: the carrier does not hear the box; call the carrier.",
            every=1,
            lasting=1,
            starting=30,
            measure=senses.spans,
            levels=at_once(Severity.CRITICAL, "{label} has an alarm ({alarm}): no calls by this line. F4 checks it."),
        ),
        Check(
            key="ups",
            title="UPS",
            why="On battery the box has minutes, then it switches itself off in good order.",
            todo="Is mains there in the house? Then the UPS's own plug or fuse. A UPS that is lost: look at its USB "
            "cable. A battery lasts three to five years.",
            every=2,
            measure=senses.upses,
            levels=(
                Level(LOW, Severity.CRITICAL, "{label} is nearly empty ({charge} %): the box is about to switch off."),
                Level(BATTERY, Severity.WARNING, "No mains: {label} has {charge} %, about {minutes} minutes."),
                Level(
                    LOST, Severity.WARNING, "{label} says nothing: look at its cable. A power cut ends all calls now."
                ),
            ),
        ),
        Check(
            key="trunk",
            title="SIP trunk",
            eyes=Eyes.CORE,
            why="Calls come and go by trunks. When one is down its calls take another way, or fail.",
            todo="F4 Lines shows what the far end said. Rejected: user name or password are wrong, or the contract "
            "has ended. Unreachable: test the network (F6, n, then k); when it is well, call the carrier.",
            every=2,
            lasting=1,
            starting=60,
            measure=senses.trunks,
            because=("asterisk",),
            levels=at_once(
                Severity.CRITICAL,
                "{label} is down: no calls by this trunk. F4 Lines shows what the far end says; call the carrier.",
            ),
        ),
        Check(
            key="phone",
            title="Phone",
            eyes=Eyes.CORE,
            why="Who sits at a phone that is not registered cannot be called, and waits without knowing it.",
            todo="Look at the phone: has it power and network, and the right password? Start it again. When many "
            "phones of one room are gone, look at that room's switch.",
            every=5,
            lasting=60,
            measure=senses.phones,
            because=("asterisk",),
            aftermath=300,
            levels=at_once(Severity.WARNING, "Phone {label} is not registered: nobody can call it."),
        ),
        Check(
            key="queue",
            title="Waiting time",
            unit=Unit.SECONDS,
            eyes=Eyes.CORE,
            why="Callers hang up after a few minutes and call again, which makes the queue longer still.",
            todo="F2 and the board show who is free. Call agents back from wrap-up and breaks, or let callers overflow "
            "to another queue (F8 Setup, queues).",
            every=5,
            quiet=30,
            measure=senses.queues,
            levels=(
                Level(900.0, Severity.CRITICAL, "A caller has waited {value} in {label}. Is anybody signed in there?"),
                Level(300.0, Severity.WARNING, "A caller has waited {value} in {label}."),
            ),
            follows=True,
        ),
        Check(
            key="failed-calls",
            title="Failed calls",
            unit=Unit.SHARE,
            eyes=Eyes.CORE,
            why="Single calls fail for many reasons. When many do, a trunk is full, blocked, or misdirected.",
            todo="F3 Calls, filtered by failed, shows which numbers and trunks they have in common, and the cause that "
            "the far end gave.",
            every=15,
            lasting=60,
            margin=0.1,
            measure=senses.failed_calls,
            because=("asterisk", "network"),
            levels=(
                Level(
                    0.3,
                    Severity.WARNING,
                    "{failed} of {tried} calls of the last 15 minutes could not be put through. F3 shows which.",
                ),
            ),
            follows=True,
        ),
        Check(
            key="voice",
            title="Voice quality",
            unit=Unit.MOS,
            eyes=Eyes.CORE,
            why="People do not report bad sound: they say less, ask twice, and hang up.",
            todo="F4 v shows since when, and in which direction packets are lost. One phone: its cable, its switch "
            "port, or its WLAN. A trunk, or all phones: who fills the line to the outside at that hour? Ask the "
            "carrier, with the figures.",
            every=15,
            margin=0.2,
            below=True,
            measure=senses.voices,
            because=("cpu",),
            levels=(
                Level(
                    2.6,
                    Severity.CRITICAL,
                    "{label} can hardly be understood: MOS {value} over its last {legs} calls. F4 v shows why.",
                ),
                Level(
                    3.6,
                    Severity.WARNING,
                    "{label} sounds bad: MOS {value} over its last {legs} calls. F4 v shows since when.",
                ),
            ),
            follows=True,
        ),
        Check(
            key="drill",
            title="Drill",
            eyes=Eyes.CORE,
            why="What is tried out at night works on the day it is needed. A drill that fails has found the fault "
            "first.",
            todo="F4 d shows what was found. Put that right, then hold the drill again there (h): the alarm is over "
            "when it has passed.",
            every=15,
            quiet=0,
            measure=senses.drills,
            because=("asterisk",),
            levels=at_once(Severity.WARNING, "The drill {label} of {time} failed. F4 d shows what was found."),
            follows=True,
        ),
    )
