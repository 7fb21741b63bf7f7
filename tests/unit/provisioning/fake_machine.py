"""A machine in a folder: its commands are written down, its addresses follow its networkd units."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from appliance.site import document as documents
from appliance.site.problems import Problem
from provisioning.files import Access
from provisioning.machine import areas
from provisioning.machine.machine import Machine
from provisioning.run import CommandFailed, Finished

ME = Access(os.getuid(), os.getgid(), 0o644)
SECRETS = {"nut-upsmon": "moon-river", "nut-branchbox": "old-oak"}


class FakeSystem:
    """Stands for PID 1, networkd and the others: remembers what each read last."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.said: list[str] = []
        self.fails: set[str] = set()
        self.stopped: set[str] = set()
        self.network_as_read: dict[str, str] = {}
        self.broken_cable = False

    @classmethod
    def installed(cls, root: Path) -> FakeSystem:
        """A machine as the playbook leaves it: every folder is there."""
        for path in areas.texts(documents.load(documents.example("en"))):
            (root / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        return cls(root)

    def machine(self) -> Machine:
        """The machine over a fresh start of the service."""
        return Machine(self.root, self.root / "run-unsettled", ME, SECRETS, run=self.run, addresses=self.addresses,
                       group=lambda _name: ME.gid)  # fmt: skip

    def reboot(self) -> None:
        """Services read their files anew, /run is empty."""
        for note in (self.root / "run-unsettled").glob("*"):
            note.unlink()
        self._read_network()

    def run(self, argv: Sequence[str], *, timeout: float, check: bool = True) -> Finished:
        words = " ".join(argv)
        if "--property=ActiveState" in words:
            return Finished(0, "inactive\n" if argv[-1] in self.stopped else "active\n", "", 0)
        self.said.append(words.removeprefix("systemd-run --quiet --collect --wait --pipe --service-type=exec "))
        if any(each in words for each in self.fails):
            raise CommandFailed(
                Problem(text="{command} failed with code {code}.", args={"command": words, "code": "1"})
            )
        if "networkd" in words or words == "networkctl reload":
            self._read_network()
        return Finished(0, "", "", 0)

    def addresses(self) -> dict[str, frozenset[str]]:
        found = {"lo": frozenset[str](), "eth0": frozenset[str](), "eth1": frozenset[str]()}
        for text in self.network_as_read.values():
            name = re.search(r"^Name=(\S+)$", text, re.MULTILINE)
            if name and not self.broken_cable:
                found[name[1]] = frozenset(re.findall(r"^Address=(\S+)$", text, re.MULTILINE))
        return found

    def _read_network(self) -> None:
        units = (self.root / "etc/systemd/network").glob("*.network")
        self.network_as_read = {path.name: path.read_text() for path in units}
