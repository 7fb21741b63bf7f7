"""What stands against a document on this very machine, asked before anything is changed.

Ports that it has not, firewall or SSH settings that their programs refuse, addresses that
another machine has already (an ARP probe, RFC 5227).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from pathlib import Path

from appliance.site.models import SiteDocument
from appliance.site.problems import Problem
from provisioning import files
from provisioning.files import Access
from provisioning.machine import firewall, login, looking
from provisioning.machine.areas import AS_UNIT
from provisioning.machine.machine import Machine, Run
from provisioning.machine.networkd import link_name
from provisioning.run import run

PROBE_SECONDS = 2
"""How long an address is probed: two questions, one a second."""
DRIVERS = "/usr/lib/nut"
"""Where Debian keeps NUT's."""
_SECONDS = 20.0
_ARPING = (
    *AS_UNIT,
    "--property=CapabilityBoundingSet=CAP_NET_RAW",
    "--property=ProtectSystem=strict",
    *("arping", "-w", str(PROBE_SECONDS)),
)
_ANSWERED = re.compile(r"\[([0-9A-Fa-f:]{17})\]")


class Judge:
    """Judges documents; `scratch` is a folder for what is checked."""

    def __init__(self, machine: Machine, scratch: Path, access: Access, *, run: Run = run) -> None:
        self._machine = machine
        self._scratch = scratch
        self._access = access
        self._run = run

    def problems(self, document: SiteDocument) -> tuple[Problem, ...]:
        """Everything that stands against a document here."""
        known = looking.facts()
        ports = looking.ports(known)
        taken = {address.split("/")[0] for held in looking.addresses(known).values() for address in held}
        return (
            *unknown_ports(document, ports),
            *self._unknown_drivers(document),
            *self._refused_by_nft(document),
            *self._refused_by_sshd(document),
            *self._taken(document, {port for port, carrier in ports.items() if carrier}, taken),
        )

    def probe(self, link: str, address: str) -> str | None:
        """The hardware address of another machine that has an IPv4 address; None when nobody answers."""
        done = self._run((*_ARPING, "-D", "-c", "2", "-I", link, address), timeout=_SECONDS, check=False)
        answered = _ANSWERED.search(done.out)
        return answered[1].lower() if done.code == 1 and answered else None

    def answers(self, link: str, address: str) -> bool:
        """Whether a neighbour with an IPv4 address is there."""
        return self._run((*_ARPING, "-f", "-c", "2", "-I", link, address), timeout=_SECONDS, check=False).code == 0

    def _unknown_drivers(self, document: SiteDocument) -> Iterator[Problem]:
        for index, ups in enumerate(document.upses, start=1):
            if not self._machine.has(f"{DRIVERS}/{ups.driver}"):
                yield Problem(
                    text="This box has no driver {driver} for a UPS. Most on USB need usbhid-ups or nutdrv_qx; F6 Box, "
                    "s UPS shows what is plugged in.",
                    where=f"upses[{index}] {ups.name}: driver",
                    args={"driver": ups.driver},
                )

    def _taken(self, document: SiteDocument, live: set[str], ours: set[str]) -> Iterator[Problem]:
        for index, interface in enumerate(document.interfaces, start=1):
            for position, text in enumerate(interface.addresses, start=1):
                address = ipaddress.ip_interface(text).ip
                # A VLAN that is not there yet cannot be asked; `network/check` does it afterwards.
                if address.version == 6 or str(address) in ours or link_name(interface) not in live:
                    continue
                if owner := self.probe(link_name(interface), str(address)):
                    yield Problem(
                        text="Another machine ({mac}) has the address {address} already: choose another one, or switch "
                        "that machine off.",
                        where=f"interfaces[{index}] {interface.name}: addresses[{position}]",
                        args={"mac": owner, "address": str(address)},
                    )

    def _refused_by_nft(self, document: SiteDocument) -> Iterator[Problem]:
        text = firewall.elements(document).files[firewall.FILE]
        check = ("nft", "--check", "--file", firewall.RULES)
        refused = self._refused(firewall.FILE, text, ("--property=PrivateNetwork=yes",), check)
        if refused is not None:
            yield Problem(
                text="The firewall refuses the networks of this document. Report this with the words beneath.",
                original=refused,
            )

    def _refused_by_sshd(self, document: SiteDocument) -> Iterator[Problem]:
        text = login.policy(document).files[login.FILE]
        refused = self._refused(login.FILE, text, (), ("/usr/sbin/sshd", "-t"))
        if refused is not None:
            yield Problem(
                text="The SSH server refuses the settings of this document. Report this with the words beneath.",
                original=refused,
            )

    def _refused(self, path: str, text: str, walls: tuple[str, ...], check: tuple[str, ...]) -> str | None:
        """A program's words against a file that would stand at `path`; None when it takes it, or has it."""
        now = self._machine.text(path)
        if now is None or now == text:
            return None
        candidate = self._scratch / Path(path).name
        files.make_folder(self._scratch, Access(self._access.uid, self._access.gid, 0o755))
        files.write_whole(candidate, text, self._access)
        bind = f"--property=BindReadOnlyPaths={candidate}:{path}"
        done = self._run((*AS_UNIT, *walls, bind, *check), timeout=_SECONDS, check=False)
        files.remove(candidate)
        return (done.err or done.out).strip()[-500:] if done.code else None


def unknown_ports(document: SiteDocument, ports: dict[str, bool]) -> Iterator[Problem]:
    """Interfaces on ports that this machine has not."""
    for index, interface in enumerate(document.interfaces, start=1):
        if interface.port not in ports:
            yield Problem(
                text="This box has no port {port}. It has: {ports}.",
                where=f"interfaces[{index}] {interface.name}: port",
                args={"port": interface.port, "ports": ", ".join(sorted(ports)) or "-"},
            )
