"""A running box: the finished root in a container, a private network, the example branch loaded.

    box = Box.start("mytest", root)           # root: images.rootfs.build(...); a fresh box with its own disk
    box.run(["systemctl", "is-active", "asterisk"])           # as root inside
    box.as_user("technician", ["branchbox", "status", "--json"])
    box.operator(["sipp", ...])                               # in the operator's namespace, to its end
    process = box.operator_start(["sipp", ...], log=path)     # the same, going on by itself
    box.document.extensions[0].password.get_secret_value()    # the seed with all secrets
    box.path("/var/log/asterisk/queue_log")                   # a file of the box, read from outside
    box.cut(); box.boot()                                     # power fails, comes back; the disk stays
    box.stop()

The box is at 10.77.0.1; the operator's namespace holds 10.77.0.2 (the carrier) and 10.77.0.3
(phones). Several boxes run side by side under different names, each in namespaces of its own
(`bb-NAME-box`, `bb-NAME-op`).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.site import document as site
from appliance.site.models import SiteDocument
from images import container, rootfs
from images import run as gateway
from images.container import Container, Process
from images.network import BOX_ADDRESS, Network
from images.places import BOXES, MOUNTS
from images.run import Popen, Result, die, poll, run, tail
from images.ssh import Key
from tui.cli.context import Exit

TECHNICIAN = "technician"
"""The example branch's person whose key `Box` holds."""
ON_DISK = ("/var/lib/branchbox", "/var/log/asterisk", "/var/spool/asterisk", "/var/lib/asterisk")
"""Real directories: leases and inotify are not to be trusted on an overlay."""
REST = ("branchbox-recorder", "ssh")
"""Units without a socket that could be asked."""
READY_SECONDS = 90.0
GATE_SECONDS = 420.0
"""The patience of its test with itself, a call, and some more for a busy machine."""


@dataclass
class Box:
    """One box by name. Its files are below `home`: disk, console.log, key, known_hosts, site.toml."""

    name: str
    layers: tuple[Path, ...]
    running: Container | None = field(default=None, repr=False)

    # --- making and finding ---

    @classmethod
    def start(cls, name: str, root: rootfs.Root, *, language: str = "en", document: SiteDocument | None = None) -> Box:
        """A fresh box, booted and ready; what an earlier one of this name left is removed.

        `document` replaces the example branch of `language`; its technician gets the key of
        this box and missing secrets are made. Raises Failure when it does not become ready.
        """
        if (old := cls.find(name)) and old.alive:
            old.stop()
        box = cls(name, root.layers)
        box.remove()
        box.home.mkdir(parents=True)
        seed = document or site.parse(site.example(language))[0]
        if seed is None:
            die(f"The example branch {language} does not load.")
        box._seed(seed)
        box.boot()
        box.wait_ready()
        return box

    @classmethod
    def new(cls, name: str, root: rootfs.Root) -> Box:
        """A fresh box without a seed, booted as far as its first question. Raises Failure."""
        if (old := cls.find(name)) and old.alive:
            old.stop()
        box = cls(name, root.layers)
        box.remove()
        box.home.mkdir(parents=True)
        Key.fresh(box.home, f"dev-{name}")
        box.boot()
        box.wait_for_questions()
        return box

    @classmethod
    def find(cls, name: str) -> Box | None:
        """The box of this name, running or switched off; None when there is none."""
        note = BOXES / name / "box.json"
        if not note.exists():
            return None
        noted = json.loads(note.read_text())
        running = Container(Process(*noted["supervisor"]), Process(*noted["leader"]))
        return cls(name, tuple(map(Path, noted["layers"])), running)

    # --- where things are ---

    @property
    def home(self) -> Path:
        """Its folder on this machine."""
        return BOXES / self.name

    @property
    def network(self) -> Network:
        """Its namespaces."""
        return Network.of(self.name)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.running is not None and self.running.alive

    @property
    def document(self) -> SiteDocument:
        """The seed with all secrets. What was applied since is not in it."""
        return site.load((self.home / "site.toml").read_text())

    def path(self, inside: str) -> Path:
        """A file of the box as seen from this machine."""
        for folder in ON_DISK:
            if inside == folder or inside.startswith(folder + "/"):
                return self._disk(folder) / inside[len(folder) :].lstrip("/")
        return self._tree / inside.lstrip("/")

    # --- running things ---

    def run(
        self, argv: Sequence[str], *, check: bool = True, stdin: str | None = None, timeout: float | None = 60
    ) -> Result:
        """Run a program inside as root. Raises CommandFailure when it ends badly and `check` is set."""
        return self._running().run(argv, check=check, stdin=stdin, timeout=timeout)

    def as_user(
        self,
        login: str,
        argv: Sequence[str],
        *,
        check: bool = True,
        stdin: str | None = None,
        timeout: float | None = 60,
    ) -> Result:
        """Run a program inside as a user, with that user's groups."""
        return self.run(["runuser", "-u", login, "--", *argv], check=check, stdin=stdin, timeout=timeout)

    def inside(self, argv: Sequence[str]) -> list[str]:
        """The command line that runs `argv` inside as root: for a terminal, or for Popen."""
        return self._running().inside(argv)

    def operator(
        self, argv: Sequence[str | Path], *, check: bool = True, timeout: float | None = 60, log: Path | None = None
    ) -> Result:
        """Run a program in the operator's namespace to its end."""
        return run(self.at_operator(argv), check=check, timeout=timeout, log=log)

    def operator_start(self, argv: Sequence[str | Path], *, log: Path, cwd: Path | None = None) -> Popen[bytes]:
        """Start a program in the operator's namespace; its pid is the program's own."""
        return gateway.start(self.at_operator(argv), log=log, cwd=cwd)

    def at_operator(self, argv: Sequence[str | Path]) -> list[str]:
        """The command line that runs `argv` in the operator's namespace."""
        return ["ip", "netns", "exec", self.network.operator, *map(str, argv)]

    def ssh(self, *command: str, login: str = TECHNICIAN, terminal: bool = False, at: str = BOX_ADDRESS) -> list[str]:
        """The command line that logs a person in over SSH from the operator; `at` is for a box that moved."""
        return self.at_operator(Key(self.home).login(login, at, *command, terminal=terminal))

    # --- on and off ---

    def boot(self) -> None:
        """Switch on with the disk as it is. Raises Failure."""
        self._clear()
        rootfs.mount(self.layers, self.home / "disk", self._tree)
        self._write_seed()
        self.network.make()
        self.running = container.boot(
            self.name,
            self._tree,
            self.network.box_path,
            [(self._disk(folder), folder) for folder in ON_DISK],
            self.home / "console.log",
        )
        note = {
            "layers": [str(layer) for layer in self.layers],
            "supervisor": [self.running.supervisor.pid, self.running.supervisor.born],
            "leader": [self.running.leader.pid, self.running.leader.born],
        }
        (self.home / "box.json").write_text(json.dumps(note))

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait until Asterisk is fully booted and core answers. Raises Failure with what is missing."""
        missing: list[str] = []

        def ready() -> bool:
            missing[:] = self.missing()
            return not missing or not self.alive

        if poll(ready, seconds=seconds, every=0.25) and self.alive:
            return
        if not self.alive:
            die(
                f"The box switched itself off.\n{tail(self.home / 'console.log')}",
                hint=f"Read {self.home}/console.log.",
            )
        ours = ("--unit=branchbox-*", "--unit=asterisk")
        journal = self.run(["journalctl", "--no-pager", "--lines=25", *ours], check=False)
        die(
            f"After {seconds:.0f} s the box still lacks: {'; '.join(missing)}.\n{journal.out}",
            hint=f"./dev --box {self.name} logs shows more; the box is left running.",
        )

    def wait_tested(self, seconds: float = GATE_SECONDS) -> None:
        """Wait until the box has tested itself after its start: until then a call of its own is up. Raises Failure."""
        asked = ["systemctl", "is-active", "branchbox-gate.service"]
        # Its verdict is written a moment before its end.
        if not poll(lambda: self.run(asked, check=False).out.strip() == "active", seconds=seconds):
            journal = self.run(["journalctl", "--no-pager", "--lines=25", "--unit=branchbox-gate"], check=False)
            die(f"After {seconds:.0f} s the box has not tested itself.\n{journal.out}")

    def wait_for_questions(self, seconds: float = READY_SECONDS) -> None:
        """Wait until a box without a revision knows that it has none. Raises Failure."""
        asked = ["runuser", "-u", "branchbox-setup", "--", "/usr/bin/branchbox", "status", "--json"]
        if not poll(lambda: self.run(asked, check=False).code in {Exit.DONE, Exit.PROBLEMS}, seconds=seconds):
            journal = self.run(["journalctl", "--no-pager", "--lines=25", "--unit=branchbox-*"], check=False)
            die(f"After {seconds:.0f} s the box asks nothing.\n{journal.out}")

    def missing(self) -> list[str]:
        """What is not up yet, in words; empty when the box is ready."""
        lacks = []
        if not self.path("/var/lib/branchbox/revisions/current/asterisk/asterisk.conf").exists():
            lacks.append("a configuration in force (branchbox-host)")
        elif not self._asterisk_booted():
            lacks.append("Asterisk")
        if not self._answers("/run/branchbox/core/api.sock"):
            lacks.append("core's answer (branchbox-core)")
        # A status with an alarm in it is an answer too.
        elif self.as_user(TECHNICIAN, ["branchbox", "status", "--json"], check=False).code > Exit.PROBLEMS:
            lacks.append("core's answer to the technician")
        if not self._answers("/run/branchbox/health/health.sock"):
            lacks.append("health's answer (branchbox-health)")
        states = self.run(["systemctl", "is-active", *REST], check=False).out.split()
        lacks += [unit for unit, state in zip(REST, states, strict=False) if state != "active"]
        return lacks

    def stop(self) -> None:
        """Switch off in good order; the disk stays."""
        if self.running is not None and self.running.alive:
            self.running.power_off()
        self._clear()

    def cut(self) -> None:
        """As when the power fails."""
        self._running().cut()
        self._clear()

    def remove(self) -> None:
        """Forget a box that is switched off: its disk goes too."""
        self._clear()
        shutil.rmtree(self.home, ignore_errors=True)

    # --- within ---

    @property
    def _tree(self) -> Path:
        return MOUNTS / f"box-{self.name}"

    def _disk(self, folder: str) -> Path:
        return self.home / "data" / folder.strip("/").replace("/", "-")

    def _running(self) -> Container:
        if self.running is None or not self.running.alive:
            die(f"The box {self.name} is switched off.", hint="./dev up")
        return self.running

    def _clear(self) -> None:
        rootfs.unmount(self._tree)
        self.network.remove()
        container.forget(self.name)
        self.running = None

    def _seed(self, document: SiteDocument) -> None:
        """Write the seed with fresh secrets and a fresh key for the technician."""
        public = Key.fresh(self.home, f"dev-{self.name}").public
        people = tuple(
            person.model_copy(update={"ssh_keys": (public,)}) if person.login == TECHNICIAN else person
            for person in document.people
        )
        whole = site.fill_secrets(document.model_copy(update={"people": people}), None, generate=True)
        seed = self.home / "site.toml"
        seed.touch(mode=0o600)
        seed.write_text(site.dump(whole))

    def _write_seed(self) -> None:
        """Put the seed, if there is one, and the directories of the disk where the box finds them."""
        if (self.home / "site.toml").exists():
            shutil.copy(self.home / "site.toml", self._tree / "etc/branchbox/site.toml")
        for folder in ON_DISK:
            if not self._disk(folder).exists():
                self._disk(folder).parent.mkdir(parents=True, exist_ok=True)
                run(["cp", "--archive", self._tree / folder.lstrip("/"), self._disk(folder)])

    def _asterisk_booted(self) -> bool:
        configuration = "/var/lib/branchbox/revisions/current/asterisk/asterisk.conf"
        asked = self.run(["asterisk", "-C", configuration, "-rx", "core waitfullybooted"], check=False, timeout=10)
        return "fully booted" in asked.out

    def _answers(self, inside: str) -> bool:
        """Whether something listens on a Unix socket of the box."""
        if self.running is None:
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                # /proc/PID/root follows the mounts that only the box sees, such as its /run.
                probe.connect(f"/proc/{self.running.leader.pid}/root{os.path.normpath(inside)}")
            except OSError:
                return False
        return True
