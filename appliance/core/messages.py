"""The message desk: what callers left, heard on a phone, taken, called back, done.

Core reads Asterisk's spool; only Asterisk writes there, so a message is removed by Asterisk.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from appliance.api import messages as page
from appliance.api.messages import Done, LeftMessage, MessageKey, Messages, OnPhone, Take
from appliance.api.recordings import Playing
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.customers import CustomerDesk
from appliance.core.dialling import Dialling
from appliance.core.in_force import InForce
from appliance.core.listening import Listening
from appliance.core.people import People
from appliance.core.store import Store
from appliance.site.models import Role, SiteDocument
from appliance.site.problems import BranchboxError, Problem
from appliance.site.rules.references import destinations
from appliance.site.types import Kind
from appliance.store import messages
from appliance.store.messages import Care
from appliance.telephony import mailboxes
from appliance.telephony.ami import AmiLink
from appliance.telephony.mailboxes import Stored


class MessageDesk:
    """Answers the page on messages."""

    def __init__(
        self,
        *,
        store: Store,
        in_force: InForce,
        people: People,
        link: AmiLink,
        listening: Listening,
        dialling: Dialling,
        customers: CustomerDesk,
        voicemail: Path,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._in_force = in_force
        self._people = people
        self._link = link
        self._listening = listening
        self._dialling = dialling
        self._customers = customers
        self._voicemail = voicemail
        self._clock = clock

    def add_to(self, routes: Routes) -> None:
        """Answer this page's methods."""
        routes.method(page.LIST, self._list)
        routes.method(page.PLAY, self._play)
        routes.method(page.CALL_BACK, self._call_back)
        routes.method(page.TAKE, self._take)
        routes.method(page.DONE, self._done)
        routes.method(page.REMOVE, self._remove)

    async def _list(self, login: str, _: Empty) -> Messages:
        boxes = self._boxes(login)
        care = await self._store.run(messages.care)
        found = [
            await self._told(one, boxes[one.mailbox], care.get(one.id, Care())) for one in await self._stored(boxes)
        ]
        found.sort(key=lambda one: (one.done is not None, -one.left))
        return Messages(messages=tuple(found))

    async def _told(self, one: Stored, queues: tuple[str, ...], care: Care) -> LeftMessage:
        known = (await self._customers.known_callers(one.caller)).callers if one.caller else ()
        return LeftMessage(
            id=one.id,
            mailbox=one.mailbox,
            queues=queues,
            caller=one.caller,
            customer=known[0].customer.facts.name if known else "",
            left=one.left,
            length=one.length,
            **asdict(care),
        )

    async def _play(self, login: str, wish: OnPhone) -> Playing:
        one = await self._one(login, wish)
        playing = await self._listening.ring(wish.phone, one.sound)
        if playing.answered:
            await self._store.run(messages.heard, one.id, login, self._clock())
        return playing

    async def _call_back(self, login: str, wish: OnPhone) -> Empty:
        one = await self._one(login, wish)
        await self._dialling.call_back(login, wish.phone, one.caller)
        return Empty()

    async def _take(self, login: str, wish: Take) -> Messages:
        one = await self._one(login, wish)
        by = (await self._store.run(messages.care)).get(one.id, Care()).taken_by
        if wish.off and by in ("", login):
            await self._store.run(messages.leave, one.id)
        elif wish.off or not await self._store.run(messages.take, one.id, login, self._clock()):
            raise BranchboxError(Problem(text="{who} takes care of this message.", args={"who": by}))
        return await self._list(login, Empty())

    async def _done(self, login: str, wish: Done) -> Messages:
        one = await self._one(login, wish)
        await self._store.run(messages.done, one.id, login, self._clock(), wish.note)
        return await self._list(login, Empty())

    async def _remove(self, login: str, wish: MessageKey) -> Messages:
        one = await self._one(login, wish)
        where = {"Mailbox": one.mailbox, "Context": mailboxes.CONTEXT, "Folder": one.folder, "ID": one.id}
        await self._link.act("VoicemailRemove", where)
        await self._store.run(messages.forget, one.id)
        return await self._list(login, Empty())

    async def _one(self, login: str, wish: MessageKey) -> Stored:
        for one in await self._stored(self._boxes(login)):
            if one.id == wish.id:
                return one
        raise BranchboxError(Problem(text="This message is gone: somebody removed it."))

    async def _stored(self, boxes: dict[str, tuple[str, ...]]) -> list[Stored]:
        try:
            return await asyncio.to_thread(lambda: list(mailboxes.stored(self._voicemail, boxes)))
        except OSError as error:
            raise BranchboxError(
                Problem(text="The messages cannot be read from the disk.", original=error.strerror or str(error))
            ) from error

    def _boxes(self, login: str) -> dict[str, tuple[str, ...]]:
        caller = self._people.by_login(login)
        agent = caller.person.agent if caller.person is not None and caller.role is Role.AGENT else None
        boxes = common(self._in_force.known())
        if caller.role is not Role.AGENT:
            return {box: tuple(queues.values()) for box, queues in boxes.items()}
        mine = {
            queue.name
            for queue in self._in_force.known().queues
            if any(member.agent == agent for member in queue.members)
        }
        return {box: tuple(queues.values()) for box, queues in boxes.items() if not queues or mine & queues.keys()}


def common(document: SiteDocument) -> dict[str, dict[str, str]]:
    """The mailboxes that calls are sent to, each with the queues that send there: name to label. Pure."""
    boxes: dict[str, dict[str, str]] = {}
    for place, to in destinations(document):
        if to.kind is Kind.VOICEMAIL:
            queues = boxes.setdefault(to.name, {})
            if place[0] == "queues" and isinstance(place[1], int):
                queue = document.queues[place[1]]
                queues[queue.name] = queue.label
    return boxes
