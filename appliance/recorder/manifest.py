"""A day's manifest: what was filed on it, tied to the day before, signed by the recorder.

While the day goes on, each filed recording is one JSON line of `.manifest/2026-11-21.journal`, forced to the disk
before core is told; the last line of a name counts. When the day is over the journal becomes
`.manifest/2026-11-21.jsonl`:

- first line: the day, how many lines follow, the recorder's public key, SHA-256 of the manifest before ("" without one)
- one line per recording: name, linkedid, sizes, both hashes, `gaps` as [from, to, by] in seconds
- last line: Ed25519 signature of all bytes before it (RFC 8032)

A recording that is filed late stands in the manifest of the day on which it was filed, so a closed day stays closed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nacl import bindings as sodium
from nacl.exceptions import BadSignatureError, CryptoError

from appliance.recorder.core_link import Gap
from appliance.recorder.disk import force
from appliance.recorder.filing import Recording

FOLDER = ".manifest"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.(journal|jsonl)")
_KEY = "recorder.key"


class Forged(Exception):
    """A manifest is not as it was signed; the text says how."""


@dataclass(frozen=True)
class Manifest:
    """A manifest that was read and whose signature holds. `sha256` is of the whole file."""

    day: str
    previous: str
    signer: str
    entries: tuple[dict[str, Any], ...]
    sha256: str


def entry(recording: Recording) -> dict[str, Any]:
    """The line of a recording, without its gaps."""
    return {
        "name": recording.name,
        "linkedid": recording.linkedid,
        "started": recording.started,
        "duration": recording.duration,
        "size": recording.size,
        "sha256": recording.sha256,
        "opus_size": recording.opus_size,
        "opus_sha256": recording.opus_sha256,
        "cut_short": recording.cut_short,
    }


def signed(day: str, entries: Sequence[Mapping[str, Any]], previous: str, secret: bytes) -> bytes:
    """The bytes of a manifest; `secret` is libsodium's 64-byte Ed25519 secret key."""
    head = {"day": day, "count": len(entries), "signer": secret[32:].hex(), "previous": previous}
    body = b"".join(_line(part) for part in (head, *entries))
    signature = sodium.crypto_sign(body, secret)[: sodium.crypto_sign_BYTES]
    return body + _line({"signature": signature.hex()})


def read(data: bytes) -> Manifest:
    """A manifest's content, its signature verified with the key that it names. Raises `Forged`."""
    lines = data.splitlines(keepends=True)
    try:
        said = [json.loads(line) for line in lines]
        head, *entries, last = said
        body = data[: -len(lines[-1])]
        sodium.crypto_sign_open(bytes.fromhex(last["signature"]) + body, bytes.fromhex(head["signer"]))
        if head["count"] != len(entries):
            raise Forged("it says another number of recordings than it has")
        return Manifest(head["day"], head["previous"], head["signer"], tuple(entries), hashlib.sha256(data).hexdigest())
    except (BadSignatureError, CryptoError) as error:
        raise Forged("its signature does not fit") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Forged("it is no manifest, or was cut") from error


class Book:
    """The recorder's folder of journals and manifests, with its signing key. One process writes here."""

    def __init__(self, recordings: Path) -> None:
        self._folder = recordings / FOLDER
        self._folder.mkdir(mode=0o750, exist_ok=True)
        self._secret = self._own_key()

    def _own_key(self) -> bytes:
        path = self._folder / _KEY
        if not path.exists():
            _, secret = sodium.crypto_sign_keypair()
            _write(path, secret, mode=0o600)
        return path.read_bytes()

    def note(self, day: str, recording: Recording) -> None:
        """Add a line to the day's journal and force it to the disk."""
        path = self._folder / f"{day}.journal"
        fresh = not path.exists()
        with path.open("ab") as journal:
            if not fresh and not _ends_whole(path):
                journal.write(b"\n")  # the power went while the last line was written
            journal.write(_line(entry(recording)))
            journal.flush()
            os.fsync(journal.fileno())
        if fresh:
            force(self._folder)

    def open_days(self, before: str) -> list[str]:
        """Days before this one whose journal has no manifest yet, oldest first."""
        return sorted(path.stem for path in self._folder.glob("*.journal") if path.stem < before)

    def noted(self, day: str) -> list[dict[str, Any]]:
        """What the day's journal says: the last word on each name, in the order of their first lines."""
        entries: dict[str, dict[str, Any]] = {}
        for line in (self._folder / f"{day}.journal").read_bytes().splitlines():
            try:
                said = json.loads(line)
                entries[said["name"]] = said
            except (ValueError, KeyError, TypeError):
                continue  # a line that the power cut; its recording was filed again and has another one
        return list(entries.values())

    def close(self, day: str, gaps: Mapping[str, Sequence[Gap]]) -> Manifest:
        """Sign the day. What is signed already is given as it is."""
        path = self._folder / f"{day}.jsonl"
        if not path.exists():
            entries = [{**said, "gaps": list(gaps.get(said["name"], ()))} for said in self.noted(day)]
            _write(path, signed(day, entries, self._previous(day), self._secret))
        return read(path.read_bytes())

    def done(self, day: str) -> None:
        """Core knows of the manifest: the journal is not needed any more."""
        (self._folder / f"{day}.journal").unlink(missing_ok=True)
        force(self._folder)

    def _previous(self, day: str) -> str:
        before = [path for path in manifests(self._folder.parent) if path.stem < day]
        return hashlib.sha256(before[-1].read_bytes()).hexdigest() if before else ""


def manifests(recordings: Path) -> list[Path]:
    """The manifests, oldest first."""
    return sorted(path for path in (recordings / FOLDER).glob("*.jsonl") if _DAY.fullmatch(path.name))


def _line(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        if not file.tell():
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _write(path: Path, data: bytes, mode: int = 0o640) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with open(fresh, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    force(path.parent)
