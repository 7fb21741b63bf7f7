"""The UPSes as NUT is to know them, and what branchbox-power is told. Pure.

Follows ups.conf(5), upsd.users(5), upsmon.conf(5) and the NUT user manual's chapter on shutdowns. branchbox-power
switches off in time and in good order; upsmon is the net under it, which needs nothing of ours: it acts on the UPS's
own "low battery" alone, and the load is cut either way (decision 0031).
"""

from __future__ import annotations

import json

from appliance.api.supply import POLICY_FILE, Policy, Watched
from appliance.site.models import SiteDocument, Ups
from provisioning.machine.wanted import HEAD, Wanted, secret

FOLDER = "/etc/nut/branchbox"
STARTS = "/etc/systemd/system"
_UNITS = "/usr/lib/systemd/system"
PORT = 3493

CUT_AFTER, BACK_AFTER = 30, 60
"""Seconds from the order to the cut, and until the load gets power again once there is mains."""
_TAKE_DELAYS = frozenset({"usbhid-ups", "nutdrv_qx", "blazer_usb", "blazer_ser"})
"""Drivers that know `offdelay` and `ondelay`; the others have their own."""

TESTS = ("test.battery.start.quick", "test.battery.start", "test.battery.start.deep", "test.battery.stop")

UPSMON, BRANCHBOX = secret("nut-upsmon"), secret("nut-branchbox")


def nut(document: SiteDocument) -> Wanted:
    """NUT's files and what is started at boot; nothing without a UPS."""
    upses = document.upses
    if not upses:
        return Wanted()
    files = {
        "nut.conf": "MODE=standalone\n",
        "ups.conf": "maxretry = 3\n" + "".join(_section(ups) for ups in upses),
        "upsd.conf": f"LISTEN 127.0.0.1 {PORT}\n",
        "upsd.users": _users(),
        "upsmon.conf": _monitor(document),
    }
    drivers = {f"nut-driver.target.wants/nut-driver@{ups.name}.service": "nut-driver@.service" for ups in upses}
    starts = {**drivers, "multi-user.target.wants/nut.target": "nut.target"}
    written = {f"{FOLDER}/{name}": HEAD + text for name, text in files.items()}
    return Wanted(
        written,
        {f"{STARTS}/{link}": f"{_UNITS}/{unit}" for link, unit in starts.items()},
        private=dict.fromkeys(written, "nut"),
    )


def policy(document: SiteDocument) -> Wanted:
    """What branchbox-power watches and when it acts; it is told when there is nothing to watch, too."""
    power = document.power
    told = Policy(
        upses=tuple(Watched(name=ups.name, label=ups.label, battery_since=ups.battery_since) for ups in document.upses),
        **power.model_dump(exclude={"announcement"}),
        zone=document.site.time_zone,
        password=BRANCHBOX if document.upses else "",
    )
    text = json.dumps(told.model_dump(mode="json"), ensure_ascii=False, indent=1)
    return Wanted({str(POLICY_FILE): text + "\n"}, private={str(POLICY_FILE): "branchbox-power"})


def _section(ups: Ups) -> str:
    options = {
        "driver": ups.driver,
        "port": ups.port,
        "vendorid": ups.vendor_id,
        "productid": ups.product_id,
        "serial": ups.serial,
        **({"offdelay": str(CUT_AFTER), "ondelay": str(BACK_AFTER)} if ups.driver in _TAKE_DELAYS else {}),
        **ups.extra,
    }
    return f"\n[{ups.name}]\n" + "".join(f'{key} = "{value}"\n' for key, value in options.items() if value is not None)


def _users() -> str:
    tests = "".join(f"instcmds = {test}\n" for test in TESTS)
    return f"[upsmon]\npassword = {UPSMON}\nupsmon primary\n\n[branchbox]\npassword = {BRANCHBOX}\n{tests}"


def _monitor(document: SiteDocument) -> str:
    words = ("ONLINE", "ONBATT", "LOWBATT", "FSD", "COMMOK", "COMMBAD", "SHUTDOWN", "REPLBATT", "NOCOMM", "NOPARENT")
    lines = [
        *(f"MONITOR {ups.name}@127.0.0.1 1 upsmon {UPSMON} primary" for ups in document.upses),
        f"MINSUPPLIES {document.power.needed}",
        'SHUTDOWNCMD "/usr/bin/systemctl --no-wall poweroff"',
        # In memory: a box that has come back must not find it.
        "POWERDOWNFLAG /run/nut/killpower",
        "POLLFREQ 5",
        "POLLFREQALERT 5",
        # A driver that fell down is up again in half of it; a battery that nobody sees is not waited for longer.
        "DEADTIME 45",
        "FINALDELAY 0",
        # A box that runs does not hang on an output that is off.
        "OFFDURATION -1",
        "NOCOMMWARNTIME 3600",
        *(f"NOTIFYFLAG {word} SYSLOG" for word in words),
    ]
    return "".join(f"{line}\n" for line in lines)
