"""A Branchbox in a machine, as its callers and its technician meet it: SIP, SSH, nothing else.

branch = Branch.of(machine)
branch.site(document)                        # site.toml for a stick: this key, this network port
branch.wait_for_call(300)                    # until a caller's call is answered
branch.tell(CallPage, "calls", "list")       # `branchbox calls list --json`, as the technician
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from json import JSONDecoder
from pathlib import Path
from typing import TypeVar

from appliance.api.wire import Message
from appliance.site import document as documents
from appliance.site.models import SiteDocument
from images.box import TECHNICIAN
from images.network import BOX_ADDRESS, CARRIER_ADDRESS
from images.run import CommandFailure, Failure, Result, die, poll, run
from images.ssh import Key
from images.traffic import Network, Traffic
from images.vm import probe
from images.vm.disks import Disk, stick
from images.vm.machine import PORT, Machine
from tui.cli.context import Exit

M = TypeVar("M", bound=Message)


@dataclass(frozen=True)
class Branch:
    """A machine and the technician's key."""

    machine: Machine
    key: Key

    @classmethod
    def of(cls, machine: Machine) -> Branch:
        """The branch in a machine; its key is made when there is none yet."""
        machine.home.mkdir(parents=True, exist_ok=True)
        key = Key(machine.home)
        return cls(machine, key if key.private.exists() else Key.fresh(machine.home, f"test-{machine.name}"))

    def site(self, document: SiteDocument) -> SiteDocument:
        """A document that fits this machine: its network port, the technician's key, all secrets filled in."""
        first, *others = document.interfaces
        people = tuple(
            person.model_copy(update={"ssh_keys": (self.key.public,)}) if person.login == TECHNICIAN else person
            for person in document.people
        )
        changed = {"people": people, "interfaces": (first.model_copy(update={"port": PORT}), *others)}
        return documents.fill_secrets(document.model_copy(update=changed), None, generate=True)

    def stick(self, site: SiteDocument) -> Disk:
        """A stick with a document, from which a fresh box sets itself up."""
        return stick(self.machine.home / "site-stick", {"branchbox/site.toml": documents.dump(site).encode()})

    def ssh(
        self,
        *words: str,
        login: str = TECHNICIAN,
        seconds: float = 120,
        check: bool = True,
        stdin: str | None = None,
    ) -> Result:
        """Run one command over SSH. Raises CommandFailure when it ends badly and `check` is set."""
        argv = self.machine.cable.at_operator(self.key.login(login, BOX_ADDRESS, *words))
        return run(argv, timeout=seconds, check=check, stdin=stdin)

    def tell(self, answer: type[M], *words: str, seconds: float = 120) -> M:
        """What a `branchbox` command answers, as the contract has it; a status with alarms is an answer too."""
        (told,) = self.tell_all(answer, *words, seconds=seconds)
        return told

    def tell_all(self, answer: type[M], *words: str, seconds: float = 120) -> list[M]:
        """What a command answers that is asked for several things: one document after the other."""
        result = self.ssh("branchbox", *words, "--json", seconds=seconds, check=False)
        if result.code > Exit.PROBLEMS:
            raise CommandFailure(result, None)
        documents, left = [], result.out.strip()
        while left:
            document, end = JSONDecoder().raw_decode(left)
            documents.append(answer.model_validate_json(json.dumps(document)))
            left = left[end:].lstrip()
        return documents

    def reachable(self, seconds: float) -> None:
        """Wait until core answers the technician over SSH. Raises Failure with what was said last."""
        said: list[str] = []

        def answers() -> bool:
            try:
                result = self.ssh("branchbox", "status", "--json", seconds=60, check=False)
            except Failure as late:
                said[:] = [str(late)]
                return False
            said[:] = [result.err or result.out]
            return result.code <= Exit.PROBLEMS or not self.machine.alive

        if not poll(answers, seconds=seconds, every=5) or not self.machine.alive:
            die(f"The technician is not answered after {seconds:g} s: {said}\n{self.machine.last_words()}")

    def wait_for_call(self, seconds: float, number: str = "96296") -> None:
        """Wait until a call from the carrier is answered. Raises Failure."""
        asked: list[str | Path] = [
            sys.executable,
            Path(probe.__file__),
            CARRIER_ADDRESS,
            BOX_ADDRESS,
            number,
            str(seconds),
        ]
        if run(self.machine.cable.at_operator(asked), check=False, timeout=seconds + 10).code:
            die(f"No call was answered within {seconds:g} s.\n{self.machine.last_words()}")

    def traffic(self) -> Traffic:
        """Callers and phones of this branch."""
        return Traffic(Network(self.machine.cable.operator))
