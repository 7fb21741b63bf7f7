"""Messages that callers left, as Asterisk's voicemail keeps them: `CONTEXT/MAILBOX/FOLDER/msgNNNN.txt` and its sound.

Asterisk renumbers the files when one goes, so a message is known by its `msg_id` (apps/app_voicemail.c), and where it
lies is looked up each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

CONTEXT = "default"
FOLDERS = ("INBOX", "Old")
_CALLER = re.compile(r"<([0-9+*#]*)>|^([0-9+*#]+)$")


@dataclass(frozen=True)
class Stored:
    """A message on the disk; `sound` is its file without ending."""

    id: str
    mailbox: str
    folder: str
    caller: str
    left: float
    length: float
    sound: Path


def stored(voicemail: Path, mailboxes: Iterable[str]) -> Iterator[Stored]:
    """Every message of these mailboxes. Raises OSError for a disk that cannot be read."""
    for mailbox in mailboxes:
        for folder in FOLDERS:
            for path in sorted((voicemail / CONTEXT / mailbox / folder).glob("msg[0-9][0-9][0-9][0-9].txt")):
                try:
                    found = read(path.read_text(errors="replace"))
                except FileNotFoundError:
                    continue  # renumbered meanwhile: the next look finds it
                if found is not None:
                    yield Stored(found[0], mailbox, folder, *found[1:], path.with_suffix(""))


def read(text: str) -> tuple[str, str, float, float] | None:
    """A message's id, caller's number, time and seconds; None when Asterisk has not written all of it yet. Pure."""
    facts = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    caller = _CALLER.search(facts.get("callerid", ""))
    try:
        at, length = float(int(facts["origtime"])), float(int(facts["duration"]))
    except (KeyError, ValueError):
        return None
    number = (caller[1] or caller[2] or "") if caller else ""
    return (facts["msg_id"], number, at, length) if facts.get("msg_id") else None
