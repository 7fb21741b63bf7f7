"""The contract between core and its clients: every method, its roles, what goes in and out.

A method is POST /METHOD with JSON; a stream is GET /METHOD with one JSON object a line. The
wire is `appliance.api.wire`; the server fills every method or refuses to start; the client
is typed by this table. Times are epoch seconds (UTC); durations are seconds; None means
"not known", never 0.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from appliance.api.supply import Supply
from appliance.api.wire import VERBATIM, Empty, Message, method, stream
from appliance.site.diff import Change
from appliance.site.models import Language, Role
from appliance.site.problems import Problem
from appliance.site.types import IpAddress


class Service(StrEnum):
    """Our own services as callers of the API; known by the uid of their system user."""

    RECORDER = "recorder"
    HEALTH = "health"
    FIRST_CALL = "first-call"
    """The console's own account between the apply of first boot and the end of that setup."""


PEOPLE = frozenset(Role)
STAFF = frozenset({Role.TECHNICIAN, Role.INSTALLER, Role.SUPERVISOR, Role.MANAGER})
SETUP = frozenset({Role.TECHNICIAN, Role.INSTALLER})


# --- who -----------------------------------------------------------------------------------


class Me(Message):
    """Who the caller is to the box."""

    login: str
    name: str
    role: Role
    language: Language
    site_name: str
    site_code: str
    time_zone: str
    agent: str | None = None
    """The agent that the caller is."""


WHO_AM_I = method("who_am_i", Empty, Me, PEOPLE)


# --- the present ---------------------------------------------------------------------------


class CallState(StrEnum):
    """Where a live call is."""

    DIALLING = "dialling"
    MENU = "menu"
    WAITING = "waiting"
    RINGING = "ringing"
    TALKING = "talking"
    PARKED = "parked"
    VOICEMAIL = "voicemail"


class Direction(StrEnum):
    """Who called whom, seen from the branch."""

    IN = "in"
    OUT = "out"
    INTERNAL = "internal"


class Parked(Message):
    """In which place a call waits to be taken back, and which phone parked it."""

    place: int
    by: str


class LiveCall(Message):
    """A call that is up now. `since` is when it began, `state_since` when its state did."""

    linkedid: str
    direction: Direction
    caller: str
    called: str
    state: CallState
    since: float
    state_since: float
    trunk: str | None = None
    menu: str | None = None
    queue: str | None = None
    agent: str | None = None
    parked: Parked | None = None


class LiveQueue(Message):
    """A queue now; `longest_since` is when its longest waiting caller joined."""

    name: str
    label: str
    waiting: int
    longest_since: float | None
    talking: int
    ready: int


class AgentState(StrEnum):
    """What an agent's phone and queues say."""

    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap-up"
    PAUSED = "paused"
    UNREACHABLE = "unreachable"
    SIGNED_OUT = "signed-out"


class LiveAgent(Message):
    """An agent now; `phone` is where, None when signed out, `reason` why busy or busy after this call."""

    number: str
    name: str
    state: AgentState
    since: float | None
    phone: str | None = None
    reason: str | None = None


class TrunkState(StrEnum):
    """Whether calls can come and go by a trunk."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


class LiveTrunk(Message):
    """A trunk now; `detail` is Asterisk's own word (Registered, Rejected, 12.3 ms)."""

    name: str
    label: str
    state: TrunkState
    detail: str
    since: float
    calls: int


class Live(Message):
    """The whole picture now. `linked` tells whether Asterisk is feeding it; `as_of` is when
    Asterisk last said anything, so an old picture shows its age."""

    linked: bool
    linked_since: float
    as_of: float
    calls: tuple[LiveCall, ...] = ()
    queues: tuple[LiveQueue, ...] = ()
    agents: tuple[LiveAgent, ...] = ()
    trunks: tuple[LiveTrunk, ...] = ()
    phones_registered: int | None = None
    phones_total: int | None = None


LIVE = method("live", Empty, Live, STAFF)
LIVE_STREAM = stream("live/stream", Live, STAFF)
"""A `Live` at once, then one after each change, at most four a second, at least one in 2 s."""


class Today(Message):
    """Incoming queue calls since local midnight. `in_service_level` is a share, 0 to 1, of
    answered within the queue's service level, by all offered calls."""

    offered: int
    answered: int
    abandoned: int
    in_service_level: float | None
    average_wait: float | None
    average_talk: float | None


class Severity(StrEnum):
    """How much an alarm needs a person."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Alarm(Message):
    """Something that needs a person: `problem` says what and what to do, in both languages."""

    key: str
    """The check, and behind a colon its instance: `disk`, `span:1`, `phone:8001`."""
    severity: Severity
    since: float
    problem: Problem
    id: int = 0
    """Its number in health's history."""
    check: str = ""
    title: str = ""
    """The check's, in English; key of its translation."""
    label: str = ""
    """The instance's name as people know it."""
    acknowledged: float | None = None
    acknowledged_by: str | None = None
    """Who takes it as known: it keeps quiet until it gets worse."""
    owner: str | None = None
    flaps: int = 0
    """How often it came and went since it began, when more than once."""
    cause: int | None = None
    """The alarm that explains it: then it is no alarm of its own."""
    consequences: int = 0
    cleared: float | None = None


class ServiceState(Message):
    """One systemd unit."""

    unit: str
    active: bool
    state: str
    since: float | None


class Box(Message):
    """The machine: shares are 0 to 1."""

    cpu: float | None
    memory: float | None
    disk: float | None
    services: tuple[ServiceState, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    as_of: float
    version: str


class Move(Message):
    """A change that takes the box to another place in the network: it waits `seconds` at most, and over the
    network it is confirmed by whoever has logged in anew at one of `addresses`."""

    addresses: tuple[str, ...]
    """The fixed ones; empty when only DHCP knows."""
    seconds: int


class ConfigState(Message):
    """Which revision is in force, and whether one waits to be confirmed."""

    revision: int | None
    pending: int | None = None
    reverts_to: int | None = None
    deadline: float | None = None
    move: Move | None = None
    """Set while a revision waits that moved the box."""
    candidate_changes: int = 0
    candidate_by: str | None = None


class RestartKind(StrEnum):
    """Why a box that runs is about to stop."""

    REBOOT = "reboot"
    OFF = "off"
    UPDATE = "update"
    ROLLBACK = "rollback"
    MAINS = "mains"
    """Mains is gone and the battery nearly empty: the box switches off, and comes back by itself."""
    RESET = "reset"


class Restart(Message):
    """A restart or switching off that waits for calls to end: from `begin` on, and no longer than until `latest`."""

    kind: RestartKind
    by: str
    why: str
    begin: float
    latest: float
    anyway: bool
    """Whether it comes at `latest` though calls are up; else it is given up then."""
    keep_recordings: bool = True
    """For a reset: whether recordings and history stay."""


class Dashboard(Message):
    """The technician's home in one answer; `box` is None when health does not answer."""

    live: Live
    today: Today
    box: Box | None
    config: ConfigState
    restart: Restart | None = None
    """What everybody must know: the box is about to stop."""
    supply: Supply | None = None
    """What the box lives on; None while branchbox-power does not say."""


DASHBOARD = method("dashboard", Empty, Dashboard, STAFF | {Role.NOC})


# --- history -------------------------------------------------------------------------------


class Outcome(StrEnum):
    """How a call ended, as a person would say it."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    """The caller hung up while waiting or ringing."""
    IN_MENU = "in-menu"
    """The caller hung up in a menu or a prompt."""
    NO_ANSWER = "no-answer"
    BUSY = "busy"
    OVERFLOWED = "overflowed"
    """The queue gave the caller up and nobody else answered."""
    VOICEMAIL = "voicemail"
    CLOSED = "closed"
    UNKNOWN_NUMBER = "unknown-number"
    LINE_TEST = "line-test"
    """The box's own test number answered."""
    FAILED = "failed"


class Call(Message):
    """One call as a person means it. Durations are seconds."""

    linkedid: str
    started: float
    ended: float | None
    direction: Direction
    caller: str
    caller_name: str
    called: str
    """The DID, or the number dialled."""
    trunk: str | None
    menu_path: str
    """Menus and keys in order: `main/1 > office/2`; empty when none."""
    queue: str | None
    agent: str | None
    waited: float | None
    talked: float
    held: float
    """Seconds of the talk in which one side was on hold; a hold that goes on does not count yet."""
    outcome: Outcome | None
    """None while the call is up."""
    hangup_cause: int | None
    """Q.850 cause of the caller's leg."""
    calls_back: str | None = None
    """The linkedid of the call whose caller asked to be called back by this one."""
    score: int | None = None
    """What the caller said of it afterwards, 1 (bad) to 5 (good)."""
    recordings: int = 0


class CallFilter(Message):
    """Which calls; every given field must match. `number` is a part of caller or called."""

    since: float | None = None
    until: float | None = None
    number: str | None = Field(default=None, max_length=20)
    queue: str | None = None
    agent: str | None = None
    direction: Direction | None = None
    outcome: Outcome | None = None
    limit: int = Field(default=100, ge=1, le=1000)
    before: str | None = None
    """The cursor of an earlier page."""


class CallPage(Message):
    """Newest first; `cursor` continues where this page ends, None at the end."""

    calls: tuple[Call, ...]
    cursor: Annotated[str | None, VERBATIM]


CALLS_LIST = method("calls/list", CallFilter, CallPage, STAFF)


class Leg(Message):
    """One channel's part in the call, from its CDR."""

    channel: str
    to_channel: str
    started: float
    answered: float | None
    ended: float
    disposition: str


class LegQuality(Message):
    """How a leg over SIP sounded, between the box and `party`: what came `from` it as the box received it, what went
    `to` it as its RTCP reports; all None when it sends none.

    Losses are shares (0 to 1), jitter (mean) and round trip seconds, MOS by `appliance.telephony.emodel`.
    """

    at: float
    """When it ended."""
    channel: str
    party: str
    """The phone's number, or the trunk's name."""
    trunk: bool
    codec: str
    from_loss: float | None
    from_jitter: float | None
    from_mos: float | None
    to_loss: float | None
    to_jitter: float | None
    to_mos: float | None
    round_trip: float | None
    mos: float | None
    """Of the worse direction."""


class TimelineEvent(Message):
    """One thing that happened: `what` is a stable word (joined, rang, answered, ...)."""

    at: float
    what: str
    detail: str


class RecordingInfo(Message):
    """A finished recording; size and `sha256` are of the file as it lies on the disk."""

    name: Annotated[str, VERBATIM]
    started: float
    duration: float
    size: int
    sha256: Annotated[str, VERBATIM]
    removed: float | None = None
    """When retention took it away; its row stays."""


class CallDetail(Message):
    """A call with its story."""

    call: Call
    timeline: tuple[TimelineEvent, ...]
    legs: tuple[Leg, ...]
    recordings: tuple[RecordingInfo, ...]
    quality: tuple[LegQuality, ...] = ()
    """Of its legs over SIP, in the order in which they ended."""


class CallKey(Message):
    """One call."""

    linkedid: str


CALLS_SHOW = method("calls/show", CallKey, CallDetail, STAFF)


# --- configuration -------------------------------------------------------------------------


class Document(Message):
    """A site document as TOML. Passwords stand as `********`; where that stands in a document
    that comes back, the password that was there stays."""

    toml: Annotated[str, VERBATIM]
    revision: int | None = None


class Candidate(Message):
    """The document being edited: what differs from the one in force, and what is wrong."""

    toml: Annotated[str, VERBATIM]
    base: int | None
    by: str | None
    changes: Annotated[tuple[Change, ...], VERBATIM]
    problems: Annotated[tuple[Problem, ...], VERBATIM]


class FileChange(Message):
    """A generated file and its changed lines; `diff` is unified."""

    path: str
    added: int
    removed: int
    diff: str


class Plan(Message):
    """What applying the candidate would do, proved by a trial start of Asterisk."""

    changes: Annotated[tuple[Change, ...], VERBATIM]
    problems: Annotated[tuple[Problem, ...], VERBATIM]
    """Empty when the candidate can be applied."""
    files: Annotated[tuple[FileChange, ...], VERBATIM]
    reloads: tuple[str, ...]
    trial_seconds: float | None
    calls_up: int | None
    move: Move | None = None
    """Set when the change moves the box."""


class Apply(Message):
    """Why, for the log, and how long to wait for the confirmation."""

    why: str = Field(min_length=1, max_length=200)
    confirm_within: int = Field(default=300, ge=10, le=3600)


class Step(Message):
    """One finished step of an apply."""

    name: str
    seconds: float


class Applied(Message):
    """What an apply did: the new revision, or `problems` and the old one still in force."""

    revision: int | None
    problems: Annotated[tuple[Problem, ...], VERBATIM]
    steps: tuple[Step, ...]
    deadline: float | None
    move: Move | None = None
    """Set when the change moved the box; the deadline is then `move.seconds` away at most."""


class Why(Message):
    """A reason for the log."""

    why: str = Field(default="", max_length=200)


class Confirm(Message):
    """Keep what waits. Over SSH, `over` is the box's address that the session came to and `come_from` the
    person's (SSH_CONNECTION has both); None on the console, where nobody can be locked out."""

    why: str = Field(default="", max_length=200)
    over: IpAddress | None = None
    come_from: IpAddress | None = None


class Rollback(Message):
    """Which revision to go back to; it is applied like any other change."""

    revision: int
    why: str = Field(min_length=1, max_length=200)
    confirm_within: int = Field(default=300, ge=10, le=3600)


class Revision(Message):
    """One revision of the configuration."""

    number: int
    at: float
    by: str
    why: str
    current: bool
    confirmed: bool


class Revisions(Message):
    """Newest first."""

    revisions: tuple[Revision, ...]


class RevisionKey(Message):
    """One revision; None for the one in force."""

    revision: int | None = None


CONFIG_STATE = method("config/state", Empty, ConfigState, STAFF)
CONFIG_SHOW = method("config/show", RevisionKey, Document, SETUP)
CONFIG_EXPORT = method("config/export", Empty, Document, SETUP, change=True)
"""The document in force with its passwords in clear; in the operation log."""
CONFIG_CANDIDATE = method("config/candidate", Empty, Candidate, SETUP)
CONFIG_EDIT = method("config/edit", Document, Candidate, SETUP, change=True)
"""Replace the candidate. One with problems is kept, so that work is not lost, but cannot be applied."""
CONFIG_DISCARD = method("config/discard", Empty, Candidate, SETUP, change=True)
CONFIG_PLAN = method("config/plan", Empty, Plan, SETUP)
CONFIG_APPLY = method("config/apply", Apply, Applied, SETUP, change=True)
CONFIG_CONFIRM = method("config/confirm", Confirm, ConfigState, SETUP, change=True)
CONFIG_REVERT = method("config/revert", Why, Applied, SETUP, change=True)
"""Go back now from a revision that waits to be confirmed."""
CONFIG_ROLLBACK = method("config/rollback", Rollback, Applied, SETUP, change=True)
CONFIG_REVISIONS = method("config/revisions", Empty, Revisions, SETUP)


# --- logs ----------------------------------------------------------------------------------


class JournalFilter(Message):
    """Which journal lines. `priority` is syslog's: 0 emergency to 7 debug, and below it."""

    unit: str | None = None
    priority: int = Field(default=6, ge=0, le=7)
    text: str | None = Field(default=None, max_length=100)
    since: float | None = None
    limit: int = Field(default=200, ge=1, le=1000)


class JournalLine(Message):
    """One line of the system's journal."""

    at: float
    unit: str
    priority: int
    text: str


class JournalPage(Message):
    """Newest first."""

    lines: tuple[JournalLine, ...]


JOURNAL_LIST = method("journal/list", JournalFilter, JournalPage, SETUP)


class OperationFilter(Message):
    """Which operations; newest first from `before` (a number) on."""

    by: str | None = None
    refused_only: bool = False
    limit: int = Field(default=100, ge=1, le=1000)
    before: int | None = None


class Operation(Message):
    """One row of the operation log: who did or was refused what; `hash` chains it to the row before."""

    number: int
    at: float
    by: str
    role: str
    method: str
    detail: str
    result: str
    """`done`, `refused` or `failed`."""
    hash: Annotated[str, VERBATIM]


class OperationPage(Message):
    """Newest first."""

    operations: tuple[Operation, ...]


OPLOG_LIST = method("oplog/list", OperationFilter, OperationPage, SETUP | {Role.MANAGER})


class Audit(Message):
    """Whether the chain holds: `broken_at` is the first row that does not fit."""

    rows: int
    broken_at: int | None
    head: Annotated[str, VERBATIM]


AUDIT_VERIFY = method("audit/verify", Empty, Audit, SETUP | {Role.MANAGER})
