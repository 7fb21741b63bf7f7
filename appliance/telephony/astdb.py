"""What Asterisk's own database holds, read and written over the manager interface (main/db.c)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from appliance.site.problems import BranchboxError
from appliance.telephony.ami import NO_LINK, PATIENCE
from appliance.telephony.amiwire import AmiRefused, Message
from appliance.telephony.errand import Manager

_ENTRY = "DBGetTreeResponse"


async def read(manager: Manager, family: str) -> dict[str, str]:
    """Everything of a family, without its name: `storm/since` to its value. Raises BranchboxError."""
    found: dict[str, str] = {}

    def heard(event: Message) -> None:
        found[event.get("Key", "").removeprefix(f"/{family}/")] = event.get("Val", "")

    try:
        async with manager.errand(heard=frozenset({_ENTRY}), on_event=heard) as asterisk:
            await asterisk.action("DBGetTree", {"Family": family}, timeout=PATIENCE)
    except (OSError, TimeoutError) as error:
        raise BranchboxError(NO_LINK.model_copy(update={"original": repr(error)})) from error
    return found


async def change(manager: Manager, family: str, values: Mapping[str, str | None]) -> None:
    """Put values in this order; None takes the key away, gone or not. Raises BranchboxError."""
    if not values:
        return
    try:
        async with manager.errand() as asterisk:
            for key, value in values.items():
                if value is not None:
                    await asterisk.action("DBPut", {"Family": family, "Key": key, "Val": value}, timeout=PATIENCE)
                    continue
                with suppress(AmiRefused):
                    await asterisk.action("DBDel", {"Family": family, "Key": key}, timeout=PATIENCE)
    except (OSError, TimeoutError) as error:
        raise BranchboxError(NO_LINK.model_copy(update={"original": repr(error)})) from error


def difference(before: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str | None]:
    """What to `change` so that a family holds what is wanted, by as few steps as it takes. Pure."""
    gone: dict[str, str | None] = dict.fromkeys(key for key in before if key not in wanted)
    return gone | {key: value for key, value in wanted.items() if before.get(key) != value}
