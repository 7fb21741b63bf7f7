"""What Asterisk's own database holds, read and written over the manager interface (main/db.c)."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.site.problems import BranchboxError
from appliance.telephony.ami import NO_LINK, PATIENCE
from appliance.telephony.amiwire import AmiRefused, Message
from appliance.telephony.errand import Manager

_ENTRY = "DBGetTreeResponse"


async def tree(manager: Manager, family: str) -> dict[str, str]:
    """Everything of a family, without its name: `storm/since` to its value. Raises BranchboxError."""
    found: dict[str, str] = {}

    def heard(event: Message) -> None:
        found[event.get("Key", "").removeprefix(f"/{family}/")] = event.get("Val", "")

    try:
        async with manager.errand(heard=frozenset({_ENTRY}), on_event=heard) as asterisk:
            await asterisk.action("DBGetTree", {"Family": family}, timeout=PATIENCE)
    except AmiRefused:
        return {}  # an empty family is an error to some versions
    except (OSError, TimeoutError) as error:
        raise BranchboxError(NO_LINK.model_copy(update={"original": repr(error)})) from error
    return found


async def change(manager: Manager, family: str, values: Mapping[str, str | None]) -> None:
    """Put values in this order; None takes the key away, gone or not. Raises BranchboxError."""
    try:
        async with manager.errand() as asterisk:
            for key, value in values.items():
                if value is not None:
                    await asterisk.action("DBPut", {"Family": family, "Key": key, "Val": value}, timeout=PATIENCE)
                    continue
                try:
                    await asterisk.action("DBDel", {"Family": family, "Key": key}, timeout=PATIENCE)
                except AmiRefused:
                    continue
    except (OSError, TimeoutError) as error:
        raise BranchboxError(NO_LINK.model_copy(update={"original": repr(error)})) from error


async def read(manager: Manager, family: str) -> dict[str, str]:
    """A family's keys, without the family, and their values. Raises OSError, TimeoutError and AmiRefused."""
    rows: dict[str, str] = {}

    def row(event: Message) -> None:
        rows[event.get("Key", "").removeprefix(f"/{family}/")] = event.get("Val", "")

    async with manager.errand(heard=frozenset({_ENTRY}), on_event=row) as connection:
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
