"""The restart that waits: one at a time, seen by everybody, kept over a restart of this service."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from appliance.api.contract import Restart, RestartKind
from appliance.api.power import FactoryReset, PowerRequest, PowerState
from appliance.site.problems import BranchboxError, Problem
from provisioning import files
from provisioning.files import Access
from provisioning.power.waiting import Step, step
from provisioning.run import run

LOG = logging.getLogger("branchbox.host")

Before = Callable[[Restart], None]
"""What must be done at the last moment; raises BranchboxError when the restart must not come then."""


class Exchange(Protocol):
    """What is needed of the live Asterisk."""

    def runs(self) -> bool:
        """Whether it is up."""

    def conversations_up(self) -> int:
        """How many calls are up."""


def stop_machine(restart: Restart) -> None:
    """Ask systemd to restart or switch off; services end in good order. Raises CommandFailed.

    A moment later: who asked is told so first, and the operation log as well.
    """
    verb = "poweroff" if restart.kind in {RestartKind.OFF, RestartKind.MAINS} else "reboot"
    run(
        ["systemd-run", "--quiet", "--collect", "--unit=branchbox-stop", "--on-active=2s",
         "--timer-property=AccuracySec=50ms",
         "systemctl", "--no-wall", f"--message={restart.kind}, asked by {restart.by}: {restart.why}", verb],
        timeout=30,
    )  # fmt: skip


class Power:
    """What is about to stop the box.

    `before` is what each kind does at the last moment; `note` is a file in /run.
    """

    def __init__(
        self,
        exchange: Exchange,
        before: Mapping[RestartKind, Before],
        *,
        note: Path,
        stop: Callable[[Restart], None] = stop_machine,
        owner: tuple[int, int] = (0, 0),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._exchange = exchange
        self._before = before
        self._note = note
        self._stop = stop
        self._access = Access(*owner, 0o600)
        self._clock = clock
        self._one = threading.RLock()
        self._pending = self._read()
        self._going = False
        self._given_up: Problem | None = None

    @property
    def pending(self) -> Restart | None:
        """What waits."""
        return self._pending

    def state(self) -> PowerState:
        """What waits, how many calls are up, and why the last one did not come."""
        return PowerState(pending=self._pending, calls=self._calls(), given_up=self._given_up)

    def ask(self, kind: RestartKind, request: PowerRequest | FactoryReset, by: str) -> PowerState:
        """Begin to wait; what needs no waiting is done before this returns. Raises BranchboxError."""
        with self._one:
            if self._pending is not None:
                raise BranchboxError(
                    Problem(
                        text="{who} has asked the box to stop already: {why}. Cancel that first.",
                        args={"who": self._pending.by, "why": self._pending.why},
                    )
                )
            now = self._clock()
            begin = max(now, request.begin or now)
            restart = Restart(
                kind=kind,
                by=by,
                why=request.why,
                begin=begin,
                latest=begin + request.wait,
                anyway=request.anyway,
                keep_recordings=not isinstance(request, FactoryReset) or request.keep_recordings,
            )
            files.write_whole(self._note, restart.model_dump_json(), self._access)
            self._pending, self._given_up = restart, None
            LOG.warning("%s asked by %s: %s; at the latest in %d s", kind, by, request.why, begin + request.wait - now)
        self.look()
        return self.state()

    def cancel(self, by: str) -> PowerState:
        """Forget it. Raises BranchboxError when nothing waits, or when it is too late."""
        with self._one:
            if self._pending is None or self._going:
                raise BranchboxError(Problem(text="Nothing waits: the box goes on, or is stopping already."))
            LOG.warning("%s was cancelled by %s", self._pending.kind, by)
            self._forget()
        return self.state()

    def leave(self, why: str, latest: float, by: str) -> None:
        """Mains is gone: whatever waits gives way, and the box goes off when calls are over, at `latest` at last."""
        with self._one:
            waits = self._pending
            if self._going or (waits is not None and waits.kind is RestartKind.MAINS and waits.latest <= latest):
                return
            now = self._clock()
            restart = Restart(kind=RestartKind.MAINS, by=by, why=why, begin=now, latest=latest, anyway=True)
            files.write_whole(self._note, restart.model_dump_json(), self._access)
            self._pending, self._given_up = restart, None
            LOG.warning("mains is gone (%s): off in %d s at last", why, latest - now)
        self.look()

    def stay(self, by: str) -> None:
        """Mains is back: the box goes on, if it is not too late."""
        with self._one:
            if self._pending is not None and self._pending.kind is RestartKind.MAINS and not self._going:
                LOG.warning("mains is back, says %s: the box goes on", by)
                self._forget()

    def look(self) -> None:
        """Do what is due; called again and again, and never raises for what a person must put right."""
        with self._one:
            restart = self._pending
            if restart is None or self._going:
                return
            due = step(restart, self._calls(), self._clock())
            if due is Step.WAIT:
                return
            try:
                if due is Step.GIVE_UP:
                    raise BranchboxError(
                        Problem(text="The box did not restart: calls were up all the time. Ask for another hour.")
                    )
                self._before.get(restart.kind, _nothing)(restart)
                self._stop(restart)
                self._going = True
                LOG.warning("stopping now: %s, asked by %s: %s", restart.kind, restart.by, restart.why)
            except BranchboxError as error:
                LOG.error("%s was given up: %s", restart.kind, error)
                self._given_up = error.problems[0]
                self._forget()

    # --- within ----------------------------------------------------------------------------

    def _calls(self) -> int | None:
        try:
            return self._exchange.conversations_up() if self._exchange.runs() else 0
        except BranchboxError:
            return None

    def _forget(self) -> None:
        self._pending = None
        files.remove(self._note)

    def _read(self) -> Restart | None:
        try:
            return Restart.model_validate_json(self._note.read_text())
        except (FileNotFoundError, ValidationError):
            return None


def _nothing(_restart: Restart) -> None:
    """Most restarts need nothing before."""
