"""Recordings at core: who may open, hear, keep and prove them, with the real recorder filing real sound."""

from __future__ import annotations

import asyncio
import base64
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.api import contract, recordings
from appliance.api.contract import CallKey
from appliance.api.recordings import (
    AuditState,
    AuditWish,
    Export,
    Hold,
    NewNote,
    NewPassphrase,
    Passphrase,
    Person,
    Play,
    RecordingFilter,
    RecordingKey,
    Recovery,
    Remove,
    Tag,
    TicketKey,
)
from appliance.api.recordings_health import RECORDINGS_HEALTH, RecordingsHealth
from appliance.api.wire import Empty
from appliance.core import recording_key
from appliance.recorder import core_link, slots
from appliance.recorder.filing import Shelves
from appliance.recorder.keeping import Keeping
from appliance.recorder.manifest import Book
from appliance.recorder.work import Work
from appliance.site.problems import BranchboxError
from tests.unit.core.box import Box, box
from tests.unit.recorder.bench_of_files import SOUND
from tests.unit.telephony.fake_ami import FakeAmi, fake_ami, message

MANAGERS = "four words in a row"
SUPERVISORS = "another four of them"
DAY = 86_400.0


@pytest.fixture(autouse=True)
def cheap_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    """As little work as libsodium allows: what is tried here is who opens what."""
    monkeypatch.setattr(recording_key.RecordingKey.__init__, "__kwdefaults__", {"operations": 1, "memory": 8192})


@dataclass
class Floor:
    """A box with its recorder, whose clock a test moves."""

    box: Box
    now: float

    @property
    def shelves(self) -> Path:
        return self.box.paths.recordings

    def _work(self) -> tuple[Work, Keeping]:
        monitor = Path(self.box.paths.asterisk.monitor)
        made, book, core = Shelves(self.shelves, 0.0), Book(self.shelves), core_link.Core(self.box.paths.api_socket)
        work = Work(monitor, made, book, core, clock=time.monotonic, wall_clock=lambda: self.now, alive=lambda: None)
        work.scan()
        return work, Keeping(made, book, core, work, wall_clock=lambda: self.now, alive=lambda: None)

    def _file(self) -> None:
        work, keeping = self._work()
        while work.step():
            pass
        keeping.look()

    async def records(self, linkedid: str, *, at: float | None = None) -> str:
        """A call's sound is filed; gives the recording's name."""
        began = self.now if at is None else at
        raw = Path(self.box.paths.asterisk.monitor) / f"{linkedid}-1.raw"
        raw.write_bytes(SOUND)
        os.utime(raw, (began + 2.0, began + 2.0))
        await self.looks()
        detail = await self.found(linkedid)
        return detail[0]

    async def looks(self) -> None:
        """The recorder files what waits and does its housekeeping."""
        async with self.acting_as("branchbox-recorder"):
            await asyncio.to_thread(self._file)

    @asynccontextmanager
    async def acting_as(self, login: str) -> AsyncIterator[None]:
        was, self.box.who.login = self.box.who.login, login
        try:
            yield
        finally:
            self.box.who.login = was

    async def found(self, linkedid: str) -> list[str]:
        page = await self.box.client.call(recordings.RECORDINGS_LIST, RecordingFilter())
        return [one.name for one in page.recordings if one.linkedid == linkedid]

    async def make_key(self) -> str:
        """The manager makes the key; gives the recovery code."""
        async with self.acting_as("manager"):
            made = await self.box.client.call(recordings.KEY_MAKE, NewPassphrase(new=MANAGERS))
        return made.recovery

    async def exported(self, name: str) -> bytes:
        ticket = await self.box.client.call(recordings.RECORDINGS_EXPORT, Export(name=name, why="a complaint"))
        data = b""
        while piece := base64.b64decode(
            (await self.box.client.call(recordings.RECORDINGS_PIECE, TicketKey(ticket=ticket.ticket))).data
        ):
            data += piece
        return data

    async def audited(self, wish: AuditWish | None = None) -> list[str]:
        await self.box.client.call(recordings.RECORDINGS_AUDIT, wish or AuditWish())
        state: AuditState
        while (state := await self.box.client.call(recordings.RECORDINGS_AUDIT_STATE, Empty())).running:
            await asyncio.sleep(0)
        return [str(finding) for finding in state.findings]

    async def health(self) -> RecordingsHealth:
        """What health is told."""
        async with self.acting_as("branchbox-health"):
            return await self.box.client.call(RECORDINGS_HEALTH, Empty())


@asynccontextmanager
async def floor(login: str = "manager", ami_port: int = 1) -> AsyncIterator[Floor]:
    async with box(login=login, ami_port=ami_port) as here:
        yield Floor(here, time.time())


# --- the key -----------------------------------------------------------------------------------


async def test_before_there_is_a_key_recordings_lie_unsealed_and_the_state_says_so() -> None:
    async with floor() as here:
        name = await here.records("WZN-1795000000.1")
        assert name.endswith(".opus")
        state = await here.box.client.call(recordings.RECORDINGS_STATE, Empty())
        assert not state.key_made
        assert "unsealed" in str(state.problems[0])


async def test_a_manager_makes_the_key_once_and_hears_what_is_filed_from_then_on() -> None:
    async with floor() as here:
        await here.make_key()
        name = await here.records("WZN-1795000000.1")
        assert name.endswith(".opus.sealed")
        assert (await here.exported(name)).startswith(b"OggS")
        with pytest.raises(BranchboxError, match="made already"):
            await here.make_key()


async def test_the_site_s_private_key_is_nowhere_on_the_disk() -> None:
    async with floor() as here:
        await here.make_key()
        name = await here.records("WZN-1795000000.1")
        sound = await here.exported(name)
        for path in here.box.paths.root.rglob("*"):
            if path.is_file():
                assert sound[:512] not in path.read_bytes(), path
        await here.box.client.call(recordings.KEY_LOCK, Empty())
        with pytest.raises(BranchboxError, match="locked for you"):
            await here.exported(name)


async def test_a_supervisor_asks_is_admitted_and_opens_with_a_passphrase_that_nobody_else_knows() -> None:
    async with floor(login="supervisor") as here:
        client = here.box.client
        await here.make_key()
        name = await here.records("WZN-1795000000.1")
        await client.call(recordings.KEY_ASK, NewPassphrase(new=SUPERVISORS))
        with pytest.raises(BranchboxError, match="Your slot waits"):
            await client.call(recordings.KEY_OPEN, Passphrase(password=SUPERVISORS))
        async with here.acting_as("manager"):
            await client.call(recordings.KEY_ADMIT, Person(login="supervisor"))
        with pytest.raises(BranchboxError, match="not the passphrase"):
            await client.call(recordings.KEY_OPEN, Passphrase(password=MANAGERS))
        state = await client.call(recordings.KEY_OPEN, Passphrase(password=SUPERVISORS))
        assert state.open_until is not None
        assert (await here.exported(name)).startswith(b"OggS")


async def test_who_has_not_opened_cannot_admit_anybody() -> None:
    async with floor(login="supervisor") as here:
        await here.make_key()
        await here.box.client.call(recordings.KEY_ASK, NewPassphrase(new=SUPERVISORS))
        with pytest.raises(BranchboxError, match="locked for you"):
            await here.box.client.call(recordings.KEY_ADMIT, Person(login="supervisor"))


async def test_the_printed_code_opens_for_a_manager_who_forgot(monkeypatch: pytest.MonkeyPatch) -> None:
    async with floor() as here:
        code = await here.make_key()
        name = await here.records("WZN-1795000000.1")
        await here.box.client.call(recordings.KEY_LOCK, Empty())
        typed = code.lower().replace("-", " ")
        await here.box.client.call(recordings.KEY_RECOVER, Recovery(password=typed, new="a wholly new passphrase"))
        assert (await here.exported(name)).startswith(b"OggS")
        await here.box.client.call(recordings.KEY_LOCK, Empty())
        await here.box.client.call(recordings.KEY_OPEN, Passphrase(password="a wholly new passphrase"))
        with pytest.raises(BranchboxError, match="not the passphrase"):
            await here.box.client.call(recordings.KEY_OPEN, Passphrase(password=MANAGERS))


async def test_the_last_way_in_is_not_taken_away() -> None:
    async with floor() as here:
        await here.make_key()
        with pytest.raises(BranchboxError, match="last way"):
            await here.box.client.call(recordings.KEY_DROP, Person(login="manager"))


async def test_a_short_passphrase_is_refused_and_none_is_ever_written_down() -> None:
    async with floor() as here:
        with pytest.raises(BranchboxError, match="too short"):
            await here.box.client.call(recordings.KEY_MAKE, NewPassphrase(new="short"))
        code = await here.make_key()
        logged = " ".join(row.detail for row in await here.box.operations())
        assert MANAGERS not in logged
        assert code not in logged


async def test_an_opened_key_is_forgotten_when_nobody_uses_it() -> None:
    now = [1000.0]
    keys = recording_key.RecordingKey(None, lambda: now[0])  # type: ignore[arg-type]  # no store is asked
    keys._open["manager"] = recording_key.Opened(b"p", b"s", now[0])
    now[0] += recording_key.IDLE - 1
    assert keys.pair("manager") == (b"p", b"s")
    now[0] += recording_key.IDLE - 1
    assert keys.is_open("manager")
    now[0] += recording_key.IDLE
    with pytest.raises(BranchboxError, match="locked"):
        keys.pair("manager")
    assert keys._open == {}


def test_a_slot_opens_for_its_passphrase_only() -> None:
    slot = slots.admitted(slots.new_slot("right", operations=1, memory=8192), b"k" * 32)
    assert slots.opened(slot, "right") == b"k" * 32
    with pytest.raises(slots.WrongPassphrase):
        slots.opened(slot, "wrong")


# --- found, noted, kept ------------------------------------------------------------------------


async def test_notes_bookmarks_tags_and_accesses_stand_by_the_recording_and_in_the_log() -> None:
    async with floor() as here:
        client = here.box.client
        name = await here.records("WZN-1795000000.1")
        await client.call(recordings.RECORDINGS_NOTE, NewNote(name=name, text="rude", at=1.5))
        await client.call(recordings.RECORDINGS_TAG, Tag(name=name, tag="training"))
        await here.exported(name)
        detail = await client.call(recordings.RECORDINGS_SHOW, RecordingKey(name=name))
        assert [(note.at, note.text, note.by) for note in detail.notes] == [(1.5, "rude", "manager")]
        assert (detail.found.tags, detail.found.notes) == (("training",), 1)
        assert [(access.by, access.what, access.why) for access in detail.accesses] == [
            ("manager", "exported", "a complaint")
        ]
        methods = {row.method: row for row in await here.box.operations()}
        assert "a complaint" in methods["recordings/export"].detail
        with pytest.raises(BranchboxError, match="ends before"):
            await client.call(recordings.RECORDINGS_NOTE, NewNote(name=name, text="x", at=99))


async def test_what_is_held_is_not_removed_and_what_is_removed_leaves_a_tombstone() -> None:
    async with floor() as here:
        client = here.box.client
        kept, gone = await here.records("WZN-1795000000.1"), await here.records("WZN-1795000000.2")
        await client.call(recordings.RECORDINGS_HOLD, Hold(name=kept, why="court"))
        with pytest.raises(BranchboxError, match="legal hold"):
            await client.call(recordings.RECORDINGS_REMOVE, Remove(name=kept, why="asked"))
        await client.call(recordings.RECORDINGS_REMOVE, Remove(name=gone, why="customer asked"))
        await here.looks()
        assert (here.shelves / kept).exists()
        assert not (here.shelves / gone).exists()
        detail = await client.call(recordings.RECORDINGS_SHOW, RecordingKey(name=gone))
        assert detail.found.removed is not None
        assert detail.found.removed_why == "manager: customer asked"
        with pytest.raises(BranchboxError, match="was removed"):
            await here.exported(gone)


# --- hearing it --------------------------------------------------------------------------------


@asynccontextmanager
async def floor_with_phone(response: str) -> AsyncIterator[tuple[Floor, FakeAmi]]:
    async with fake_ami() as asterisk, floor(ami_port=asterisk.port) as here:

        def ring(action: dict[str, str]) -> dict[str, str]:
            answer = {"Response": response, "Channel": "PJSIP/8021-00000001", "Uniqueid": "9.1", "Reason": "4"}
            asyncio.get_running_loop().call_soon(asterisk.say, message(Event="OriginateResponse", **answer))
            return {}

        asterisk.accepts["Originate"] = ring
        yield here, asterisk


async def test_a_phone_rings_hears_the_sound_and_nothing_is_left_when_it_hangs_up() -> None:
    async with floor_with_phone("Success") as (here, asterisk):
        await here.make_key()
        name = await here.records("WZN-1795000000.1")
        playing = await here.box.client.call(
            recordings.RECORDINGS_PLAY, Play(name=name, phone="8021", why="coaching", at=0.5)
        )
        assert playing.answered
        originate = next(action for action in asterisk.actions if action["Action"] == "Originate")
        variables = dict(part.split("=") for part in originate["Variable"].split(","))
        file = Path(variables["BB_PLAYBACK"] + ".sln")
        assert variables["BB_PLAYBACK_FROM"] == "500"
        assert file.stat().st_size == 2 * 8000 * 2
        assert list(file.parent.iterdir()) == [file]
        asterisk.say(message(Event="Hangup", Channel="PJSIP/8021-00000001", Uniqueid="9.1"))
        async with asyncio.timeout(10):
            while file.exists():
                await asyncio.sleep(0)


async def test_a_phone_that_does_not_answer_is_said_and_leaves_nothing() -> None:
    async with floor_with_phone("Failure") as (here, _):
        name = await here.records("WZN-1795000000.1")
        playing = await here.box.client.call(recordings.RECORDINGS_PLAY, Play(name=name, phone="8021", why="coaching"))
        assert not playing.answered
        assert "did not answer" in str(playing.problem)
        assert list(here.box.paths.playback.iterdir()) == []
        detail = await here.box.client.call(recordings.RECORDINGS_SHOW, RecordingKey(name=name))
        assert detail.accesses == ()


async def test_without_an_exchange_playback_says_so() -> None:
    async with floor() as here:
        name = await here.records("WZN-1795000000.1")
        with pytest.raises(BranchboxError, match="exchange does not answer"):
            await here.box.client.call(recordings.RECORDINGS_PLAY, Play(name=name, phone="8021", why="coaching"))
        assert list(here.box.paths.playback.iterdir()) == []


async def test_a_ticket_is_its_owner_s() -> None:
    async with floor() as here:
        name = await here.records("WZN-1795000000.1")
        ticket = await here.box.client.call(recordings.RECORDINGS_EXPORT, Export(name=name, why="a complaint"))
        async with here.acting_as("supervisor"):
            with pytest.raises(BranchboxError, match="waited too long"):
                await here.box.client.call(recordings.RECORDINGS_PIECE, TicketKey(ticket=ticket.ticket))


# --- proving it --------------------------------------------------------------------------------


async def signed_floor(here: Floor) -> tuple[str, str]:
    """Two recordings of three days ago, each in the signed manifest of its day."""
    today = here.now
    here.now = today - 4 * DAY
    first = await here.records("WZN-1.1")
    here.now = today - 3 * DAY
    second = await here.records("WZN-1.2")
    here.now = today
    await here.looks()
    for name in (first, second):
        os.utime(here.shelves / name, (today - 3 * DAY, today - 3 * DAY))
    return first, second


async def test_a_floor_in_order_has_nothing_to_say() -> None:
    async with floor() as here:
        await here.make_key()
        await signed_floor(here)
        assert await here.audited() == []
        state = await here.box.client.call(recordings.RECORDINGS_AUDIT_STATE, Empty())
        assert (state.recordings, state.manifests) == (2, 2)
        result = (await here.health()).audit
        assert result is not None
        assert (result.days, result.harmed, result.cut_short, result.failed) == ((), (), (), False)
        signed = [row for row in await here.box.operations() if row.method == "recordings/day_closed"]
        assert len(signed) == 2
        assert "sha256" in signed[0].detail


def _remove(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _tamper(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-50] ^= 1
    path.write_bytes(data)


def _lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


@pytest.mark.parametrize(
    ("harm", "said"),
    [(_remove, "is missing"), (_cut, "was cut"), (_tamper, "was changed"), (_lengthen, "was changed")],
)
async def test_a_file_that_was_harmed_is_found(harm: Callable[[Path], None], said: str) -> None:
    async with floor() as here:
        await here.make_key()
        first, _ = await signed_floor(here)
        harm(here.shelves / first)
        (finding,) = await here.audited()
        assert finding.startswith(first)
        assert said in finding
        result = (await here.health()).audit
        assert result is not None and result.harmed == (first,)
        # Who looks at some of them has not looked at the others.
        await here.audited(AuditWish(since=here.now))
        assert (await here.health()).audit == result


async def test_a_file_that_nobody_knows_is_found() -> None:
    async with floor() as here:
        first, _ = await signed_floor(here)
        stranger = (here.shelves / first).with_name("WZN-9.9-1.opus")
        stranger.write_bytes(b"x")
        os.utime(stranger, (here.now - 3 * DAY, here.now - 3 * DAY))
        (finding,) = await here.audited()
        assert "belongs to no recording" in finding


async def test_a_manifest_that_is_missing_changed_or_another_s_is_found() -> None:
    async with floor() as here:
        await signed_floor(here)
        oldest, newest = sorted((here.shelves / ".manifest").glob("*.jsonl"))
        genuine, foreign = oldest.read_bytes(), here.shelves / "elsewhere"
        oldest.write_bytes(genuine.replace(b"WZN-1.1", b"WZN-1.7"))
        assert "not as it was signed" in (await here.audited())[0]
        result = (await here.health()).audit
        assert result is not None and result.days == (oldest.stem,)
        oldest.unlink()
        assert "is missing, which core was told of" in (await here.audited())[0]
        foreign.mkdir()
        forger = Book(foreign)
        (foreign / ".manifest" / f"{oldest.stem}.journal").write_bytes(b"")
        forger.close(oldest.stem, {})
        oldest.write_bytes((foreign / ".manifest" / oldest.name).read_bytes())
        for left in sorted(foreign.rglob("*"), reverse=True):
            left.unlink() if left.is_file() else left.rmdir()
        foreign.rmdir()
        assert "another one than the operation log knows" in (await here.audited())[0]
        oldest.write_bytes(genuine)
        assert await here.audited() == []
        assert newest.exists()


async def test_a_call_whose_recording_never_arrived_is_found() -> None:
    async with floor() as here:
        log = Path(here.box.paths.asterisk.cel_csv)
        log.parent.mkdir(parents=True, exist_ok=True)
        began = here.now - 600
        columns = {
            "CHAN_START": "", "BB_RECORDING": '{"extra":"WZN-5.5-1.raw"}', "CHAN_END": "", "LINKEDID_END": "",
        }  # fmt: skip
        lines = [
            [
                kind,
                f"{began + at:.6f}",
                "WZN-5.5",
                "WZN-5.5",
                "PJSIP/8021-1",
                "8021",
                "",
                "8022",
                "phones",
                "",
                "",
                "",
                extra,
            ]
            for at, (kind, extra) in enumerate(columns.items())
        ]
        quoted = [",".join('"' + value.replace('"', '""') + '"' for value in line) for line in lines]
        log.write_text("\n".join(quoted) + "\n")
        async with asyncio.timeout(20), here.acting_as("technician"):
            while True:
                try:
                    if (await here.box.client.call(contract.CALLS_SHOW, CallKey(linkedid="WZN-5.5"))).call.ended:
                        break
                except BranchboxError:
                    await asyncio.sleep(0.05)
        (finding,) = await here.audited()
        assert "Call WZN-5.5 was recorded (WZN-5.5-1), but no recording of it arrived" in finding
        await here.records("WZN-5.5", at=began)
        assert await here.audited() == []
