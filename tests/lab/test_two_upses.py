"""Two UPSes, of which either feeds the box alone; one of them does not say what is so. NUT's own driver plays both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.api.supply import Feed, Phase
from appliance.site import document as documents
from appliance.site.models import Power
from images.box import Box
from images.phones import Handsets, Line
from images.rootfs import Root
from images.run import poll
from tests.lab.test_ups import BATTERY, EMPTY, LOW, MAINS, dashboard, phone, played, says, supply

LEFT, RIGHT = "left", "right"


@pytest.fixture(scope="module")
def box(root: Root) -> Iterator[Box]:
    branch = documents.parse(documents.example("en"))[0]
    assert branch is not None
    upses = (played(LEFT, "Left UPS"), played(RIGHT, "Right UPS"))
    box = Box.start("upses", root, document=branch.model_copy(update={"upses": upses, "power": Power(drain=600)}))
    says(box, MAINS, LEFT)
    says(box, MAINS, RIGHT)
    yield box
    box.stop()
    box.remove()


def becomes(box: Box, left: Feed, right: Feed, phase: Phase) -> None:
    def there() -> bool:
        now = supply(box)
        return now is not None and (tuple(ups.feed for ups in now.upses), now.phase) == ((left, right), phase)

    assert poll(there, seconds=60), supply(box)


def remarks(box: Box) -> list[str]:
    """What is said of the left one."""
    now = supply(box)
    return [] if now is None else [str(remark) for remark in now.upses[0].remarks]


def test_one_that_is_empty_switches_nothing_off_while_the_other_has_mains(box: Box) -> None:
    becomes(box, Feed.MAINS, Feed.MAINS, Phase.MAINS)
    says(box, EMPTY, LEFT)
    becomes(box, Feed.LOW, Feed.MAINS, Phase.MAINS)
    assert dashboard(box).restart is None


def test_without_mains_at_both_the_box_is_on_its_way_off_until_mains_is_back(box: Box) -> None:
    with Handsets(box.network.operator) as phones:
        talking = phone(box, phones, "8001", answers=True)
        phone(box, phones, "8002").dial("8001")
        talking.wait(Line.TALKS)
        says(box, BATTERY, RIGHT)
        becomes(box, Feed.LOW, Feed.BATTERY, Phase.BATTERY)
        says(box, LOW, RIGHT)
        becomes(box, Feed.LOW, Feed.LOW, Phase.DRAINING)
        assert poll(lambda: dashboard(box).restart is not None, seconds=15)
        says(box, MAINS, LEFT)
        says(box, MAINS, RIGHT)
        becomes(box, Feed.MAINS, Feed.MAINS, Phase.MAINS)
        assert poll(lambda: dashboard(box).restart is None, seconds=15)
        assert talking.line is Line.TALKS


def test_one_that_says_mains_while_its_battery_empties_is_not_believed(box: Box) -> None:
    for charge in (90, 85):
        says(box, ("OL DISCHRG", charge), LEFT)
        assert poll(lambda charge=charge: charges(box)[0] == charge, seconds=30), charges(box)  # type: ignore[misc]  # bound now
    becomes(box, Feed.BATTERY, Feed.MAINS, Phase.MAINS)
    assert any("its battery empties" in remark for remark in remarks(box))


def charges(box: Box) -> list[float | None]:
    now = supply(box)
    return [] if now is None else [ups.charge for ups in now.upses]


def test_one_that_says_low_at_a_full_charge_is_believed_but_not_its_clock(box: Box) -> None:
    says(box, ("OB DISCHRG LB", 100), LEFT, runtime=0)
    becomes(box, Feed.LOW, Feed.MAINS, Phase.MAINS)
    said = remarks(box)
    assert any("the first is believed" in remark for remark in said), said
    assert any("its time left is not believed" in remark for remark in said), said
