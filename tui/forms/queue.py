"""Callers who wait for one of several agents."""

from __future__ import annotations

from typing import Any

from appliance.site.models import Empty, Queue, Strategy, Survey
from tui.forms.fields import Field, Form, destination, named, one_of, switch, text, whole
from tui.i18n import N_


def read_members(said: str) -> list[dict[str, Any]]:
    """`8001 8002/2` as members with their levels; level 1 where none is written."""
    members = []
    for piece in said.replace(",", " ").split():
        agent, _slash, level = piece.partition("/")
        members.append({"agent": agent, "level": int(level) if level.isdigit() else level or 1})
    return members


def show_members(members: Any) -> str:
    """The way back: the level only where it is not 1."""
    pieces = []
    for member in members or ():
        agent, level = member["agent"], member["level"]
        pieces.append(agent if level == 1 else f"{agent}/{level}")
    return " ".join(pieces)


FORM = Form(
    "queue",
    "queues",
    Queue,
    "name",
    N_("Queues"),
    (
        text("name", help=N_("Small letters, digits, - and _; menus and numbers use it to send calls here.")),
        text("label", help=N_("What people read on screens and in reports.")),
        text("number", needed=False, help=N_("Internal number that phones dial to reach the queue; may be empty.")),
        one_of("strategy", values=tuple(Strategy), help=N_("Which free agent is rung next.")),
        Field(
            ("members",),
            N_("Agents with spaces between; /2 puts one on level 2, asked when level 1 is busy: 8001 8002 8003/2"),
            needed=False,
            show=show_members,
            read=read_members,
        ),
        whole("ring_timeout", unit="s", help=N_("How long each agent's phone rings before the next one is tried.")),
        whole("retry", unit="s", help=N_("Pause before the next agent is rung.")),
        whole("wrap_up", unit="s", help=N_("Rest after each call before the next one rings.")),
        whole("misses", help=N_("An agent who let so many calls in a row ring is made busy; 0: never.")),
        whole("max_wait", unit="s", help=N_("After this long the caller overflows.")),
        whole("max_length", help=N_("Callers who may wait at once; 0 for no limit.")),
        destination("overflow", needed=False, help=N_("Where callers go who waited too long or found the queue full.")),
        destination("full_goes_to", needed=False, help=N_("For a full queue, if it is somewhere else.")),
        one_of("empty", values=tuple(Empty), help=N_("When callers are not left waiting for agents.")),
        destination("empty_goes_to", needed=False, help=N_("Where they go then, if it is somewhere else.")),
        switch("announce_position", help=N_("Callers hear their place in the queue.")),
        switch("announce_wait", help=N_("They also hear how many minutes it is likely to take.")),
        whole("announce_every", unit="s", help=N_("How often they hear it.")),
        named(
            "message_to",
            collection="extensions",
            key="number",
            needed=False,
            help=N_("The mailbox for callers who press 2 while they wait; none: they cannot."),
        ),
        switch("callback", help=N_("Callers may press 3 to be called back instead of waiting.")),
        whole("keys_every", unit="s", help=N_("How often callers are told these keys.")),
        whole("last_agent", unit="s", help=N_("So long a caller rings only the agent of last time, if free; 0: not.")),
        whole("service_level", unit="s", help=N_("Calls answered within this time count as in time.")),
        whole("warn_waiting", help=N_("The supervisor's board turns yellow when so many wait; 0: never.")),
        whole("alarm_waiting", help=N_("The board turns red and sounds when so many wait; 0: never.")),
        whole("warn_longest", unit="s", help=N_("The board turns yellow when one waits so long; 0: never.")),
        whole("alarm_longest", unit="s", help=N_("The board turns red and sounds when one waits so long; 0: never.")),
        whole("warn_talking", unit="s", help=N_("An agent turns yellow on the board who talks so long; 0: never.")),
        whole("alarm_talking", unit="s", help=N_("An agent turns red, with a sound, who talks so long; 0: never.")),
        one_of(
            "survey",
            values=tuple(Survey),
            help=N_("Whether callers are asked for a mark from 1 to 5 when the agent has hung up."),
        ),
        named(
            "closure",
            collection="closures",
            key="name",
            needed=False,
            help=N_("What closes it for a while by phone code."),
        ),
        switch("record", help=N_("Calls of this queue are recorded, when recording is on for the site.")),
    ),
    ("label", "number", "members"),
)
