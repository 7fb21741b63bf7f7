"""A trial start: a throw-away Asterisk loads the candidate where it can touch nothing.

systemd runs it as a transient unit: own network (with its loopback up), own /tmp, no
capabilities, everything read-only but its own folder, low weight beside the live Asterisk,
killed at a deadline whatever becomes of us. `Type=notify` tells when it is fully booted.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from appliance.site.exchange import Directories
from appliance.site.models import SiteDocument
from appliance.site.problems import Problem
from provisioning import files
from provisioning.asterisk import PROGRAM
from provisioning.asterisk_log import Explain, complaints, problem
from provisioning.files import Access
from provisioning.run import run

UNIT = "branchbox-trial.service"
BOOT_SECONDS = 90
"""1,000 phones boot in under 1 s, on a slow processor with other work in half a minute; what takes longer hangs."""

Render = Callable[[SiteDocument, Directories], dict[str, str]]


@dataclass(frozen=True)
class Verdict:
    """What the trial start said and how long it took in seconds."""

    problems: tuple[Problem, ...]
    seconds: float


class Trial:
    """The place of trial starts; one at a time."""

    def __init__(self, folder: Path, asterisk: Access, render: Render, explain: Explain) -> None:
        self._folder = folder
        self._asterisk = asterisk
        self._render = render
        self._explain = explain
        self._one = threading.Lock()

    def prepare(self) -> None:
        """Remove what an earlier start of the service left behind."""
        run(["systemctl", "stop", UNIT], timeout=20, check=False)
        run(["systemctl", "reset-failed", UNIT], timeout=10, check=False)
        files.remove_tree(self._folder)

    def start(self, document: SiteDocument) -> Verdict:
        """Load a document's configuration and give every warning and error that Asterisk has."""
        with self._one:
            began = time.monotonic()
            place = PurePosixPath(self._folder)
            directories = Directories(
                etc=place / "etc", var=place / "var", spool=place / "spool", run=place / "run", log=place / "log"
            )
            tree = self._render(document, directories)
            try:
                booted = self._boot(directories, tree)
                problems = self._judge(directories, tree, booted=booted)
            finally:
                run(["systemctl", "stop", UNIT], timeout=20, check=False)
                run(["systemctl", "reset-failed", UNIT], timeout=10, check=False)
                files.remove_tree(self._folder)
            return Verdict(problems, time.monotonic() - began)

    def _boot(self, directories: Directories, tree: Mapping[str, str]) -> bool:
        files.make_folder(self._folder, self._asterisk)
        files.lay_out(Path(directories.etc), tree, self._asterisk, self._asterisk_file)
        for folder in (directories.var, directories.spool, directories.run, directories.log):
            files.make_folder(Path(folder), self._asterisk)
        for folder in (directories.cdr_csv.parent, directories.cel_csv.parent):
            files.make_folder(Path(folder), self._asterisk)
        return run(_argv(self._folder, directories), timeout=BOOT_SECONDS + 10, check=False).code == 0

    def _judge(self, directories: Directories, tree: Mapping[str, str], *, booted: bool) -> tuple[Problem, ...]:
        written = ""
        for path in (self._folder / "console.log", Path(directories.messages)):
            if path.is_file():
                written += path.read_text(errors="replace")
        found = tuple(problem(entry, tree, self._explain) for entry in complaints(written, {"WARNING", "ERROR"}))
        if booted:
            return found
        return (
            *found,
            Problem(
                text="A trial start of the exchange with this configuration did not come up in {seconds} s. "
                "Nothing was changed.",
                args={"seconds": str(BOOT_SECONDS)},
                original="\n".join(written.splitlines()[-3:]),
            ),
        )

    @property
    def _asterisk_file(self) -> Access:
        return Access(self._asterisk.uid, self._asterisk.gid, 0o600)


def _argv(folder: Path, directories: Directories) -> list[str]:
    properties = (
        "Type=notify",
        "User=asterisk",
        "Group=asterisk",
        f"TimeoutStartSec={BOOT_SECONDS}",
        f"RuntimeMaxSec={BOOT_SECONDS * 2}",
        "KillSignal=SIGKILL",
        "SendSIGHUP=no",
        "PrivateNetwork=yes",
        "PrivateIPC=yes",
        "PrivateTmp=yes",
        # The lines by cards are the live exchange's.
        "PrivateDevices=yes",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        f"ReadWritePaths={folder}",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "AppArmorProfile=-asterisk",
        "CPUWeight=20",
        "IOWeight=20",
        "OOMScoreAdjust=500",
        f"StandardOutput=file:{folder}/console.log",
        f"StandardError=file:{folder}/console.log",
    )
    return [
        *("systemd-run", "--quiet", "--collect", f"--unit={UNIT}"),
        *(f"--property={each}" for each in properties),
        *(PROGRAM, "-f", "-C", str(directories.etc / "asterisk.conf")),
    ]
