"""An exchange without Asterisk: it has the files that it was told to load, and answers from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError, Problem
from asterisk_conf.dahdi import system_conf
from provisioning.revisions import Revisions
from provisioning.trial import Verdict


class FakeLive:
    """Stands for `provisioning.asterisk.LiveAsterisk`."""

    def __init__(self, revisions: Revisions, reloads: Mapping[str, str]) -> None:
        self._revisions = revisions
        self._reloads = reloads
        self.loaded: dict[str, str] = {}
        self.up = False
        self.calls = 0
        self.on_lines = 0
        self.has_lines = False
        self.dropped = 0
        self.log = ""
        self.hangs_on: str | None = None
        self.breaks_queues = False
        self.asked_to_restart_when_idle = False
        self.reloaded: list[str] = []
        self.start_time = 0.0

    def _files(self) -> dict[str, str]:
        return self._revisions.tree(self._revisions.current())

    def runs(self) -> bool:
        return self.up

    def start(self) -> None:
        self.loaded, self.up = self._files(), True

    def restart(self) -> None:
        self.dropped += self.calls
        self.start()

    def restart_when_idle(self) -> None:
        self.asked_to_restart_when_idle = True

    def calls_up(self) -> int:
        return self.calls

    def lines_up(self) -> int:
        return self.on_lines

    def let_lines_go(self) -> None:
        self.dropped += self.on_lines
        self.on_lines, self.has_lines = 0, False

    def take_lines(self) -> None:
        files = self._files()
        self.loaded |= {name: files[name] for name in ("chan_dahdi.conf", "modules.conf")}
        self.has_lines = True

    def started_at(self, now: float) -> float:
        return self.start_time

    def reload(self, commands: Iterable[str]) -> None:
        for command in commands:
            if command == self.hangs_on:
                self.hangs_on = None
                raise BranchboxError(Problem(text="The exchange did not end {command}.", args={"command": command}))
            self.reloaded.append(command)
            files = self._files()
            for name in [name for name, each in self._reloads.items() if each == command]:
                self.loaded[name] = files[name]

    def log_size(self) -> int:
        return len(self.log)

    def log_since(self, size: int) -> str:
        return self.log[size:]

    def ask(self, command: str) -> str:
        if command == "module show":
            names = re.findall(r"^load = (\S+)", self.loaded["modules.conf"], re.MULTILINE)
            return "".join(f"{name:<40} Something {0:<10} Running  core\n" for name in names)
        if command == "pjsip list endpoints":
            found = re.findall(r"^\[([^\]]+)\]\ntype = endpoint", self.loaded["pjsip.conf"], re.MULTILINE)
            return "".join(f" Endpoint:  {name:<50} Unavailable   0 of inf\n" for name in found)
        if command == "queue show":
            names = [] if self.breaks_queues else re.findall(r"^\[([^\]]+)\]", self.loaded["queues.conf"], re.MULTILINE)
            return "".join(f"{name} has 0 calls (max unlimited) in 'leastrecent' strategy\n" for name in names)
        if command == "dialplan show":
            names = re.findall(r"^\[([^\]]+)\]", self.loaded["extensions.conf"], re.MULTILINE)
            return "".join(f"[ Context '{name}' created by 'pbx_config' ]\n" for name in names)
        return ""


class FakeTrial:
    """Stands for `provisioning.trial.Trial`; accepts what it is not told to refuse."""

    def __init__(self) -> None:
        self.refuses: tuple[Problem, ...] = ()

    def start(self, document: SiteDocument) -> Verdict:
        return Verdict(self.refuses, 0.25)


class FakePeople:
    """Stands for `provisioning.accounts.System`."""

    def __init__(self) -> None:
        self.logins: set[str] = set()
        self.fails = False

    def problems(self, document: SiteDocument) -> tuple[Problem, ...]:
        return ()

    def make_true(self, document: SiteDocument) -> None:
        if self.fails:
            self.fails = False
            raise BranchboxError(Problem(text="useradd failed with code 4."))
        self.logins = {person.login for person in document.people}


class FakeMachine:
    """Stands for `provisioning.machine.system.System`: has the document that it was made true to."""

    def __init__(self) -> None:
        self.document: SiteDocument | None = None
        self.refuses: tuple[Problem, ...] = ()
        self.fails: tuple[Problem, ...] = ()
        self.leased: frozenset[str] = frozenset()

    def problems(self, document: SiteDocument) -> tuple[Problem, ...]:
        return self.refuses

    def make_true(self, document: SiteDocument) -> tuple[Problem, ...]:
        if self.fails:
            failed, self.fails = self.fails, ()
            return failed
        self.document = document
        return ()

    def addresses(self) -> dict[str, frozenset[str]]:
        return {"eth0": self.leased}


class FakeLines:
    """Stands for `provisioning.lines.Lines`: DAHDI knows the trunks that it was told last."""

    def __init__(self) -> None:
        self.told: str | None = None
        self.refuses: tuple[Problem, ...] = ()

    def problems(self, document: SiteDocument) -> tuple[Problem, ...]:
        return self.refuses

    def text(self, document: SiteDocument | None) -> str | None:
        return system_conf(document) if document else None

    def differ(self, document: SiteDocument) -> bool:
        return self.told != self.text(document)

    def tell(self, document: SiteDocument) -> None:
        self.told = self.text(document)


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def folder_names(path: Path) -> list[str]:
    """What a folder holds, in order."""
    return sorted(each.name for each in path.iterdir())
