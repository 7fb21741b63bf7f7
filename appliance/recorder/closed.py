"""Whether somebody still writes a file: the kernel knows, by refusing a read lease.

`fcntl(2)`, F_SETLEASE: a read lease is given only while nobody has the file open for
writing. A file of another user's needs CAP_LEASE. Some file systems have no leases.
"""

from __future__ import annotations

import errno
import fcntl
import os
from enum import Enum
from pathlib import Path


class Writing(Enum):
    """What the kernel says of a file."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"
    """The file system has no leases, or the file is another user's and CAP_LEASE is missing."""


_NO_LEASES = {errno.EINVAL, errno.EACCES, errno.ENOLCK}


def writing(path: Path) -> Writing:
    """Ask the kernel. Raises OSError when the file cannot be opened."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as refused:
        if refused.errno == errno.EAGAIN:
            return Writing.OPEN
        if refused.errno in _NO_LEASES:
            return Writing.UNKNOWN
        raise
    finally:
        os.close(descriptor)  # closing gives the lease back
    return Writing.CLOSED
