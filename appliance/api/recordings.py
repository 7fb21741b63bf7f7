"""The contract's page on recordings: searched, heard, kept and proved.

Searching is open to whoever may see calls. To hear one, a person needs the role and, once a manager has made the
site's key, a slot of their own that they open with a passphrase. Times are epoch seconds; places within a recording are
seconds from its beginning.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from appliance.api.contract import STAFF, Direction, Outcome
from appliance.api.wire import VERBATIM, Empty, Message, method
from appliance.site.models import Role
from appliance.site.problems import Problem

LISTENERS = frozenset({Role.SUPERVISOR, Role.MANAGER})
KEEPERS = frozenset({Role.MANAGER})
ON_THE_PHONE = frozenset({Role.AGENT, Role.SUPERVISOR})
PIECE = 256 * 1024
"""Bytes in one piece of an export, at most."""


# --- what is recorded, and found ---------------------------------------------------------------


class Gap(Message):
    """Silence in a recording, because somebody paused it; `by` is an agent's number or a login."""

    begins: float
    ends: float
    by: str


class Found(Message):
    """A recording with what one knows of its call; the call's part is empty while it is not in the history yet."""

    name: Annotated[str, VERBATIM]
    linkedid: str
    started: float
    duration: float
    size: int
    sealed: bool
    cut_short: bool
    """The power went while it was made: it ends before the talk did."""
    paused: float
    """Seconds of pauses in it."""
    held_by: str | None
    """Who put a legal hold on it or its call; None without one."""
    removed: float | None
    removed_why: str | None
    tags: tuple[str, ...]
    notes: int
    direction: Direction | None = None
    caller: str = ""
    called: str = ""
    queue: str | None = None
    agent: str | None = None
    outcome: Outcome | None = None
    talked: float | None = None


class RecordingFilter(Message):
    """Which recordings; every given field must match. `number` is a part of caller or called, `text` of a comment."""

    since: float | None = None
    until: float | None = None
    number: str | None = Field(default=None, max_length=20)
    queue: str | None = None
    agent: str | None = None
    direction: Direction | None = None
    outcome: Outcome | None = None
    at_least: float | None = Field(default=None, ge=0)
    """Seconds of the recording."""
    at_most: float | None = Field(default=None, ge=0)
    text: str | None = Field(default=None, max_length=60)
    tag: str | None = Field(default=None, max_length=30)
    held: bool = False
    """Only those under legal hold."""
    limit: int = Field(default=100, ge=1, le=1000)
    before: str | None = None
    """The cursor of an earlier page."""


class RecordingPage(Message):
    """Newest first; `cursor` continues where this page ends, None at the end."""

    recordings: tuple[Found, ...]
    cursor: Annotated[str | None, VERBATIM]


RECORDINGS_LIST = method("recordings/list", RecordingFilter, RecordingPage, STAFF)


class RecordingKey(Message):
    """One recording, by its name: `2026/11/21/LINKEDID-N.opus.sealed`."""

    name: str = Field(max_length=250)


class Note(Message):
    """What somebody wrote about a recording; `at` is a place in it (a bookmark), None for all of it."""

    number: int
    at: float | None
    text: str
    by: str
    written: float


class Access(Message):
    """Somebody heard, exported or kept a recording."""

    at: float
    by: str
    what: str
    why: str


class RecordingDetail(Message):
    """All that is known of one recording."""

    found: Found
    sha256: Annotated[str, VERBATIM]
    opus_sha256: Annotated[str, VERBATIM]
    gaps: tuple[Gap, ...]
    notes: tuple[Note, ...]
    accesses: tuple[Access, ...]
    hold_why: str = ""


RECORDINGS_SHOW = method("recordings/show", RecordingKey, RecordingDetail, STAFF)


class NewNote(Message):
    """A comment, or with `at` a bookmark."""

    name: str = Field(max_length=250)
    text: str = Field(min_length=1, max_length=500)
    at: float | None = Field(default=None, ge=0)


class NoteKey(Message):
    """One comment or bookmark of a recording."""

    name: str = Field(max_length=250)
    number: int


class Tag(Message):
    """A word on a recording, or (`off`) one taken off."""

    name: str = Field(max_length=250)
    tag: str = Field(min_length=1, max_length=30)
    off: bool = False


RECORDINGS_NOTE = method("recordings/note", NewNote, RecordingDetail, LISTENERS, change=True)
RECORDINGS_UNNOTE = method("recordings/unnote", NoteKey, RecordingDetail, LISTENERS, change=True)
RECORDINGS_TAG = method("recordings/tag", Tag, RecordingDetail, LISTENERS, change=True)


# --- what is kept ------------------------------------------------------------------------------


class Hold(Message):
    """Keep a recording, or all of a call's, whatever its age and the disk say; `off` ends that."""

    name: str | None = Field(default=None, max_length=250)
    linkedid: str | None = Field(default=None, max_length=150)
    why: str = Field(min_length=1, max_length=200)
    off: bool = False


class Remove(Message):
    """Remove a recording before its time; not one under legal hold."""

    name: str = Field(max_length=250)
    why: str = Field(min_length=1, max_length=200)


RECORDINGS_HOLD = method("recordings/hold", Hold, Empty, KEEPERS, change=True)
RECORDINGS_REMOVE = method("recordings/remove", Remove, Empty, KEEPERS, change=True)
"""The recorder takes it away within two minutes."""


class RecordingsState(Message):
    """How the recorder and its disk fare. Shares are 0 to 1; None is "not known", as while the recorder is silent."""

    heard: float | None
    """When the recorder last spoke."""
    waiting: int | None
    waiting_bytes: int | None
    free: float | None
    recordings: int
    bytes: int
    held: int
    oldest: float | None
    bytes_a_day: float | None
    """Of the last seven days."""
    full_in_days: float | None
    """Until `keep_free` is reached and the oldest unprotected ones go."""
    keeps_days: int | None
    key_made: bool
    key_open: bool
    """Whether the caller has the key open."""
    problems: tuple[Problem, ...]


RECORDINGS_STATE = method("recordings/state", Empty, RecordingsState, STAFF)


# --- the key -----------------------------------------------------------------------------------


class Slot(Message):
    """Somebody's own way to the site's key; `admitted` is when it began to open something."""

    login: str
    asked: float
    admitted: float | None
    by: str
    """Who admitted them."""


class KeyState(Message):
    """Who may open the recordings."""

    made: float | None
    by: str
    open_until: float | None
    """For the caller; None while it is locked."""
    slots: tuple[Slot, ...]


class Passphrase(Message):
    """A recordings passphrase, never a login's password."""

    password: str = Field(min_length=1, max_length=200)


class NewPassphrase(Message):
    """A passphrase to be."""

    new: str = Field(min_length=1, max_length=200)


class Recovery(Message):
    """The printed recovery code, and the caller's new passphrase."""

    password: str = Field(max_length=100)
    new: str = Field(min_length=1, max_length=200)


class Person(Message):
    """One of the people of the box."""

    login: str = Field(max_length=32)


class KeyMade(Message):
    """The recovery code: shown once, kept nowhere but on paper."""

    recovery: Annotated[str, VERBATIM]


KEY_STATE = method("recordings/key_state", Empty, KeyState, LISTENERS | {Role.TECHNICIAN})
KEY_MAKE = method("recordings/key_make", NewPassphrase, KeyMade, KEEPERS, change=True)
"""Once: from then on everything that is filed is sealed. The caller has the first slot."""
KEY_ASK = method("recordings/key_ask", NewPassphrase, KeyState, LISTENERS, change=True)
"""A slot for the caller, with a passphrase of their own; who has the key open admits it. For somebody who has it open
themself this changes the passphrase."""
KEY_ADMIT = method("recordings/key_admit", Person, KeyState, LISTENERS, change=True)
KEY_DROP = method("recordings/key_drop", Person, KeyState, KEEPERS, change=True)
"""Take somebody's slot away; not the last one that opens."""
KEY_OPEN = method("recordings/open", Passphrase, KeyState, LISTENERS, change=True)
KEY_RECOVER = method("recordings/key_recover", Recovery, KeyState, KEEPERS, change=True)
KEY_LOCK = method("recordings/lock", Empty, KeyState, LISTENERS, change=True)
"""Forget the opened key now; it is forgotten by itself half an hour after its last use."""


# --- hearing it --------------------------------------------------------------------------------


class Play(Message):
    """Ring `phone` and play a recording to it from `at` on."""

    name: str = Field(max_length=250)
    phone: str = Field(max_length=20)
    why: str = Field(min_length=1, max_length=200)
    at: float = Field(default=0, ge=0)


class Playing(Message):
    """The phone answered, or `problem` says why not."""

    answered: bool
    problem: Problem | None = None


class Export(Message):
    """Read a recording out, for the terminal's machine."""

    name: str = Field(max_length=250)
    why: str = Field(min_length=1, max_length=200)


class Ticket(Message):
    """An export that has begun; `file` is a name for it."""

    ticket: Annotated[str, VERBATIM]
    file: Annotated[str, VERBATIM]


class TicketKey(Message):
    """An export."""

    ticket: str = Field(max_length=64)


class Piece(Message):
    """The next bytes, in base64; empty at the end."""

    data: Annotated[str, VERBATIM]


RECORDINGS_PLAY = method("recordings/play", Play, Playing, LISTENERS, change=True)
RECORDINGS_EXPORT = method("recordings/export", Export, Ticket, LISTENERS, change=True)
RECORDINGS_PIECE = method("recordings/piece", TicketKey, Piece, LISTENERS)


# --- while a call is up ------------------------------------------------------------------------


class OfCall(Message):
    """A call that is up; None for the caller's own."""

    linkedid: str | None = Field(default=None, max_length=150)


class Recorded(Message):
    """Whether this call is being recorded now, and whether it is paused."""

    linkedid: str
    recording: bool
    paused: bool


RECORDINGS_START = method("recordings/start", OfCall, Recorded, ON_THE_PHONE, change=True)
RECORDINGS_PAUSE = method("recordings/pause", OfCall, Recorded, ON_THE_PHONE, change=True)
RECORDINGS_RESUME = method("recordings/resume", OfCall, Recorded, ON_THE_PHONE, change=True)


# --- proving it --------------------------------------------------------------------------------


class AuditWish(Message):
    """Which days; without `hashes` files are looked at but not read."""

    since: float | None = None
    until: float | None = None
    hashes: bool = True


class AuditState(Message):
    """How far an audit is; `done` is a share. `findings` is complete when it does not run any more."""

    running: bool
    begun: float | None = None
    done: float | None = None
    recordings: int = 0
    calls: int = 0
    manifests: int = 0
    findings: tuple[Problem, ...] = ()
    more: int = 0
    """Findings beyond those that are listed."""


RECORDINGS_AUDIT = method("recordings/audit", AuditWish, AuditState, STAFF, change=True)
"""Begin; ask `recordings/audit_state` for the rest."""
RECORDINGS_AUDIT_STATE = method("recordings/audit_state", Empty, AuditState, STAFF)
