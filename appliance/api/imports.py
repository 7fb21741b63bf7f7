"""The contract's page on files of customers: taken in whole or not at all, given out by right.

A file comes in pieces (`imports/begin`, `imports/piece`) and is read and checked (`imports/read`), or both are done to
one of a stick (`imports/stick`); then it is shown (`imports/state`), and stored when a person says so (`imports/run`).
There is one import at a time.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from appliance.api.customers import Customer
from appliance.api.wire import Empty, Message, method
from appliance.site.models import Role
from appliance.site.problems import Problem

OWNER = frozenset({Role.MANAGER})
PIECE = 1024 * 1024
"""Bytes of a file in one message."""
LARGEST = 64 * 1024 * 1024
"""Bytes of a file."""


class ImportPhase(StrEnum):
    """Where it is."""

    IDLE = "idle"
    RECEIVING = "receiving"
    READING = "reading"
    READY = "ready"
    """Read and checked: a person decides."""
    STORING = "storing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ImportField(StrEnum):
    """What a column can hold. There may be several columns of numbers."""

    NAME = "name"
    NUMBER = "number"
    ORGANISATION = "organisation"
    ADDRESS = "address"
    GRADE = "grade"
    TAGS = "tags"
    SINCE = "since"
    NOTE = "note"


class ImportColumn(Message):
    """A column by its heading; `field` None is left out."""

    heading: str
    field: ImportField | None = None


class RowFault(Message):
    """What is wrong in one row (counted from 1, the heading's is 1), in the column of that heading."""

    row: int
    column: str
    problem: Problem


class Duplicates(StrEnum):
    """What becomes of a row whose number and name the box has already."""

    SKIP = "skip"
    UPDATE = "update"
    """What the row says takes the place of what is there; numbers and tags are added."""
    NEW = "new"


class ImportState(Message):
    """How far an import is. `done` is a share, 0 to 1; `faults` are the first of `faulty` rows."""

    phase: ImportPhase
    file: str = ""
    encoding: str = ""
    separator: str = ""
    columns: tuple[ImportColumn, ...] = ()
    preview: tuple[tuple[str, ...], ...] = ()
    rows: int = 0
    faulty: int = 0
    faults: tuple[RowFault, ...] = ()
    known: int = 0
    """Rows whose number and name are here already, or stand in the file twice."""
    done: float | None = None
    added: int = 0
    updated: int = 0
    left_out: int = 0
    problem: Problem | None = None


class ImportFile(Message):
    """A file to come; its name says what it is (`.csv`, `.txt`, `.xlsx`)."""

    name: str = Field(max_length=120)


class StickSource(Message):
    """A file in the folder `branchbox/customers` of a stick."""

    stick: str = Field(max_length=16)
    file: str = Field(max_length=110)


class ImportPiece(Message):
    """The next bytes of it, as base64."""

    data: str = Field(max_length=PIECE * 4 // 3 + 4)


class ImportColumns(Message):
    """What each column holds, in order; empty: as the headings say."""

    fields: tuple[ImportField | None, ...] = ()


class ImportRun(Message):
    """Store what was read. Faulty rows stand against it unless they are left out."""

    duplicates: Duplicates = Duplicates.SKIP
    without_faulty: bool = False
    why: str = Field(min_length=1, max_length=200)


class ExportWish(Message):
    """Customers from the one behind `after` on, and why they leave the box."""

    why: str = Field(min_length=1, max_length=200)
    after: int = 0


class ExportPage(Message):
    """Some customers in the order of their ids; empty at the end."""

    customers: tuple[Customer, ...]


STATE = method("imports/state", Empty, ImportState, OWNER)
BEGIN = method("imports/begin", ImportFile, ImportState, OWNER, change=True)
PUT = method("imports/piece", ImportPiece, ImportState, OWNER)
STICK = method("imports/stick", StickSource, ImportState, OWNER, change=True)
READ = method("imports/read", ImportColumns, ImportState, OWNER)
RUN = method("imports/run", ImportRun, ImportState, OWNER, change=True)
CANCEL = method("imports/cancel", Empty, ImportState, OWNER, change=True)
EXPORT = method("customers/export", ExportWish, ExportPage, OWNER, change=True)
