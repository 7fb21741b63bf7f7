"""Where the box gets the time, and its time zone. Pure.

Follows the sources files of chrony.conf(5) and localtime(5).
"""

from __future__ import annotations

from appliance.site.models import SiteDocument
from provisioning.machine.wanted import HEAD, Wanted

POOL = "2.debian.pool.ntp.org"


def sources(document: SiteDocument) -> Wanted:
    """The time servers; the public pool when the document names none."""
    servers = document.network.time_servers
    lines = [f"server {server} iburst" for server in servers] or [f"pool {POOL} iburst"]
    return Wanted({"/etc/chrony/sources.d/branchbox.sources": HEAD + "".join(f"{line}\n" for line in lines)})


def zone(document: SiteDocument) -> Wanted:
    """The time zone of everything that asks the system for it."""
    return Wanted(links={"/etc/localtime": f"/usr/share/zoneinfo/{document.site.time_zone}"})
