"""Desks at one frozen moment."""

from __future__ import annotations

from typing import Any

from appliance.api import contract as c
from appliance.api import desk as api
from appliance.api.customers import Customer, CustomerFacts, DeskSetting, KnownCaller, Note
from appliance.api.desk import BusyReason, BusyReasons, Desk, DeskCall, HelpAsked, MyToday, Party, PartyState, Recorded
from appliance.api.recordings import Recorded as OnRecord
from appliance.api.wire import Empty, Method
from appliance.site.models import Grade, Role
from appliance.telephony.parties import consulting
from tests.unit.tui.world import NOW, World, history, live
from tests.unit.tui.world import world as everything

CALLER = "13805772046"
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
    today = MyToday(calls=31, talk=178.0, wrap_up=22.0, ready=15000.0 if signed_in else None)
    return Desk(linked=True, linked_since=NOW - 86400, as_of=NOW, agent=agent, queues=here.queues, today=today, **more)


def wang(language: str) -> KnownCaller:
    """A gold customer who has called before."""
    name, address = {
        "en": ("Wang Jianguo", "Lucheng district, Xueyuan Rd 12-3-401"),
        "zh": ("王建国", "鹿城区学院路12号3幢401室"),
    }[language]
    facts = CustomerFacts(name=name, address=address, grade="gold", tags=("arrears",), since="2019")
    return KnownCaller(customer=Customer(id=7, version=1, facts=facts, changed=NOW - 9000), calls=history(3))


def call(*, ringing: bool, known: tuple[KnownCaller, ...] | None = ()) -> DeskCall:
    """A caller who came by the menu and waited."""
    up = c.LiveCall(
        linkedid="1795242000.1",
        direction=c.Direction.IN,
        caller=CALLER,
        called="96296",
        state=c.CallState.RINGING if ringing else c.CallState.TALKING,
        since=NOW - 31,
        state_since=NOW - 4,
        trunk="carrier",
        menu="main",
        queue="repair",
        agent="8003",
    )
    talks = () if ringing else (Party(number=CALLER, state=PartyState.TALKING, since=NOW - 4),)
    return DeskCall(call=up, ringing=ringing, since=NOW - 4, known=known, parties=talks, survey=not ringing)


def parked(place: int, by: str) -> c.LiveCall:
    """A caller who waits to be taken back."""
    of = call(ringing=False).call
    return of.model_copy(
        update={
            "linkedid": f"1795242000.{place}",
            "caller": f"1380577204{place}",
            "state": c.CallState.PARKED,
            "state_since": NOW - 17 * place,
            "parked": c.Parked(place=place, by=by),
        }
    )


def recorded(language: str, how: Recorded) -> DeskCall:
    """A talk whose recording stands so."""
    return call(ringing=False, known=(wang(language),)).model_copy(update={"recorded": how})


def in_call(language: str, *others: tuple[str, str]) -> DeskCall:
    """A call with these others in these states."""
    parties = tuple(
        Party(number=number, state=PartyState(state), since=NOW - 4 + place)
        for place, (number, state) in enumerate(others)
    )
    return call(ringing=False, known=(wang(language),)).model_copy(
        update={"parties": parties, "consulting": consulting(parties)}
    )


def world(language: str = "en", state: str = "ready", role: Role = Role.AGENT) -> World:
    """A branch whose person at the terminal is agent 8003, in a state by its word."""
    desks = {
        "ready": lambda: desk(language),
        "ringing": lambda: desk(language, c.AgentState.RINGING, calls=(call(ringing=True, known=(wang(language),)),)),
        "unknown": lambda: desk(language, c.AgentState.RINGING, calls=(call(ringing=True),)),
        "talking": lambda: desk(
            language, c.AgentState.TALKING, calls=(call(ringing=False, known=(wang(language),)),), reason="lunch"
        ),
        "held": lambda: desk(language, c.AgentState.TALKING, calls=(in_call(language, (CALLER, "on-hold")),)),
        "consulting": lambda: desk(
            language, c.AgentState.TALKING, calls=(in_call(language, (CALLER, "on-hold"), ("8005", "ringing")),)
        ),
        "three": lambda: desk(
            language, c.AgentState.TALKING, calls=(in_call(language, (CALLER, "talking"), ("8005", "talking")),)
        ),
        "parked": lambda: desk(language, parked=(parked(2, "8001"),)),
        "parked-many": lambda: desk(language, parked=tuple(parked(place, "8001") for place in range(1, 10))),
        "asked": lambda: desk(
            language, c.AgentState.TALKING, calls=(call(ringing=False),), help=HelpAsked(since=NOW - 14)
        ),
        "helped": lambda: desk(
            language,
            c.AgentState.TALKING,
            calls=(call(ringing=False),),
            help=HelpAsked(since=NOW - 14, by={"en": "Zhou Min", "zh": "周敏"}[language]),
        ),
        "recorded": lambda: desk(language, c.AgentState.TALKING, calls=(recorded(language, Recorded.ON),)),
        "recording-paused": lambda: desk(language, c.AgentState.TALKING, calls=(recorded(language, Recorded.PAUSED),)),
        "wrap-up": lambda: desk(language, c.AgentState.WRAP_UP),
        "paused": lambda: desk(language, c.AgentState.PAUSED, reason="lunch"),
        "signed-out": lambda: desk(language, c.AgentState.SIGNED_OUT),
        "empty": lambda: desk(language).model_copy(update={"queues": ()}),
        "gave-up": lambda: desk(language, gave_up=2),
    }
    made = everything(language)
    made.role, made.desk = role, desks[state]()
    made.answers = {
        **made.answers,
        "customers/setting": lambda _: DeskSetting(
            grades=(Grade(name="gold", label={"en": "Gold", "zh": "金卡"}[language], priority=10),),
            tags=(),
            masked=False,
        ),
        "recordings/start": lambda _: OnRecord(linkedid="1795242000.1", recording=True, paused=False),
        "recordings/pause": lambda _: OnRecord(linkedid="1795242000.1", recording=True, paused=True),
        "recordings/resume": lambda _: OnRecord(linkedid="1795242000.1", recording=True, paused=False),
        **{method.name: lambda _: Empty() for method in vars(api).values() if isinstance(method, Method)},
        "desk/reasons": lambda _: reasons(language),
        "customers/note": lambda takes: Note(at=NOW, by="lina", text=takes.text),
    }
    return made
