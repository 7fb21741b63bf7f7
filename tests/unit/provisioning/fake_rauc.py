"""RAUC without a disk: what it was told, and an installation whose steps the test takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from appliance.api.updates import Source
from provisioning.updates.rauc import Bundle, Doing, Half, RaucBusy, RaucError
from provisioning.updates.words import explained

IDLE = Doing(busy=False, share=0.0, said="", error="")


def half(name: str, kind: str, boot: str | None, parent: str | None = None) -> Half:
    letter = "a" if name.endswith("0") else "b"
    place = {"rootfs": "system", "boot": "boot"}[kind]
    return Half(
        name=name,
        kind=kind,
        boot=boot,
        parent=parent,
        device=f"/dev/disk/by-partlabel/{place}-{letter}",
        running=letter == "a",
        good=True,
        whole=True,
        version="1.4.0",
        installed="2026-11-01T02:14:09Z",
        fresh=False,
    )


class FakeRauc:
    """Slot A runs. `write` ends the installation that is on its way, well or with RAUC's words."""

    def __init__(self) -> None:
        self.parts = {
            part.name: part
            for part in (
                half("rootfs.0", "rootfs", "A"),
                half("boot.0", "boot", None, "rootfs.0"),
                half("rootfs.1", "rootfs", "B"),
                half("boot.1", "boot", None, "rootfs.1"),
            )
        }
        self.bundle = Bundle("branchbox-amd64", "1.5.0", "Branchbox 1.5.0", "abc", {"rootfs": 600_000_000, "boot": 60})
        self.refuses = ""
        self.silent = 0
        """How many questions it leaves without an answer."""
        self.now = IDLE
        self.first = "rootfs.0"
        self.marked: list[tuple[str, str]] = []
        self.begun: list[str] = []
        self.installing = threading.Event()
        self.stopped = threading.Event()

    def compatible(self) -> str:
        return "branchbox-amd64"

    def halves(self) -> tuple[Half, ...]:
        self._answers()
        self._free()
        return tuple(self.parts.values())

    def primary(self) -> str:
        self._free()
        return self.first

    def inspect(self, source: str) -> Bundle:
        self._free()
        if self.refuses:
            raise RaucError(explained(self.refuses))
        return self.bundle

    def begin(self, source: str) -> None:
        self.begun.append(source)
        self._other(good=False, whole=False, fresh=True)
        self.now = Doing(busy=True, share=0.4, said="Copying image to rootfs.1", error="")
        self.installing.set()

    def write(self, error: str = "") -> None:
        if not error:
            self._other(whole=True, version=self.bundle.version)
        self.now = Doing(busy=False, share=1.0, said="Installing done.", error=error)

    def doing(self) -> Doing:
        self._answers()
        return self.now

    def mark(self, state: str, slot: str) -> None:
        self.marked.append((state, slot))
        if state == "active":
            self.first = slot
            self.parts[slot] = replace(self.parts[slot], good=True, fresh=False)
        elif slot in self.parts:
            self.parts[slot] = replace(self.parts[slot], good=state == "good")

    def stop(self) -> None:
        self.now = IDLE
        self.stopped.set()

    def _answers(self) -> None:
        if self.silent:
            self.silent -= 1
            raise RaucError(explained("Connection timed out"))

    def _free(self) -> None:
        if self.now.busy:
            raise RaucBusy(explained("already processing a different method"))

    def _other(self, **changes: object) -> None:
        for name in ("rootfs.1", "boot.1"):
            self.parts[name] = replace(self.parts[name], **changes)  # type: ignore[arg-type]  # Half's own fields


class Machine:
    """A disk with room."""

    def __init__(self) -> None:
        self.room = 1_600_000_000
        self.slots = "AB"
        self.left = 10_000_000_000

    def capacity(self, device: str) -> int:
        return self.room if "system" in device else 128_000_000

    def filled(self, slot: str) -> bool:
        return slot in self.slots

    def free(self) -> int:
        return self.left

    def database(self) -> int:
        return 50_000_000


class Stick:
    """Where bundles come from; `held` while somebody reads."""

    def __init__(self) -> None:
        self.held = 0

    @contextmanager
    def fetched(self, source: Source) -> Iterator[str]:
        self.held += 1
        try:
            yield source.url or f"/run/branchbox/stick/{source.stick}/branchbox/{source.file}"
        finally:
            self.held -= 1
