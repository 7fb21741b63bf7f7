"""Names of contexts, and how a destination of the site document is reached."""

from __future__ import annotations

from appliance.site.exchange import LAST_AGENT_CONTEXT
from appliance.site.line_test import LINE_TEST_CONTEXT
from appliance.site.types import Destination, Kind
from asterisk_conf.dialplan.steps import Expression, Step, do, goto
from asterisk_conf.pjsip import FEATURES_VARIABLE

EXTENSIONS = "extensions"
"""Rings a phone; the extension is its number."""
VOICEMAIL = "voicemail"
"""Takes a message; the extension is the mailbox's."""
MAILBOXES = "mailboxes"
"""Reads messages; the extension is the mailbox's owner."""
RECORD = "record"
"""Subroutine: begins recording unless it goes on already."""
RECORD_PHONE = "record-phone"
"""Subroutine: begins recording when the phone, its extension, is one whose calls are recorded."""
RECORD_AGENT = "record-agent"
"""The same, on the channel of a queue's agent."""
FAILED = "failed"
"""Says why a phone or a trunk did not answer, by DIALSTATUS."""
AGENTS = "agents"
"""Subroutines that sign an agent in (`in-NUMBER`, the phone as ARG1) and out (`out-NUMBER`)."""
READY_CODE = "ready-code"
"""Makes the agent at this phone ready."""
BUSY_CODE = "busy-code"
"""Makes the agent at this phone busy; the extension is a reason's digit."""
SIGN_IN = "sign-in"
"""Signs in at this phone; the extension is `OWN` or an agent's number."""
OWN = "own"
"""The agent whose own phone this is."""
SIGN_OUT = "sign-out"
"""Signs out whoever is signed in at this phone."""
STATE = "agent-state"
"""Subroutines by phone (ARG1): `busy` (ARG2 the reason), `ready`."""
WRAP_UP = "wrap-up"
"""Subroutine on an agent's channel once connected; ARG1 is the seconds of wrap-up."""
LONGER = "longer"
"""Its extension that begins the wrap-up at a phone (ARG2) anew."""
SENT_BACK = "sent-back"
"""Rings the phone that sent a caller on blindly; the extension is its number."""
OPERATOR = "operator"
"""Whoever the document says is the operator."""
OUTSIDE = "outside"
"""Calls an outside number that the document sends callers to; the extension is the number."""
NUMBER_CLASS = "number-class"
"""Subroutine: what kind of number its extension is."""
MAY_CALL = "may-call"
"""Subroutine: whether somebody with a permission (ARG1) may call its extension: nothing, or a context that says no."""
CALL_OUT = "call-out"
"""Subroutine: calls its extension by its route."""
NO_LINE = "no-line"
"""Says that no line took the call."""
CALLBACK = "callback"
"""Offers a waiting caller (`BB_QUEUE`) to be called back."""
PLACE = "queue-place"
"""Subroutine: which place in a queue (ARG1) has waited as long as this channel."""
PRIORITY = "queue-priority"
"""Subroutine: a customer's priority in queues, where it is higher than the number's called."""
WAIT = "wait"
"""In a queue's context: where somebody who pressed a key goes on waiting."""
AWAY = "away"
"""In `FAILED`: for a phone that is not registered."""
KEPT_IN = "kept-in"
"""Says that no call goes out now, because mains is gone."""
REFUSED = "refused"
"""Says that this number cannot be reached from this phone."""

CALLER_TRANSFERS = Expression(f"${{{FEATURES_VARIABLE}}}")
BOTH_TRANSFER = Expression(f"t${{{FEATURES_VARIABLE}}}")
"""Options of Dial and Queue: whoever of the two is a phone of ours may hold and transfer; who is called, or not."""
CALLER = "${FILTER(0-9+,${CALLERID(num)})}"
"""Expression: the caller's number as the line gave it, or nothing."""

OUTSIDE_RING_SECONDS = 90

CLOSED = "closed"
OPEN = "open"
"""What the subroutine of an hours object returns."""

PROMPT_CLOSED = "branchbox/closed"
PROMPT_CLOSED_FOR_NOW = "branchbox/closed-for-now"
PROMPT_GOODBYE = "branchbox/goodbye"
PROMPT_ALL_BUSY = "branchbox/all-busy"
PROMPT_UNAVAILABLE = "branchbox/unavailable"
PROMPT_REFUSED = "branchbox/refused"
PROMPT_NO_LINE = "branchbox/no-line"
PROMPT_LINE_TEST = "branchbox/line-test"
PROMPT_LEAVE_MESSAGE = "branchbox/leave-message"


def did(digits: str) -> str:
    """The context of a DID."""
    return f"did-{digits}"


def hours(name: str) -> str:
    """The subroutine that returns `OPEN` or `CLOSED`."""
    return f"hours-{name}"


def permission(name: str) -> str:
    """The subroutine that says of each class of numbers whether it may be called now; classes it lacks may not."""
    return f"permission-{name}"


def route(name: str) -> str:
    """The subroutine that tries a route's ways with the number, its extension."""
    return f"route-{name}"


def menu(name: str) -> str:
    """The context of a menu."""
    return f"menu-{name}"


def closure(name: str) -> str:
    """The context that says that something is closed for a while."""
    return f"closure-{name}"


def queue(name: str) -> str:
    """The context of a queue."""
    return f"queue-{name}"


def keys(name: str) -> str:
    """The context of the keys that work while somebody waits in a queue."""
    return f"keys-{name}"


def last_agent(name: str) -> str:
    """The context where a queue's callers ring the agent who talked with them last; the extension is the agent."""
    return f"{LAST_AGENT_CONTEXT}{name}"


def survey(name: str) -> str:
    """The context that asks the callers of a queue how it was."""
    return f"survey-{name}"


def leave_by(destination: Destination) -> tuple[Step, ...]:
    """The steps that send a call to a destination for good."""
    match destination.kind:
        case Kind.QUEUE:
            return (goto(queue(destination.name)),)
        case Kind.MENU:
            return (goto(menu(destination.name)),)
        case Kind.EXTENSION:
            return (goto(EXTENSIONS, destination.name),)
        case Kind.VOICEMAIL:
            return (goto(VOICEMAIL, destination.name),)
        case Kind.OUTSIDE:
            return (goto(OUTSIDE, destination.name),)
        case Kind.PROMPT:
            return say_and_hang_up(destination.name)
        case Kind.OPERATOR:
            return (goto(OPERATOR),)
        case Kind.TEST:
            return (goto(LINE_TEST_CONTEXT),)
        case Kind.HANGUP:
            return (do("Hangup"),)
        case Kind.LANGUAGE | Kind.BACK | Kind.AGAIN:
            raise ValueError(f"only a menu's key leads there: {destination}")


def say_and_hang_up(prompt: str) -> tuple[Step, ...]:
    """Answer, say it, hang up."""
    return (do("Answer"), do("Playback", prompt), do("Hangup"))
