"""What agents do with the call at their phone. Each order is Asterisk's to carry out, and is done when it shows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from appliance.api import desk
from appliance.api.desk import Dialled, Keys, ParkingPlace, PartyState, Whom
from appliance.api.server import Routes
from appliance.api.wire import Empty, Message
from appliance.core.customers import CustomerDesk
from appliance.core.desk import Desks
from appliance.core.dialling import Dialling
from appliance.site.exchange import CONSULTED, HELD, PARKING_PLACES, TRANSFER_CONTEXT, Code, Press
from appliance.site.problems import BranchboxError, Problem
from appliance.telephony.agents import RINGS
from appliance.telephony.ami import AmiLink
from appliance.telephony.amiwire import AmiRefused
from appliance.telephony.desk import legs_at
from appliance.telephony.live_state import Leg, LiveState
from appliance.telephony.parties import consulting, parties
from appliance.telephony.phone_makes import takes_calls_when_told

LIFTS = 2.0
"""Seconds that a phone has to take a call when it is told to."""
SHOWS = 4.0
"""Seconds after which what Asterisk was asked to do would show."""

NO_CALL = Problem(text="No call is at your phone.")
NOTHING_RINGS = Problem(text="Nothing rings at your phone.")
LIFT = Problem(text="Your phone does not answer by itself: lift the handset.")
NOBODY_THERE = Problem(text="You talk with nobody.")
NOBODY_HELD = Problem(text="Nobody is on hold.")
NO_CONSULTATION = Problem(text="You consult nobody. Call somebody first.")
CONSULTING = Problem(text="You consult somebody. End that first.")
UNCHANGED = Problem(text="The exchange has not done it: the call is as it was. Try again, or use the phone's own keys.")
NOT_REACHED = Problem(text="{number} was not reached. You are with the caller again.")
ALL_PARKED = Problem(text="All parking places are taken. Take a call back first, or send the caller to a number.")
NOBODY_PARKED = Problem(text="No call is parked in place {place} any more.")


M = TypeVar("M", bound=Message)


class DeskCalls:
    """Answers the calls' part of `desk/...`."""

    def __init__(self, desks: Desks, dialling: Dialling, link: AmiLink, customers: CustomerDesk) -> None:
        self._desks = desks
        self._dialling = dialling
        self._link = link
        self._customers = customers
        self._busy: dict[str, asyncio.Lock] = {}

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(desk.ANSWER, self._one_by_one(self._answer))
        routes.method(desk.HANG_UP, self._hang_up)
        routes.method(desk.HOLD, self._one_by_one(self._hold))
        routes.method(desk.RETRIEVE, self._one_by_one(self._retrieve))
        routes.method(desk.DIAL, self._one_by_one(self._dial))
        routes.method(desk.CALL, self._one_by_one(self._call))
        routes.method(desk.TRANSFER, self._one_by_one(self._transfer))
        routes.method(desk.CONSULT, self._one_by_one(self._consult))
        routes.method(desk.COMPLETE, self._one_by_one(self._complete))
        routes.method(desk.BACK, self._one_by_one(self._back))
        routes.method(desk.SWAP, self._one_by_one(self._swap))
        routes.method(desk.THREE_WAY, self._one_by_one(self._three_way))
        routes.method(desk.KEYS, self._one_by_one(self._keys))
        routes.method(desk.PARK, self._one_by_one(self._park))
        routes.method(desk.TAKE_BACK, self._one_by_one(self._take_back))

    def _one_by_one(self, order: Callable[[str, M], Awaitable[Empty]]) -> Callable[[str, M], Awaitable[Empty]]:
        """A key that is struck twice must not be pressed twice: the second sees what the first has done."""

        async def in_turn(login: str, takes: M) -> Empty:
            async with self._busy.setdefault(login, asyncio.Lock()):
                return await order(login, takes)

        return in_turn

    # --- with one call --------------------------------------------------------------------

    async def _answer(self, login: str, _: Empty) -> Empty:
        rings = next((leg for leg in legs_at(self._desks.phone(login), self._link.state) if leg.state in RINGS), None)
        if rings is None:
            raise BranchboxError(NOTHING_RINGS)
        contact = await self._read(rings, "CHANNEL(contact)")
        if not takes_calls_when_told(await self._read(rings, f"PJSIP_CONTACT({contact},user_agent)")):
            raise BranchboxError(LIFT)
        await self._link.act("PJSIPNotify", {"Channel": rings.name, "Variable": "Event=talk"})
        await self._shows(lambda state: _state_of(rings, state) not in RINGS, LIFT, LIFTS)
        if not _state_of(rings, self._link.state):
            raise BranchboxError(NOTHING_RINGS)
        return Empty()

    async def _read(self, leg: Leg, variable: str) -> str:
        """A variable or function of a channel; empty when it has none."""
        return (await self._link.act("Getvar", {"Channel": leg.name, "Variable": variable})).get("Value", "")

    async def _hang_up(self, login: str, _: Empty) -> Empty:
        mine = legs_at(self._desks.phone(login), self._link.state)
        newest = max(mine, key=lambda leg: leg.since, default=None)
        if newest is None:
            raise BranchboxError(NO_CALL)
        await self._link.act("Hangup", {"Channel": newest.name, "Cause": "16"})
        return Empty()

    async def _hold(self, login: str, _: Empty) -> Empty:
        mine = self._talking(login)
        self._no_consultation(mine)
        if all(other.music for other in _others(mine, self._link.state)):
            return Empty()
        await self._press(mine, Press.HOLD)
        await self._shows(lambda state: all(other.music for other in _others(mine, state)), UNCHANGED)
        return Empty()

    async def _retrieve(self, login: str, _: Empty) -> Empty:
        mine = self._talking(login)
        await self._release(mine)
        return Empty()

    async def _keys(self, login: str, wanted: Keys) -> Empty:
        mine = self._talking(login)
        for key in wanted.keys:
            # As if the phone had sent it: it goes through the bridge, whoever is there.
            await self._link.act("PlayDTMF", {"Channel": mine.name, "Digit": key, "Receive": "yes"})
        return Empty()

    async def _dial(self, login: str, wanted: Dialled) -> Empty:
        await self._dialling.call(login, self._desks.phone(login), wanted.number)
        return Empty()

    async def _call(self, login: str, whom: Whom) -> Empty:
        phone = self._desks.phone(login)
        await self._dialling.call_back(login, phone, await self._customers.number_of(whom))
        return Empty()

    async def _transfer(self, login: str, wanted: Dialled) -> Empty:
        mine = self._talking(login)
        await self._send(mine, self._dialling.transfers(mine.endpoint, wanted.number), wanted.number)
        return Empty()

    async def _park(self, login: str, _: Empty) -> Empty:
        if len(_parked(self._link.state)) >= PARKING_PLACES:
            raise BranchboxError(ALL_PARKED)
        await self._send(self._talking(login), TRANSFER_CONTEXT, Code.PARK)
        return Empty()

    async def _take_back(self, login: str, wanted: ParkingPlace) -> Empty:
        if wanted.place not in _parked(self._link.state):
            raise BranchboxError(NOBODY_PARKED.model_copy(update={"args": {"place": str(wanted.place)}}))
        await self._dialling.dial(login, self._desks.phone(login), f"{Code.TAKE_BACK}{wanted.place}")
        return Empty()

    # --- with two -------------------------------------------------------------------------

    async def _consult(self, login: str, wanted: Dialled) -> Empty:
        mine = self._talking(login)
        self._no_consultation(mine)
        self._dialling.transfers(mine.endpoint, wanted.number)
        if any(other.music for other in _others(mine, self._link.state)):
            await self._release(mine)
        before = {other.uniqueid for other in _others(mine, self._link.state)}
        await self._link.act("Setvar", {"Channel": mine.name, "Variable": CONSULTED, "Value": wanted.number})
        await self._press(mine, Press.CONSULT)
        await self._shows(
            lambda state: any(other.uniqueid not in before for other in _others(mine, state)),
            NOT_REACHED.model_copy(update={"args": {"number": wanted.number}}),
        )
        return Empty()

    async def _complete(self, login: str, _: Empty) -> Empty:
        mine = self._consultation(login)
        await self._press(mine, Press.COMPLETE)
        await self._shows(lambda state: mine.uniqueid not in state.where, UNCHANGED)
        return Empty()

    async def _back(self, login: str, _: Empty) -> Empty:
        mine = self._consultation(login)
        await self._press(mine, Press.BACK)
        await self._shows(lambda state: not _consults(mine, state), UNCHANGED)
        return Empty()

    async def _swap(self, login: str, _: Empty) -> Empty:
        mine = self._consultation(login)
        held = _held(mine, self._link.state)
        await self._press(mine, Press.SWAP)
        await self._shows(lambda state: _held(mine, state) != held, UNCHANGED)
        return Empty()

    async def _three_way(self, login: str, _: Empty) -> Empty:
        mine = self._consultation(login)
        await self._press(mine, Press.THREE_WAY)
        await self._shows(lambda state: not _held(mine, state), UNCHANGED)
        return Empty()

    # --- within ---------------------------------------------------------------------------

    def _talking(self, login: str) -> Leg:
        """The agent's channel of the call that goes on. Raises BranchboxError when none does."""
        mine = [leg for leg in legs_at(self._desks.phone(login), self._link.state) if leg.state not in RINGS]
        newest = max(mine, key=lambda leg: leg.since, default=None)
        if newest is None or not _others(newest, self._link.state):
            raise BranchboxError(NOBODY_THERE)
        return newest

    def _consultation(self, login: str) -> Leg:
        mine = self._talking(login)
        if not _consults(mine, self._link.state):
            raise BranchboxError(NO_CONSULTATION)
        return mine

    def _no_consultation(self, mine: Leg) -> None:
        if _consults(mine, self._link.state):
            raise BranchboxError(CONSULTING)

    async def _send(self, mine: Leg, context: str, number: str) -> None:
        """Have the other side go on there, without us."""
        self._no_consultation(mine)
        if any(other.music for other in _others(mine, self._link.state)):
            await self._release(mine)
        try:
            await self._link.act("BlindTransfer", {"Channel": mine.name, "Context": context, "Exten": number})
        except AmiRefused as refused:
            raise BranchboxError(UNCHANGED.model_copy(update={"original": str(refused)})) from refused
        await self._shows(lambda state: mine.uniqueid not in state.where, UNCHANGED)

    async def _press(self, mine: Leg, code: Press) -> None:
        for key in code:
            await self._link.act("PlayDTMF", {"Channel": mine.name, "Digit": key, "Receive": "yes"})

    async def _release(self, mine: Leg) -> None:
        held = [other for other in _others(mine, self._link.state) if other.music]
        if not held:
            raise BranchboxError(NOBODY_HELD)
        for other in held:
            await self._link.act("Setvar", {"Channel": other.name, "Variable": HELD, "Value": ""})
        await self._shows(lambda state: not any(other.music for other in _others(mine, state)), UNCHANGED)

    async def _shows(self, done: Callable[[LiveState], bool], otherwise: Problem, seconds: float = SHOWS) -> None:
        """Wait until Asterisk says so. Raises BranchboxError with `otherwise` when it does not."""
        until = time.monotonic() + seconds
        while not done(self._link.state):
            left = until - time.monotonic()
            if left <= 0:
                raise BranchboxError(otherwise)
            await self._link.changed(left)
        await asyncio.sleep(0)


def _parked(state: LiveState) -> set[int]:
    """The places that are taken."""
    return {leg.parked for call in state.calls.values() for leg in call.legs.values() if leg.parked}


def _state_of(leg: Leg, state: LiveState) -> str:
    """The channel's state now; empty when it is gone."""
    call = state.calls.get(state.where.get(leg.uniqueid, ""))
    return call.legs[leg.uniqueid].state if call else ""


def _legs(mine: Leg, state: LiveState) -> Iterable[Leg]:
    call = state.calls.get(state.where.get(mine.uniqueid, ""))
    return call.legs.values() if call else ()


def _others(mine: Leg, state: LiveState) -> list[Leg]:
    """The other phones and lines of a call."""
    return [leg for leg in _legs(mine, state) if leg.is_device and leg.uniqueid != mine.uniqueid]


def _consults(mine: Leg, state: LiveState) -> bool:
    return consulting(parties(_now(mine, state), _legs(mine, state)))


def _held(mine: Leg, state: LiveState) -> frozenset[str]:
    now = _now(mine, state)
    others = parties(now, _legs(mine, state))
    return frozenset(party.number for party in others if party.state is PartyState.ON_HOLD)


def _now(mine: Leg, state: LiveState) -> Leg:
    return next((leg for leg in _legs(mine, state) if leg.uniqueid == mine.uniqueid), mine)
