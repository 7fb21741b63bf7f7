"""Boards at one frozen moment."""

from __future__ import annotations

from appliance.api import contract as c
from appliance.api.board import Board, BoardAgent, BoardQueue, Level
from appliance.api.wire import Empty
from appliance.site.models import Role
from tests.unit.tui.desk_world import reasons
from tests.unit.tui.world import NOW, World, live
from tests.unit.tui.world import world as everything

NAMES = {"en": ("Li Na", "Zhou Min", "Wang Lei", "Chen Hua"), "zh": ("李娜", "周敏", "王磊", "陈华")}
STATES = tuple(c.AgentState)
PLACES = ("talking", "ringing", "ready", "wrap-up", "paused", "unreachable", "signed-out")
MORE = {"en": ("Orders", "Complaints", "Outbound"), "zh": ("下单", "投诉", "回访")}
"""Queues, beside the two of `world.live`."""


def agents(language: str, count: int, calls: tuple[c.LiveCall, ...], *, helping: bool = True) -> tuple[BoardAgent, ...]:
    """So many, the first of whom asks for help."""
    labels = tuple(queue.label for queue in live(language).queues)
    made = []
    for n in range(count):
        asks = n == 0 and helping
        state = c.AgentState.TALKING if asks else STATES[(n + 2) % len(STATES)]
        busy = state is c.AgentState.PAUSED
        made.append(
            BoardAgent(
                agent=c.LiveAgent(
                    number=f"80{1 + n:02}",
                    name=NAMES[language][n % 4],
                    state=state,
                    since=None if state is c.AgentState.SIGNED_OUT else NOW - 42 - 61 * n,
                    phone=None if state is c.AgentState.SIGNED_OUT else f"80{1 + n:02}",
                    reason="lunch" if busy else None,
                ),
                queues=labels,
                call=calls[n % len(calls)].linkedid if calls and state is c.AgentState.TALKING else None,
                level=Level.ALARM if asks else Level.WARN if busy else Level.CALM,
                help_since=NOW - 14 if asks else None,
            )
        )
    return tuple(sorted(made, key=lambda here: (here.help_since is None, PLACES.index(here.agent.state))))


def board(language: str, count: int = 8, *, helping: bool = True) -> Board:
    """The floor with so many agents; the second queue warns and alarms."""
    here = live(language)
    levels = ((Level.CALM, Level.CALM, 0.862, 3), (Level.WARN, Level.ALARM, None, 0))
    return Board(
        linked=True,
        linked_since=NOW - 86400,
        as_of=NOW,
        queues=tuple(
            BoardQueue(
                queue=queue, waiting_level=waiting, longest_level=longest, in_service_level=in_time, abandoned=gone
            )
            for queue, (waiting, longest, in_time, gone) in zip(here.queues, levels, strict=True)
        ),
        agents=agents(language, count, here.calls, helping=helping),
        calls=here.calls,
        phone="8010",
    )


def rush(language: str) -> Board:
    """Thirty agents, thirty calls, five queues; one has talked for 21 minutes, and the supervisor hears the first."""
    whole = board(language, 30)
    more = tuple(
        BoardQueue(
            queue=whole.queues[0].queue.model_copy(update={"name": f"q{n}", "label": label, "waiting": n}),
            waiting_level=Level.CALM,
            longest_level=Level.CALM,
            in_service_level=0.9 + n / 100,
            abandoned=n,
        )
        for n, label in enumerate(MORE[language])
    )
    first, second, *rest = whole.agents
    long = second.agent.model_copy(update={"since": NOW - 1262})
    talks = second.model_copy(update={"agent": long, "level": Level.ALARM})
    return whole.model_copy(
        update={
            "queues": (*whole.queues, *more),
            "agents": (first, talks, *rest),
            "calls": live(language, 30).calls,
            "hears": first.agent.number,
        }
    )


def world(language: str = "en", state: str = "full", role: Role = Role.SUPERVISOR) -> World:
    """A branch whose person at the terminal supervises, by the board's state."""
    made = everything(language)
    made.role = role
    whole = board(language)
    made.board = {
        "full": whole,
        "one": board(language, 1, helping=False),
        "thirty": board(language, 30),
        "rush": rush(language),
        "empty": whole.model_copy(update={"agents": (), "queues": (), "calls": ()}),
        "stale": whole.model_copy(update={"as_of": NOW - 1.5}),
        "loading": None,
        "refused": None,
    }[state]
    if state == "refused":
        made.refuse = {"board/stream"}
    verbs = ("listen", "answer_help", "take_over", "disconnect", "ready", "busy", "sign_out")
    made.answers = {
        **made.answers,
        "desk/reasons": lambda _: reasons(language),
        **{f"board/{verb}": lambda _: Empty() for verb in verbs},
    }
    return made
