"""Every page of the contract between core and the people's clients.

`contract` is about calls and configuration; each part of the machine has a page of its own.
"""

from __future__ import annotations

from appliance.api import (
    abandoned,
    alarms,
    backups,
    board,
    closures,
    contract,
    customers,
    desk,
    disks,
    facts,
    imports,
    menus,
    messages,
    network,
    passwords,
    picture,
    power,
    prompts,
    recorder,
    recordings,
    recordings_health,
    setup,
    sticks,
    updates,
)

PAGES = (
    abandoned,
    alarms,
    backups,
    board,
    closures,
    contract,
    customers,
    desk,
    disks,
    facts,
    imports,
    menus,
    messages,
    network,
    passwords,
    picture,
    power,
    prompts,
    recorder,
    recordings,
    recordings_health,
    setup,
    sticks,
    updates,
)
