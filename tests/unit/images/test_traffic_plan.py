"""Who calls when a newcomer asks for traffic."""

import pytest

from appliance.site import document as site
from appliance.site.models import SiteDocument
from images.dev.traffic import Way, plan, ways
from images.run import Failure


def test_every_way_from_a_number_to_a_queue_is_found() -> None:
    assert ways(_example()) == (Way("96296", "1"), Way("96296", "2"))


@pytest.mark.parametrize("calls", [1, 2, 9, 10, 37, 200])
def test_as_many_calls_are_planned_as_asked_for(calls: int) -> None:
    groups = plan(_example(), calls, 60)
    assert sum(group.count for group in groups) == calls
    numbers = [number for group in groups for number in range(group.first_number, group.first_number + group.count)]
    assert len(set(numbers)) == calls


def test_some_give_up() -> None:
    *_, last = plan(_example(), 50, 60)
    assert (last.count, last.patience < 10) == (5, True)


def test_a_branch_without_queues_is_told_what_is_missing() -> None:
    with pytest.raises(Failure, match="No DID"):
        plan(_example().model_copy(update={"dids": ()}), 10, 60)


def _example() -> SiteDocument:
    found, _ = site.parse(site.example("en"))
    assert found is not None
    return found
