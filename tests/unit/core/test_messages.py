"""The message desk: read from Asterisk's spool, taken by one, done with a note; removed by Asterisk alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from appliance.api import contract, messages
from appliance.api.messages import Done, LeftMessage, MessageKey, OnPhone, Take
from appliance.api.wire import Empty, Refused
from appliance.core.messages import common
from appliance.site.problems import BranchboxError
from appliance.site.types import Destination
from appliance.telephony.mailboxes import read
from tests.unit.core.box import Box, box, example
from tests.unit.telephony.fake_ami import FakeAmi, fake_ami, message

TEXT = """;
; Message Information file
;
[message]
origmailbox=8001
context=voicemail
exten=8001
callerchan=PJSIP/trunk-carrier-00000001
callerid="Wang" <13805772046>
origdate=Mon Nov 23 10:00:00 2026
origtime=1795298063
msg_id=1795298063-00000001
flag=
duration=17
"""
ID = "1795298063-00000001"
BOXES = common(example())
MAILBOX = next(iter(BOXES))


def leave(here: Box, mailbox: str = MAILBOX, number: int = 0, id: str = ID, folder: str = "INBOX") -> Path:
    place = Path(here.paths.asterisk.spool) / "voicemail" / "default" / mailbox / folder
    place.mkdir(parents=True, exist_ok=True)
    text = place / f"msg{number:04}.txt"
    text.write_text(TEXT.replace(ID, id))
    return text


@asynccontextmanager
async def desk(login: str = "supervisor") -> AsyncIterator[tuple[Box, FakeAmi]]:
    async with fake_ami() as ami, box(login=login, ami_port=ami.port) as here:
        yield here, ami


async def listed(here: Box) -> tuple[LeftMessage, ...]:
    return (await here.client.call(messages.LIST, Empty())).messages


async def test_a_message_is_told_with_caller_time_and_length() -> None:
    async with desk() as (here, _ami):
        assert await listed(here) == ()
        leave(here)
        (one,) = await listed(here)
        assert (one.id, one.caller, one.left, one.length) == (ID, "13805772046", 1795298063.0, 17.0)
        assert (one.heard, one.taken, one.done) == (None, None, None)


async def test_one_takes_it_and_another_is_told_who() -> None:
    async with desk() as (here, _ami):
        leave(here)
        (one,) = (await here.client.call(messages.TAKE, Take(id=ID))).messages
        assert one.taken_by == "supervisor"
        here.who.login = "manager"
        with pytest.raises(BranchboxError, match="supervisor takes care"):
            await here.client.call(messages.TAKE, Take(id=ID))
        here.who.login = "supervisor"
        (one,) = (await here.client.call(messages.TAKE, Take(id=ID, off=True))).messages
        assert one.taken is None


async def test_what_is_done_stands_last_with_its_note_wherever_asterisk_moves_the_file() -> None:
    async with desk() as (here, _ami):
        first = leave(here)
        leave(here, number=1, id="1795298064-00000002")
        await here.client.call(messages.DONE, Done(id=ID, note="called back"))
        first.unlink()
        leave(here, number=0, folder="Old")
        one = (await listed(here))[-1]
        assert (one.id, one.done_by, one.note) == (ID, "supervisor", "called back")


async def test_hearing_it_on_a_phone_is_written_down() -> None:
    async with desk() as (here, ami):
        text = leave(here)

        def rung(action: dict[str, str]) -> dict[str, str]:
            assert action["Variable"].startswith(f"BB_PLAYBACK={text.with_suffix('')},")
            asyncio.get_running_loop().call_soon(
                ami.say, message(Event="OriginateResponse", Channel="PJSIP/8001-0000001", Response="Success")
            )
            return {"Message": "queued"}

        ami.accepts["Originate"] = rung
        await here.client.call(messages.PLAY, OnPhone(id=ID, phone="8001"))
        assert (await listed(here))[0].heard_by == "supervisor"


async def test_only_asterisk_removes_it_and_only_for_whom_may() -> None:
    async with desk("agent") as (here, ami):
        text = leave(here)
        with pytest.raises(Refused):
            await here.client.call(messages.REMOVE, MessageKey(id=ID))
        here.who.login = "manager"
        asked: list[dict[str, str]] = []

        def remove(action: dict[str, str]) -> dict[str, str]:
            asked.append(action)
            text.unlink()
            return {"Message": "Voicemail message removed"}

        ami.accepts["VoicemailRemove"] = remove
        async with asyncio.timeout(10):
            while not (await here.client.call(contract.LIVE, Empty())).linked:
                await asyncio.sleep(0.01)
        assert (await here.client.call(messages.REMOVE, MessageKey(id=ID))).messages == ()
        assert (asked[0]["Mailbox"], asked[0]["Folder"], asked[0]["ID"]) == (MAILBOX, "INBOX", ID)


async def test_a_message_of_a_mailbox_that_no_call_is_sent_to_is_nobody_s_here() -> None:
    async with desk() as (here, _ami):
        leave(here, mailbox="8099")
        assert await listed(here) == ()
        with pytest.raises(BranchboxError, match="is gone"):
            await here.client.call(messages.PLAY, OnPhone(id=ID, phone="8001"))


def test_a_queue_s_mailbox_knows_its_queues() -> None:
    document = example()
    queue = document.queues[0].model_copy(update={"overflow": Destination.parse("voicemail:8021")})
    assert common(document.model_copy(update={"queues": (queue,)}))["8021"] == {queue.name: queue.label}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (TEXT, (ID, "13805772046", 1795298063.0, 17.0)),
        (TEXT.replace('"Wang" <13805772046>', "13805772046"), (ID, "13805772046", 1795298063.0, 17.0)),
        (TEXT.replace('"Wang" <13805772046>', "Unknown"), (ID, "", 1795298063.0, 17.0)),
        (TEXT.replace("duration=17\n", ""), None),
        (TEXT.replace(f"msg_id={ID}", "msg_id="), None),
        ("", None),
    ],
    ids=["whole", "number alone", "unknown", "being recorded", "no name", "empty"],
)
def test_a_message_file_is_read_as_asterisk_writes_it(text: str, found: object) -> None:
    assert read(text) == found
