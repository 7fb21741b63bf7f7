"""What outlives a power cut: what happened, and the tests. One file, replaced whole."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from appliance.api.supply import BatteryTest, PowerEvent
from appliance.api.wire import Message
from appliance.site.problems import Problem

MOST_EVENTS, MOST_TESTS = 200, 100


class Book(Message):
    """Newest first. `first_seen` is when there was a UPS to watch for the first time."""

    first_seen: float | None = None
    events: tuple[PowerEvent, ...] = ()
    tests: tuple[BatteryTest, ...] = ()

    def happened(self, at: float, *what: Problem) -> Book:
        """With what happened just now."""
        new = tuple(PowerEvent(at=at, what=each) for each in what)
        return self.model_copy(update={"events": (*new, *self.events)[:MOST_EVENTS]})

    def tested(self, test: BatteryTest) -> Book:
        """With a test that has ended."""
        return self.model_copy(update={"tests": (test, *self.tests)[:MOST_TESTS]})


def read(path: Path) -> Book:
    """The book as it was left; an empty one when there is none that can be read."""
    try:
        return Book.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return Book()


def write_whole(path: Path, text: str, *, durable: bool) -> None:
    """Replace a file in one step: a reader sees the old one or the new one."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    fresh.replace(path)
