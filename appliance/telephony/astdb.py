"""What Asterisk's own database holds, read and written over the manager interface (main/db.c)."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.telephony.ami import PATIENCE
from appliance.telephony.amiwire import Message
from appliance.telephony.errand import Manager

_ROW = "DBGetTreeResponse"


async def read(manager: Manager, family: str) -> dict[str, str]:
    """A family's keys, without the family, and their values. Raises OSError, TimeoutError and AmiRefused."""
    rows: dict[str, str] = {}

    def row(event: Message) -> None:
        rows[event.get("Key", "").removeprefix(f"/{family}/")] = event.get("Val", "")

    async with manager.errand(heard=frozenset({_ROW}), on_event=row) as connection:
        await connection.action("DBGetTree", {"Family": family}, timeout=PATIENCE)
    return rows


async def make(manager: Manager, family: str, before: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Make a family hold what is wanted, by as few steps as it takes. Raises OSError, TimeoutError and AmiRefused."""
    if before == wanted:
        return
    async with manager.errand() as connection:
        for key in before.keys() - wanted.keys():
            await connection.action("DBDel", {"Family": family, "Key": key}, timeout=PATIENCE)
        for key, value in wanted.items():
            if before.get(key) != value:
                await connection.action("DBPut", {"Family": family, "Key": key, "Val": value}, timeout=PATIENCE)
