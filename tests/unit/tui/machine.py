"""A box with two systems and a stick, at the moment of `world`: answers for the pages on updates and power."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from appliance.api.alarms import AlarmPage
from appliance.api.contract import Restart, RestartKind
from appliance.api.power import PowerState
from appliance.api.sticks import FileKind, Stick, StickFile, Sticks
from appliance.api.updates import Checked, FallBack, Outcome, Progress, Result, SelfTest, Slot, UpdateState
from appliance.api.wire import Message
from appliance.site.problems import Problem
from provisioning.booted import NO_SLOTS

NOW = 1795242725.0

SYSTEMS = UpdateState(
    version="1.4.0",
    development=False,
    slots=(
        Slot(name="A", version="1.4.0", running=True, next=True, good=True, installed=NOW - 40 * 86400),
        Slot(name="B", version="1.3.2", running=False, next=False, good=True, installed=NOW - 160 * 86400),
    ),
    tested=SelfTest(at=NOW - 7100, version="1.4.0", slot="A"),
)
INSTALLING = SYSTEMS.model_copy(
    update={
        "progress": Progress(
            version="1.5.0",
            slot="B",
            since=NOW - 34,
            share=0.61,
            doing="Copying image to rootfs.1",
            rate=11_400_000.0,
            left=22.0,
            by="zhang",
        ),
    }
)
INSTALLED = SYSTEMS.model_copy(
    update={
        "slots": (
            SYSTEMS.slots[0],
            Slot(name="B", version="1.5.0", running=False, next=False, good=True, installed=NOW - 60),
        ),
        "last": Outcome(at=NOW - 60, version="1.5.0", slot="B", result=Result.INSTALLED),
    }
)
FAILED = SYSTEMS.model_copy(
    update={
        "slots": (SYSTEMS.slots[0], Slot(name="B", version=None, running=False, next=False, good=False)),
        "last": Outcome(
            at=NOW - 60,
            version="1.5.0",
            slot="B",
            result=Result.FAILED,
            problem=Problem(
                text="The update could not be read to its end: it is damaged, or the stick is. Copy it to the stick "
                "again, or take another stick.",
                original="Failed updating slot rootfs.1: Input/output error",
            ),
        ),
    }
)
FELL_BACK = FAILED.model_copy(
    update={
        "last": None,
        "development": True,
        "fell_back": FallBack(
            at=NOW - 44_285,
            version="1.5.0",
            back_to="1.4.0",
            problems=(
                Problem(
                    text="The service {unit} does not run. Its journal says why.",
                    args={"unit": "branchbox-core"},
                    original="activating",
                ),
            ),
        ),
    }
)
CONTAINER = UpdateState(version="1.4.0", development=False, unable=NO_SLOTS)
GOOD = Checked(version="1.5.0", description="Branchbox 1.5.0", build="8cada60", size=612_000_000, slot="B")
OLDER = Checked(
    version="1.3.0",
    slot="B",
    problems=(
        Problem(
            text="Version {version} is older than the {running} that runs: its programs may not know what {running} "
            "has written. To go back to the version before, roll back instead.",
            args={"version": "1.3.0", "running": "1.4.0"},
        ),
    ),
)
RESTART = Restart(
    kind=RestartKind.UPDATE, by="zhang", why="1.5.0 for the new queue", begin=NOW - 30, latest=NOW + 570, anyway=True
)


def sticks() -> Sticks:
    """One stick with two updates."""
    files = tuple(
        StickFile(kind=FileKind.BUNDLE, name=f"branchbox-{version}.raucb", size=octets, modified=NOW - 86400 * 3)
        for version, octets in (("1.3.0", 598_000_000), ("1.5.0", 612_000_000))
    )
    stick = Stick(
        name="sdb1",
        label="KINGSTON",
        vendor="Kingston",
        model="DataTraveler",
        size=32_000_000_000,
        file_system="vfat",
        write_protected=False,
        free=27_100_000_000,
        files=files,
    )
    return Sticks(sticks=(stick,))


def answers() -> dict[str, Callable[[Any], Message]]:
    """What core says of the machine; tests change single entries."""
    return {
        "alarms/list": lambda _takes: AlarmPage(alarms=()),
        "sticks/list": lambda _takes: sticks(),
        "update/state": lambda _takes: SYSTEMS,
        "update/check": lambda takes: GOOD if "1.5.0" in (takes.file or takes.url) else OLDER,
        "update/install": lambda _takes: INSTALLING,
        "update/cancel": lambda _takes: SYSTEMS,
        "update/activate": lambda _takes: PowerState(pending=RESTART, calls=3),
        "update/rollback": lambda _takes: PowerState(pending=RESTART, calls=3),
        "update/acknowledge": lambda _takes: SYSTEMS,
        "power/state": lambda _takes: PowerState(calls=14),
        "power/reboot": lambda _takes: PowerState(pending=RESTART, calls=3),
        "power/off": lambda _takes: PowerState(pending=RESTART, calls=3),
        "power/reset": lambda _takes: PowerState(pending=RESTART, calls=3),
        "power/cancel": lambda _takes: PowerState(calls=3),
    }
