"""What was renamed or removed is so after a power cut too."""

from __future__ import annotations

import os
from pathlib import Path


def force(folder: Path) -> None:
    """Write a folder's entries to the disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
