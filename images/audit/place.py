"""Where an audit stands: in front of a running box, in a namespace beside it, and inside as root.

`./dev audit` looks at the booted image (images.audit.booted). The lab's tests ask some of the same questions of a
container, where the kernel is the host's.
"""

from __future__ import annotations

import base64
import io
import json
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from appliance.site.models import SiteDocument
from images.network import BOX_ADDRESS, PREFIX
from images.run import Result, run

STRANGER = "10.77.0.66"
"""An address of its own: what the audit does wrong must not fall back on phones and people."""


class Audited(Protocol):
    """A running box, whatever it runs in."""

    @property
    def document(self) -> SiteDocument:
        """What was put in force, with all secrets."""

    def run(
        self, argv: Sequence[str], *, check: bool = True, stdin: str | None = None, timeout: float | None = 60
    ) -> Result:
        """Run a program inside as root."""

    def at_operator(self, argv: Sequence[str | Path]) -> list[str]:
        """The command line that runs `argv` in the operator's namespace."""


@dataclass(frozen=True)
class Place:
    """A box that is audited."""

    box: Audited
    address: str = BOX_ADDRESS

    def inside(self, argv: Sequence[str], *, check: bool = True, timeout: float = 600) -> Result:
        """Run a program in the box as root."""
        return self.box.run(argv, check=check, timeout=timeout)

    def beside(self, argv: Sequence[str | Path], *, check: bool = True, timeout: float = 600) -> Result:
        """Run a program in the namespace beside the box."""
        return run(self.box.at_operator(argv), check=check, timeout=timeout)

    def bring_the_stranger(self) -> None:
        """Give the stranger's address to the namespace, if it has not got it."""
        self.beside(["ip", "address", "replace", f"{STRANGER}/{PREFIX}", "dev", "op0"])

    def ask(self, module: str, question: object, *, timeout: float = 600) -> object:
        """Let a module of this package answer a question from the stranger's address; both are JSON."""
        self.bring_the_stranger()
        argv = [sys.executable, "-m", f"images.audit.{module}", json.dumps(question)]
        return json.loads(self.beside(argv, timeout=timeout).out)

    def put(self, folder: Path, target: str) -> None:
        """Copy a folder into the box, root's; `target` is made anew."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            archive.add(folder, arcname=".", filter=_of_root)
        self.box.run(["rm", "-rf", target])
        self.box.run(["mkdir", "-p", target])
        text = base64.b64encode(packed.getvalue()).decode()
        self.box.run(["sh", "-c", f"base64 --decode | tar --extract --gzip --directory={target}"], stdin=text)


def _of_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member
