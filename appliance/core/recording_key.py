"""The site's key to its recordings: made once, opened by people's own slots, forgotten when nobody uses it.

Core keeps the private key in memory per person who has opened it, for `IDLE` seconds after their last use of it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from appliance.api import recordings as page
from appliance.api.recordings import KeyMade, KeyState, NewPassphrase, Passphrase, Person, Recovery
from appliance.api.recordings import Slot as SlotShown
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.store import Store
from appliance.recorder import sealed, slots
from appliance.recorder.slots import NotAdmitted, Slot, WrongPassphrase
from appliance.site import passwords
from appliance.site.problems import BranchboxError, Problem
from appliance.store import recording_keys
from appliance.store.recording_keys import RECOVERY, SiteKey, StoredSlot

IDLE = 1800.0
"""Seconds after the last use until an opened key is forgotten."""
NO_KEY = Problem(text="Nobody has made the key to the recordings yet. A manager makes it under Records, Key.")
LOCKED = Problem(text="The recordings are locked for you. Open them with your recordings passphrase first.")


@dataclass(frozen=True)
class Opened:
    """The site's pair of keys, and when it was last used."""

    public: bytes
    secret: bytes
    used: float


class RecordingKey:
    """Answers the chapter "the key"; `pair` gives an opened key to whoever plays or exports."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], float] = time.time,
        *,
        operations: int = slots.OPERATIONS,
        memory: int = slots.MEMORY,
    ) -> None:
        self._store = store
        self._clock = clock
        self._costs = {"operations": operations, "memory": memory}
        self._open: dict[str, Opened] = {}
        self._stretching = asyncio.Lock()
        """One passphrase at a time: each takes `slots.MEMORY`, and guessing must be slow."""

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(page.KEY_STATE, self._state)
        routes.method(page.KEY_MAKE, self._make)
        routes.method(page.KEY_ASK, self._ask)
        routes.method(page.KEY_ADMIT, self._admit)
        routes.method(page.KEY_DROP, self._drop)
        routes.method(page.KEY_OPEN, self._unlock)
        routes.method(page.KEY_RECOVER, self._recover)
        routes.method(page.KEY_LOCK, self._lock)

    def pair(self, login: str) -> tuple[bytes, bytes]:
        """Public and private key for somebody who has opened them; counts as a use. Raises BranchboxError."""
        opened = self._still_open(login)
        if opened is None:
            raise BranchboxError(LOCKED)
        self._open[login] = replace(opened, used=self._clock())
        return opened.public, opened.secret

    def is_open(self, login: str) -> bool:
        """Whether somebody has the key open."""
        return self._still_open(login) is not None

    def _still_open(self, login: str) -> Opened | None:
        now = self._clock()
        self._open = {who: opened for who, opened in self._open.items() if now - opened.used < IDLE}
        return self._open.get(login)

    async def _state(self, login: str, _: Empty) -> KeyState:
        key = await self._store.run(recording_keys.site_key)
        opened = self._still_open(login)
        return KeyState(
            made=key.made if key else None,
            by=key.by if key else "",
            open_until=opened.used + IDLE if opened else None,
            slots=tuple(
                SlotShown(login=slot.login, asked=slot.asked, admitted=slot.admitted, by=slot.by)
                for slot in await self._store.run(recording_keys.slots)
            ),
        )

    async def _make(self, login: str, wish: NewPassphrase) -> KeyMade:
        if await self._store.run(recording_keys.site_key) is not None:
            raise BranchboxError(Problem(text="The key to the recordings is made already. Ask for a slot instead."))
        own = await self._new_slot(login, wish.new)
        code = slots.new_recovery_code()
        recovery = await self._stretched(code)
        public, secret = sealed.new_key()
        now = self._clock()
        first = tuple(
            StoredSlot(who, now, now, login, _text(slots.admitted(slot, secret)))
            for who, slot in ((login, own), (RECOVERY, recovery))
        )
        if not await self._store.run(recording_keys.make, SiteKey(public.hex(), now, login), first):
            raise BranchboxError(Problem(text="Somebody else made the key at this moment. Ask for a slot instead."))
        self._open[login] = Opened(public, secret, now)
        return KeyMade(recovery=code)

    async def _ask(self, login: str, wish: NewPassphrase) -> KeyState:
        await self._site_key()
        slot = await self._new_slot(login, wish.new)
        now = self._clock()
        opened = self._still_open(login)
        stored = StoredSlot(login, now, None, "", _text(slot))
        if opened is not None:
            stored = StoredSlot(login, now, now, login, _text(slots.admitted(slot, opened.secret)))
        else:
            before = await self._store.run(recording_keys.slot, login)
            if before is not None and before.admitted is not None:
                raise BranchboxError(
                    Problem(
                        text="You have a slot. Open it to choose another passphrase; if you forgot it, have a manager "
                        "take the slot away and ask anew."
                    )
                )
        await self._store.run(recording_keys.put, stored)
        return await self._state(login, Empty())

    async def _admit(self, login: str, person: Person) -> KeyState:
        _, secret = self.pair(login)
        stored = await self._slot(person.login)
        if stored.admitted is None:
            admitted = slots.admitted(_slot(stored), secret)
            await self._store.run(
                recording_keys.put, replace(stored, admitted=self._clock(), by=login, slot=_text(admitted))
            )
        return await self._state(login, Empty())

    async def _drop(self, login: str, person: Person) -> KeyState:
        stored = await self._slot(person.login)
        others = [
            slot
            for slot in await self._store.run(recording_keys.slots)
            if slot.admitted is not None and slot.login not in (person.login, RECOVERY)
        ]
        if person.login == RECOVERY or (stored.admitted is not None and not others):
            raise BranchboxError(
                Problem(text="This is the last way to the recordings: without it nobody could hear them again.")
            )
        await self._store.run(recording_keys.drop, person.login)
        self._open.pop(person.login, None)
        return await self._state(login, Empty())

    async def _unlock(self, login: str, wish: Passphrase) -> KeyState:
        key = await self._site_key()
        stored = await self._slot(login)
        secret = await self._opened(stored, wish.password)
        self._open[login] = Opened(bytes.fromhex(key.public), secret, self._clock())
        return await self._state(login, Empty())

    async def _recover(self, login: str, wish: Recovery) -> KeyState:
        key = await self._site_key()
        secret = await self._opened(await self._slot(RECOVERY), slots.as_typed(wish.password))
        now = self._clock()
        slot = slots.admitted(await self._new_slot(login, wish.new), secret)
        await self._store.run(recording_keys.put, StoredSlot(login, now, now, RECOVERY, _text(slot)))
        self._open[login] = Opened(bytes.fromhex(key.public), secret, now)
        return await self._state(login, Empty())

    async def _lock(self, login: str, _: Empty) -> KeyState:
        self._open.pop(login, None)
        return await self._state(login, Empty())

    async def _site_key(self) -> SiteKey:
        key = await self._store.run(recording_keys.site_key)
        if key is None:
            raise BranchboxError(NO_KEY)
        return key

    async def _slot(self, login: str) -> StoredSlot:
        stored = await self._store.run(recording_keys.slot, login)
        if stored is None:
            raise BranchboxError(
                Problem(
                    text="{login} has no slot. Ask for one with a passphrase, then have somebody admit it who has the "
                    "recordings open.",
                    args={"login": login},
                )
            )
        return stored

    async def _new_slot(self, login: str, passphrase: str) -> Slot:
        if wrong := passwords.problems(passphrase, login=login):
            raise BranchboxError(*wrong)
        return await self._stretched(passphrase)

    async def _stretched(self, passphrase: str) -> Slot:
        async with self._stretching:
            return await asyncio.to_thread(slots.new_slot, passphrase, **self._costs)

    async def _opened(self, stored: StoredSlot, passphrase: str) -> bytes:
        try:
            async with self._stretching:
                return await asyncio.to_thread(slots.opened, _slot(stored), passphrase)
        except WrongPassphrase as wrong:
            raise BranchboxError(
                Problem(text="This is not the passphrase. It is your own for recordings, not that of your login.")
            ) from wrong
        except NotAdmitted as waits:
            raise BranchboxError(
                Problem(text="Your slot waits: somebody who has the recordings open must admit you.")
            ) from waits


def _text(slot: Slot) -> str:
    return json.dumps(asdict(slot))


def _slot(stored: StoredSlot) -> Slot:
    return Slot(**json.loads(stored.slot))
