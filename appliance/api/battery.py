"""What core asks `branchbox-power`: everything else stands in its file."""

from __future__ import annotations

from pydantic import Field

from appliance.api.supply import Supply
from appliance.api.ups import UpsName
from appliance.api.wire import method


class TestAsked(UpsName):
    """Begin a battery test, and who asks."""

    by: str = Field(max_length=64)


TEST = method("test", TestAsked, Supply, {"core"}, change=True)
