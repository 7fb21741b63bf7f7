"""The parts of the machine that follow the site document: what each writes and what makes it effective. Data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.site.models import SiteDocument
from provisioning.machine import firewall, login, naming, networkd, noc, timing, ups
from provisioning.machine.wanted import Wanted


@dataclass(frozen=True)
class Area:
    """One part: pure rendering, the files that are its own, and the commands after a change.

    `unit` is the service that must run for the commands to have a meaning; `owned` are name
    patterns of `folder` whose files go when the document no longer wants them. A command that
    fails is followed by `otherwise`, if there is one.
    """

    name: str
    render: Callable[[SiteDocument], Wanted]
    unit: str = ""
    commands: tuple[tuple[str, ...], ...] = ()
    otherwise: tuple[str, ...] = ()
    folder: str = ""
    owned: tuple[str, ...] = ()


AS_UNIT = ("systemd-run", "--quiet", "--collect", "--wait", "--pipe", "--service-type=exec")
"""PID 1 runs what this service's own walls do not let through."""

AREAS = (
    Area(
        "network",
        networkd.units,
        unit="systemd-networkd.service",
        commands=(("networkctl", "reload"),),
        otherwise=("systemctl", "restart", "systemd-networkd.service"),
        folder=networkd.FOLDER,
        owned=networkd.OWNED,
    ),
    Area(
        "firewall",
        firewall.elements,
        unit="nftables.service",
        commands=(("systemctl", "reload", "nftables.service"),),
    ),
    Area(
        "resolver",
        naming.resolver,
        unit="systemd-resolved.service",
        commands=(("systemctl", "reload-or-restart", "systemd-resolved.service"),),
    ),
    Area("name", naming.own_name, commands=((*AS_UNIT, "hostname", "--file", "/etc/hostname"),)),
    Area("zone", timing.zone),
    Area(
        "time",
        timing.sources,
        unit="chrony.service",
        commands=((*AS_UNIT, "chronyc", "reload", "sources"),),
    ),
    Area(
        "ssh",
        login.policy,
        unit="ssh.service",
        commands=(("systemctl", "reload", "ssh.service"),),
        # Sessions outlive a restart too (KillMode=process).
        otherwise=("systemctl", "restart", "ssh.service"),
    ),
    Area(
        "ups",
        ups.nut,
        commands=(
            # What the document no longer names ends too: nut.target takes all of NUT with it.
            ("systemctl", "stop", "nut.target"),
            ("systemctl", "daemon-reload"),
            # A UPS whose cable is not there yet holds nobody up.
            ("systemctl", "start", "--no-block", "nut.target"),
        ),
        folder="/etc",
        owned=(
            "nut/branchbox/*.conf",
            "nut/branchbox/upsd.users",
            "nut/branchbox/.*.new",
            "systemd/system/nut-driver.target.wants/nut-driver@*.service",
            "systemd/system/multi-user.target.wants/nut.target",
        ),
    ),
    Area(
        "power",
        ups.policy,
        unit="branchbox-power.service",
        commands=(("systemctl", "restart", "branchbox-power.service"),),
    ),
    # branchbox-health looks at its file by itself.
    Area("polls", noc.polls, folder=noc.FOLDER, owned=noc.POLLS),
    # Without its file the unit's condition lets it rest, whoever starts it.
    Area(
        "snmp",
        noc.snmp,
        # It greets its receivers first: one that is away must not hold up a change.
        commands=(("systemctl", "restart", "--no-block", "snmpd.service"),),
        folder="/etc",
        owned=noc.SNMP_OWNED,
    ),
    Area(
        "log",
        noc.log,
        commands=(("systemctl", "restart", "rsyslog.service"),),
        folder="/etc",
        owned=noc.LOG_OWNED,
    ),
)
"""The way in and out first."""


def texts(document: SiteDocument | None) -> dict[str, str]:
    """Every file and link of a document by path, for a person to compare, but none that holds a secret."""
    found: dict[str, str] = {}
    for area in AREAS if document else ():
        wanted = area.render(document) if document else Wanted()
        open_files = {path: text for path, text in wanted.files.items() if path not in wanted.private}
        found |= {**open_files, **{path: f"-> {target}\n" for path, target in wanted.links.items()}}
    return found


def commands(before: SiteDocument | None, after: SiteDocument) -> tuple[str, ...]:
    """What is told to the machine's services when one document follows another."""
    changed = [area for area in AREAS if (area.render(before) if before else Wanted()) != area.render(after)]
    return tuple(
        " ".join(word for word in command if word not in AS_UNIT) for area in changed for command in area.commands
    )
