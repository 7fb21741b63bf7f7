"""How calls leave: the route that a number takes, its ways one after the other, emergency calls by every trunk.

A way that does not take the call (congestion, no circuit, nobody there) is followed by the next; what the called party
says (busy, no answer, rejected, no such number) is the end. Ways known to be dead, and those that failed some times in
a row, are passed over, and tried all the same when nothing else took the call. Decision 0029.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from appliance.site import trunks as names
from appliance.site.exchange import ASIDE, FAILED_WAYS, LEG_WATCH_CONTEXT, Mark
from appliance.site.line_test import DRILL_WITHOUT
from appliance.site.models import CallRoute, DrillKind, NumberClass, SiteDocument, Way
from asterisk_conf.dialplan import callback, hours, places, trunks
from asterisk_conf.dialplan.numbers import CLASS, classify
from asterisk_conf.dialplan.steps import Expression, Step, context, do, mark
from asterisk_conf.syntax import Section

_OF_NUMBER, _OF_CLASS = "route-of-number", "route-of-class"
"""Subroutines that return a route's name, or nothing."""
_WAY = "way"
"""Subroutine: one try on a trunk, its extension."""
_LEG, _ANSWERED = "leg", "leg-answered"
"""Subroutines on the trunk's channel: before it calls, and once it is answered."""
_EMERGENCY = "emergency"
_LEFT = "BB_LEFT"
"""Channel variable: `more` once a way was passed over, which can be tried in the end."""

NEXT, OVER, SKIPPED = "next", "over", "skipped"
"""What a way returns: did not take it; somebody did, or said no; was not asked."""

NO_OPTIONS = Expression("")

FINAL_CAUSES = (1, 21, 22, 28)
"""Hangup causes (ITU-T Q.850) that another way would say too: no such number, rejected, changed, incomplete. Busy (17)
and no answer (19) have a DIALSTATUS of their own."""
NO_CIRCUIT = 34
"""The cause of an E1 or analogue line that is only full: it has not failed. Of SIP it says nothing: Asterisk makes 34
of every 503 (res_pjsip.c, `ast_sip_hangup_sip2cause`), of a carrier that is broken as of one that is full."""
FAILURES = 3
"""In a row, after which a trunk is set aside."""
ASIDE_SECONDS = 120
ANSWERS_WITHIN = 2
"""Seconds in which a carrier has said anything to a call; else it is taken back while there is another way.
PJSIP itself would wait 64 times T1 (RFC 3261, timer B)."""


def contexts(document: SiteDocument) -> Iterator[Section]:
    """Which route, the routes, the trunks as ways, and the words when none took the call."""
    yield context(places.CALL_OUT, {"_X!": tuple(_call_out())})
    yield context(_OF_NUMBER, dict(_by_number(document)))
    yield context(_OF_CLASS, dict(_by_class(document)))
    known = frozenset(names.names(document))
    for route in document.routes:
        ways = tuple(way for way in route.ways if way.trunk in known)
        yield context(places.route(route.name), {"_X!": tuple(_tries(ways))}, of=f"route {route.name}")
    yield context(_EMERGENCY, {"_X!": tuple(_tries(emergency_ways(document)))})
    yield context(_WAY, {trunk: tuple(_try(document, trunk)) for trunk in known_in_order(document)})
    yield context(_LEG, {"made": tuple(_made())})
    yield context(_ANSWERED, {"s": tuple(_answered(document))})
    yield context(LEG_WATCH_CONTEXT, {"_[a-z]!": tuple(_watch())})
    yield _no_line()


def call(number: str, options: Expression = NO_OPTIONS) -> tuple[Step, Step]:
    """Call a number (an expression) by its route. What comes after it has not been answered; when no line took the
    call, the channel goes to hear that."""
    return (
        do("Gosub", places.CALL_OUT, Expression(f"{number},1({options.text},{places.OUTSIDE_RING_SECONDS})")),
        do("GotoIf", Expression(f'$["${{GOSUB_RETVAL}}" != "{OVER}"]?{places.NO_LINE},s,1')),
    )


def try_all(number: str) -> Step:
    """The same for who goes elsewhere when no line took it."""
    return do("Gosub", places.CALL_OUT, Expression(f"{number},1(,{places.OUTSIDE_RING_SECONDS})"))


def known_in_order(document: SiteDocument) -> tuple[str, ...]:
    """Each trunk once."""
    return tuple(dict.fromkeys(names.names(document)))


def emergency_ways(document: SiteDocument) -> tuple[Way, ...]:
    """Those of routes for emergency numbers first, then every other trunk, with the number as it is."""
    known = known_in_order(document)
    chosen = {
        way.trunk: way
        for route in reversed(document.routes)
        if NumberClass.EMERGENCY in route.classes
        for way in reversed(route.ways)
        if way.trunk in known
    }
    first = tuple(reversed(chosen.values()))
    return (*first, *(Way(trunk=trunk) for trunk in known if trunk not in chosen))


def _call_out() -> Iterator[Step]:
    """ARG1 are Dial's options, ARG2 the seconds it may ring."""
    yield from classify()
    yield do("GotoIf", Expression(f'$["${{{CLASS}}}" = "{NumberClass.EMERGENCY}"]?emergency'))
    yield do("Gosub", _OF_NUMBER, Expression("${EXTEN}"), 1)
    yield do("GotoIf", Expression('$["${GOSUB_RETVAL}" = ""]?none'))
    yield do("Gosub", Expression(f"{places.route('')}${{GOSUB_RETVAL}},${{EXTEN}},1(${{ARG1}},${{ARG2}})"))
    yield do("Return", Expression("${GOSUB_RETVAL}"), label="none")
    # What kept others waiting does not keep these: no permission, no cap, no hours.
    yield do("Gosub", _EMERGENCY, Expression("${EXTEN},1(${ARG1},${ARG2})"), label="emergency")
    yield do("Return", Expression("${GOSUB_RETVAL}"))


def _by_number(document: SiteDocument) -> Iterator[tuple[str, tuple[Step, ...]]]:
    of: dict[str, list[CallRoute]] = {}
    for route in document.routes:
        for pattern in dict.fromkeys(route.patterns):
            of.setdefault(pattern, []).append(route)
    by_class = do("Goto", _OF_CLASS, Expression(f"${{{CLASS}}}"), 1)
    for pattern, routes in of.items():
        yield f"_{pattern}", (*_first_open(routes), by_class)
    yield "_[0-9*#+]!", (by_class,)


def _by_class(document: SiteDocument) -> Iterator[tuple[str, tuple[Step, ...]]]:
    for kind in NumberClass:
        routes = [route for route in document.routes if kind in route.classes]
        yield str(kind), (*_first_open(routes), do("Return"))


def _first_open(routes: Iterable[CallRoute]) -> Iterator[Step]:
    for place, route in enumerate(routes):
        if route.hours is None:
            yield do("Return", route.name)
            return
        yield from hours.unless_open(route.hours, f"closed-{place}")
        yield do("Return", route.name)
        yield do("NoOp", label=f"closed-{place}")


def _tries(ways: tuple[Way, ...]) -> Iterator[Step]:
    """Each way once, then once more those that were passed over."""
    yield do("Set", Expression(f"{_LEFT}="))
    for insist in (False, True):
        for place, way in enumerate(ways):
            number = f"{way.prepend}${{EXTEN:{way.strip}}}" if way.strip else f"{way.prepend}${{EXTEN}}"
            more = "more" if place < len(ways) - 1 else "" if insist else f"${{{_LEFT}}}"
            if insist:
                yield do("GotoIf", Expression(f'$["${{way{place}}}" != "{SKIPPED}"]?after-{place}'))
            yield do(
                "Gosub",
                _WAY,
                way.trunk,
                Expression(f"1({number},${{ARG1}},${{ARG2}},{'insist' if insist else ''},{more})"),
            )
            yield do("GotoIf", Expression(f'$["${{GOSUB_RETVAL}}" = "{OVER}"]?over'))
            if insist:
                yield do("NoOp", label=f"after-{place}")
            else:
                yield do("Set", Expression(f"LOCAL(way{place})=${{GOSUB_RETVAL}}"))
    yield do("Return", NEXT)
    yield do("Return", OVER, label="over")


def _try(document: SiteDocument, trunk: str) -> Iterator[Step]:
    """ARG1 number, ARG2 Dial's options, ARG3 seconds, ARG4 whether to insist, ARG5 whether other ways are left."""
    failed, aside = f"{FAILED_WAYS}/{trunk}", f"{ASIDE}/{trunk}"
    # A card knows at once whether anybody is there: only SIP has to be watched.
    watched = "" if trunks.by_card(document, trunk) is not None else "${ARG5}"
    own = trunks.dial_options(document, trunk)
    options = f"${{ARG2}}{own}b({_LEG}^made^1({trunk}^{watched}))U({_ANSWERED})"

    def dial(by: str, label: str = "") -> Step:
        return do("Dial", Expression(f"{by},${{ARG3}},{options}"), label=label)

    lost = any(drill.kind is DrillKind.FALL_BACK and drill.trunk == trunk for drill in document.drills)
    if lost:
        yield do("GotoIf", Expression(f'$["${{{DRILL_WITHOUT}}}" = "{trunk}"]?lost'))
    yield do("GotoIf", Expression('$["${ARG4}" = "insist"]?insist'))
    dead = trunks.is_dead(document, trunk)
    if dead is not None:
        yield do("GotoIf", Expression(f"{dead}?dead"))
    yield do("GotoIf", Expression(f"$[0${{DB({aside})}} > ${{EPOCH}}]?aside"))
    yield dial(trunks.dial_string(document, trunk, "${ARG1}"))
    yield do("Goto", "came")
    yield dial(trunks.insisting(document, trunk, "${ARG1}"), "insist")
    yield do(
        "GotoIf",
        Expression('$["${DIALSTATUS}" != "CHANUNAVAIL" & "${DIALSTATUS}" != "CONGESTION"]?over'),
        label="came",
    )
    final = " | ".join(f"0${{HANGUPCAUSE}} = {cause}" for cause in FINAL_CAUSES)
    yield do("GotoIf", Expression(f"$[{final}]?over"))
    yield mark(Mark.PASSED_BY, Expression(f"{trunk}/${{HANGUPCAUSE}}"))
    if trunks.by_card(document, trunk) is not None:
        yield do("GotoIf", Expression(f"$[0${{HANGUPCAUSE}} = {NO_CIRCUIT}]?next"))
    yield do("Set", Expression(f"DB({failed})=$[0${{DB({failed})}} + 1]"))
    yield do("GotoIf", Expression(f"$[${{DB({failed})}} < {FAILURES}]?next"))
    yield do("Set", Expression(f"DB({aside})=$[${{EPOCH}} + {ASIDE_SECONDS}]"))
    yield do("Return", NEXT, label="next")
    yield do("Set", Expression(f"DB_DELETE({failed})="), label="over")
    yield do("Return", OVER)
    for why, label in ((("unreachable", "dead"),) if dead is not None else ()) + (("aside", "aside"),):
        yield mark(Mark.PASSED_BY, f"{trunk}/{why}", label=label)
        yield do("Set", Expression(f"{_LEFT}=more"))
        yield do("Return", SKIPPED)
    if lost:
        yield do("Return", NEXT, label="lost")


def _made() -> Iterator[Step]:
    """ARG1 the trunk; ARG2 says whether to look after a while if the other end is there at all."""
    yield do("Set", Expression("BB_TRUNK=${ARG1}"))
    yield do("GotoIf", Expression('$["${ARG2}" = ""]?done'))
    yield do("Set", Expression("BB_LEG=${CHANNEL(name)}"))
    yield do(
        "Originate",
        Expression(f"Local/${{BB_LEG:{len('PJSIP/')}}}@{LEG_WATCH_CONTEXT}/n"),
        "app",
        "NoOp",
        "",
        "",
        ANSWERS_WITHIN * 2,
        "a",
    )
    yield do("Return", label="done")


def _watch() -> Iterator[Step]:
    """The extension is the channel's name behind `PJSIP/`. Every SIP response, 100 too, leaves a cause on it
    (chan_pjsip.c, `chan_pjsip_incoming_response_update_cause`)."""
    yield do("Wait", ANSWERS_WITHIN)
    yield do("GotoIf", Expression('$["${IMPORT(PJSIP/${EXTEN},HANGUPCAUSE_KEYS())}" != ""]?done'))
    yield do("SoftHangup", Expression("PJSIP/${EXTEN}"))
    yield do("Hangup", label="done")


def _answered(document: SiteDocument) -> Iterator[Step]:
    yield do("Set", Expression(f"DB_DELETE({FAILED_WAYS}/${{BB_TRUNK}})="))
    if callback.offered(document):
        reached = f"{callback.REACHED},s,1(${{{callback.REACHES}}})"
        yield do("GosubIf", Expression(f'$["${{{callback.REACHES}}}" != ""]?{reached}'))
    yield do("Return")


def _no_line() -> Section:
    return context(
        places.NO_LINE,
        {
            "s": (
                do("Progress"),
                do("Playback", places.PROMPT_NO_LINE, "noanswer"),
                do("GotoIf", Expression("$[0${HANGUPCAUSE} > 0]?known")),
                do("Hangup", NO_CIRCUIT),
                do("Hangup", Expression("${HANGUPCAUSE}"), label="known"),
            )
        },
    )
