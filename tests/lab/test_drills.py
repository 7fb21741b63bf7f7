"""Drills on a real box: its own test number called over SIP and heard in both directions, a number of the carrier's, a
line that refuses, and a restore that is rehearsed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from appliance.api.drills import DrillResult
from appliance.site import document as documents
from appliance.site.models import Drill, DrillKind, Trunk, Way
from images.box import Box
from images.network import BOX_ADDRESS, CARRIER_ADDRESS
from images.phones import SIP, Handset, Handsets, Line
from images.rootfs import Root
from images.run import poll

OWN = "88120009"


@pytest.fixture(scope="module")
def box(root: Root) -> Iterator[Box]:
    """A box whose trunk `loop` leads back to itself, as a carrier does who connects a branch with its own number; its
    carrier is one telephone."""
    example, _ = documents.parse(documents.example("en"))
    assert example is not None
    (carrier,) = example.trunks
    loop = Trunk(name="loop", label="Back to us", host=BOX_ADDRESS, addresses=(f"{BOX_ADDRESS}/32",))
    line = {"kind": DrillKind.LINE, "at": "03:30", "label": "x"}
    drills = (
        Drill.model_validate({**line, "name": "own", "trunk": "loop", "number": OWN}),
        Drill.model_validate({**line, "name": "other", "trunk": "carrier", "number": "10000"}),
        Drill.model_validate(
            {**line, "name": "without", "kind": DrillKind.FALL_BACK, "trunk": "carrier", "number": OWN}
        ),
        Drill(name="restore", label="Restore", kind=DrillKind.RESTORE, at="04:00"),
    )
    trunks = (carrier.model_copy(update={"port": SIP}), loop)
    routes = tuple(route.model_copy(update={"ways": (*route.ways, Way(trunk="loop"))}) for route in example.routes)
    changed = {"trunks": trunks, "drills": drills, "routes": routes}
    box = Box.start("drills", root, document=example.model_copy(update=changed))
    box.wait_tested()
    yield box
    box.stop()
    box.remove()


@pytest.fixture(scope="module")
def carriers(box: Box) -> Iterator[Handset]:
    """The carrier's test number."""
    with carrier_of(box) as phone:
        yield phone


@contextmanager
def carrier_of(box: Box) -> Iterator[Handset]:
    """The carrier's number, found by the box."""
    with Handsets(box.network.operator) as phones:
        phone = phones.add("10000", None, tone=440, answers=True, address=CARRIER_ADDRESS, port=SIP)
        said = ["asterisk", "-rx", "pjsip show contacts"]

        def found() -> bool:
            return any("trunk-carrier" in row and "Avail" in row for row in box.run(said).out.splitlines())

        assert poll(found, seconds=30), "the box never found its carrier"
        yield phone


def held(box: Box, name: str, *, passes: bool) -> DrillResult:
    done = box.as_user("technician", ["/usr/bin/branchbox", "drill", name, "--json"], check=False)
    assert done.code == (0 if passes else 1), done.out + done.err
    return DrillResult.model_validate_json(done.out)


def test_our_own_number_is_called_and_both_directions_are_heard(box: Box) -> None:
    result = held(box, "own", passes=True)
    assert result.problem is None and result.by == "technician"
    assert 0 < result.figures["answered"] < 10


def test_the_history_says_that_it_was_a_line_test(box: Box) -> None:
    def tested() -> list[dict[str, object]]:
        said = box.as_user("technician", ["/usr/bin/branchbox", "calls", "list", "--json"]).out
        return [call for call in json.loads(said)["calls"] if call["outcome"] == "line-test"]

    assert poll(lambda: len(tested()) == 1, seconds=20), "the call that came in is not in the history, or twice"
    assert tested()[0]["trunk"] == "loop"


def test_a_number_of_the_carrier_s_that_sounds_passes(box: Box, carriers: Handset) -> None:
    assert carriers.line is Line.FREE
    assert held(box, "other", passes=True).problem is None


def test_a_line_where_nobody_is_fails_and_says_which(box: Box, carriers: Handset) -> None:
    carriers.wait(Line.FREE)
    carriers.close()
    problem = held(box, "other", passes=False).problem
    assert problem is not None and "carrier" in str(problem) and "10000" in str(problem)


def test_calls_go_on_without_a_trunk_by_the_route_s_next_way(box: Box) -> None:
    assert held(box, "without", passes=True).problem is None
    assert "carrier" not in box.run(["asterisk", "-rx", "database show failed"]).out, "a drill sets no trunk aside"


def test_a_restore_is_rehearsed_and_leaves_nothing_behind(box: Box) -> None:
    assert held(box, "restore", passes=True).figures["bytes"] > 10_000
    left = box.run(["find", "/var/lib/branchbox", "-name", "rehearsal", "-o", "-name", "outgoing.db"]).out
    assert left == ""


def test_the_results_are_listed(box: Box) -> None:
    said = box.as_user("technician", ["/usr/bin/branchbox", "drills"], check=False)
    assert "passed" in said.out and "failed" in said.out and said.code == 1


def test_a_failed_drill_is_an_alarm_until_it_has_passed(box: Box) -> None:
    """The trunk of the test before is well by OPTIONS as long as nobody asks: the drill's alarm is its own, or that
    trunk's consequence."""
    alarms = box.path("/var/lib/branchbox/health/health.db")

    def stands() -> bool:
        with closing(sqlite3.connect(alarms)) as database:
            rows = database.execute("SELECT 1 FROM alarms WHERE key = 'drill:other' AND cleared IS NULL")
            return rows.fetchone() is not None

    assert poll(stands, seconds=60), "nobody is told that the drill failed"
    with carrier_of(box):
        held(box, "other", passes=True)
    assert poll(lambda: not stands(), seconds=60), "the drill has passed, and its alarm still stands"
