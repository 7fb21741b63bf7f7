"""One computer in QEMU: switched on, typed at, plugged, photographed, killed.

    machine = Machine("mine", Firmware.BIOS, (Disk.over(path, image),))
    machine.on(stick=Disk(...))                       # its network is a Cable of the same name
    machine.console.wait("login:", seconds=120)       # the serial line
    machine.press("F2"); machine.type("Wenzhou\\n")    # the keyboard in front of the screen
    machine.photograph(Path("screen.png"))
    machine.pull(); machine.kill(); machine.on(); machine.wait_off(60)

Emulated, not virtualised: a guest is 5 to 20 times slower than the machine that it runs on.
Disks are qcow2: QEMU keeps the places of new data to itself until the guest flushes, so that a
kill loses what was not flushed, as a power cut does.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from images.run import Failure, Popen, die, end_with_us, poll, start, tail
from images.vm import emulator
from images.vm.cable import TAP, Cable
from images.vm.console import Console
from images.vm.disks import Disk
from images.vm.keys import Chord, named, typed
from images.vm.monitor import Monitor

OVMF = Path("/usr/share/OVMF")
BETWEEN_KEYS = 0.08
"""Seconds; an emulated guest loses presses that come faster."""
HELD = 5
"""Milliseconds; who is busy drawing then finds a key's release beside its press, and does not take it for held."""
PATIENCE = 900.0
"""Seconds for what a real machine does in a minute."""
PROCESSOR = "qemu64"
"""An old one is the fastest here: who finds wide registers uses them, and each is emulated piece by piece."""
STICK, LINE = "stick", "line"
PORT = "enp0s3"
"""What systemd calls the network port where it is plugged (systemd.net-naming-scheme)."""


class Firmware(StrEnum):
    """What starts the boot loader."""

    BIOS = "bios"
    UEFI = "uefi"


@dataclass
class Machine:
    """A computer by name; its files are in `home`: one console file per boot, QEMU's own log."""

    name: str
    home: Path
    firmware: Firmware
    disks: tuple[Disk, ...]
    memory: int = 2048
    """Megabytes."""
    second_line: bool = False
    """Whether it has a second serial line, for images.vm.rootshell."""
    boots: int = 0
    _process: Popen[bytes] | None = field(default=None, repr=False)
    _monitor: Monitor | None = field(default=None, repr=False)
    _console: Console | None = field(default=None, repr=False)
    _from_stick: bool = field(default=False, repr=False)

    @property
    def cable(self) -> Cable:
        """Its network."""
        return Cable(self.name)

    @property
    def second_line_at(self) -> Path:
        """The Unix socket of the second serial line."""
        return self.home / "line-2"

    @property
    def alive(self) -> bool:
        """Whether it is switched on."""
        return self._process is not None and self._process.poll() is None

    @property
    def console(self) -> Console:
        """The serial line of this boot, or of the last one."""
        return self._console or die(f"{self.name} was never switched on.")

    @property
    def monitor(self) -> Monitor:
        """QEMU's monitor."""
        return self._monitor or die(f"{self.name} is switched off.")

    # --- on and off ---

    def on(self, *, stick: Disk | None = None, paused: bool = False) -> None:
        """Switch on; it boots from the stick when there is one. Raises Failure with what QEMU said."""
        if self.alive:
            die(f"{self.name} is on already.")
        self._let_go()
        self.home.mkdir(parents=True, exist_ok=True)
        self.cable.make()
        self.boots += 1
        self._console = Console(self.home / f"boot-{self.boots}")
        socket = self.home / "monitor"
        socket.unlink(missing_ok=True)
        log = self.home / "qemu.log"
        self._process = start(
            self.cable.at_operator(self._argv(socket, stick)), log=log, env=emulator.surroundings(), before=end_with_us
        )
        if not poll(lambda: socket.exists() or not self.alive, seconds=30) or not self.alive:
            die(f"QEMU did not start.\n{tail(log)}", hint=f"Read {log}.")
        self._monitor = Monitor(socket)
        self._from_stick = stick is not None
        if not paused:
            self.monitor.ask("cont")

    def save(self, tag: str) -> None:
        """Keep memory and disks as they are now, in the first disk; the guest goes on.

        A stick may be in only if the machine was switched on with it, and must be a qcow2.
        """
        self._snapshot("snapshot-save", tag)

    def on_as_saved(self, tag: str, *, stick: Disk | None = None) -> None:
        """Switch on in the middle of what `save` kept: no boot. Disks, and the stick of then, are as they were."""
        self.on(stick=stick, paused=True)
        self._snapshot("snapshot-load", tag)
        self.monitor.ask("cont")

    def hold(self) -> None:
        """Stand still, so that another machine has the processors; `go_on` ends it."""
        self.monitor.ask("stop")

    def go_on(self) -> None:
        """Go on after `hold`."""
        self.monitor.ask("cont")

    def kill(self) -> None:
        """As when the power fails."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=30)
        self._let_go()

    def close(self) -> None:
        """Switch off and take its network away; the files stay."""
        self.kill()
        self.cable.remove()
        if self._console is not None:
            self._console.close()
            self._console = None

    def remove(self) -> None:
        """Forget it with all its files."""
        self.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def button(self) -> None:
        """Press the power button (ACPI)."""
        self.monitor.ask("system_powerdown")

    def wait_off(self, seconds: float) -> None:
        """Wait until it has switched itself off. Raises Failure."""
        if not poll(lambda: not self.alive, seconds=seconds):
            die(f"{self.name} is still on after {seconds:g} s.\n{self.last_words()}")
        self._let_go()

    def wait_reboot(self, seconds: float) -> None:
        """Wait until it starts again by itself, from its firmware on. Raises Failure."""
        if self.monitor.event("RESET", seconds=seconds) is None:
            die(f"{self.name} has not started again after {seconds:g} s.\n{self.last_words()}")
        self.console.skip()

    def last_words(self) -> str:
        """The end of the serial line, for messages."""
        return "\n".join(self.console.said.splitlines()[-25:])

    # --- the person in front of it ---

    def type(self, text: str) -> None:
        """Write a text on the keyboard; a line end is the Enter key."""
        self._strike(typed(text))

    def press(self, *presses: str) -> None:
        """Press keys by name: `F2`, `Enter`, `Shift+Tab`, `Ctrl+p`, `y`."""
        self._strike([named(press) for press in presses])

    def photograph(self, to: Path) -> Path:
        """What the screen shows now, as a PNG."""
        to.parent.mkdir(parents=True, exist_ok=True)
        # QEMU opens the file itself, from wherever it runs.
        self.monitor.ask("screendump", filename=str(to.resolve()), format="png")
        return to

    def picture(self) -> bytes:
        """What the screen shows now, as a binary PPM."""
        to = self.home / "screen.ppm"
        self.monitor.ask("screendump", filename=str(to.resolve()), format="ppm")
        return to.read_bytes()

    def plug(self, disk: Disk, name: str = STICK) -> None:
        """Put a USB stick in."""
        self.monitor.ask("blockdev-add", **_node(disk, name))
        self.monitor.ask("device_add", driver="usb-storage", drive=name, id=f"usb-{name}", bus="usb.0", removable=True,
                         serial=disk.serial)  # fmt: skip

    def pull(self, name: str = STICK) -> None:
        """Pull a USB stick out, whatever is going on with it."""
        self.monitor.ask("device_del", id=f"usb-{name}")
        if not poll(lambda: self._closed(name), seconds=30):
            die(f"QEMU did not let go of {name}.")
        if name == STICK:
            self._from_stick = False

    def plug_line(self, at: Path) -> None:
        """Put a USB serial line in (/dev/ttyUSB0); whoever is at its other end connects to a Unix socket."""
        at.unlink(missing_ok=True)
        address = {"type": "unix", "data": {"path": str(at)}}
        listens = {"type": "socket", "data": {"addr": address, "server": True, "wait": False}}
        self.monitor.ask("chardev-add", id=LINE, backend=listens)
        self.monitor.ask("device_add", driver="usb-serial", chardev=LINE, id=f"usb-{LINE}", bus="usb.0")

    def cable_in(self, connected: bool) -> None:
        """Plug the network cable in or out."""
        self.monitor.ask("set_link", name="wire", up=connected)

    # --- within ---

    def _snapshot(self, command: str, tag: str) -> None:
        nodes = [f"disk{place}" for place in range(len(self.disks))] + ([STICK] if self._from_stick else [])
        self.monitor.ask(command, job_id=command, tag=tag, vmstate=nodes[0], devices=nodes)
        ended: list[dict[str, Any]] = []

        def over() -> bool:
            jobs = self.monitor.ask("query-jobs")
            ended[:] = [job for job in jobs if job["id"] == command and job["status"] == "concluded"]
            return bool(ended)

        if not poll(over, seconds=300, every=0.2):
            die(f"QEMU has not finished {command} after 300 s.")
        self.monitor.ask("job-dismiss", id=command)
        if "error" in ended[0]:
            die(f"QEMU could not do {command}: {ended[0]['error']}")

    def _strike(self, chords: Sequence[Chord]) -> None:
        for chord in chords:
            keys = [{"type": "qcode", "data": key} for key in chord]
            self.monitor.ask("send-key", keys=keys, hold_time=HELD)
            time.sleep(BETWEEN_KEYS)

    def _closed(self, name: str) -> bool:
        """Whether QEMU has closed a stick's file; the device lets go of it a little after it is deleted."""
        try:
            self.monitor.ask("blockdev-del", node_name=name)
        except Failure:
            return False
        return True

    def _argv(self, socket: Path, stick: Disk | None) -> list[str | Path]:
        argv: list[str | Path] = [
            *emulator.program(), "-name", self.name, "-nodefaults", "-no-user-config", "-S",
            "-machine", "q35", "-accel", "tcg,thread=multi", "-smp", "2", "-cpu", PROCESSOR, "-m", str(self.memory),
            "-display", "none", "-vga", "std", "-boot", "strict=on",
            "-chardev", f"socket,id=monitor,path={socket},server=on,wait=off", "-mon", "chardev=monitor,mode=control",
            "-chardev", f"pipe,id=serial,path={self.console.path.with_suffix('')}", "-serial", "chardev:serial",
            "-netdev", f"tap,id=wire,ifname={TAP},script=no,downscript=no",
            "-device", "virtio-net-pci,netdev=wire,romfile=,addr=0x3",
            "-device", "qemu-xhci,id=usb", "-device", "i6300esb", "-action", "watchdog=reset",
        ]  # fmt: skip
        if self.second_line:
            argv += ["-serial", f"unix:{self.second_line_at},server=on,wait=off"]
        if self.firmware is Firmware.UEFI:
            argv += self._flash()
        for place, disk in enumerate(self.disks):
            argv += ["-blockdev", _words(_node(disk, f"disk{place}")), "-device",
                     f"ide-hd,drive=disk{place},bus=ide.{place},bootindex={place + 2},model={disk.model},"
                     f"serial={disk.serial}"]  # fmt: skip
        if stick:
            argv += ["-blockdev", _words(_node(stick, STICK)), "-device",
                     f"usb-storage,drive={STICK},id=usb-{STICK},bus=usb.0,removable=on,bootindex=1,"
                     f"serial={stick.serial}"]  # fmt: skip
        return argv

    def _flash(self) -> list[str]:
        """UEFI's code, and variables of this machine's own."""
        variables = self.home / "uefi-variables.fd"
        if not variables.exists():
            shutil.copy(OVMF / "OVMF_VARS_4M.fd", variables)
        code = OVMF / "OVMF_CODE_4M.fd"
        return ["-drive", f"if=pflash,format=raw,readonly=on,file={code}", "-drive",
                f"if=pflash,format=raw,file={variables}"]  # fmt: skip

    def _let_go(self) -> None:
        if self._monitor is not None:
            self._monitor.close()
            self._monitor = None


def _node(disk: Disk, name: str) -> dict[str, Any]:
    """A disk for QEMU's -blockdev and blockdev-add.

    `no-flush` spares the host's fsync: what is flushed is QEMU's to the kernel, which a kill does not take away.
    """
    return {
        "driver": disk.form,
        "node_name": name,
        "cache": {"no-flush": True},
        "file": {"driver": "file", "filename": str(disk.path.resolve()), "cache": {"no-flush": True}},
    }


def _words(node: dict[str, Any], prefix: str = "") -> str:
    """A node as the command line wants it: dotted names."""
    words = []
    for name, value in node.items():
        dotted = prefix + name.replace("_", "-")
        if isinstance(value, dict):
            words.append(_words(value, f"{dotted}."))
        else:
            words.append(f"{dotted}={'on' if value is True else value}")
    return ",".join(words)
