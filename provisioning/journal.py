"""What the service says goes to the systemd journal, with fields that can be searched for."""

from __future__ import annotations

import logging

from systemd.journal import JournalHandler


def to_journal(identifier: str) -> None:
    """Send every log record to the journal under this identifier."""
    logging.basicConfig(
        level=logging.INFO, handlers=[JournalHandler(SYSLOG_IDENTIFIER=identifier)], format="%(message)s"
    )
