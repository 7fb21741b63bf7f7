"""Updates as people meet them: what is in the two slots, may this bundle go in, put it in, go over to it.

An installation is RAUC's own work in its own service; this one begins it, watches it, and says
how it ended. A note in /run tells a new start of this service what the last one was watching.
"""

from __future__ import annotations

import calendar
import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from appliance.api.updates import Checked, Expectation, FallBack, Outcome, Progress, Result, Slot, Source, UpdateState
from appliance.site.problems import BranchboxError, Problem
from provisioning import files
from provisioning.booted import NO_SLOTS, Booted
from provisioning.files import Access
from provisioning.updates.fitness import Now, Place, against, target
from provisioning.updates.rauc import Bundle, Doing, Half, RaucBusy
from provisioning.updates.records import Records
from provisioning.updates.words import BUSY, explained

LOG = logging.getLogger("branchbox.host")
LOOK_EVERY = 1.0
"""Seconds between two looks at an installation."""
UNANSWERED = 10
"""How many looks in a row RAUC may leave without an answer, each of 20 s, before the installation counts as failed."""
NOTHING = Doing(busy=False, share=0.0, said="", error="")


class Installer(Protocol):
    """What is needed of RAUC; see `provisioning.updates.rauc.Rauc`."""

    def compatible(self) -> str:
        """What bundles this box takes."""

    def halves(self) -> tuple[Half, ...]:
        """Every slot."""

    def primary(self) -> str:
        """The slot that is started next."""

    def inspect(self, source: str) -> Bundle:
        """What a bundle is."""

    def begin(self, source: str) -> None:
        """Begin to install."""

    def doing(self) -> Doing:
        """How far it is."""

    def mark(self, state: str, slot: str) -> None:
        """Mark a slot."""

    def stop(self) -> None:
        """End it in the middle."""


class Machine(Protocol):
    """What is needed of the disk."""

    def capacity(self, device: str) -> int:
        """Bytes of a partition."""

    def filled(self, slot: str) -> bool:
        """Whether there is a system in a slot at all."""

    def free(self) -> int:
        """Bytes on the data partition."""

    def database(self) -> int:
        """Bytes of the database."""


Fetched = Callable[[Source], AbstractContextManager[str]]
"""Where RAUC finds a source's bundle, for as long as the context lasts."""


class _Note(BaseModel):
    """`/run/branchbox/host/install.json`: the installation that is being watched."""

    model_config = ConfigDict(frozen=True)

    version: str
    slot: str
    size: int
    since: float
    by: str


class Updater:
    """The two systems of this box. `box` is None where there are none."""

    def __init__(
        self,
        box: Booted | None,
        version: str,
        rauc: Installer,
        machine: Machine,
        fetched: Fetched,
        *,
        records: Records,
        note: Path,
        owner: tuple[int, int] = (0, 0),
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._box = box
        self._version = box.version if box else version
        self._rauc = rauc
        self._machine = machine
        self._fetched = fetched
        self._records = records
        self._note_path = note
        self._access = Access(*owner, 0o600)
        self._clock = clock
        self._pause = pause
        self._one = threading.Lock()
        self._cancelled = threading.Event()
        self._seen: tuple[Slot, ...] = ()
        self._doing = NOTHING

    # --- looking ---------------------------------------------------------------------------

    def state(self) -> UpdateState:
        """Everything now; what RAUC does not tell is in `unable`."""
        records = self._records
        known = UpdateState(
            version=self._version,
            development=bool(self._box and self._box.development),
            last=records.last,
            tested=records.gate.tested,
            fell_back=self._unread(),
        )
        if self._box is None:
            return known.model_copy(update={"unable": NO_SLOTS})
        facts: dict[str, object] = {"progress": self._progress()}
        try:
            facts["slots"] = self._slots_seen(self._box)
        except BranchboxError as error:
            facts["unable"] = error.problems[0]
        return known.model_copy(update=facts)

    def check(self, source: Source) -> Checked:
        """Look into a bundle and at the box; nothing is written."""
        box = self._at_home()
        try:
            with self._fetched(source) as place:
                bundle = self._rauc.inspect(place)
        except BranchboxError as error:
            return Checked(version=None, slot=box.other, problems=error.problems)
        return Checked(
            version=bundle.version or None,
            description=bundle.description,
            build=bundle.build,
            size=bundle.size,
            slot=box.other,
            problems=against(bundle, self._now(box), self._place(box)),
        )

    # --- doing -----------------------------------------------------------------------------

    def install(self, source: Source, by: str) -> UpdateState:
        """Begin to install; gives at once how far it is. Raises BranchboxError when something stands against it."""
        box = self._at_home()
        with self._one:
            if self._rauc.doing().busy or self._note() is not None:
                raise BranchboxError(Problem(text=BUSY))
            checked = self.check(source)
            if checked.problems or checked.version is None:
                raise BranchboxError(*checked.problems)
            note = _Note(version=checked.version, slot=box.other, size=checked.size or 0, since=self._clock(), by=by)
            self._slots_seen(box)  # RAUC does not tell them again until it has ended
            files.write_whole(self._note_path, note.model_dump_json(), self._access)
            self._cancelled.clear()
            self._doing = NOTHING
            begun = threading.Event()
            threading.Thread(target=self._run, args=(source, note, begun), name="update", daemon=True).start()
        begun.wait(60)
        return self.state()

    def take_up(self) -> None:
        """Go on watching what an earlier run of this service began."""
        note = self._note()
        if note is not None:
            LOG.warning("an earlier run left the update to %s on its way", note.version)
            threading.Thread(target=self._watch_to_end, args=(note,), name="update", daemon=True).start()

    def cancel(self) -> UpdateState:
        """End an installation in the middle: what was written is not started. Raises BranchboxError without one."""
        self._at_home()
        if self._note() is None:
            raise BranchboxError(Problem(text="No update is being installed."))
        self._cancelled.set()
        self._rauc.stop()
        return self.state()

    def acknowledge(self) -> UpdateState:
        """Somebody has read that the box went back by itself."""
        fell_back = self._unread()
        if fell_back is not None:
            self._records.acknowledge(fell_back.at)
        return self.state()

    def other_can_start(self, *, newer: bool) -> None:
        """Raise BranchboxError, with what to do, unless the other system can be started next.

        With `newer`, it must be one that was installed since this one started.
        """
        box = self._at_home()
        other = next((slot for slot in self._slots(box) if not slot.running), None)
        if self._note() is not None:
            raise BranchboxError(Problem(text=BUSY))
        last = self._records.last
        if newer and not (last and last.result is Result.INSTALLED and last.slot == box.other):
            raise BranchboxError(Problem(text="No update is installed that waits to be started. Install one first."))
        if other is None or not other.good:
            raise BranchboxError(
                Problem(
                    text="System {slot} cannot be started: it is empty, was not written to its end, or failed before. "
                    "Install an update into it first.",
                    args={"slot": box.other},
                )
            )

    def switch(self, by: str) -> None:
        """Let the other system be started next; write down that it should. Raises BranchboxError."""
        box = self._at_home()
        half = target(self._rauc.halves(), box.other)["rootfs"]
        version = half.version or "-"
        self._records.expect(Expectation(at=self._clock(), slot=box.other, version=version, by=by))
        self._rauc.mark("active", half.name)
        LOG.info("system %s (%s) is started next", box.other, version)

    # --- within ----------------------------------------------------------------------------

    def _at_home(self) -> Booted:
        if self._box is None:
            raise BranchboxError(NO_SLOTS)
        return self._box

    def _unread(self) -> FallBack | None:
        fell_back = self._records.gate.fell_back
        return None if fell_back is None or fell_back.at == self._records.acknowledged else fell_back

    def _slots(self, box: Booted) -> tuple[Slot, ...]:
        halves = self._rauc.halves()
        first = self._rauc.primary()
        return tuple(
            Slot(
                name=half.boot,
                version=box.version if half.boot == box.slot else self._left_in(half),
                running=half.boot == box.slot,
                next=half.name == first,
                good=half.startable and self._machine.filled(half.boot),
                installed=_moment(half.installed),
            )
            for half in sorted(halves, key=lambda half: half.boot or "")
            if half.boot
        )

    def _left_in(self, half: Half) -> str | None:
        """The version in the system that does not run. What came with the image, RAUC does not know."""
        if not half.whole:
            return None
        return half.version or self._records.gate.proven.get(half.boot or "")

    def _slots_seen(self, box: Booted) -> tuple[Slot, ...]:
        """The slots to be shown: while RAUC is at work as they were before."""
        with suppress(RaucBusy):
            self._seen = self._slots(box)
        return self._seen

    def _progress(self) -> Progress | None:
        note = self._note()
        if note is None:
            return None
        # That it is under way is known without RAUC, which may be slow to answer while the disk is busy.
        with suppress(BranchboxError):
            self._doing = self._rauc.doing()
        doing = self._doing
        took = max(0.0, self._clock() - note.since)
        share = doing.share if doing.busy else 0.0
        known = share > 0.05 and took > 2
        return Progress(
            version=note.version,
            slot=note.slot,
            since=note.since,
            share=share,
            doing=doing.said,
            rate=note.size * share / took if known else None,
            left=took * (1 - share) / share if known else None,
            by=note.by,
        )

    def _now(self, box: Booted) -> Now:
        tested = self._records.gate.tested
        return Now(
            version=box.version,
            compatible=self._rauc.compatible(),
            proven=tested is not None and tested.slot == box.slot and not tested.problems,
            doing=self._rauc.doing(),
            free=self._machine.free(),
            database=self._machine.database(),
        )

    def _place(self, box: Booted) -> Place:
        parts = target(self._rauc.halves(), box.other)
        return Place(box.other, {kind: self._machine.capacity(half.device) for kind, half in parts.items()})

    def _note(self) -> _Note | None:
        try:
            return _Note.model_validate_json(self._note_path.read_text())
        except (FileNotFoundError, ValidationError):
            return None

    def _run(self, source: Source, note: _Note, begun: threading.Event) -> None:
        try:
            with self._fetched(source) as place:
                self._rauc.begin(place)
                begun.set()
                self._watch_to_end(note)
        except BranchboxError as error:
            self._end(note, error.problems[0])
        except OSError as error:
            self._end(note, Problem(text="The update could not be installed.", original=str(error)))
        finally:
            begun.set()

    def _watch_to_end(self, note: _Note) -> None:
        try:
            doing, written = self._ended(note)
        except BranchboxError as error:
            self._end(note, error.problems[0])
            return
        if doing.error:
            self._end(note, explained(doing.error))
        elif all(half.whole and half.version == note.version for half in written):
            self._end(note, None)
        else:  # RAUC was stopped in the middle: it has forgotten why
            self._end(note, Problem(text="The update service stopped before the update was written. Install it again."))

    def _ended(self, note: _Note) -> tuple[Doing, tuple[Half, ...]]:
        """Wait until RAUC has ended; what it says then, and what was written into. Raises BranchboxError."""
        unanswered = 0
        while True:
            try:
                doing = self._rauc.doing()
                if not doing.busy:
                    return doing, tuple(target(self._rauc.halves(), note.slot).values())
                unanswered = 0
            except RaucBusy:  # it calls itself idle a little before it answers again
                pass
            except BranchboxError as error:
                LOG.warning("RAUC did not answer: %s", error)
                unanswered += 1
                if unanswered == UNANSWERED:
                    raise
            self._pause(LOOK_EVERY)

    def _end(self, note: _Note, problem: Problem | None) -> None:
        result = Result.CANCELLED if self._cancelled.is_set() else Result.FAILED if problem else Result.INSTALLED
        shown = None if result is Result.CANCELLED else problem
        LOG.info("update to %s: %s %s", note.version, result.value, problem or "")
        self._records.ended(
            Outcome(at=self._clock(), version=note.version, slot=note.slot, result=result, problem=shown)
        )
        files.remove(self._note_path)


def _moment(written: str | None) -> float | None:
    if not written:
        return None
    try:
        return float(calendar.timegm(time.strptime(written, "%Y-%m-%dT%H:%M:%SZ")))
    except ValueError:
        return None
