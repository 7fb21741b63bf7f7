"""Core's own log: the journal with structured fields under systemd, else the terminal."""

from __future__ import annotations

import logging
import os


def start() -> None:
    """Send every log record of this process to where it is read."""
    handler: logging.Handler
    if "JOURNAL_STREAM" in os.environ:
        from systemd.journal import JournalHandler  # noqa: PLC0415 - Debian's python3-systemd, on the box only

        handler = JournalHandler(SYSLOG_IDENTIFIER="branchbox-core")
        handler.setFormatter(logging.Formatter("%(message)s"))
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def fields(**values: object) -> dict[str, str]:
    """Structured fields for a log call's `extra`: `method="live"` becomes BRANCHBOX_METHOD=live."""
    return {f"BRANCHBOX_{name.upper()}": str(value) for name, value in values.items()}
