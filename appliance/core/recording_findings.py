"""What an audit of the recordings finds: files against database, calls against recordings, manifests against both."""

from __future__ import annotations

import array
import hashlib
import os
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from peewee import SqliteDatabase

from appliance.recorder import manifest
from appliance.recorder.manifest import Forged, Manifest
from appliance.site.problems import Problem
from appliance.store import keeping, recording_proof
from appliance.store.recording_proof import Known

_PIECE = 1024 * 1024
_MISSING = (
    "The manifest of {day} is missing, which core was told of. What was filed that day is proved by the database "
    "alone: find out who took the file away."
)
_TOUCHED = (
    "The manifest of {day} is not as it was signed. What was filed that day is proved by the database alone: keep the "
    "file, and report it."
)
_ANOTHER = (
    "The manifest of {day} is another one than the operation log knows. What was filed that day is proved by the "
    "database alone: keep the file, and report it."
)
_STRANGER = (
    "The manifest of {day} was signed by a stranger. What was filed that day is proved by the database alone: keep the "
    "file, and report it."
)
_LOOSE = (
    "The manifest of {day} does not follow the one before it: a day may have been taken out between them. Keep both "
    "files, and report it."
)
OF_MANIFESTS = frozenset({_MISSING, _TOUCHED, _ANOTHER, _STRANGER, _LOOSE})
"""Texts of what is wrong with a day's manifest; the day is their `day`."""
CUT_SHORT = "{name} ends before its talk did: the exchange or the box stopped meanwhile. What is there is whole."
LATELY = 7 * 86_400.0
"""Seconds for which a recording that was cut short is news."""
SETTLED = 2 * 86_400.0
"""Seconds after which a recording must stand in a signed manifest."""


@dataclass
class Audited:
    """What has been looked at so far."""

    recordings: int = 0
    calls: int = 0
    manifests: int = 0
    findings: list[Problem] = field(default_factory=list)
    cut_short: list[str] = field(default_factory=list)
    """Recordings of the last days that end before their talk did."""


@dataclass(frozen=True)
class Scope:
    """What is audited: the database, the shelves, raw files that wait; from `since` to `until`, at `now`."""

    database: SqliteDatabase
    shelves: Path
    monitor: Path
    since: float
    until: float
    now: float
    hashes: bool


def audit(scope: Scope, audited: Audited, go_on: Callable[[], bool]) -> Iterator[Problem]:
    """Everything that is wrong; counts into `audited`, ends early when `go_on` says no."""
    signed = array.array("Q")
    yield from _manifests(scope, audited, signed, go_on)
    signed = array.array("Q", sorted(signed))
    yield from _recordings(scope, audited, signed, go_on)
    yield from _calls(scope, audited, go_on)
    yield from _strangers(scope, go_on)


# --- manifests ---------------------------------------------------------------------------------


def _manifests(
    scope: Scope, audited: Audited, signed: array.array[int], go_on: Callable[[], bool]
) -> Iterator[Problem]:
    told = {said.day: said for said in keeping.closed_days(scope.database)}
    signer = next((said.signer for said in told.values()), None)
    there = {path.stem: path for path in manifest.manifests(scope.shelves)}
    previous: str | None = ""
    for day in sorted(told.keys() | there.keys()):
        if not go_on():
            return
        audited.manifests += 1
        if day not in there:
            yield _manifest_problem(_MISSING, day)
            previous = told[day].sha256
            continue
        data = there[day].read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        try:
            read = manifest.read(data)
        except Forged as forged:
            yield _manifest_problem(_TOUCHED, day, str(forged))
            previous = told[day].sha256 if day in told else None
            continue
        if day in told and sha256 != told[day].sha256:
            yield _manifest_problem(_ANOTHER, day, sha256)
        elif signer is not None and read.signer != signer:
            yield _manifest_problem(_STRANGER, day, read.signer)
        elif previous is not None and read.previous != previous:
            yield _manifest_problem(_LOOSE, day, read.previous)
        else:
            yield from _entries(scope, read, signed)
        previous = told[day].sha256 if day in told else sha256


def _entries(scope: Scope, read: Manifest, signed: array.array[int]) -> Iterator[Problem]:
    names = [str(said["name"]) for said in read.entries]
    in_database = recording_proof.by_name(scope.database, names)
    for name, said in zip(names, read.entries, strict=True):
        signed.append(_short(name))
        if name not in in_database:
            yield Problem(
                text="{name} stands in the manifest of {day} but not in the database: its row was taken out. Restore "
                "the database from a backup.",
                args={"name": name, "day": read.day},
            )
        elif in_database[name] != said["sha256"] and scope.hashes:
            yield Problem(
                text="{name}: database and the manifest of {day} disagree about its hash. The manifest is signed: "
                "believe it, and find out who changed the database.",
                args={"name": name, "day": read.day},
            )


def _manifest_problem(text: str, day: str, original: str = "") -> Problem:
    return Problem(
        text=text,
        args={"day": day},
        original=original,
    )


# --- recordings --------------------------------------------------------------------------------


def _recordings(scope: Scope, audited: Audited, signed: Sequence[int], go_on: Callable[[], bool]) -> Iterator[Problem]:
    for page in recording_proof.known(scope.database, scope.since, scope.until):
        for known in page:
            if not go_on():
                return
            audited.recordings += 1
            if not known.removed:
                yield from _file(scope, known)
                if known.cut_short and known.started > scope.now - LATELY:
                    audited.cut_short.append(known.name)
                if known.opus_sha256 and known.started < scope.now - SETTLED and not _among(signed, known.name):
                    yield Problem(
                        text="{name} stands in no manifest: it was put into the database behind the recorder's back, "
                        "or its day's manifest is damaged.",
                        args={"name": known.name},
                    )


def _file(scope: Scope, known: Known) -> Iterator[Problem]:
    path = scope.shelves / known.name
    args = {"name": known.name}
    try:
        size = path.stat().st_size
        changed = size == known.size and scope.hashes and _sha256(path) != known.sha256
    except FileNotFoundError:
        yield Problem(
            text="{name} is missing: its file is gone and nothing here removed it. Look for it in an export.", args=args
        )
        return
    except OSError as error:
        yield Problem(
            text="{name} cannot be read. The disk may be failing: look at Box.", args=args, original=str(error)
        )
        return
    if size < known.size:
        yield Problem(
            text="{name} was cut: {size} of {was} bytes are left.",
            args={**args, "size": str(size), "was": str(known.size)},
        )
    elif changed or size > known.size:
        yield Problem(
            text="{name} was changed since it was filed: do not rely on it, and find out who reached the disk.",
            args=args,
        )
    elif known.cut_short:
        yield Problem(text=CUT_SHORT, args=args)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _short(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")


def _among(signed: Sequence[int], name: str) -> bool:
    wanted = _short(name)
    at = bisect_left(signed, wanted)
    return at < len(signed) and signed[at] == wanted


# --- calls and strangers -----------------------------------------------------------------------


def _calls(scope: Scope, audited: Audited, go_on: Callable[[], bool]) -> Iterator[Problem]:
    waiting = {path.stem for path in scope.monitor.glob("*")}
    for linkedid, stem in recording_proof.promised(scope.database, scope.since, scope.until):
        if not go_on():
            return
        audited.calls += 1
        if stem not in waiting and stem not in recording_proof.stems_of_call(scope.database, linkedid):
            yield Problem(
                text="Call {linkedid} was recorded ({stem}), but no recording of it arrived. Look into the journal of "
                "branchbox-recorder for that time.",
                args={"linkedid": linkedid, "stem": stem},
            )


def _strangers(scope: Scope, go_on: Callable[[], bool]) -> Iterator[Problem]:
    """Files of whole days that no row knows; today's may be on their way."""
    for folder, folders, files in os.walk(scope.shelves):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if not go_on():
            return
        below = Path(folder).relative_to(scope.shelves)
        names = [str(below / name) for name in sorted(files)]
        in_database = recording_proof.by_name(scope.database, names)
        for name in names:
            if name not in in_database and (scope.shelves / name).stat().st_mtime < scope.now - SETTLED / 2:
                yield Problem(
                    text="{name} lies on the disk but belongs to no recording: somebody put it there, or its row was "
                    "taken out. Keep it until that is known.",
                    args={"name": name},
                )
