"""The contract's page on USB sticks: which are plugged in, and what of ours is on them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from appliance.api.contract import STAFF
from appliance.api.wire import VERBATIM, Empty, Message, method
from appliance.site.problems import Problem


class FileKind(StrEnum):
    """What a file on a stick is to the box, by its place and name."""

    SITE = "site"
    """`branchbox/site.toml`: a branch's document for an unattended first boot."""
    BUNDLE = "bundle"
    """`branchbox/*.raucb`: an update."""
    KEY = "key"
    """`branchbox/*.pub`: a person's SSH key."""
    RECOVERY = "recovery"
    """`branchbox/recovery.hash`: the hash of the recovery password, beside a site.toml."""
    BACKUP = "backup"
    """`branchbox/backups/*.branchbox`: an encrypted backup."""
    PROMPT = "prompt"
    """`branchbox/prompts/*.wav` or `*.mp3`: an announcement."""
    CUSTOMERS = "customers"
    """`branchbox/customers/*.csv`, `*.txt` or `*.xlsx`: a list of customers."""


class StickFile(Message):
    """A file of ours on a stick: `name` without its folder, size in bytes, time as the stick has it."""

    kind: FileKind
    name: Annotated[str, VERBATIM]
    size: int
    modified: float


class Stick(Message):
    """A USB stick's file system. `name` is the kernel's (sdb1) and all that a method takes.

    Label, vendor and model are the stick's own words, made printable. Sizes are bytes; `free` is
    None when the stick could not be read, and `problem` says why.
    """

    name: Annotated[str, VERBATIM]
    label: str
    vendor: str
    model: str
    size: int
    file_system: str
    write_protected: bool
    free: int | None = None
    files: tuple[StickFile, ...] = ()
    problem: Problem | None = None


class Sticks(Message):
    """Every stick that is plugged in now."""

    sticks: tuple[Stick, ...]


STICKS = method("sticks/list", Empty, Sticks, STAFF)
