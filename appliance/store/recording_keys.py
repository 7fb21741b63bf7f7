"""The site's public key, and the slots through which people come to its private one.

What a slot is made of is `appliance.recorder.slots`; here it is text. The recovery code's has the login `RECOVERY`.
"""

from __future__ import annotations

from dataclasses import dataclass

from peewee import SqliteDatabase

from appliance.store.tables import RecordingSiteKey, RecordingSlot

RECOVERY = "*recovery*"
"""No login: those have letters, digits and dashes only."""


@dataclass(frozen=True)
class SiteKey:
    """The public key in hexadecimal digits, when it was made and by whom."""

    public: str
    made: float
    by: str


@dataclass(frozen=True)
class StoredSlot:
    """Somebody's slot; `admitted` is None while it opens nothing, `by` is who admitted it."""

    login: str
    asked: float
    admitted: float | None
    by: str
    slot: str


def site_key(database: SqliteDatabase) -> SiteKey | None:
    """The key; None while nobody has made one."""
    row = RecordingSiteKey
    for said in row.select(row.public, row.made, row.by).dicts().execute(database):
        return SiteKey(**said)
    return None


def make(database: SqliteDatabase, key: SiteKey, slots: tuple[StoredSlot, ...]) -> bool:
    """Keep a new key with its first slots; False when there is a key already, which changes nothing."""
    with database.atomic():
        if site_key(database) is not None:
            return False
        RecordingSiteKey.insert(id=1, public=key.public, made=key.made, by=key.by).execute(database)
        for slot in slots:
            put(database, slot)
    return True


def slots(database: SqliteDatabase) -> tuple[StoredSlot, ...]:
    """All slots, the oldest first."""
    rows = RecordingSlot.select().order_by(RecordingSlot.asked, RecordingSlot.login)
    return tuple(StoredSlot(**said) for said in rows.dicts().execute(database))


def slot(database: SqliteDatabase, login: str) -> StoredSlot | None:
    """Somebody's slot."""
    return next((each for each in slots(database) if each.login == login), None)


def put(database: SqliteDatabase, new: StoredSlot) -> None:
    """Keep a slot in the place of the login's former one."""
    row = RecordingSlot.insert(login=new.login, asked=new.asked, admitted=new.admitted, by=new.by, slot=new.slot)
    row.on_conflict_replace().execute(database)


def drop(database: SqliteDatabase, login: str) -> bool:
    """Take a slot away; False when there is none."""
    return bool(RecordingSlot.delete().where(RecordingSlot.login == login).execute(database))
