"""Recordings at the moment of `world`: answers for their pages."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from appliance.api.contract import Direction, Outcome
from appliance.api.recordings import (
    Access,
    AuditState,
    Found,
    Gap,
    KeyMade,
    KeyState,
    Note,
    Piece,
    Playing,
    RecordingDetail,
    RecordingFilter,
    RecordingPage,
    RecordingsState,
    Slot,
    Ticket,
)
from appliance.api.wire import Empty, Message
from appliance.site.problems import Problem
from tests.unit.tui.world import NOW, World
from tests.unit.tui.world import world as everything
from tui.screens.recording_key import RECOVERY

CODE = "7DAUP-V5QEE-BUGFD-GPGMZ-GBMUF-Z5D3X"
UNSEALED = Problem(
    text="Recordings lie unsealed on the disk, because nobody has made the key yet. A manager makes it under "
    "Records, Key."
)
CUT = Problem(
    text="{name} was cut: {size} of {was} bytes are left.",
    args={"name": "2026/11/20/WZN-1795000000.7-1.opus.sealed", "size": "1400", "was": "80211"},
)


def found(number: int = 0, **words: Any) -> Found:
    said: dict[str, Any] = {
        "name": f"2026/11/21/WZN-1795216000.{number}-1.opus.sealed",
        "linkedid": f"WZN-1795216000.{number}",
        "started": NOW - 400 - number * 731,
        "duration": 185.0 + number,
        "size": 1_120_000 + number * 9000,
        "sealed": True,
        "cut_short": number == 3,
        "paused": 42.0 if number == 1 else 0.0,
        "held_by": "chenhua" if number == 2 else None,
        "removed": NOW - 60 if number == 4 else None,
        "removed_why": "age" if number == 4 else None,
        "tags": ("training",) if number % 3 == 1 else (),
        "notes": number % 4,
        "direction": (Direction.IN, Direction.IN, Direction.OUT)[number % 3],
        "caller": f"1390577{1188 + number * 3:04}",
        "called": "96296",
        "queue": ("repair", "billing")[number % 2],
        "agent": f"80{1 + number % 9:02}",
        "outcome": Outcome.ANSWERED,
        "talked": 185.0,
    }
    return Found(**{**said, **words})


def detail(one: Found, *, bare: bool = False) -> RecordingDetail:
    return RecordingDetail(
        found=one,
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        opus_sha256="ab" * 32,
        gaps=() if bare else (Gap(begins=61.0, ends=103.0, by="8003"),),
        notes=()
        if bare
        else (
            Note(
                number=1,
                at=None,
                text="Complaint about a bill; promised a call back.",
                by="li",
                written=NOW,
            ),
            Note(number=2, at=65.0, text="rude", by="chenhua", written=NOW),
        ),
        accesses=() if bare else (Access(at=NOW - 900, by="chenhua", what="played", why="complaint 0412"),),
        hold_why="court case 17" if one.held_by else "",
    )


STATE = RecordingsState(
    heard=NOW - 20,
    waiting=0,
    waiting_bytes=0,
    free=0.39,
    recordings=48_211,
    bytes=61_000_000_000,
    held=2,
    oldest=NOW - 200 * 86_400,
    bytes_a_day=310_000_000.0,
    full_in_days=84.0,
    keeps_days=365,
    key_made=True,
    key_open=True,
    problems=(),
)
SLOTS = (
    Slot(login="chenhua", asked=NOW - 90_000, admitted=NOW - 90_000, by="chenhua"),
    Slot(login=RECOVERY, asked=NOW - 90_000, admitted=NOW - 90_000, by="chenhua"),
    Slot(login="li", asked=NOW - 600, admitted=None, by=""),
)
OPEN = KeyState(made=NOW - 90_000, by="chenhua", open_until=NOW + 1500, slots=SLOTS)
AUDITED = AuditState(running=False, begun=NOW - 300, recordings=48_211, calls=47_000, manifests=200)


def answers(*, count: int = 40, sealed: bool = True, findings: int = 0) -> dict[str, Callable[[Any], Message]]:
    """What core says of so many recordings; without `sealed` nobody has made the key."""
    all_of_them = tuple(found(number) for number in range(count))
    state = (
        STATE if sealed else STATE.model_copy(update={"key_made": False, "key_open": False, "problems": (UNSEALED,)})
    )
    key = OPEN if sealed else KeyState(made=None, by="", open_until=None, slots=())

    def show(wanted: Any) -> RecordingDetail:
        number = next(at for at, one in enumerate(all_of_them) if one.name == wanted.name)
        return detail(all_of_them[number], bare=number == 0)

    def page(wanted: RecordingFilter) -> RecordingPage:
        fits = [one for one in all_of_them if wanted.tag is None or wanted.tag in one.tags]
        return RecordingPage(recordings=tuple(fits[: wanted.limit]), cursor=None)

    pieces = [b"OggS", b" and so on"]
    audited = AUDITED.model_copy(update={"findings": (CUT,) * findings})
    return {
        "recordings/list": page,
        "recordings/show": show,
        "recordings/state": lambda _: state,
        "recordings/key_state": lambda _: key,
        "recordings/open": lambda _: OPEN,
        "recordings/lock": lambda _: OPEN.model_copy(update={"open_until": None}),
        "recordings/key_make": lambda _: KeyMade(recovery=CODE),
        "recordings/key_ask": lambda _: OPEN.model_copy(update={"open_until": None}),
        "recordings/key_admit": lambda _: OPEN,
        "recordings/key_drop": lambda _: OPEN,
        "recordings/audit": lambda _: audited,
        "recordings/audit_state": lambda _: audited,
        "recordings/note": show,
        "recordings/tag": show,
        "recordings/hold": lambda _: Empty(),
        "recordings/remove": lambda _: Empty(),
        "recordings/play": lambda _: Playing(answered=True),
        "recordings/export": lambda _: Ticket(ticket="00", file="a.opus"),
        "recordings/piece": lambda _: Piece(data=base64.b64encode(pieces.pop(0) if pieces else b"").decode()),
    }


def world(language: str = "en", *, count: int = 40, sealed: bool = True, findings: int = 0) -> World:
    """A box with these."""
    made = everything(language)
    made.answers.update(answers(count=count, sealed=sealed, findings=findings))
    return made
