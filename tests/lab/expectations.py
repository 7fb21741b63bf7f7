"""What must be true of the box's history after callers and phones have told what they saw."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import statistics
import tempfile
import wave
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from appliance.api import contract
from appliance.api.contract import Call, CallDetail, CallFilter, CallKey, Direction, Outcome
from appliance.recorder import sealed, slots
from images.asking import ask
from images.box import Box
from images.run import poll, run
from images.traffic import AnsweredCall, PlacedCall
from tests.lab import sound
from tests.lab.rush import QUEUES, Rush

SECOND = 1.0
"""History agrees with what SIPp saw to the second."""
RECORDINGS = "/var/lib/branchbox/recordings"
SITE_DB = "/var/lib/branchbox/core/site.db"
MANAGER, PASSPHRASE = "chenhua", "four words in a row"
"""Whoever of the lab's people makes the key to the recordings does it so: then every test can hear them."""
CLEAN, ALWAYS = 0.97, 0.5
"""Share of a channel's energy that must be the speaker's tone: in all of the talk, and in each half second
of it; a packet that this machine's load made late costs some of the second."""
HALF_SECOND = 5


def history(box: Box, prefix: str) -> list[Call]:
    """The rows of all calls whose caller's number begins with `prefix`."""
    page = ask(box, contract.CALLS_LIST, CallFilter(number=prefix, limit=1000))
    return [call for call in page.calls if call.caller.startswith(prefix)]


def wait_for_history(box: Box, prefix: str, calls: int, *, recorded: int, seconds: float = 30) -> list[Call]:
    """The rows once so many calls are complete and so many recordings indexed, or when the time is over."""
    rows: list[Call] = []

    def complete() -> bool:
        rows[:] = history(box, prefix)
        return sum(row.ended is not None for row in rows) >= calls and sum(row.recordings for row in rows) >= recorded

    poll(complete, seconds=seconds, every=0.5)
    return rows


def differences(row: Call, call: PlacedCall, talk: AnsweredCall | None) -> list[str]:
    """In what a row differs from what caller and phone saw."""
    assert call.ended is not None and call.pressed_at is not None, f"{call.caller} never got through"
    wrong = []

    def same(what: str, is_: object, ought: object) -> None:
        if is_ != ought:
            wrong.append(f"{call.caller} {what}: {is_!r}, SIPp saw {ought!r}")

    def near(what: str, is_: float | None, ought: float) -> None:
        if is_ is None or abs(is_ - ought) > SECOND:
            wrong.append(f"{call.caller} {what}: {is_}, SIPp saw {ought:.3f}")

    same("direction", row.direction, Direction.IN)
    same("called", row.called, call.did)
    same("trunk", row.trunk, "carrier")
    same("menu path", row.menu_path, f"main/{call.pressed}")
    same("queue", row.queue, QUEUES[call.pressed])
    same("hangup cause", row.hangup_cause, 16)
    near("started", row.started, call.started)
    near("ended", row.ended, call.ended)
    if talk is None:
        same("outcome", row.outcome, Outcome.ABANDONED)
        same("agent", row.agent, None)
        same("talked", row.talked, 0)
        near("waited", row.waited, call.ended - call.pressed_at)
    else:
        assert talk.answered is not None and talk.ended is not None, f"{talk.agent} still talks"
        same("outcome", row.outcome, Outcome.ANSWERED)
        same("agent", row.agent, talk.agent)
        near("talked", row.talked, talk.ended - talk.answered)
        near("waited", row.waited, talk.answered - call.pressed_at)
    return wrong


def history_agrees(rows: list[Call], rush: Rush) -> None:
    """One row per placed call, with the same numbers, outcomes and times."""
    by_caller = {row.caller: row for row in rows}
    assert len(rows) == len(rush.placed)
    assert by_caller.keys() == {call.caller for call in rush.placed}
    wrong = [line for call in rush.placed for line in differences(by_caller[call.caller], call, rush.talk_of(call))]
    assert not wrong, "\n".join(wrong)


def detail(box: Box, row: Call) -> CallDetail:
    """A call with its story."""
    return ask(box, contract.CALLS_SHOW, CallKey(linkedid=row.linkedid))


def audio(box: Box, name: str) -> Path:
    """A recording's file, seen from outside the box."""
    found = [path for path in box.path(RECORDINGS).rglob("*") if path.name == Path(name).name]
    assert len(found) == 1, f"{name}: {found}"
    return found[0]


@contextmanager
def decoded(box: Box, name: str) -> Iterator[wave.Wave_read]:
    """A recording as a player hears it, opened by the manager's slot if it is sealed."""
    path = audio(box, name)
    with tempfile.TemporaryDirectory() as folder:
        clear, heard = Path(folder) / "clear.opus", Path(folder) / "heard.wav"
        if name.endswith(sealed.SUFFIX):
            clear.write_bytes(b"".join(sealed.opened(path, *_key(box), name)))
        run(["opusdec", "--quiet", "--rate", str(sound.RATE), clear if clear.exists() else path, heard])
        with wave.open(str(heard)) as file:
            yield file


def _key(box: Box) -> tuple[bytes, bytes]:
    """The site's public and private key."""
    with closing(sqlite3.connect(f"file:{box.path(SITE_DB)}?mode=ro", uri=True)) as database:
        [(public,)] = database.execute("SELECT public FROM recording_key").fetchall()
        [(slot,)] = database.execute("SELECT slot FROM recording_slots WHERE login = ?", (MANAGER,)).fetchall()
    return bytes.fromhex(public), slots.opened(slots.Slot(**json.loads(slot)), PASSPHRASE)


def recording_holds_both(box: Box, row: Call, call: PlacedCall, talk: AnsweredCall) -> list[str]:
    """What is wrong with the recording of an answered call: left is the caller's tone, right the agent's."""
    assert talk.answered is not None and talk.ended is not None
    recordings = detail(box, row).recordings
    if len(recordings) != 1:
        return [f"{call.caller}: {len(recordings)} recordings"]
    (recording,) = recordings
    path = audio(box, recording.name)
    wrong = []
    if hashlib.sha256(path.read_bytes()).hexdigest() != recording.sha256:
        wrong.append(f"{call.caller}: {recording.name} is not what its hash says")
    with decoded(box, recording.name) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, sound.RATE)
        left, right = sound.channels(file.readframes(file.getnframes()))
    first, last = talk.answered - recording.started + SECOND, talk.ended - recording.started - SECOND
    if last - first < SECOND or last > len(left) / sound.RATE:
        return [*wrong, f"{call.caller}: {len(left) / sound.RATE:.1f} s of sound, talked from {first} to {last}"]
    for side, samples, tone in (("left", left, call.tone), ("right", right, talk.tone)):
        shares = [sound.share(window, tone) for window in sound.windows(samples, first, last)]
        halves = [statistics.mean(shares[n : n + HALF_SECOND]) for n in range(0, len(shares) - HALF_SECOND + 1)]
        if statistics.mean(shares) < CLEAN or min(halves) < ALWAYS:
            profile = " ".join(f"{share:.2f}" for share in shares)
            wrong.append(f"{call.caller}: {side} should hold {tone} Hz from {first:.1f} s on: {profile}")
    return wrong


def recordings_hold_both(box: Box, rows: list[Call], rush: Rush) -> None:
    """Every answered call has one recording with the caller on the left and the agent on the right."""
    by_caller = {row.caller: row for row in rows}
    wrong = [
        line
        for call in rush.placed
        if (talk := rush.talk_of(call))
        for line in recording_holds_both(box, by_caller[call.caller], call, talk)
    ]
    assert not wrong, "\n".join(wrong)


def no_call_noticed(rush: Rush) -> None:
    """Each of the three kinds of callers had the call that it came for."""
    for call in rush.placed:
        assert call.answered is not None and call.ended is not None, f"{call.caller} was not let in: {call}"
        assert call.answered - call.started < SECOND, f"{call.caller} had to wait for the menu: {call}"
