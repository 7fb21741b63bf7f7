"""What core does about the queues' members, and when: never in the midst of somebody's signing in or out."""

from __future__ import annotations

import asyncio

from appliance.api import contract
from appliance.api.wire import Empty
from tests.unit.core.box import box
from tests.unit.core.test_recording_calls import asked
from tests.unit.telephony.fake_ami import fake_ami, message
from tests.unit.telephony.test_roster import member


async def test_what_is_over_at_once_is_not_put_right_and_what_stays_is() -> None:
    """Two members whom the document does not want; Asterisk takes one away by itself."""
    async with fake_ami() as asterisk, box(ami_port=asterisk.port) as here:
        asterisk.lists["QueueStatus"] = "".join(
            message(ActionID="{id}", **member(queue)) for queue in ("repair", "billing")
        )
        asterisk.accepts["QueueRemove"] = lambda _: {}
        async with asyncio.timeout(10):
            while not (await here.client.call(contract.LIVE, Empty())).linked:
                await asyncio.sleep(0)
            asterisk.say(message(Event="QueueMemberRemoved", Queue="repair", Interface="PJSIP/8001", MemberName="8001"))
            while not asked(asterisk, "QueueRemove"):
                await asyncio.sleep(0.01)
        assert [each["Queue"] for each in asked(asterisk, "QueueRemove")] == ["billing"]
