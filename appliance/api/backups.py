"""The contract's page on backups: one encrypted file on a stick, and a box made of one.

A backup holds the site document with its passwords, the database (history and operation log), voicemail with
its greetings, and, when asked for, the keys: SSH host keys, people's password hashes, the recovery password's.
Recordings are not in it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from appliance.api.contract import SETUP, Applied
from appliance.api.wire import VERBATIM, Empty, Message, method
from appliance.site.problems import Problem

PASSWORD_LEAST = 12
"""Characters of a backup's password: the file may be tried on a fast machine for years."""


class BackupTask(StrEnum):
    """What is being done."""

    MAKE = "make"
    LOOK = "look"
    REHEARSE = "rehearse"
    """Make one that nobody keeps, and try whether it could be restored."""


class BackupStep(StrEnum):
    """A part of a task."""

    COPY = "copy"
    """Copy the database as it is now."""
    WRITE = "write"
    VERIFY = "verify"
    """Read the file back from the stick and compare."""
    READ = "read"
    """Read a backup whole and compare it with its own list."""


class BackupPhase(StrEnum):
    """Where it is."""

    IDLE = "idle"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class BackupFacts(Message):
    """What a backup says of itself: whose it is, when it was made and by which version."""

    site_name: str
    site_code: str
    version: str
    made: float
    by: str
    calls: int
    operations: int
    keys: bool


class BackupState(Message):
    """How far a task is. `done` is a share, 0 to 1; `rate` is bytes a second; `left` is seconds.

    `file` is the backup's name on the stick; `found` is there after a look: it may be restored then.
    """

    phase: BackupPhase
    task: BackupTask | None = None
    step: BackupStep | None = None
    done: float | None = None
    rate: float | None = None
    left: float | None = None
    file: Annotated[str, VERBATIM] = ""
    size: int | None = None
    found: BackupFacts | None = None
    problem: Problem | None = None


class BackupOrder(Message):
    """Make a backup on this stick (kernel name). The password is needed to restore it; nobody can find it out."""

    stick: str = Field(max_length=20)
    password: str = Field(max_length=200)
    keys: bool = False


class BackupFile(Message):
    """A backup on a stick, and its password."""

    stick: str = Field(max_length=20)
    file: str = Field(max_length=120)
    password: str = Field(max_length=200)


class Restore(Message):
    """Make this box what the backup that was looked into says. `code` is its site code, typed by the person."""

    code: str = Field(max_length=16)
    why: str = Field(min_length=1, max_length=200)
    keys: bool = False
    confirm_within: int = Field(default=300, ge=10, le=3600)


BACKUP_STATE = method("backups/state", Empty, BackupState, SETUP)
BACKUP_MAKE = method("backups/make", BackupOrder, BackupState, SETUP, change=True)
"""Begin; ask `backups/state` for the rest. The file appears on the stick only whole and verified."""
BACKUP_LOOK = method("backups/look", BackupFile, BackupState, SETUP, change=True)
"""Read and verify a backup; nothing of this box changes."""
BACKUP_CANCEL = method("backups/cancel", Empty, BackupState, SETUP, change=True)
BACKUP_RESTORE = method("backups/restore", Restore, Applied, SETUP, change=True)
"""Put what was looked into in force: document, then history; core starts anew with it. On a box that is set up
the document must be confirmed as any change; its former database stays beside the new one."""
