"""The contract's page on announcements: what callers hear, who made it, hearing it, importing it.

An import comes in pieces (`prompts/begin`, `prompts/piece`) or lies on a stick, and is taken in by `prompts/import`.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from appliance.api.contract import STAFF
from appliance.api.recordings import Playing
from appliance.api.wire import Empty, Message, method
from appliance.site.models import Language
from appliance.site.types import ExtensionNumber, Label, PromptName

PIECE = 1024 * 1024
"""Bytes of a file in one message, at most."""
LARGEST = 40 * 1024 * 1024
"""Bytes of a file: three minutes of a studio's WAV."""
LONGEST = 180
"""Seconds that are taken of it."""


class Origin(StrEnum):
    """Where a sound comes from."""

    MISSING = "missing"
    """Nothing is there: callers would hear nothing."""
    SPOKEN = "spoken"
    """By the box, from the document's text."""
    RECORDED = "recorded"
    """By phone."""
    IMPORTED = "imported"


class PromptSound(Message):
    """One announcement in one language; `by` is a login, and empty for what was spoken or recorded by phone."""

    language: Language
    origin: Origin
    seconds: float | None = None
    at: float | None = None
    by: str = ""


class PromptUse(Message):
    """Who plays it: an object of the document by kind and name."""

    kind: str
    name: str


class PromptState(Message):
    """An announcement of the branch's own, in every language that it has or should have."""

    name: PromptName
    label: Label
    number: str | None
    """What phones dial behind `*06`; None: not by phone."""
    sounds: tuple[PromptSound, ...]
    used: tuple[PromptUse, ...]


class Prompts(Message):
    """In the document's order."""

    prompts: tuple[PromptState, ...]


class PromptKey(Message):
    """An announcement in a language."""

    name: PromptName
    language: Language


class PlayPrompt(PromptKey):
    """Ring `phone` and play it there."""

    phone: ExtensionNumber


class PromptPiece(Message):
    """The next bytes of a file, as base64."""

    data: str = Field(max_length=PIECE * 4 // 3 + 4)


class ImportPrompt(PromptKey):
    """Take in the file on a stick, or without one the file that came in pieces."""

    stick: str | None = Field(default=None, max_length=16)
    file: str | None = Field(default=None, max_length=104)


LIST = method("prompts/list", Empty, Prompts, STAFF)
PLAY = method("prompts/play", PlayPrompt, Playing, STAFF)
BEGIN = method("prompts/begin", Empty, Empty, STAFF)
"""One file at a time: a new one takes the place of what came before."""
PUT = method("prompts/piece", PromptPiece, Empty, STAFF)
IMPORT = method("prompts/import", ImportPrompt, Prompts, STAFF, change=True)
SPEAK = method("prompts/speak", PromptKey, Prompts, STAFF, change=True)
"""Go back to what the box speaks; what was recorded or imported is lost."""
