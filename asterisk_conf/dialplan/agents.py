"""Agents sign in and out, are busy and ready again: by phone codes, and by core's orders through the same steps.

Who sits where and who is busy stands in AstDB and in the queues' members, which Asterisk keeps over a restart of itself
(persistentmembers, main/db.c); see `appliance.site.exchange` for the families.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import (
    AGENT_AT,
    AT_PHONE,
    BUSY,
    LAST_AGENT_QUEUE,
    MISSED,
    ORDER_DONE,
    ORDERS_CONTEXT,
    WRAPPING,
    Code,
    Mark,
)
from appliance.site.models import Agent, SiteDocument
from asterisk_conf.dialplan import pins, places
from asterisk_conf.dialplan.steps import Expression, Step, context, do, goto, mark
from asterisk_conf.pjsip import AGENT_VARIABLE
from asterisk_conf.syntax import Section

_HERE = "${CHANNEL(endpoint)}"

PROMPT_SIGNED_IN = "branchbox/signed-in"
PROMPT_SIGNED_OUT = "branchbox/signed-out"
PROMPT_BUSY = "branchbox/agent-busy"
PROMPT_READY = "branchbox/agent-ready"
PROMPT_NO_AGENT = "branchbox/no-agent"


def contexts(document: SiteDocument) -> Iterator[Section]:
    """What the codes do, what they have in common with core's orders, and the orders."""
    agents = tuple(agent for agent in document.agents if agent.signs_in)
    yield context(places.AGENTS, dict(_subroutines(agents, document)))
    yield context(places.STATE, {"busy": _busy(), "ready": _ready()})
    yield context(places.SIGN_IN, dict(_sign_in(agents)))
    yield context(places.SIGN_OUT, {"s": _sign_out()})
    yield context(
        places.BUSY_CODE,
        {
            **{
                reason.key: _be("busy", Expression(f"{_HERE},{reason.name}"), PROMPT_BUSY)
                for reason in document.reasons
            },
            "_[0-9*#]!": (goto(places.REFUSED),),
        },
    )
    yield context(places.READY_CODE, {"s": _be("ready", Expression(_HERE), PROMPT_READY)})
    yield context(ORDERS_CONTEXT, dict(_orders(agents, document)))


def codes(document: SiteDocument) -> dict[str, tuple[Step, ...]]:
    """What phones dial; nothing where nobody is an agent."""
    if not document.agents:
        return {}
    dialled: dict[str, tuple[Step, ...]] = {
        Code.BUSY + reason.key: _code(goto(places.BUSY_CODE, reason.key)) for reason in document.reasons
    }
    dialled[Code.READY] = _code(goto(places.READY_CODE))
    if any(agent.signs_in for agent in document.agents):
        dialled[Code.SIGN_IN] = _code(goto(places.SIGN_IN, places.OWN))
        dialled[f"_{Code.SIGN_IN}X!"] = _code(do("Goto", places.SIGN_IN, Expression("${EXTEN:3}"), 1))
        dialled[Code.SIGN_OUT] = _code(goto(places.SIGN_OUT))
    return dialled


def _code(way: Step) -> tuple[Step, ...]:
    return mark(Mark.CODE, Expression("${EXTEN:0:3}")), way


def _subroutines(agents: tuple[Agent, ...], document: SiteDocument) -> Iterator[tuple[str, tuple[Step, ...]]]:
    for agent in agents:
        levels = {
            queue.name: member.level
            for queue in document.queues
            for member in queue.members
            if member.agent == agent.number
        }
        if any(queue.last_agent and queue.name in levels for queue in document.queues):
            levels[f"{LAST_AGENT_QUEUE}{agent.number}"] = 1
        yield f"in-{agent.number}", _in(agent.number, levels)
        yield f"out-{agent.number}", _out(agent.number, tuple(levels))
        if agent.pin is not None:
            yield pins.extension(agent.number, agent.pin, f"agent {agent.number}")


def _in(agent: str, levels: dict[str, int]) -> tuple[Step, ...]:
    """An agent is at one phone, and a phone has one agent: whoever was there before is signed out."""
    other = f"out-${{DB({AGENT_AT}/${{ARG1}})}}"
    elsewhere = f'$["${{DB({AT_PHONE}/{agent})}}" != "${{ARG1}}"]'
    busy = f"{BUSY}/${{ARG1}}"
    return (
        do(
            "GosubIf",
            Expression(f"$[{elsewhere} & ${{DIALPLAN_EXISTS({places.AGENTS},{other},1)}}]?{places.AGENTS},{other},1"),
        ),
        do("GosubIf", Expression(f"{elsewhere}?{places.AGENTS},out-{agent},1")),
        *(
            do("AddQueueMember", queue, Expression("PJSIP/${ARG1}"), level - 1, "", agent, Expression("PJSIP/${ARG1}"))
            for queue, level in levels.items()
        ),
        do("Set", Expression(f"DB({AT_PHONE}/{agent})=${{ARG1}}")),
        do("Set", Expression(f"DB({AGENT_AT}/${{ARG1}})={agent}")),
        # A queue that is new to an agent who is busy knows nothing of it.
        do("GosubIf", Expression(f"${{DB_EXISTS({busy})}}?{places.STATE},busy,1(${{ARG1}},${{DB({busy})}})")),
        do("Return"),
    )


def _out(agent: str, queues: tuple[str, ...]) -> tuple[Step, ...]:
    return (
        do("Set", Expression(f"LOCAL(at)=${{DB({AT_PHONE}/{agent})}}")),
        do("GotoIf", Expression('$["${at}" = ""]?done')),
        *(do("RemoveQueueMember", queue, Expression("PJSIP/${at}")) for queue in queues),
        do("Set", Expression(f"DB_DELETE({AT_PHONE}/{agent})=")),
        *(do("Set", Expression(f"DB_DELETE({family}/${{at}})=")) for family in (AGENT_AT, BUSY, WRAPPING)),
        do("Return", label="done"),
    )


def _busy() -> tuple[Step, ...]:
    return (
        do("Set", Expression(f"DB({BUSY}/${{ARG1}})=${{ARG2}}")),
        do("Set", Expression(f"DB_DELETE({WRAPPING}/${{ARG1}})=")),
        do("PauseQueueMember", "", Expression("PJSIP/${ARG1}"), "", Expression("${ARG2}")),
        do("Return"),
    )


def _ready() -> tuple[Step, ...]:
    return (
        *(do("Set", Expression(f"DB_DELETE({family}/${{ARG1}})=")) for family in (BUSY, WRAPPING)),
        do("UnpauseQueueMember", "", Expression("PJSIP/${ARG1}")),
        do("Return"),
    )


def _sign_in(agents: tuple[Agent, ...]) -> Iterator[tuple[str, tuple[Step, ...]]]:
    def done(who: str) -> tuple[Step, ...]:
        return (
            do("Gosub", places.AGENTS, Expression(f"in-{who}"), Expression(f"1({_HERE})")),
            do("Playback", PROMPT_SIGNED_IN),
            do("Hangup"),
        )

    own = f"${{{AGENT_VARIABLE}}}"
    yield (
        places.OWN,
        (
            do("Answer"),
            do("GotoIf", Expression(f"${{DIALPLAN_EXISTS({places.AGENTS},in-{own},1)}}?known")),
            do("Playback", PROMPT_NO_AGENT),
            do("Hangup"),
            do("NoOp", label="known"),
            *done(own),
        ),
    )
    for agent in agents:
        unknown = (do("Playback", PROMPT_NO_AGENT), do("Hangup"), do("NoOp", label="known"))
        yield (
            agent.number,
            (
                do("Answer"),
                # At its own phone an agent is known; elsewhere by the PIN.
                do("GotoIf", Expression(f'$["{own}" = "{agent.number}"]?known')),
                *(pins.ask(places.AGENTS, agent.number) if agent.pin is not None else unknown),
                *done(agent.number),
            ),
        )
    yield "_[0-9]!", (do("Answer"), do("Playback", PROMPT_NO_AGENT), do("Hangup"))


def _sign_out() -> tuple[Step, ...]:
    who = f"${{DB({AGENT_AT}/{_HERE})}}"
    return (
        do("Answer"),
        do("GosubIf", Expression(f"${{DIALPLAN_EXISTS({places.AGENTS},out-{who},1)}}?{places.AGENTS},out-{who},1")),
        do("Playback", PROMPT_SIGNED_OUT),
        do("Hangup"),
    )


def _be(state: str, arguments: Expression, prompt: str) -> tuple[Step, ...]:
    return (
        do("Answer"),
        do("Gosub", places.STATE, state, Expression(f"1({arguments.text})")),
        do("Playback", prompt),
        do("Hangup"),
    )


def _orders(agents: tuple[Agent, ...], document: SiteDocument) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """By variables of the Local channel: BB_PHONE where, BB_ORDER what it is called in the answer."""

    def order(*subroutine: str) -> tuple[Step, ...]:
        return (
            do("Gosub", Expression(",".join(subroutine))),
            do("UserEvent", ORDER_DONE, Expression("Order: ${BB_ORDER}")),
            do("Hangup"),
        )

    for agent in agents:
        yield f"in-{agent.number}", order(places.AGENTS, f"in-{agent.number}", "1(${BB_PHONE})")
        yield f"out-{agent.number}", order(places.AGENTS, f"out-{agent.number}", "1")
    for reason in (*(reason.name for reason in document.reasons), MISSED):
        yield f"busy-{reason}", order(places.STATE, "busy", f"1(${{BB_PHONE}},{reason})")
    yield "ready", order(places.STATE, "ready", "1(${BB_PHONE})")
    yield "longer", order(places.WRAP_UP, places.LONGER, "1(,${BB_PHONE})")
