"""The AMI link against a server that behaves badly on purpose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from appliance.site.problems import BranchboxError
from appliance.telephony import ami
from appliance.telephony.ami import AmiLink
from appliance.telephony.amiwire import AmiConnection, AmiRefused, Message, parse
from tests.unit.telephony.ami_events import CALLER, channel
from tests.unit.telephony.fake_ami import FakeAmi, fake_ami, message


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what a test expects, at most 5 s."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The link's patience at a test's scale."""
    monkeypatch.setattr(ami, "PING_AFTER", 0.05)
    monkeypatch.setattr(ami, "SILENCE", 0.3)
    monkeypatch.setattr(ami, "PATIENCE", 0.5)
    monkeypatch.setattr(ami, "BACK_OFF", (0.02,))
    monkeypatch.setattr(ami, "RELOAD_SETTLES", 0.02)


@asynccontextmanager
async def linked(server: FakeAmi, folder: Path, *, kept: str = "s3cret") -> AsyncIterator[AmiLink]:
    """A running link."""
    (folder / "ami").write_text(kept + "\n")
    link = AmiLink(folder / "ami", port=server.port)
    task = asyncio.create_task(link.run())
    try:
        yield link
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def up(linkedid: str, **more: str) -> str:
    """A channel in a snapshot's list."""
    name = f"PJSIP/trunk-carrier-{linkedid}"
    return message(Event="Status", ActionID="{id}", **channel(name, linkedid), Seconds="5", **more)


@pytest.mark.usefixtures("quick")
async def test_a_core_that_starts_in_the_middle_shows_the_calls_that_are_up(tmp_path: Path) -> None:
    async with fake_ami() as server:
        server.lists["Status"] = up("1.1") + up("2.1")
        async with linked(server, tmp_path) as link:
            await until(lambda: link.link.linked)
            assert set(link.state.calls) == {"1.1", "2.1"}


@pytest.mark.usefixtures("quick")
async def test_a_core_that_starts_in_the_middle_knows_who_is_held_and_what_is_recorded(tmp_path: Path) -> None:
    async with fake_ami() as server:
        told = {"1.1": ("yes", "(null)"), "2.1": ("(null)", "paused"), "3.1": ("", "")}
        server.lists["Status"] = "".join(
            up(key, Variable=f"BB_HELD={held}\r\nVariable: BB_RECORDS={records}")
            for key, (held, records) in told.items()
        )
        async with linked(server, tmp_path) as link:
            await until(lambda: link.link.linked)
            legs = {key: call.caller for key, call in link.state.calls.items()}
            known = {key: (leg.music, leg.recording) for key, leg in legs.items()}
            assert known == {"1.1": (True, ""), "2.1": (False, "paused"), "3.1": (False, "")}
        [asked] = [action for action in server.actions if action["Action"] == "Status"]
        assert asked["Variables"] == "BB_HELD,BB_RECORDS"


@pytest.mark.usefixtures("quick")
async def test_a_hangup_right_behind_the_snapshot_leaves_no_ghost(tmp_path: Path) -> None:
    async with fake_ami() as server:
        # In one TCP segment with the end of the list.
        server.lists["Status"] = up("1.1") + up("2.1") + message(Event="Hangup", **channel("PJSIP/a-1", "1.1"))
        async with linked(server, tmp_path) as link:
            await until(lambda: link.link.linked)
            assert set(link.state.calls) == {"2.1"}


@pytest.mark.usefixtures("quick")
async def test_a_snapshot_has_the_trunks_that_do_not_register(tmp_path: Path) -> None:
    async with fake_ami() as server:
        device = message(Event="DeviceStateChange", ActionID="{id}", Device="PJSIP/trunk-carrier", State="NOT_INUSE")
        server.lists["DeviceStateList"] = device
        async with linked(server, tmp_path) as link:
            await until(lambda: link.link.linked)
            [said] = link.state.contacts.values()
            assert (said.word, said.detail) == ("Reachable", "900")


@pytest.mark.usefixtures("quick")
async def test_events_move_the_picture_and_wake_who_waits_for_it(tmp_path: Path) -> None:
    async with fake_ami() as server, linked(server, tmp_path) as link:
        await until(lambda: link.link.linked)
        waiting = asyncio.create_task(link.changed(5))
        await asyncio.sleep(0)
        server.say(message(Event="Newchannel", **CALLER))
        await waiting
        assert set(link.state.calls) == {"1.1"}


@pytest.mark.usefixtures("quick")
async def test_a_lost_link_comes_back_with_a_new_snapshot(tmp_path: Path) -> None:
    async with fake_ami() as server, linked(server, tmp_path) as link:
        server.lists["Status"] = up("1.1")
        await until(lambda: link.link.linked)
        await server.stop()
        await until(lambda: not link.link.linked)
        server.lists["Status"] = up("3.1")
        await server.start()
        await until(lambda: link.link.linked)
        assert set(link.state.calls) == {"3.1"}


@pytest.mark.usefixtures("quick")
async def test_a_lost_link_keeps_the_old_picture_and_says_that_it_is_old(tmp_path: Path) -> None:
    async with fake_ami() as server, linked(server, tmp_path) as link:
        server.lists["Status"] = up("1.1")
        await until(lambda: set(link.state.calls) == {"1.1"})
        await server.stop()
        await until(lambda: not link.link.linked)
        last = link.link
        await asyncio.sleep(0.1)
        assert set(link.state.calls) == {"1.1"}
        assert link.link == last


@pytest.mark.usefixtures("quick")
async def test_pings_keep_a_quiet_picture_young(tmp_path: Path) -> None:
    async with fake_ami() as server, linked(server, tmp_path) as link:
        await until(lambda: link.link.linked)
        first = link.link.as_of
        await until(lambda: link.link.as_of > first)
        assert link.link.linked


@pytest.mark.usefixtures("quick")
async def test_a_frozen_asterisk_is_dropped_and_found_again(tmp_path: Path) -> None:
    async with fake_ami() as server, linked(server, tmp_path) as link:
        await until(lambda: link.link.linked)
        server.mute = True
        await until(lambda: not link.link.linked)
        server.mute = False
        await until(lambda: link.link.linked)


@pytest.mark.usefixtures("quick")
async def test_a_reload_is_followed_by_one_new_snapshot(tmp_path: Path) -> None:
    async with fake_ami() as server, linked(server, tmp_path) as link:
        await until(lambda: link.link.linked)
        server.lists["Status"] = up("9.9")
        server.say(message(Event="Reload", Module="app_queue", Status="0") * 3)
        await until(lambda: set(link.state.calls) == {"9.9"})
        await asyncio.sleep(0.1)
        assert [action["Action"] for action in server.actions].count("Status") == 2


@pytest.mark.usefixtures("quick")
async def test_a_wrong_password_is_tried_again_not_forever_believed(tmp_path: Path) -> None:
    async with fake_ami() as server, linked(server, tmp_path, kept="old") as link:
        await until(lambda: len(server.actions) > 1)
        assert not link.link.linked
        (tmp_path / "ami").write_text("s3cret")  # host made a new one
        await until(lambda: link.link.linked)


@pytest.mark.usefixtures("quick")
async def test_no_asterisk_at_all_is_no_fault(tmp_path: Path) -> None:
    async with fake_ami() as server:
        await server.stop()
        async with linked(server, tmp_path) as link:
            await asyncio.sleep(0.1)
            assert not link.link.linked
            await server.start()
            await until(lambda: link.link.linked)


# --- the wire ----------------------------------------------------------------------------------


@asynccontextmanager
async def connected(server: FakeAmi, on_event: Callable[[Message], None]) -> AsyncIterator[AmiConnection]:
    """A connection that is being listened to."""
    heard = frozenset({"Newchannel", "Status"})
    connection = await AmiConnection.open("127.0.0.1", server.port, on_event, lambda: None, heard)
    listener = asyncio.create_task(connection.listen())
    try:
        yield connection
    finally:
        connection.close()
        await listener


async def heard_of(server_says: Callable[[FakeAmi], Awaitable[None]], expected: int) -> list[Message]:
    events: list[Message] = []
    async with fake_ami() as server, connected(server, events.append) as connection:
        await connection.action("Ping")
        await server_says(server)
        await until(lambda: len(events) == expected)
    return events


async def test_a_chinese_name_survives_being_cut_between_two_packets() -> None:
    whole = message(Event="Newchannel", CallerIDName="温州鹿城").encode()

    async def in_two(server: FakeAmi) -> None:
        cut = whole.index("温州".encode()) + 4
        server.say(whole[:cut])
        await asyncio.sleep(0.05)
        server.say(whole[cut:])

    [event] = await heard_of(in_two, 1)
    assert event["CallerIDName"] == "温州鹿城"


async def test_bytes_that_are_no_text_cost_one_name_and_not_the_link() -> None:
    async def broken(server: FakeAmi) -> None:
        server.say(b"Event: Newchannel\r\nCallerIDName: \xff\xfe\r\n\r\n" + message(Event="Newchannel", N="2").encode())

    first, second = await heard_of(broken, 2)
    assert (first["CallerIDName"], second["N"]) == ("\ufffd\ufffd", "2")


async def test_events_of_a_list_and_others_come_in_the_order_of_the_wire() -> None:
    events: list[Message] = []
    async with fake_ami() as server, connected(server, events.append) as connection:
        server.lists["Status"] = up("1.1") + message(Event="Newchannel", Uniqueid="2.2") + up("3.3")
        await connection.action("Status")
    assert [event["Uniqueid"] for event in events] == ["1.1", "2.2", "3.3"]


async def test_an_action_that_nobody_answers_ends_in_time() -> None:
    async with fake_ami() as server, connected(server, lambda event: None) as connection:
        server.mute = True
        with pytest.raises(TimeoutError):
            await connection.action("Ping", timeout=0.05)


async def test_an_action_fails_when_the_connection_does() -> None:
    async with fake_ami() as server, connected(server, lambda event: None) as connection:
        server.mute = True
        asked = asyncio.create_task(connection.action("Ping"))
        await until(lambda: bool(server.actions))
        await server.stop()
        with pytest.raises(ConnectionError):
            await asked


async def test_an_error_is_given_in_asterisks_words() -> None:
    async with fake_ami() as server, connected(server, lambda event: None) as connection:
        with pytest.raises(AmiRefused, match="No such thing found"):
            await connection.action("Nonsense")


async def test_no_value_can_smuggle_a_second_action() -> None:
    async with fake_ami() as server, connected(server, lambda event: None) as connection:
        with pytest.raises(ValueError, match="line end"):
            await connection.action("Hangup", {"Channel": "x\r\n\r\nAction: Command"})
        assert server.actions == []


def test_a_header_may_be_empty_and_hold_colons() -> None:
    assert parse(b"Event: A\r\nExten:\r\nApp: \r\nURI: sip:1@2:5060\r\n\r\n") == {
        "Event": "A",
        "Exten": "",
        "App": "",
        "URI": "sip:1@2:5060",
    }


@pytest.mark.usefixtures("quick")
async def test_an_order_is_done_when_the_dialplan_says_so_and_not_before(tmp_path: Path) -> None:
    async with fake_ami() as server:
        server.lists["Status"] = ""
        server.lists["Originate"] = ""
        async with linked(server, tmp_path) as link:
            await until(lambda: link.link.linked)
            ordered = asyncio.create_task(link.order("busy-lunch", "8001"))
            await until(lambda: server.actions[-1]["Action"] == "Originate")
            asked = server.actions[-1]
            phone, name = (pair.partition("=")[2] for pair in asked["Variable"].split(","))
            assert (asked["Channel"], phone) == ("Local/busy-lunch@agent-orders/n", "8001")
            server.say(message(Event="UserEvent", UserEvent="BranchboxOrder", Order="another's"))
            server.say(message(Event="UserEvent", UserEvent="BranchboxOrder"))
            await asyncio.sleep(0)
            assert not ordered.done()
            server.say(message(Event="UserEvent", UserEvent="BranchboxOrder", Order=name))
            await ordered


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("known", "said"), [(True, "has not done it"), (False, "refused")])
async def test_an_order_that_comes_to_nothing_says_so(tmp_path: Path, known: bool, said: str) -> None:
    async with fake_ami() as server:
        server.lists["Status"] = ""
        if known:
            server.lists["Originate"] = ""
        async with linked(server, tmp_path) as link:
            await until(lambda: link.link.linked)
            with pytest.raises(BranchboxError, match=said):
                await link.order("ready", "8001")


async def test_without_a_link_nothing_is_ordered(tmp_path: Path) -> None:
    with pytest.raises(BranchboxError, match="does not answer"):
        await AmiLink(tmp_path / "none").order("ready", "8001")
