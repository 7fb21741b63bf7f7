"""The board's actions as Asterisk is asked for them: by the supervisor's phone first, and never the caller's loss."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from appliance.api import board, contract, desk
from appliance.api.board import Board, Force, ForceBusy, Listen, OfAgent
from appliance.api.wire import Empty, Message, Method
from appliance.site.exchange import Ear
from appliance.site.problems import BranchboxError
from tests.unit.core.box import Box, box
from tests.unit.core.test_recording_calls import asked
from tests.unit.telephony.ami_events import channel
from tests.unit.telephony.fake_ami import FakeAmi, fake_ami, message

CALLER, AGENT = "PJSIP/trunk-carrier-00000001", "PJSIP/8001-00000002"
PHONE = "PJSIP/8021-00000003"
WHY = "the caller shouts"


@asynccontextmanager
async def floor(response: str = "Success") -> AsyncIterator[tuple[Box, FakeAmi]]:
    """A caller talks with agent 8001; the supervisor's own phone is 8021, and is lifted or not when it is rung."""
    async with fake_ami() as asterisk, box(ami_port=asterisk.port) as here:
        asterisk.lists["Status"] = "".join(
            message(
                Event="Status",
                ActionID="{id}",
                **channel(name, uniqueid, "WZN-1.1", ChannelStateDesc="Up", BridgeID="b1"),
                Seconds="7",
            )
            for name, uniqueid in ((AGENT, "WZN-1.2"), (CALLER, "WZN-1.1"))
        )

        def originate(action: dict[str, str]) -> dict[str, str]:
            answer = {"Response": response, "Channel": PHONE, "Uniqueid": "branchbox-1", "Reason": "4"}
            # To the connection that asked: core makes one for each ringing.
            asyncio.get_running_loop().call_soon(asterisk.say, message(Event="OriginateResponse", **answer))
            return {}

        asterisk.accepts = {"Originate": originate, **{name: lambda _: {} for name in ("Setvar", "Redirect", "Hangup")}}
        here.who.login = "technician"
        async with asyncio.timeout(10):
            while not (await here.client.call(contract.LIVE, Empty())).calls:
                await asyncio.sleep(0)
        here.who.login = "supervisor"
        yield here, asterisk


def rung(asterisk: FakeAmi) -> list[tuple[str, str, str]]:
    """Which phones were rung, where they lead, and to which channel."""
    return [(each["Channel"], each["Exten"], each["Variable"]) for each in asked(asterisk, "Originate")]


@pytest.mark.parametrize("ear", Ear)
async def test_the_supervisors_phone_rings_and_leads_to_the_agents_channel(ear: Ear) -> None:
    async with floor() as (here, asterisk):
        await here.client.call(board.LISTEN, Listen(agent="8001", ear=ear))
        [headers] = asked(asterisk, "Originate")
        assert (headers["Channel"], headers["Context"], headers["Exten"]) == ("PJSIP/8021", "supervise", ear)
        assert headers["Variable"] == f"BB_SUPERVISED={AGENT}"
        assert headers["ChannelId"].startswith("branchbox-")
        assert "." not in headers["ChannelId"]
        assert [row.method for row in await here.operations()] == ["board/listen"]


async def test_a_phone_that_listens_is_led_on_and_not_rung_again() -> None:
    async with floor() as (here, asterisk):
        await here.client.call(board.LISTEN, Listen(agent="8001"))
        await here.client.call(board.LISTEN, Listen(agent="8001", ear=Ear.WHISPER))
        assert len(asked(asterisk, "Originate")) == 1
        [redirect] = asked(asterisk, "Redirect")
        assert (redirect["Channel"], redirect["Exten"]) == (PHONE, "whisper")


async def test_a_phone_that_was_put_down_is_rung_again() -> None:
    async with floor() as (here, asterisk):
        await here.client.call(board.LISTEN, Listen(agent="8001"))
        del asterisk.accepts["Redirect"]
        await here.client.call(board.LISTEN, Listen(agent="8001"))
        assert len(asked(asterisk, "Originate")) == 2


async def heard(here: Box, wanted: str | None) -> None:
    """Wait until the supervisor's board says that this agent is heard."""
    async with asyncio.timeout(10):
        while (await here.client.call(board.NOW, Empty())).hears != wanted:
            await asyncio.sleep(0)


@pytest.mark.parametrize("end", ["put down", "Asterisk"])
async def test_the_board_says_whom_one_hears_until_the_phone_is_put_down(end: str) -> None:
    async with floor() as (here, asterisk):
        await here.client.call(board.LISTEN, Listen(agent="8001"))
        await heard(here, "8001")
        if end == "Asterisk":
            await asterisk.stop()
        else:
            asterisk.say(message(Event="Hangup", Channel=PHONE, Uniqueid="branchbox-1"))
        await heard(here, None)


async def test_a_phone_that_took_a_call_over_is_not_led_away_from_its_caller() -> None:
    async with floor() as (here, asterisk):
        await here.client.call(board.LISTEN, Listen(agent="8001"))
        await here.client.call(board.TAKE_OVER, Force(agent="8001", why=WHY))
        assert [each["Exten"] for each in asked(asterisk, "Redirect")] == ["take"]
        await heard(here, None)
        await here.client.call(board.LISTEN, Listen(agent="8001"))
        assert len(asked(asterisk, "Redirect")) == 1
        assert len(asked(asterisk, "Originate")) == 2


async def test_taking_over_fetches_the_caller_only_once_the_phone_is_lifted() -> None:
    async with floor() as (here, asterisk):
        await here.client.call(board.TAKE_OVER, Force(agent="8001", why=WHY))
        assert rung(asterisk) == [("PJSIP/8021", "take", f"BB_SUPERVISED={CALLER}")]
        assert asked(asterisk, "Hangup") == asked(asterisk, "Redirect") == []
        [row] = await here.operations()
        assert WHY in row.detail


async def test_a_phone_that_is_not_lifted_changes_nothing() -> None:
    async with floor("Failure") as (here, asterisk):
        with pytest.raises(BranchboxError, match="did not answer"):
            await here.client.call(board.TAKE_OVER, Force(agent="8001", why=WHY))
        assert {action["Action"] for action in asterisk.actions}.isdisjoint({"Hangup", "Redirect", "Bridge", "Setvar"})


async def test_disconnecting_ends_the_agents_leg() -> None:
    async with floor() as (here, asterisk):
        await here.client.call(board.DISCONNECT, Force(agent="8001", why=WHY))
        assert asked(asterisk, "Hangup") == [{"Channel": AGENT, "Cause": "16"}]


@pytest.mark.parametrize(
    ("method", "takes", "said"),
    [
        (board.LISTEN, Listen(agent="8002"), "8002 .* has no call now"),
        (board.DISCONNECT, Force(agent="8002", why=WHY), "8002 .* has no call now"),
        (board.TAKE_OVER, Force(agent="8002", why=WHY), "8002 .* has no call now"),
        (board.LISTEN, Listen(agent="9999"), "no agent 9999"),
        (board.BUSY, ForceBusy(agent="8001", reason="siesta", why=WHY), "no busy reason siesta"),
    ],
)
async def test_what_cannot_be_done_is_said(method: Method[Message, Empty], takes: Message, said: str) -> None:
    async with floor() as (here, asterisk):
        with pytest.raises(BranchboxError, match=said):
            await here.client.call(method, takes)
        assert asked(asterisk, "Originate") == asked(asterisk, "Hangup") == []


async def test_help_is_asked_for_about_a_call_and_over_when_answered() -> None:
    async with floor() as (here, _):

        async def asking() -> list[str]:
            here.who.login = "supervisor"
            now: Board = await here.client.call(board.NOW, Empty())
            return [each.agent.number for each in now.agents if each.help_since is not None]

        here.who.login = "agent"
        await here.client.call(desk.HELP, Empty())
        assert await asking() == ["8001"]
        await here.client.call(board.ANSWER_HELP, OfAgent(agent="8001"))
        assert await asking() == []
        here.who.login = "agent"
        await here.client.call(desk.HELP, Empty())
        await here.client.call(desk.NO_HELP, Empty())
        assert await asking() == []


async def helped(here: Box) -> tuple[bool, str | None]:
    """Whether the agent sees that help is asked for, and who comes."""
    here.who.login = "agent"
    seen = await anext(here.client.follow(desk.STREAM))
    return seen.help is not None, seen.help.by if seen.help else None


async def test_the_agent_sees_that_help_is_asked_for_and_who_comes() -> None:
    async with floor() as (here, _):
        here.who.login = "agent"
        await here.client.call(desk.HELP, Empty())
        assert await helped(here) == (True, None)
        here.who.login = "supervisor"
        await here.client.call(board.ANSWER_HELP, OfAgent(agent="8001"))
        assert await helped(here) == (True, "A supervisor")
        await here.client.call(desk.HELP, Empty())
        assert await helped(here) == (True, None), "asked again"
        await here.client.call(desk.NO_HELP, Empty())
        assert await helped(here) == (False, None)


async def test_a_supervisor_who_does_not_lift_the_phone_leaves_the_asking() -> None:
    async with floor("Failure") as (here, _):
        here.who.login = "agent"
        await here.client.call(desk.HELP, Empty())
        here.who.login = "supervisor"
        with pytest.raises(BranchboxError, match="did not answer"):
            await here.client.call(board.ANSWER_HELP, OfAgent(agent="8001"))
        assert await helped(here) == (True, None)


async def test_help_ends_with_its_call() -> None:
    async with floor() as (here, asterisk):
        here.who.login = "agent"
        await here.client.call(desk.HELP, Empty())
        for name, uniqueid in ((AGENT, "WZN-1.2"), (CALLER, "WZN-1.1")):
            asterisk.say(message(Event="Hangup", **channel(name, uniqueid, "WZN-1.1")))
        here.who.login = "supervisor"
        async with asyncio.timeout(10):
            while (now := await here.client.call(board.NOW, Empty())).calls:
                await asyncio.sleep(0)
        assert all(each.help_since is None for each in now.agents)
        here.who.login = "agent"
        with pytest.raises(BranchboxError, match="no call to ask help for"):
            await here.client.call(desk.HELP, Empty())
