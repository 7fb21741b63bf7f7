"""RAUC's service, asked over D-Bus by busctl (data/de.pengutronix.rauc.Installer.xml); parsing is pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appliance.site.problems import BranchboxError, Problem
from provisioning.run import run
from provisioning.updates.words import BUSY, explained

UNIT = "rauc.service"
_BUS = ("de.pengutronix.rauc", "/", "de.pengutronix.rauc.Installer")
_ANSWER_SECONDS = 20
_INSPECT_SECONDS = 120
"""A stick may be slow, a server slower."""


class RaucError(BranchboxError):
    """RAUC refuses, or does not answer."""


class RaucBusy(RaucError):
    """RAUC is at work, and tells nothing but how far it is."""


@dataclass(frozen=True)
class Half:
    """One of RAUC's slots: a place on the disk. `boot` is `A` or `B` for those that can be started."""

    name: str
    kind: str
    boot: str | None
    parent: str | None
    device: str
    running: bool
    good: bool
    whole: bool
    """Nothing was begun in it that did not end well."""
    version: str | None
    installed: str | None
    """When, as RAUC writes it: 2026-11-22T02:14:09Z."""
    fresh: bool
    """Installed and not chosen since: RAUC calls it bad until then, and nothing has shown that it is."""

    @property
    def startable(self) -> bool:
        """Written to its end, and not known to fail."""
        return self.whole and (self.good or self.fresh)


@dataclass(frozen=True)
class Bundle:
    """What a bundle says of itself once its signature holds; `images` are bytes by slot class."""

    compatible: str
    version: str
    description: str
    build: str
    images: Mapping[str, int]

    @property
    def size(self) -> int:
        """Bytes to write."""
        return sum(self.images.values())


@dataclass(frozen=True)
class Doing:
    """What RAUC does now: `share` is 0 to 1, `error` what ended the last installation."""

    busy: bool
    share: float
    said: str
    error: str


class Rauc:
    """The service."""

    def compatible(self) -> str:
        """What bundles this box takes."""
        return str(_property("Compatible")[0])

    def halves(self) -> tuple[Half, ...]:
        """Every slot, as RAUC knows it. Raises RaucBusy while it installs or inspects."""
        return halves(_call("GetSlotStatus"))

    def primary(self) -> str:
        """The slot that is started next, by RAUC's name."""
        return str(_call("GetPrimary")[0])

    def inspect(self, source: str) -> Bundle:
        """Check a bundle's signature and read what it is. Raises RaucError."""
        return bundle(_call("InspectBundle", "sa{sv}", source, "0", timeout=_INSPECT_SECONDS))

    def begin(self, source: str) -> None:
        """Begin to install; returns at once. Raises RaucError."""
        _call("InstallBundle", "sa{sv}", source, "0")

    def doing(self) -> Doing:
        """How far it is. Raises RaucError."""
        return doing(*_property("Operation", "Progress", "LastError"))

    def mark(self, state: str, slot: str) -> None:
        """Mark a slot (`booted`, `other` or RAUC's name) `good`, `bad` or `active`. Raises RaucError."""
        _call("Mark", "ss", state, slot)

    def stop(self) -> None:
        """End it in the middle of what it does; it starts again when it is next asked. Raises CommandFailed."""
        run(["systemctl", "stop", UNIT], timeout=30)


def halves(answer: list[Any]) -> tuple[Half, ...]:
    """GetSlotStatus's answer."""
    return tuple(_half(name, facts) for name, facts in answer[0])


def _half(name: str, facts: Mapping[str, Any]) -> Half:
    status = facts.get("status")
    installed, chosen = facts.get("installed.timestamp"), facts.get("activated.timestamp")
    return Half(
        name=name,
        kind=facts["class"],
        boot=facts.get("bootname"),
        parent=facts.get("parent"),
        device=facts["device"],
        running=facts["state"] in {"booted", "active"},
        good=facts.get("boot-status") == "good",
        whole=status in {None, "ok"},
        version=facts.get("bundle.version"),
        installed=installed,
        fresh=installed is not None and (chosen is None or chosen < installed),
    )


def bundle(answer: list[Any]) -> Bundle:
    """InspectBundle's answer."""
    info = answer[0]
    update = info["update"]
    return Bundle(
        compatible=update["compatible"],
        version=update.get("version", ""),
        description=update.get("description", ""),
        build=update.get("build", ""),
        images={image["slot-class"]: int(image["size"]) for image in info["images"]},
    )


def doing(operation: str, progress: list[Any], error: str) -> Doing:
    """The three properties' values."""
    percent, said, _depth = progress
    return Doing(busy=operation != "idle", share=percent / 100, said=said, error=error)


def plain(value: Any) -> Any:
    """busctl's JSON without the types: a variant is `{"type": ..., "data": ...}`."""
    if isinstance(value, dict):
        if value.keys() == {"type", "data"}:
            return plain(value["data"])
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def _call(method: str, *arguments: str, timeout: int = _ANSWER_SECONDS) -> list[Any]:
    [answer] = _ask(["call", *_BUS, method, *arguments], timeout) or ["{}"]
    called = json.loads(answer).get("data", [])
    return [plain(each) for each in called]


def _property(*names: str) -> list[Any]:
    return [plain(json.loads(line)) for line in _ask(["get-property", *_BUS, *names], _ANSWER_SECONDS)]


def _ask(words: list[str], timeout: int) -> list[str]:
    argv = ["busctl", "--system", "--json=short", f"--timeout={timeout}", *words]
    done = run(argv, timeout=timeout + 5, check=False)
    if done.code != 0:
        problem: Problem = explained(done.err or done.out)
        raise RaucBusy(problem) if problem.text == BUSY else RaucError(problem)
    return done.out.splitlines()
