"""What the exchange's configuration and the readers of its logs agree on.

`asterisk_conf` writes these names into dialplan and log formats; `appliance.telephony` finds
them again in CEL, CDR and AMI. Whoever changes one side reads the other side's tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath


class Mark(StrEnum):
    """CEL user events that the dialplan leaves as a call goes by; each carries one text."""

    DID = "BB_DID"
    """A call came in; the text is the DID as in the site document."""
    UNKNOWN_DID = "BB_UNKNOWN_DID"
    """A call came in for digits that no DID has; the text is the digits."""
    CLOSED = "BB_CLOSED"
    """The hours of the DID or menu are over; the text is the hours' name."""
    CLOSURE = "BB_CLOSURE"
    """The DID, menu or queue is closed for a while; the text is the closure's name."""
    MENU = "BB_MENU"
    """The caller hears a menu; the text is its name."""
    CHOICE = "BB_CHOICE"
    """The caller pressed a valid key, or dialled a phone's number; the text is MENU/KEY."""
    NO_INPUT = "BB_NO_INPUT"
    """The caller pressed nothing; the text is the menu's name."""
    WRONG_INPUT = "BB_WRONG_INPUT"
    """The caller pressed what leads nowhere; the text is MENU/KEYS."""
    MENU_LEFT = "BB_MENU_LEFT"
    """The menu gave the caller up; the text is MENU/REASON: `silence`, `wrong`, `rounds`."""
    QUEUE = "BB_QUEUE"
    """The caller joins a queue; the text is its name. The context is `queue-NAME`, a menu's `menu-NAME`."""
    OVERFLOW = "BB_OVERFLOW"
    """The queue gave the caller up; the text is QUEUE/REASON (Asterisk's QUEUESTATUS)."""
    QUEUE_KEY = "BB_QUEUE_KEY"
    """A caller who waits pressed a key; the text is QUEUE/KEY."""
    CALLBACK = "BB_CALLBACK"
    """The caller is to be called back instead of waiting; the text is QUEUE/NUMBER."""
    CALLS_BACK = "BB_CALLS_BACK"
    """This call calls somebody back; the text is the linkedid of the call that asked for it."""
    CALLBACK_DROPPED = "BB_CALLBACK_DROPPED"
    """Whom this agent talks with now was to be called back, which is needless; the text is the number."""
    CALLBACK_OVER = "BB_CALLBACK_OVER"
    """Nobody was reached in as many tries as there are; the text is the number."""
    VOICEMAIL = "BB_VOICEMAIL"
    """The caller is asked to leave a message; the text is the mailbox."""
    INTERNAL = "BB_INTERNAL"
    """A phone called a phone or a queue; the text is the number dialled."""
    OUTSIDE = "BB_OUTSIDE"
    """A phone calls out; the text is the number dialled without the prefix."""
    PASSED_BY = "BB_PASSED_BY"
    """A trunk did not take a call to the outside; the text is TRUNK/WHY: a hangup cause, `unreachable`, or `aside` for
    one that failed too often."""
    SURVEY = "BB_SURVEY"
    """The caller is asked how the call was; the text is the queue's name."""
    SCORE = "BB_SCORE"
    """What the caller said of it; the text is QUEUE/MARK, 1 (bad) to 5 (good)."""
    LINE_TEST = "BB_LINE_TEST"
    """Somebody called the box's own test number."""
    CODE = "BB_CODE"
    """A phone dialled one of `Code`; the text is the code. That is nobody's call."""
    RECORDING = "BB_RECORDING"
    """Recording began; the text is the file's name without folder."""
    RECORDING_BEGUN = "BB_RECORDING_BEGUN"
    """Somebody began recording; said at the hangup. The text is EPOCH/WHO/FILE."""
    RECORDING_PAUSED = "BB_RECORDING_PAUSED"
    """Somebody paused recording; said at the hangup. The text is EPOCH/WHO."""
    RECORDING_RESUMED = "BB_RECORDING_RESUMED"
    """Recording went on; said at the hangup. The text is EPOCH/WHO."""
    QUALITY = "BB_QUALITY"
    """How an answered leg over SIP sounded; said at the hangup. The text is CODEC and the words of `RTCP`, by `|`."""


def from_trunk(trunk: str) -> str:
    """The context where calls of a trunk arrive; the extension is the digits received."""
    return f"from-trunk-{trunk}"


TRUNK_CONTEXT = "from-trunk-"
PHONES_CONTEXT = "phones"
"""The context where calls of the branch's own phones arrive."""
DIALS_CONTEXT = "dials"
"""Where a phone that core has rung calls the number (the extension) as if it had been dialled there."""


def trunk_endpoint(trunk: str) -> str:
    """The PJSIP endpoint of a trunk; a phone's endpoint is its number."""
    return f"trunk-{trunk}"


TRUNK_ENDPOINT = "trunk-"

CDR_COLUMNS = (
    "linkedid",
    "uniqueid",
    "sequence",
    "src",
    "dst",
    "dcontext",
    "channel",
    "dstchannel",
    "lastapp",
    "start",
    "answer",
    "end",
    "duration",
    "billsec",
    "disposition",
)
"""Asterisk's names of the fields of `Directories.cdr_csv`, every value quoted; start, answer
and end are epoch seconds (0 when the leg never got there); duration and billsec are seconds."""

CEL_COLUMNS = (
    "eventtype",
    "eventtime",
    "linkedid",
    "uniqueid",
    "channame",
    "num",
    "name",
    "exten",
    "context",
    "appname",
    "appdata",
    "peer",
    "eventextra",
)
"""Asterisk's names of the fields of `Directories.cel_csv`, every value quoted; `eventtime` is
epoch seconds with microseconds; `eventtype` is a `Mark` for user events; `eventextra` is
Asterisk's JSON (hangupcause, hangupsource, bridge_id; a user event's text under `extra`).
A STREAM_BEGIN's JSON has `class` for music, `sound` for a prompt; a STREAM_END says not which.
`linkedid` and `uniqueid` begin with the site's code: `WZN-1795298063.0`. A leg that the box itself
calls (agent, phone, trunk) has another `uniqueid` than `linkedid`, and a trunk's such leg is in
`from-trunk-NAME` too. The side that hung up may say hangupcause 0."""

RECORDING_SUFFIX = ".raw"
"""MixMonitor's interleaved file: 16-bit little-endian, 8000 Hz, left heard from the caller,
right said to the caller. Named `LINKEDID-N.raw`, N the number behind the dot of the recorded channel's own id, so no
two recordings have one name; a LINKEDID has a `-` of its own."""
OF_PHONE = "p"
"""Behind N when the recorded channel is that of the phone called: left and right are the other way round."""
RECORDED = "BB_RECORDED"
"""Channel variable: the recording of this call, once it goes on. Channels that come of it inherit that: whom a recorded
caller's agent consults is not recorded once more."""

RECORDS, ON, PAUSED = "BB_RECORDS", "on", "paused"
"""Channel variable of a channel that is recorded, and what its recording does: a core that starts later reads it."""

RECORDING_SAID = "recording-said"
"""The context of hangup handlers that leave what core did to a recording; its extensions are `Said`, ARG1 is the
mark's text."""


class Said(StrEnum):
    """What core does to the recording of a call that is up."""

    BEGUN = "begun"
    PAUSED = "paused"
    RESUMED = "resumed"


QUALITY_CONTEXT = "quality"
"""The hangup handler of every SIP channel: it leaves `Mark.QUALITY`."""
RTCP = ("all", "local_normdevjitter", "remote_normdevjitter", "normdevrtt")
"""What of CHANNEL(rtcp) a `Mark.QUALITY` tells, in this order: totals (main/rtp_engine.c: its `rxmes` is of what the
other end reports), then means. No more: a line of CEL ends after 1023 bytes, and the text is in it twice."""

PLAYBACK_CONTEXT = "recording-playback"
"""Where a listener's phone hears a recording; `PLAYBACK_FILE` says which, `PLAYBACK_FROM` from which millisecond on."""
PLAYBACK_FILE, PLAYBACK_FROM = "BB_PLAYBACK", "BB_PLAYBACK_FROM"
PLAYBACK = PurePosixPath("/run/branchbox/playback")
"""Folder in memory for what is being played: core writes, Asterisk reads, nobody else."""

GATE_CONTEXT = "branchbox-gate"
"""Where the box calls itself after each start, to prove that calls work. Nobody can dial it; it is no call of
anybody's: neither history nor the live picture has it, and its recording replaces the one before."""
GATE_CALLED, GATE_CALLER = "called", "caller"
"""Its two extensions: one is recorded as callers are, the other talks to it."""
GATE_RECORDING = f"{GATE_CONTEXT}-1{RECORDING_SUFFIX}"
GATE_SHELF = PurePosixPath(".gate") / f"{GATE_CONTEXT}-1.wav"
"""Where its recording ends up, below the recordings folder."""


class Code(StrEnum):
    """What phones dial to tell the box something. Agents' numbers never begin with 0, so `*0` is no agent's lamp."""

    SIGN_IN = "*01"
    """At this phone: its own agent, or with an agent's number behind it that one, by PIN."""
    SIGN_OUT = "*02"
    BUSY = "*03"
    """With the digit of a reason behind it."""
    READY = "*04"
    """Also ends wrap-up."""
    CLOSURE = "*05"
    """With a closure's number behind it."""
    RECORD_PROMPT = "*06"
    """With a prompt's number behind it."""
    PARK = "*08"
    """Calls sent there are parked: whoever dials `TAKE_BACK` with the place's digit takes them."""
    TAKE_BACK = "*09"
    """With the digit of a place behind it."""
    PICK_UP = "**"
    """With a phone's number behind it: takes the call that rings there."""


PARKING_PLACES = 9
"""From 1."""


ORDERS_CONTEXT = "agent-orders"
"""Where core's orders about agents enter the dialplan, through the steps of the codes: `Local/ready@agent-orders`."""
ORDER_DONE = "BranchboxOrder"
"""The AMI user event that says so when one is carried out; its header `Order` is what core called it."""
WRAP_UP_CONTEXT = "wrap-up-timer"
"""Where the end of a wrap-up is waited for: `Local/8003*10*SERIAL@wrap-up-timer`."""
OWN_CALL = "branchbox-"
"""How the ids of channels begin with which the box rings a person's phone for its own purpose, to listen in say.
Without a dot in it: a channel of a caller's that it meets in a bridge keeps its linkedid (main/channel.c,
`oldest_linkedid`), and what was nobody's call becomes a part of that one."""

SUPERVISE_CONTEXT = "supervise"
"""Where a supervisor's phone hears an agent's call, by `Ear`, or takes it over; nobody can dial it."""
SUPERVISED = "BB_SUPERVISED"
"""Variable: the channel that is listened to; for `TAKE_OVER`, that of whom the agent talks with."""
TAKE_OVER = "take"
"""Its extension that takes a call over."""


class Ear(StrEnum):
    """How a supervisor takes part in a call; keys 4, 5 and 6 of the phone change it."""

    LISTEN = "listen"
    """Nobody hears the supervisor."""
    WHISPER = "whisper"
    """Only the agent does."""
    BARGE = "barge"
    """Everybody does."""


LEG_WATCH_CONTEXT = "leg-watch"
"""Where it is waited for whether a carrier says anything to a call: `Local/trunk-carrier-0000002a@leg-watch`."""
FAILED_WAYS = "failed"
"""AstDB family: trunk -> how many calls in a row it did not take."""
ASIDE = "aside"
"""AstDB family: trunk -> until when (epoch seconds) it is asked last, because it failed too often."""

_OWN_CONTEXTS = (GATE_CONTEXT, ORDERS_CONTEXT, WRAP_UP_CONTEXT, LEG_WATCH_CONTEXT)


def is_own_channel(channel: str) -> bool:
    """Whether a channel is nobody's call but the box's own work: `Local/called@branchbox-gate-00000001;2`."""
    return channel.startswith("Local/") and any(f"@{context}-" in channel for context in _OWN_CONTEXTS)


def is_own_call(linkedid: str) -> bool:
    """Whether a call is nobody's, because the box rang a phone for its own purpose."""
    return linkedid.startswith(OWN_CALL)


WRAP_UP = "wrap-up"
"""The reason of the pause that begins with a queue call and ends some seconds after it."""
LONGER = 60
"""Seconds of a wrap-up that an agent begins anew."""
MISSED = "missed"
"""The reason of a pause for an agent whose phone rang too often unanswered."""
OWN_REASONS = frozenset({WRAP_UP, MISSED})
"""Reasons of pauses that nobody chose; the others are the document's."""

AT_PHONE = "at"
"""AstDB family: agent's number -> the phone where that agent is signed in."""
AGENT_AT = "agent"
"""AstDB family: phone -> the agent who is signed in there."""
BUSY = "busy"
"""AstDB family: phone -> the reason for which its agent is busy by choice; absent when ready or in wrap-up."""
WRAPPING = "wrapping"
"""AstDB family: phone -> the serial of the wrap-up that goes on there; whoever ends it early removes it."""


class Press(StrEnum):
    """Keys that core sends on behalf of a phone in a call; no phone has A to D."""

    CONSULT = "A1"
    """Hold the other side and call `CONSULTED`."""
    BACK = "A2"
    """Give up the consultation, back to the other side."""
    COMPLETE = "A3"
    """Leave; the two others talk."""
    THREE_WAY = "A4"
    SWAP = "A5"
    """Talk to the other of the two."""
    HOLD = "A6"
    """Hold the other side until its channel's `HELD` is no longer `HELD_YES`."""


CONSULTED = "TRANSFER_EXTEN"
"""Asterisk's variable of a channel: whom an attended transfer calls (main/bridge_basic.c)."""
HELD, HELD_YES = "BB_HELD", "yes"
"""Channel variable of whoever is on hold by `Press.HOLD`."""
HOLD_CONTEXT, HOLD_FEATURE = "hold", "hold"
TRANSFER_CONTEXT = "transfer"


def transfers(permission: str | None) -> str:
    """Where the transfers of phones with a permission go."""
    return f"{TRANSFER_CONTEXT}-{permission}" if permission else TRANSFER_CONTEXT


VIP = "vip"
"""AstDB family: a caller's number, as a line may give it -> the priority in queues of a graded customer."""
LAST_AGENT = "last"
"""AstDB family: a caller's number -> AGENT*EPOCH, who talked with it last and when."""
LAST_AGENT_QUEUE = "last."
"""Queues of one agent each, with the agent's number behind, where a caller rings the last agent first. No queue of a
document can be called so, and nobody sees them: a call's queue is that of its `Mark.QUEUE`."""
LAST_AGENT_CONTEXT = "last-"
"""Where they wait in it: the context, with the queue's name behind."""
KEPT_IN = "power"
"""AstDB family: `until` -> the moment (epoch seconds) until which no call goes out, because mains is gone and the
battery nearly empty. Host writes it anew all the time; it ends by itself."""
CALLBACK = "callback"
"""AstDB family: the number to call -> QUEUE*SINCE*PRIORITY*TRIES*AFTER*LINKEDID, there until somebody is reached or
the tries are over. SINCE is when the caller began to wait, AFTER when the next try may be (epoch seconds), LINKEDID the
call that asked for it."""
CALLBACK_WAITS = "callback-waits"
"""Where a call-back waits in its queue in the caller's place: `Local/NUMBER@callback-waits/n`."""
CALLBACK_DIALS = "callback-dials"
"""Where its other half calls the number once an agent has answered."""
SURVEY_WISH, SURVEY_WISHED = "BB_SURVEY_WISH", "yes"
"""Shared variable (SHARED()) of a caller's channel: the agent wishes that this caller be asked how the call was."""
SURVEY_FEATURE, SURVEY_KEYS = "survey", "*07"
"""What an agent presses during the call for that; a short tone says that it is done."""

CLOSURE = "closure"
"""AstDB family: `NAME/since` (epoch seconds; there while it is closed), `NAME/by` (phone or login), `NAME/own` (the
recorded announcement, without ending)."""
CLOSURE_CHANGED = "BranchboxClosure"
"""The AMI user event that says so when a phone opens or closes one; header `Closure`."""
TAKES = "take"
"""AstDB family: `PROMPT/LANGUAGE` -> the file (without ending) that somebody recorded by phone and kept."""
PROMPT_KEPT = "BranchboxPrompt"
"""The AMI user event that says so; header `Prompt`."""
STUDIO = PurePosixPath("/var/spool/asterisk/studio")
"""Where Asterisk writes what people record by phone."""


@dataclass(frozen=True)
class Directories:
    """Where one Asterisk lives. The live one and a trial start differ only in this."""

    etc: PurePosixPath
    var: PurePosixPath
    spool: PurePosixPath
    run: PurePosixPath
    log: PurePosixPath

    @property
    def cdr_csv(self) -> PurePosixPath:
        """Call detail records, `CDR_COLUMNS`."""
        return self.log / "cdr-custom" / "branchbox.csv"

    @property
    def cel_csv(self) -> PurePosixPath:
        """Channel events, `CEL_COLUMNS`."""
        return self.log / "cel-custom" / "branchbox.csv"

    @property
    def queue_log(self) -> PurePosixPath:
        """Asterisk's queue log: `time|callid|queue|agent|event|data...`; `callid` is the caller's unique
        id, `agent` is the agent's number (the member's name), `NONE` where there is none."""
        return self.log / "queue_log"

    @property
    def messages(self) -> PurePosixPath:
        """Asterisk's own notices, warnings and errors."""
        return self.log / "messages.log"

    @property
    def monitor(self) -> PurePosixPath:
        """Where recordings appear while a call goes on."""
        return self.spool / "monitor"


STATE = PurePosixPath("/var/lib/branchbox")
"""Everything of ours that outlives a restart: `site.db`, `health.db`, revisions, recordings."""

CURRENT = STATE / "revisions" / "current"
"""Symlink to the revision in force; its `asterisk/` is the live Asterisk's /etc."""

LIVE = Directories(
    etc=CURRENT / "asterisk",
    var=PurePosixPath("/var/lib/asterisk"),
    spool=PurePosixPath("/var/spool/asterisk"),
    run=PurePosixPath("/run/asterisk"),
    log=PurePosixPath("/var/log/asterisk"),
)
"""The live Asterisk's directories."""
