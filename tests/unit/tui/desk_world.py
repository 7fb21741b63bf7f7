"""Desks at one frozen moment."""

from __future__ import annotations

from typing import Any

from appliance.api import contract as c
from appliance.api.desk import BusyReason, BusyReasons, Desk, DeskCall
from appliance.api.wire import Empty
from appliance.site.models import Role
from tests.unit.tui.world import NOW, World, live
from tests.unit.tui.world import world as everything

REASONS = {"en": ("Break", "Lunch", "Training"), "zh": ("小休", "用餐", "培训")}
NAMES = {"en": "Li Na", "zh": "李娜"}


def reasons(language: str) -> BusyReasons:
    """Three of them."""
    labels = REASONS[language]
    return BusyReasons(
        reasons=tuple(
            BusyReason(name=name, label=label, key=str(at + 1), limit=limit)
            for at, (name, label, limit) in enumerate(
                zip(("break", "lunch", "training"), labels, (15, 60, None), strict=True)
            )
        )
    )


def desk(language: str, state: c.AgentState = c.AgentState.READY, **more: Any) -> Desk:
    """A desk in a state; the queues are those of `world.live`."""
    signed_in = state is not c.AgentState.SIGNED_OUT
    agent = c.LiveAgent(
        number="8003",
        name=NAMES[language],
        state=state,
        since=NOW - 42 if signed_in else None,
        phone="8003" if signed_in else None,
        reason=more.pop("reason", None),
    )
    here = live(language)
    return Desk(linked=True, linked_since=NOW - 86400, as_of=NOW, agent=agent, queues=here.queues, **more)


def call(*, ringing: bool) -> DeskCall:
    """A caller who came by the menu and waited."""
    up = c.LiveCall(
        linkedid="1795242000.1",
        direction=c.Direction.IN,
        caller="13805772046",
        called="96296",
        state=c.CallState.RINGING if ringing else c.CallState.TALKING,
        since=NOW - 31,
        state_since=NOW - 4,
        trunk="carrier",
        menu="main",
        queue="repair",
        agent="8003",
    )
    return DeskCall(call=up, ringing=ringing, since=NOW - 4)


def world(language: str = "en", state: str = "ready", role: Role = Role.AGENT) -> World:
    """A branch whose person at the terminal is agent 8003, in a state by its word."""
    desks = {
        "ready": lambda: desk(language),
        "ringing": lambda: desk(language, c.AgentState.RINGING, calls=(call(ringing=True),)),
        "talking": lambda: desk(language, c.AgentState.TALKING, calls=(call(ringing=False),), reason="lunch"),
        "wrap-up": lambda: desk(language, c.AgentState.WRAP_UP),
        "paused": lambda: desk(language, c.AgentState.PAUSED, reason="lunch"),
        "signed-out": lambda: desk(language, c.AgentState.SIGNED_OUT),
        "empty": lambda: desk(language).model_copy(update={"queues": ()}),
    }
    made = everything(language)
    made.role, made.desk = role, desks[state]()
    made.answers = {
        **made.answers,
        "desk/reasons": lambda _: reasons(language),
        **{f"desk/{verb}": lambda _: Empty() for verb in ("sign_in", "sign_out", "busy", "ready", "answer", "hang_up")},
    }
    return made
