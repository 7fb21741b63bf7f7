"""The exchange and our own services."""

from __future__ import annotations

from appliance.api.contract import Severity
from appliance.api.picture import Unit
from appliance.health.check import Check, Level
from appliance.health.table.senses import Senses, at_once, wrong


def checks(senses: Senses) -> tuple[Check, ...]:
    """An exchange that ended has cut calls, so it is told at once; the others wait until systemd has had its turn."""
    return (
        Check(
            key="asterisk",
            title="Exchange",
            why="All calls go through the exchange (Asterisk): while it does not run nobody can call or be called.",
            todo="Wait a minute: it is started again by itself. If it stays down, read the journal of asterisk.service "
            "(F6, j). After a change of the configuration, go back to the last revision (F6, v). If nothing helps, "
            "restart the box (F6, p).",
            every=1,
            lasting=1,
            quiet=15,
            starting=60,
            measure=lambda: wrong(senses.running("asterisk.service") if senses.set_up() else None),
            levels=at_once(
                Severity.CRITICAL,
                "The exchange does not run: nobody can call. Its journal (asterisk.service) says why.",
            ),
        ),
        Check(
            key="core",
            title="Core",
            why="Core is what screens and commands talk to. Calls do not need it: they go on, and their history is "
            "made up for when it is back.",
            todo="Wait two minutes: it is started again by itself. If it stays silent, log in at the box's own "
            "console, open the rescue menu, and look at the journal of branchbox-core there. A full disk stops it too.",
            every=2,
            # A slow box takes nearly as long to start it.
            lasting=60,
            measure=lambda: wrong(senses.core_answers()),
            levels=at_once(
                Severity.CRITICAL,
                "Core does not answer: no screens, no changes. Calls go on. Its journal (branchbox-core) says why.",
            ),
        ),
        Check(
            key="host",
            title="Host service",
            why="The host service carries out changes, backups, updates and restarts. Calls do not need it.",
            todo="Read the journal of branchbox-host (F6, j). If it does not come back, restart the box at a quiet "
            "hour (F6, p).",
            every=1,
            lasting=15,
            measure=lambda: wrong(senses.running("branchbox-host.service")),
            levels=at_once(
                Severity.WARNING,
                "The host service does not run: changes cannot be applied. Its journal (branchbox-host) says why.",
            ),
        ),
        Check(
            key="recorder",
            title="Recorder",
            why="The recorder files what the exchange has recorded. Without it nothing is lost, but the disk fills "
            "faster and nobody can listen to new recordings.",
            todo="Read the journal of branchbox-recorder (F6, j). If it does not come back, restart the box at a quiet "
            "hour (F6, p).",
            every=1,
            lasting=15,
            measure=lambda: wrong(senses.running("branchbox-recorder.service")),
            levels=at_once(
                Severity.WARNING,
                "The recorder does not run: calls are recorded, but not filed. "
                "Its journal (branchbox-recorder) says why.",
            ),
        ),
        Check(
            key="power",
            title="Power service",
            why="It watches the UPS. Without it a long power cut ends calls and recordings at once.",
            todo="Read the journal of branchbox-power (F6, j). If it does not come back, restart the box at a quiet "
            "hour (F6, p).",
            every=1,
            lasting=15,
            measure=lambda: wrong(senses.running("branchbox-power.service")),
            levels=at_once(
                Severity.WARNING,
                "The power service does not run: nobody watches the UPS. Its journal (branchbox-power) says why.",
            ),
        ),
        Check(
            key="polls",
            title="Answers to the network centre",
            why="A network centre that gets no answer takes the box for dead, or looks no longer.",
            todo="Read the words in the alarm. A certificate that does not fit its key: put both in again (F8 Setup). "
            "A port that is taken: choose another one there.",
            every=15,
            measure=senses.polls,
            levels=at_once(Severity.WARNING, "Polls of the network centre cannot be answered ({words})."),
            follows=True,
        ),
        Check(
            key="restarts",
            title="Restarts by themselves",
            unit=Unit.COUNT,
            why="A service that ends and is started again all the time does its work only now and then; an exchange "
            "that does so cuts calls each time.",
            todo="Read the service's journal (F6, Enter on it) before each of its beginnings, and send it to the "
            "network centre.",
            every=2,
            measure=senses.restarts,
            levels=(
                Level(
                    3.0,
                    Severity.WARNING,
                    "{label} was started again {value} times within an hour. Its journal says why.",
                ),
            ),
            follows=True,
        ),
    )
