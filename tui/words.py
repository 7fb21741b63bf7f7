"""The contract's words as people say them, in the language spoken now."""

from __future__ import annotations

from collections.abc import Mapping

from tui.i18n import N_, _

_WORDS: Mapping[str, str] = {
    # call states
    "dialling": N_("dialling"),
    "menu": N_("menu"),
    "waiting": N_("waiting"),
    "ringing": N_("ringing"),
    "talking": N_("talking"),
    "parked": N_("parked"),
    "voicemail": N_("voicemail"),
    # directions
    "in": N_("in"),
    "out": N_("out"),
    "internal": N_("inside"),
    # agents
    "ready": N_("ready"),
    "wrap-up": N_("wrap-up"),
    "paused": N_("paused"),
    "unreachable": N_("unreachable"),
    "signed-out": N_("signed out"),
    # lines by cards
    "hdb3": N_("HDB3"),
    "ami": N_("AMI"),
    "line": N_("the line"),
    "cpe": N_("customer"),
    "net": N_("network side"),
    "euroisdn": N_("EuroISDN"),
    "qsig": N_("QSIG"),
    "private": N_("private"),
    "dynamic": N_("by its beginning"),
    "ascending": N_("from the first"),
    "descending": N_("from the last"),
    "in-turn": N_("in turn"),
    "none": N_("not at all"),
    "bell": N_("FSK, Bell"),
    "v23": N_("FSK, V.23"),
    "dtmf": N_("DTMF"),
    # trunks
    "up": N_("up"),
    "down": N_("down"),
    "unknown": N_("unknown"),
    # power
    "no UPS": N_("no UPS"),
    "not heard": N_("not heard"),
    "mains": N_("mains"),
    "on battery": N_("on battery"),
    "battery": N_("battery"),
    "low battery": N_("low battery"),
    "lost": N_("not heard any more"),
    "draining": N_("draining"),
    "switching off": N_("switching off"),
    # alarms
    "critical": N_("critical"),
    "warning": N_("warning"),
    "info": N_("info"),
    # outcomes
    "answered": N_("answered"),
    "abandoned": N_("abandoned"),
    "in-menu": N_("left in menu"),
    "line-test": N_("line test"),
    "no-answer": N_("no answer"),
    "busy": N_("busy"),
    "overflowed": N_("overflowed"),
    "closed": N_("closed"),
    "unknown-number": N_("unknown DID"),
    "failed": N_("failed"),
    # who else is in a call
    "on-hold": N_("on hold"),
    "recording-on": N_("recorded, x pauses"),
    "recording-paused": N_("recording paused, x goes on"),
    # recordings
    "held": N_("held"),
    "cut short": N_("cut short"),
    "with pause": N_("with pause"),
    "played": N_("played"),
    "exported": N_("exported"),
    "hold": N_("kept"),
    "hold ended": N_("hold ended"),
    "age": N_("too old"),
    "space": N_("no room"),
    "no sound": N_("no sound"),
    # announcements and closures
    "open": N_("open"),
    "shut": N_("shut"),
    "missing": N_("missing"),
    "spoken": N_("box's voice"),
    "recorded": N_("recorded"),
    # operations
    "done": N_("done"),
    "refused": N_("refused"),
    # changes
    "added": N_("added"),
    "removed": N_("removed"),
    "changed": N_("changed"),
    # roles
    "agent": N_("agent"),
    "supervisor": N_("supervisor"),
    "manager": N_("manager"),
    "technician": N_("technician"),
    "installer": N_("installer"),
    "noc": N_("network centre"),
    # systemd
    "active": N_("running"),
    "inactive": N_("stopped"),
    "activating": N_("starting"),
    "deactivating": N_("stopping"),
    "reloading": N_("reloading"),
    # classes of numbers
    "emergency": N_("emergency"),
    "local": N_("local"),
    "national": N_("national"),
    "mobile": N_("mobile"),
    "international": N_("international"),
    "special": N_("service and premium"),
    # drills
    "test-call": N_("test call"),
    "fall-back": N_("fall-back"),
    "restore": N_("restore"),
    "passed": N_("passed"),
    "running": N_("running"),
    # kinds of objects
    "site": N_("site"),
    "network": N_("network"),
    "dialing": N_("calling out"),
    "recording": N_("recording"),
    "callbacks": N_("call-backs"),
    "customers": N_("customers"),
    "grade": N_("grade"),
    "trunk": N_("trunk"),
    "did": N_("number"),
    "hours": N_("hours"),
    "holiday": N_("holiday"),
    "queue": N_("queue"),
    "extension": N_("extension"),
    "person": N_("person"),
    "member": N_("agent"),
    "members": N_("agents"),
    "prompt": N_("announcement"),
    "closure": N_("closure"),
    "operator": N_("operator"),
    "outside": N_("outside number"),
    "language": N_("language"),
    "back": N_("one menu back"),
    "again": N_("hear it again"),
    "hangup": N_("hang up"),
    "test": N_("test number"),
    "caller": N_("caller"),
    "box": N_("the box"),
    # checks of the network
    "well": N_("well"),
    "poor": N_("poor"),
    "bad": N_("bad"),
    "not known": N_("not known"),
    "cable": N_("cable"),
    "address": N_("address"),
    "name server": N_("name server"),
    "time": N_("time"),
    # customers
    "home": N_("home"),
    "work": N_("work"),
    "fax": N_("fax"),
    "other": N_("other"),
    "marketing": N_("offers"),
    "created": N_("created"),
    "imported": N_("imported"),
    "merged": N_("merged"),
    "separated": N_("separated"),
    "name": N_("name"),
    "organisation": N_("organisation"),
    "tags": N_("tags"),
    "numbers": N_("numbers"),
    "since": N_("customer since"),
    "consents": N_("consents"),
    # languages and switches
    "en": N_("English"),
    "zh": N_("Chinese"),
    "yes": N_("yes"),
    "no": N_("no"),
    # queue strategies
    "ringall": N_("all at once"),
    "leastrecent": N_("longest idle"),
    "fewestcalls": N_("fewest calls"),
    "random": N_("by chance"),
    "rrmemory": N_("in turn"),
    "linear": N_("in list order"),
    # when a queue lets nobody wait
    "never": N_("never"),
    "nobody-signed-in": N_("nobody signed in"),
    "nobody-free": N_("nobody free"),
    # messages
    "new": N_("new"),
    "heard": N_("heard"),
    "taken": N_("taken"),
    # surveys
    "always": N_("always"),
    "wish": N_("agent's wish"),
    # weekdays
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
}

_WAYS: Mapping[str, str] = {
    "silence": N_("silence:"),
    "wrong": N_("wrong keys:"),
    "closed": N_("closed:"),
    "chosen": N_("language chosen:"),
    "closure": N_("may be closed:"),
    "hours": N_("by"),
    "dialled": N_("number dialled:"),
    "loop": N_("round again"),
    "no-way-out": N_("NO WAY OUT"),
    "unreached": N_("NOBODY GETS HERE"),
    "shown-above": N_("drawn above"),
}
"""What leads on in the tree of calls, and what is to be looked at there (`tui.menutree`)."""

PRIORITIES = (
    N_("emergency"),
    N_("alert"),
    N_("critical"),
    N_("error"),
    N_("warning"),
    N_("notice"),
    N_("info"),
    N_("debug"),
)
"""Syslog's priorities 0 to 7."""

_CAUSES: Mapping[int, str] = {
    1: N_("unallocated number"),
    3: N_("no route to destination"),
    16: N_("normal clearing"),
    17: N_("user busy"),
    18: N_("no user responding"),
    19: N_("no answer"),
    20: N_("subscriber absent"),
    21: N_("call rejected"),
    22: N_("number changed"),
    27: N_("destination out of order"),
    28: N_("invalid number format"),
    31: N_("normal, unspecified"),
    34: N_("no channel available"),
    38: N_("network out of order"),
    41: N_("temporary failure"),
    42: N_("switch congestion"),
    58: N_("bearer not available"),
    102: N_("timer expired"),
    127: N_("interworking"),
}


def word(value: str | None) -> str:
    """A word of the contract; one that has no translation stands as it is."""
    if value is None:
        return "-"
    return _(_WORDS.get(str(value), str(value)))


def way(value: str) -> str:
    """What leads on in the tree of calls; a key stands for itself."""
    return _(_WAYS[value]) if value in _WAYS else value


def yes_no(value: bool) -> str:
    """A switch."""
    return word("yes" if value else "no")


def priority(level: int) -> str:
    """The name of a syslog priority."""
    return _(PRIORITIES[level]) if 0 <= level < len(PRIORITIES) else str(level)


def cause(code: int | None) -> str:
    """A Q.850 cause: `16 normal clearing`."""
    if code is None:
        return "-"
    return f"{code} {_(_CAUSES[code])}" if code in _CAUSES else str(code)


_EVENTS: Mapping[str, str] = {
    "arrived": N_("call arrives"),
    "dialled": N_("dials"),
    "unknown-number": N_("unknown number"),
    "closed": N_("outside hours"),
    "closed-for-now": N_("closed for a while"),
    "menu": N_("hears menu"),
    "pressed": N_("presses key"),
    "no-key": N_("presses nothing"),
    "wrong-key": N_("presses a wrong key"),
    "left-menu": N_("leaves the menu"),
    "joined": N_("joins queue"),
    "waiting-key": N_("presses while waiting"),
    "wants-call-back": N_("wants a call-back"),
    "passed-by": N_("line does not take it:"),
    "calls-back": N_("calls back"),
    "call-back-dropped": N_("needs no call-back any more"),
    "call-back-over": N_("not reached, call-back over"),
    "rang": N_("rings"),
    "missed": N_("rings in vain"),
    "answered": N_("answered"),
    "hold-begins": N_("put on hold"),
    "hold-ends": N_("back from hold"),
    "recording": N_("recording begins"),
    "recording-paused": N_("recording paused by"),
    "recording-resumed": N_("recording goes on by"),
    "overflow": N_("overflows"),
    "voicemail": N_("leaves a message"),
    "survey": N_("is asked how it was"),
    "score": N_("gives a mark"),
    "transferred": N_("transferred to"),
    "three-way": N_("talk of three with"),
    "picked-up": N_("picked up by"),
    "parked": N_("parked by"),
    "taken-back": N_("taken back by"),
    "parked-too-long": N_("nobody takes it back"),
    "taken-over": N_("taken over by"),
    "hung-up": N_("hung up by"),
    "ended": N_("call ends"),
    "cut-off": N_("exchange stopped"),
}
"""The closed list of `appliance.telephony`'s timeline."""


def event(what: str) -> str:
    """A timeline event's stable word, as a person says it."""
    return _(_EVENTS.get(what, what))
