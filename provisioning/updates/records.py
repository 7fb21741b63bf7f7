"""What is written down about updates, each file by one writer: see `appliance.api.updates`."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from appliance.api.updates import RECORDS, Acknowledged, Expectation, GateRecord, Outcome
from appliance.api.wire import Message
from provisioning import files
from provisioning.files import Access

M = TypeVar("M", bound=Message)


class Records:
    """The folder of records; files are world-readable."""

    def __init__(self, folder: Path = Path(RECORDS), uid: int = 0, gid: int = 0) -> None:
        self._folder = folder
        self._uid, self._gid = uid, gid

    @property
    def gate(self) -> GateRecord:
        """What the gate found; empty before it ever ran."""
        return self._read("state.json", GateRecord) or GateRecord()

    @property
    def expected(self) -> Expectation | None:
        """Which slot should have started."""
        return self._read("expected.json", Expectation)

    @property
    def last(self) -> Outcome | None:
        """How the last installation ended."""
        return self._read("install.json", Outcome)

    @property
    def acknowledged(self) -> float | None:
        """The moment of the fall-back that was read of."""
        read = self._read("acknowledged.json", Acknowledged)
        return read.at if read else None

    def write_gate(self, record: GateRecord) -> None:
        """Only the gate does."""
        self._write("state.json", record)

    def expect(self, expectation: Expectation) -> None:
        """The next start is to be of this slot."""
        self._write("expected.json", expectation)

    def ended(self, outcome: Outcome) -> None:
        """An installation ended."""
        self._write("install.json", outcome)

    def acknowledge(self, at: float) -> None:
        """A person has read of the fall-back of this moment."""
        self._write("acknowledged.json", Acknowledged(at=at))

    def _read(self, name: str, kind: type[M]) -> M | None:
        try:
            return kind.model_validate_json((self._folder / name).read_text())
        except (FileNotFoundError, ValidationError):
            return None  # nothing yet, or the note of a version that is gone: it says nothing to this one

    def _write(self, name: str, record: Message) -> None:
        files.make_folder(self._folder, Access(self._uid, self._gid, 0o755))
        files.write_whole(self._folder / name, record.model_dump_json(), Access(self._uid, self._gid, 0o644))
