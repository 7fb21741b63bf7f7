"""The booted box tests itself with a real call, announces restarts, and says in words what a container has not."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from appliance.api.contract import Dashboard
from appliance.api.power import POWER_REBOOT, PowerRequest, PowerState
from appliance.api.updates import GateRecord, UpdateState
from appliance.site.exchange import GATE_SHELF
from images.asking import ask
from images.box import TECHNICIAN, Box
from images.run import poll
from tui.cli.context import Exit

STATE = "/var/lib/branchbox/update/state.json"
COUNT = """
import json, sqlite3
database = sqlite3.connect("file:/var/lib/branchbox/core/site.db?mode=ro", uri=True)
gate = "FROM events WHERE data LIKE '%@branchbox-gate-%'"
print(json.dumps([database.execute(query).fetchone()[0] for query in (
    f"SELECT count(*) {gate}", f"SELECT count(*) FROM calls WHERE linkedid IN (SELECT linkedid {gate})")]))
"""
"""Runs in the box: how many lines of the gate's calls there are, and how many calls of the history are they."""
GIVEN_UP = "from provisioning.bootgate import questions; print(questions.given_up())"
HEALTH = "branchbox-health.service"
AWAY = f"/run/systemd/system.control/{HEALTH}"
"""Masks it, as the kernel's word systemd.mask= does: `systemctl mask` gives way to a unit in /etc."""


@pytest.fixture(scope="module")
def judged(box: Box) -> GateRecord:
    """What the gate found after the start of this box."""
    box.wait_tested()
    return GateRecord.model_validate_json(box.run(["cat", STATE]).out)


def test_the_box_has_tested_itself_and_is_well(judged: GateRecord) -> None:
    assert judged.tested is not None
    assert judged.tested.problems == ()
    assert judged.tested.slot is None, "a container has no slots"
    assert judged.fell_back is None


def test_its_call_was_recorded_and_is_in_no_history(box: Box, judged: GateRecord) -> None:
    assert box.run(["test", "-s", f"/var/lib/branchbox/recordings/{GATE_SHELF}"], check=False).code == 0
    events: list[int] = []

    def ingested() -> bool:
        found = json.loads(box.run(["/opt/branchbox/bin/python", "-c", COUNT]).out)
        events[:] = found
        return bool(found[0])

    assert poll(ingested, seconds=30), "the exchange's logs say nothing of the call"
    assert events[1] == 0


def test_a_gate_that_cannot_judge_does_no_harm_here(box: Box, judged: GateRecord) -> None:
    box.run(["rm", "/run/branchbox/gate.done"])
    try:
        box.run(["systemctl", "start", "branchbox-gate-failed.service"])
        said = box.run(["/usr/lib/branchbox/gate-failed"]).out
    finally:
        box.run(["touch", "/run/branchbox/gate.done"])
    assert "this machine has no slots" in said
    assert box.alive


def given_up(box: Box) -> bool:
    """Whether the gate would wait no longer."""
    return box.run(["/opt/branchbox/bin/python", "-P", "-c", GIVEN_UP]).out.strip() == "True"


def test_the_gate_waits_for_what_dies_and_not_for_what_nobody_starts(box: Box, judged: GateRecord) -> None:
    assert not given_up(box)
    box.run(["systemctl", "kill", "--signal=KILL", HEALTH])
    assert not given_up(box), "it is started again"
    box.run(["mkdir", "-p", AWAY.rsplit("/", 1)[0]])
    box.run(["ln", "-s", "/dev/null", AWAY])
    try:
        box.run(["systemctl", "daemon-reload"])
        assert given_up(box)
    finally:
        box.run(["rm", AWAY])
        box.run(["systemctl", "daemon-reload"])
        box.run(["systemctl", "start", HEALTH])  # its own start fell into the time when it was masked
    assert not given_up(box)


def test_the_gate_s_watchdog_waits(box: Box) -> None:
    assert box.run(["systemctl", "is-active", "branchbox-gate-watch.timer"]).out.strip() == "active"


def test_a_container_says_that_it_has_no_two_systems(box: Box) -> None:
    said = box.as_user(TECHNICIAN, ["branchbox", "update", "state", "--json"], check=False)
    assert said.code == Exit.PROBLEMS
    state = UpdateState.model_validate_json(said.out)
    assert "does not run from a Branchbox disk" in str(state.unable)
    refused = box.as_user(TECHNICIAN, ["branchbox", "update", "check", "https://updates.example/x.raucb"], check=False)
    assert refused.code == Exit.PROBLEMS
    assert "does not run from a Branchbox disk" in refused.err
    reset = ["branchbox", "power", "reset", "--code", "WZN", "--why", "test"]
    refused = box.as_user(TECHNICIAN, reset, check=False)
    assert refused.code == Exit.PROBLEMS
    assert "no fresh state to go back to" in refused.err


@pytest.fixture
def waiting(box: Box) -> Iterator[PowerState]:
    """A restart that waits for an hour that does not come in this test, whatever the time is now."""
    later = PowerRequest(why="new cable", begin=time.time() + 6 * 3600, wait=3600, anyway=False)
    yield ask(box, POWER_REBOOT, later)
    box.as_user(TECHNICIAN, ["branchbox", "power", "cancel"], check=False)


def dashboard(box: Box) -> Dashboard:
    said = box.as_user(TECHNICIAN, ["branchbox", "status", "--json"], check=False)
    return Dashboard.model_validate_json(said.out)


def test_a_restart_is_announced_to_everybody_outlives_the_service_and_can_be_cancelled(
    box: Box, waiting: PowerState
) -> None:
    assert waiting.pending is not None
    assert (waiting.pending.by, waiting.pending.why, waiting.pending.anyway) == ("root", "new cable", False)
    assert dashboard(box).restart == waiting.pending
    box.run(["systemctl", "restart", "branchbox-host"])
    assert poll(lambda: dashboard(box).restart == waiting.pending, seconds=30)
    second = box.as_user(TECHNICIAN, ["branchbox", "power", "off", "--why", "move"], check=False)
    assert "root has asked the box to stop already: new cable" in second.err
    box.as_user(TECHNICIAN, ["branchbox", "power", "cancel"])
    assert dashboard(box).restart is None
    rows = json.loads(box.as_user(TECHNICIAN, ["branchbox", "oplog", "--limit", "5", "--json"]).out)["operations"]
    done = {row["method"]: row for row in rows if row["result"] == "done"}
    assert "why: new cable" in done["power/reboot"]["detail"]
    assert "power/cancel" in done
