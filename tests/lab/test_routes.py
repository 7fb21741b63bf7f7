"""Calls out on the real box: the first way, the next one when it is lost, set aside when it fails, emergency always.

Two carriers are telephones that nobody here wrote; a third one answers OPTIONS and takes no call.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.site import document as documents
from appliance.site.exchange import trunk_endpoint
from appliance.site.models import CallRoute, NumberClass, Trunk, Way
from asterisk_conf.dialplan.routes import FAILURES
from images.box import Box
from images.network import CARRIER_ADDRESS, PREFIX
from images.phones import Handset, Handsets, Line
from images.rootfs import Root
from images.run import poll
from tests.lab.rush import passwords

HQ_ADDRESS, STUBBORN_ADDRESS = "10.77.0.4", "10.77.0.5"
PORT = 5600
STUBBORN = Path(__file__).parent / "stubborn_carrier.py"
OFFICE, COUNTER = "8021", "8001"
"""A phone that may call outside, and one that may not."""
MOST_DELAY = 3.0
"""Seconds from the last digit to the far phone's ring, when a way is lost."""


@dataclass
class World:
    """A box with two phones and two carriers."""

    box: Box
    office: Handset
    counter: Handset
    carrier: Handset
    hq: Handset

    def cable(self, carrier: str, *, there: bool) -> None:
        """Take the network away from a carrier, without a word to the box, or give it back."""
        verb = "replace" if there else "delete"
        self.box.operator(["ip", "address", verb, f"{carrier}/{PREFIX}", "dev", "op0"])

    def reachable(self, trunk: str) -> bool:
        """What the box knows of a trunk."""
        shown = self.box.run(["asterisk", "-rx", f"pjsip show aor {trunk_endpoint(trunk)}"]).out
        return re.search(r"Contact:.*\bAvail\b", shown) is not None

    def knows(self, trunk: str, *, reachable: bool) -> None:
        """Wait until it does."""
        assert poll(lambda: self.reachable(trunk) is reachable, seconds=30), trunk

    def rings(self, far: Handset, dialled: str, by: Handset | None = None) -> float:
        """Dial; the far phone rings. Seconds until then."""
        phone = by or self.office
        began = time.monotonic()
        phone.dial(dialled)
        far.wait(Line.RINGS, 10)
        return far.rang - began

    def over(self, *phones: Handset) -> None:
        """All hang up and are free."""
        for phone in phones:
            if phone.line is not Line.FREE:
                phone.hang_up()
        for phone in phones:
            phone.wait(Line.FREE)

    def family(self, name: str) -> str:
        """What AstDB has of a family."""
        return self.box.run(["asterisk", "-rx", f"database show {name}"]).out


@pytest.fixture(scope="module")
def world(root: Root, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    example, _ = documents.parse(documents.example("en"))
    assert example is not None
    (carrier,) = example.trunks
    others = {"hq": HQ_ADDRESS, "stubborn": STUBBORN_ADDRESS}
    trunks = tuple(
        Trunk(name=name, label=name, host=address, port=PORT, addresses=(f"{address}/32",))
        for name, address in others.items()
    )
    (outside,) = example.routes
    service = CallRoute(
        name="service",
        label="Service numbers",
        classes=(NumberClass.SPECIAL,),
        ways=(Way(trunk="stubborn"), Way(trunk="hq", prepend="0577")),
    )
    both = outside.model_copy(update={"ways": (*outside.ways, Way(trunk="hq"))})
    document = example.model_copy(
        update={"trunks": (carrier.model_copy(update={"port": PORT}), *trunks), "routes": (service, both)}
    )
    box = Box.start("routes", root, document=document)
    try:
        # The first address may go without the others of its network.
        box.operator(["sysctl", "-qw", "net.ipv4.conf.op0.promote_secondaries=1"])
        for address in others.values():
            box.operator(["ip", "address", "replace", f"{address}/{PREFIX}", "dev", "op0"])
        box.operator_start(
            [sys.executable, STUBBORN, STUBBORN_ADDRESS, str(PORT)], log=tmp_path_factory.mktemp("s") / "stubborn.log"
        )
        with Handsets(box.network.operator) as phones:
            world = World(
                box,
                phones.add(OFFICE, passwords(box)[OFFICE], tone=1200),
                phones.add(COUNTER, passwords(box)[COUNTER], tone=1240),
                phones.add("carrier", None, tone=440, address=CARRIER_ADDRESS, port=PORT),
                phones.add("hq", None, tone=480, address=HQ_ADDRESS, port=PORT),
            )
            world.carrier.also("13805772046", "110", "120")
            world.hq.also("13805772046", "110", "057710010", "057710086")
            for trunk in ("carrier", "hq", "stubborn"):
                world.knows(trunk, reachable=True)
            yield world
    finally:
        box.stop()
        box.remove()


def test_a_call_leaves_by_the_first_way(world: World) -> None:
    world.rings(world.carrier, "913805772046")
    world.over(world.office, world.carrier)


def test_an_emergency_call_goes_from_a_phone_that_may_call_nobody_with_and_without_the_prefix(world: World) -> None:
    for dialled in ("110", "9120"):
        world.rings(world.carrier, dialled, by=world.counter)
        world.over(world.counter, world.carrier)
    world.counter.dial("913805772046")
    assert not poll(lambda: world.carrier.line is Line.RINGS, seconds=2)
    world.over(world.counter)


def test_the_first_call_after_the_wan_is_lost_goes_another_way_in_time_and_the_next_at_once(world: World) -> None:
    world.cable(CARRIER_ADDRESS, there=False)
    try:
        assert world.rings(world.hq, "913805772046") < MOST_DELAY
        world.over(world.office, world.hq)
        world.knows("carrier", reachable=False)
        assert world.rings(world.hq, "913805772046") < 1.0
        world.over(world.office, world.hq)
    finally:
        world.cable(CARRIER_ADDRESS, there=True)
    world.knows("carrier", reachable=True)
    world.rings(world.carrier, "913805772046")
    world.over(world.office, world.carrier)


def test_the_wan_is_lost_during_a_call_and_the_next_one_goes_another_way(world: World) -> None:
    world.rings(world.carrier, "913805772046", by=world.office)
    world.carrier.answer()
    world.office.wait(Line.TALKS)
    world.cable(CARRIER_ADDRESS, there=False)
    try:
        assert world.rings(world.hq, "9110", by=world.counter) < MOST_DELAY
        world.over(world.counter, world.hq)
    finally:
        world.cable(CARRIER_ADDRESS, there=True)
    world.knows("carrier", reachable=True)
    world.over(world.office, world.carrier)


def test_a_trunk_that_answers_options_and_no_call_is_passed_by_and_then_set_aside(world: World) -> None:
    assert world.reachable("stubborn")
    for dialled, most in (("910010", MOST_DELAY), ("910086", 1.0), ("910086", 1.0)):
        assert world.rings(world.hq, dialled) < most  # no answer at all, then 503
        world.over(world.office, world.hq)
    assert re.search(rf"/failed/stubborn\s*: {FAILURES}\b", world.family("failed"))
    assert "/aside/stubborn" in world.family("aside")
    assert world.rings(world.hq, "910010") < 1.0
    world.over(world.office, world.hq)


def test_what_the_called_party_says_is_the_end(world: World) -> None:
    world.box.run(["asterisk", "-rx", "database del aside stubborn"])
    for dialled in ("910000", "912345"):
        world.office.dial(dialled)
        assert not poll(lambda: world.hq.line is Line.RINGS, seconds=2), dialled
        world.over(world.office)
    assert "/failed/stubborn" not in world.family("failed")
