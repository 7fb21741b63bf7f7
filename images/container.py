"""systemd-nspawn as a machine: started, found again by pid, entered, switched off or cut.

There may be no systemd on the machine that this runs on (a CI container), hence no machined:
the leader's pid, noted when it started, is what everything else goes by.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from images import run as gateway
from images.run import CLEAN, Popen, Result, die, poll

_POWER_OFF = signal.SIGRTMIN + 4
"""systemd's signal for `systemctl poweroff`."""
_ON_SYSTEMD = Path("/run/systemd/system").is_dir()


@dataclass(frozen=True)
class Process:
    """A process that stays the same one although pids are used again; `born` is in clock ticks since boot."""

    pid: int
    born: int

    @classmethod
    def of(cls, pid: int) -> Process | None:
        """The process with this pid now; None when there is none."""
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] == "Z" else cls(pid, int(fields[19]))

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return Process.of(self.pid) == self

    def send(self, sent: int) -> None:
        """Send a signal, if it still runs."""
        if self.alive:
            os.kill(self.pid, sent)


@dataclass(frozen=True)
class Container:
    """A booted tree: nspawn itself, and the tree's own pid 1."""

    supervisor: Process
    leader: Process

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.supervisor.alive and self.leader.alive

    def inside(self, argv: Sequence[str]) -> list[str]:
        """The command line that runs `argv` inside as root, with a clean environment."""
        enter = ["nsenter", f"--target={self.leader.pid}", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup"]
        settings = [f"{name}={value}" for name, value in CLEAN.items()]
        return [*enter, "env", "-i", "TERM=" + os.environ.get("TERM", "linux"), *settings, *argv]

    def run(self, argv: Sequence[str], *, check: bool, stdin: str | None, timeout: float | None) -> Result:
        """Run a program inside to its end."""
        return gateway.run(self.inside(argv), check=check, stdin=stdin, timeout=timeout)

    def power_off(self) -> None:
        """Switch off in good order; by force after 30 s."""
        self.leader.send(_POWER_OFF)
        if not poll(lambda: not self.supervisor.alive, seconds=30):
            self.cut()

    def cut(self) -> None:
        """As when the power fails: nothing inside gets to do anything more."""
        self.leader.send(signal.SIGKILL)
        if not poll(lambda: not self.supervisor.alive, seconds=5):
            self.supervisor.send(signal.SIGKILL)
            poll(lambda: not self.supervisor.alive, seconds=5)


def boot(name: str, tree: Path, network: Path, binds: Sequence[tuple[Path, str]], console: Path) -> Container:
    """Boot a tree with systemd in a network namespace. Raises Failure when nspawn gives up."""
    started = gateway.start(
        [
            "systemd-nspawn", "--quiet", "--boot", f"--directory={tree}", f"--machine={name}", "--register=no",
            *(() if _ON_SYSTEMD else ("--keep-unit",)),
            f"--network-namespace-path={network}", "--capability=CAP_NET_ADMIN", "--console=read-only",
            "--resolv-conf=off", "--timezone=off", "--link-journal=no",
            *(f"--bind={outside}:{inside}" for outside, inside in binds),
        ],
        log=console,
        # trixie's systemd refuses the old cgroup layout; a machine without systemd may have both.
        env={"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
        before=_own_cgroup(name),
    )  # fmt: skip
    leader: list[Process] = []

    def has_leader() -> bool:
        found = _child(started)
        leader.extend([found] if found else [])
        return bool(leader) or started.poll() is not None

    poll(has_leader, seconds=30)
    supervisor = Process.of(started.pid)
    if not leader or supervisor is None:
        die(f"The container did not start.\n{gateway.tail(console)}", hint=f"Read {console}.")
    return Container(supervisor, leader[0])


def _child(started: Popen[bytes]) -> Process | None:
    """nspawn's pid 1 of the tree: its child of the name systemd (or still the stub before it)."""
    try:
        children = Path(f"/proc/{started.pid}/task/{started.pid}/children").read_text().split()
    except OSError:
        return None
    for pid in map(int, children):
        if _comm(pid) in {"systemd", "init"}:
            return Process.of(pid)
    return None


def _comm(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def forget(name: str) -> None:
    """Remove the cgroups of a container that is off; those that still hold a process stay."""
    for folder in _cgroups(name):
        for inner in sorted([folder, *folder.glob("**/")], key=lambda each: len(each.parts), reverse=True):
            with contextlib.suppress(OSError):
                inner.rmdir()


def _own_cgroup(name: str) -> Callable[[], None]:
    """What a child does to stand in a cgroup of its own: nspawn gives every container of one cgroup the same place."""
    folders = _cgroups(name)

    def enter() -> None:
        for folder in folders:
            folder.mkdir(exist_ok=True)
            (folder / "cgroup.procs").write_text(str(os.getpid()))

    return enter


def _cgroups(name: str) -> list[Path]:
    """The container's folder in systemd's hierarchy and in the unified one, below ours; none where systemd rules."""
    if _ON_SYSTEMD:
        return []
    own = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        own[controllers] = path.lstrip("/")
    folders = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        words = line.split()
        kind, options = words[words.index("-") + 1], words[-1].split(",")
        hierarchy = {"cgroup2": "", "cgroup": next((each for each in options if each.startswith("name=")), None)}.get(
            kind
        )
        if hierarchy in {"", "name=systemd"} and hierarchy in own:
            folders.append(Path(words[4]) / own[hierarchy] / f"branchbox-{name}")
    return folders
