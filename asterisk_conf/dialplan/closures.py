"""Closed for a while: what callers hear then, and the phone code that closes and opens.

The state stands in AstDB, which Asterisk keeps over a restart; see `appliance.site.exchange.CLOSURE`. An announcement
recorded while closing is one file with a name of its own: it is in force once AstDB names it, and no longer after the
next opening.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import CLOSURE, CLOSURE_CHANGED, STUDIO, Code, Mark
from appliance.site.models import Closure, SiteDocument
from asterisk_conf.dialplan import pins, places, saying, studio
from asterisk_conf.dialplan.steps import Expression, Step, context, do, goto, mark
from asterisk_conf.syntax import Section

_OPEN = "branchbox/closure-open"
_SHUT_SINCE = "branchbox/closure-shut-since"
_SHUT = "branchbox/closure-shut"
_NOW_OPEN = "branchbox/closure-now-open"
_NOW_SHUT = "branchbox/closure-now-shut"


def contexts(document: SiteDocument) -> Iterator[Section]:
    """For each closure what callers meet, and what its phone code leads to."""
    for closure in document.closures:
        yield context(places.closure(closure.name), {"s": _closed(closure)}, of=f"closure {closure.name}")
        yield context(
            _desk(closure.name), dict(_by_phone(closure, document.site.time_zone)), of=f"closure {closure.name}"
        )


def codes(document: SiteDocument) -> dict[str, tuple[Step, ...]]:
    """What phones dial."""
    return {
        Code.CLOSURE + closure.number: (mark(Mark.CODE, Code.CLOSURE), goto(_desk(closure.name)))
        for closure in document.closures
    }


def unless_open(name: str) -> Step:
    """Go to the announcement while the closure is closed."""
    return do("GotoIf", Expression(f"${{DB_EXISTS({_key(name, 'since')})}}?{places.closure(name)},s,1"))


def _key(name: str, what: str) -> str:
    return f"{CLOSURE}/{name}/{what}"


def _desk(name: str) -> str:
    return f"closing-{name}"


def _own(name: str) -> str:
    return f"${{DB({_key(name, 'own')})}}"


def _announce(closure: Closure) -> tuple[Step, ...]:
    return (
        do("GotoIf", Expression(f'$["{_own(closure.name)}" = ""]?standard')),
        do("Playback", Expression(_own(closure.name))),
        # A recording that is gone from the disk is no reason for silence.
        do("GotoIf", Expression('$["${PLAYBACKSTATUS}" = "SUCCESS"]?said')),
        do("Playback", closure.announcement, label="standard"),
    )


def _closed(closure: Closure) -> tuple[Step, ...]:
    leave = places.leave_by(closure.goes_to) if closure.goes_to else (do("Hangup"),)
    return (
        mark(Mark.CLOSURE, closure.name),
        do("Answer"),
        *_announce(closure),
        do("NoOp", label="said"),
        *leave,
    )


def _by_phone(closure: Closure, zone: str) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """1 closes or opens, 2 plays the announcement, 3 records one and closes with it."""
    name = closure.name
    here = _desk(name)
    again = goto(here, "ask")
    is_shut = f"${{DB_EXISTS({_key(name, 'since')})}}"
    told = do("UserEvent", CLOSURE_CHANGED, Expression(f"Closure: {name}"))
    yield pins.extension(name, closure.pin, f"closure {name}")
    yield "s", (*pins.ask(here, name), again)
    yield (
        "ask",
        (
            do("GotoIf", Expression(f"{is_shut}?shut")),
            do("Read", "BB_KEY", _OPEN, 1, "", 3, pins.KEY_SECONDS),
            do("Goto", here, "key", 1),
            do("Playback", _SHUT_SINCE, label="shut"),
            saying.moment(f"${{DB({_key(name, 'since')})}}", zone),
            do("Read", "BB_KEY", _SHUT, 1, "", 3, pins.KEY_SECONDS),
            do("Goto", here, "key", 1),
        ),
    )
    yield (
        "key",
        (
            do("GotoIf", Expression(f'$["${{BB_KEY}}" = "1" & {is_shut}]?{here},open,1')),
            do("GotoIf", Expression(f'$["${{BB_KEY}}" = "1"]?{here},shut,1')),
            do("GotoIf", Expression(f'$["${{BB_KEY}}" = "2"]?{here},hear,1')),
            do("GotoIf", Expression(f'$["${{BB_KEY}}" = "3"]?{here},record,1')),
            *places.say_and_hang_up(places.PROMPT_GOODBYE),
        ),
    )
    yield (
        "shut",
        (
            do("Set", Expression(f"DB({_key(name, 'by')})=${{CHANNEL(endpoint)}}")),
            # Last: from here on callers are kept out. One that is shut already stays so since then.
            do("GotoIf", Expression(f"{is_shut}?told")),
            do("Set", Expression(f"DB({_key(name, 'since')})=${{EPOCH}}")),
            do("UserEvent", CLOSURE_CHANGED, Expression(f"Closure: {name}"), label="told"),
            do("Playback", _NOW_SHUT),
            again,
        ),
    )
    yield (
        "open",
        (
            do("Set", Expression(f"DB_DELETE({_key(name, 'since')})=")),
            do("Set", Expression(f"DB_DELETE({_key(name, 'by')})=")),
            do("Set", Expression(f"DB_DELETE({_key(name, 'own')})=")),
            told,
            do("Playback", _NOW_OPEN),
            again,
        ),
    )
    yield "hear", (*_announce(closure), do("NoOp", label="said"), again)
    yield (
        "record",
        (
            do("Set", Expression(f"BB_TAKE={STUDIO}/closure-{name}-${{EPOCH}}")),
            do("Gosub", studio.TAKE, "s", 1),
            do("GotoIf", Expression(f'$["${{GOSUB_RETVAL}}" != "{studio.KEPT}"]?{here},ask,1')),
            do("Set", Expression(f"DB({_key(name, 'own')})=${{BB_TAKE}}")),
            goto(here, "shut"),
        ),
    )
