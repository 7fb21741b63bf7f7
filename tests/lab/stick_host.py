"""branchbox-host with a folder in place of USB sticks, of which a container has none: runs in place of the real one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.api.sticks import Stick
from provisioning import __main__ as host
from provisioning import sticks

FOLDER = Path("/var/lib/branchbox/test-stick")


def one() -> tuple[Stick, ...]:
    """The folder as a stick, when it is there."""
    if not FOLDER.is_dir():
        return ()
    return (Stick(name="sdb1", label="FLEET", vendor="", model="", size=1, file_system="vfat", write_protected=False),)


@contextmanager
def there(stick: Stick, *, write: bool = False) -> Iterator[Path]:
    """The folder's path."""
    yield FOLDER


if __name__ == "__main__":
    vars(sticks).update(sticks=one, mounted=there)
    asyncio.run(host.main())
