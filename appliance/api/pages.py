"""Every page of the contract between core and the people's clients.

`contract` is about calls and configuration; each part of the machine has a page of its own.
"""

from __future__ import annotations

from appliance.api import (
    backups,
    contract,
    customers,
    disks,
    imports,
    network,
    passwords,
    power,
    setup,
    sticks,
    updates,
)

PAGES = (
    backups,
    contract,
    customers,
    disks,
    imports,
    network,
    passwords,
    power,
    setup,
    sticks,
    updates,
)
