"""What core hands on to branchbox-host."""

from __future__ import annotations

import pytest

from appliance.api import power
from appliance.api.power import PowerRequest
from appliance.api.verbs import PowerAsked
from appliance.api.wire import contract_of
from appliance.core.forwarded import PAIRS
from appliance.site.problems import BranchboxError
from tests.unit.core.box import box


async def test_host_hears_who_asks_though_the_person_does_not_say() -> None:
    async with box(login="installer") as here:
        with pytest.raises(BranchboxError, match="no disks"):
            await here.client.call(power.POWER_REBOOT, PowerRequest(why="cable", wait=60))
        assert here.host.asked == [PowerAsked(why="cable", wait=60, by="installer")]
        [row] = await here.operations()
        assert (row.by, row.method, row.result) == ("installer", "power/reboot", "failed")
        assert "why: cable" in row.detail


@pytest.mark.parametrize(("method", "verb"), PAIRS, ids=lambda called: called.name)
def test_a_pair_takes_and_gives_the_same_but_for_who_asks(method: object, verb: object) -> None:
    [one], [other] = contract_of_one(method), contract_of_one(verb)
    assert one.gives is other.gives
    assert issubclass(other.takes, one.takes)
    assert other.takes.model_fields.keys() - one.takes.model_fields.keys() <= {"by"}
    assert one.change == other.change


def contract_of_one(called: object) -> list:  # type: ignore[type-arg]  # any method
    class Page:
        only = called

    return list(contract_of(Page).values())
