"""Recording of a call that is up: asked of Asterisk, and said in the call's own history."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from appliance.api import contract, recordings
from appliance.api.recordings import OfCall
from appliance.api.wire import Empty
from appliance.site.problems import BranchboxError
from tests.unit.core.box import Box, box
from tests.unit.telephony.ami_events import channel
from tests.unit.telephony.fake_ami import FakeAmi, fake_ami, message

CALLER, AGENT = "PJSIP/trunk-carrier-00000001", "PJSIP/8001-00000002"
OWN = OfCall()


@asynccontextmanager
async def talk(login: str = "agent") -> AsyncIterator[tuple[Box, FakeAmi]]:
    """A caller who talks to extension 8001, which is agent 8001's; the caller's leg is recorded."""
    async with fake_ami() as asterisk, box(login=login, ami_port=asterisk.port) as here:
        asterisk.lists["Status"] = "".join(
            message(
                Event="Status",
                ActionID="{id}",
                **channel(name, uniqueid, "WZN-1.1"),
                Seconds="7",
                Variable=f"BB_HELD=(null)\r\nVariable: BB_RECORDS={records}",
            )
            for name, uniqueid, records in ((AGENT, "WZN-1.2", ""), (CALLER, "WZN-1.1", "on"))
        )

        def mute(action: dict[str, str]) -> dict[str, str] | None:
            if action["Channel"] != CALLER:
                return None
            asterisk.say(message(Event="MixMonitorMute", **channel(CALLER, "WZN-1.1"), State=action["State"]))
            return {}

        asterisk.accepts = {
            "MixMonitorMute": mute,
            "MixMonitor": lambda _: {},
            "Setvar": lambda _: {},
            "Getvar": lambda _: {"Value": ""},
        }
        here.who.login = "technician"
        async with asyncio.timeout(10):
            while not (await here.client.call(contract.LIVE, Empty())).calls:
                await asyncio.sleep(0)
        here.who.login = login
        yield here, asterisk


def extension_of_the_agent(here: Box) -> str:
    return next(agent.extension for agent in here.site.agents if agent.number == "8001")


def asked(asterisk: FakeAmi, name: str) -> list[dict[str, str]]:
    return [
        {key: value for key, value in action.items() if key not in ("Action", "ActionID")}
        for action in asterisk.actions
        if action["Action"] == name
    ]


async def test_an_agent_pauses_and_resumes_the_own_call_and_the_history_will_say_so() -> None:
    async with talk() as (here, asterisk):
        assert extension_of_the_agent(here) == "8001"
        paused = await here.client.call(recordings.RECORDINGS_PAUSE, OWN)
        assert (paused.linkedid, paused.recording, paused.paused) == ("WZN-1.1", True, True)
        with pytest.raises(BranchboxError, match="paused already"):
            await here.client.call(recordings.RECORDINGS_PAUSE, OWN)
        resumed = await here.client.call(recordings.RECORDINGS_RESUME, OWN)
        assert not resumed.paused
        mutes = [action for action in asked(asterisk, "MixMonitorMute") if action["Channel"] == CALLER]
        assert [(mute["Direction"], mute["State"]) for mute in mutes] == [("both", "1"), ("both", "0")]
        told = asked(asterisk, "Setvar")
        assert [each["Channel"] for each in told] == [CALLER] * 4
        assert [each["Value"] for each in told if each["Variable"] == "BB_RECORDS"] == ["paused", "on"]
        handlers = [each for each in told if each["Variable"] == "CHANNEL(hangup_handler_push)"]
        for handler, word in zip(handlers, ("paused", "resumed"), strict=True):
            context, extension, priority = handler["Value"].split(",")
            assert (context, extension) == ("recording-said", word)
            assert priority.startswith("1(")
            assert priority.endswith("/8001)")


async def test_every_leg_that_is_recorded_is_paused_and_it_is_said_once() -> None:
    async with talk() as (here, asterisk):
        asterisk.accepts["MixMonitorMute"] = lambda _: {}
        await here.client.call(recordings.RECORDINGS_PAUSE, OWN)
        assert [mute["Channel"] for mute in asked(asterisk, "MixMonitorMute")] == [CALLER, AGENT]
        told = [(each["Channel"], each["Variable"].partition("(")[0]) for each in asked(asterisk, "Setvar")]
        assert told == [(CALLER, "BB_RECORDS"), (CALLER, "CHANNEL"), (AGENT, "BB_RECORDS")]


async def test_recording_on_demand_is_called_by_the_call_and_the_channel() -> None:
    async with talk() as (here, asterisk):
        started = await here.client.call(recordings.RECORDINGS_START, OWN)
        assert started.recording
        assert asked(asterisk, "MixMonitor") == [{"Channel": CALLER, "File": "WZN-1.1-1.raw", "Options": "D"}]
        *variables, handler = asked(asterisk, "Setvar")
        set_to = {each["Variable"]: each["Value"] for each in variables}
        assert set_to == {"BB_RECORDED": "WZN-1.1-1.raw", "BB_RECORDS": "on"}
        assert handler["Value"].endswith("/8001/WZN-1.1-1.raw)")


async def test_a_call_that_is_recorded_already_is_not_recorded_twice() -> None:
    async with talk() as (here, asterisk):
        asterisk.accepts["Getvar"] = lambda _: {"Value": "WZN-1.1-1.raw"}
        with pytest.raises(BranchboxError, match="recorded already"):
            await here.client.call(recordings.RECORDINGS_START, OWN)
        assert asked(asterisk, "MixMonitor") == []


async def test_a_call_without_recording_cannot_be_paused() -> None:
    async with talk() as (here, asterisk):
        asterisk.accepts["MixMonitorMute"] = lambda _: None
        with pytest.raises(BranchboxError, match="not being recorded"):
            await here.client.call(recordings.RECORDINGS_PAUSE, OWN)


async def test_a_supervisor_names_any_call_and_an_agent_only_the_own() -> None:
    async with talk("supervisor") as (here, _):
        with pytest.raises(BranchboxError, match="no call now"):
            await here.client.call(recordings.RECORDINGS_PAUSE, OWN)
        paused = await here.client.call(recordings.RECORDINGS_PAUSE, OfCall(linkedid="WZN-1.1"))
        assert paused.paused
        with pytest.raises(BranchboxError, match="is over"):
            await here.client.call(recordings.RECORDINGS_PAUSE, OfCall(linkedid="WZN-7.7"))
        here.who.login = "agent"
        with pytest.raises(BranchboxError, match="no call now"):
            await here.client.call(recordings.RECORDINGS_PAUSE, OfCall(linkedid="WZN-7.7"))
