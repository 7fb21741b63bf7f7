"""Where bundles and disks are found on the real box."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.api.sticks import FileKind
from appliance.api.updates import Source
from appliance.site.exchange import STATE
from provisioning import blockdevices, stickfiles, sticks

DATABASE = Path(STATE / "core" / "site.db")


@contextmanager
def fetched(source: Source) -> Iterator[str]:
    """A path on a mounted stick, or the address itself: RAUC reads it piece by piece. Raises StickError."""
    if source.url is not None:
        yield source.url
        return
    with sticks.mounted(sticks.find(source.stick or "")) as root:
        yield str(stickfiles.path(root, FileKind.BUNDLE, source.file or ""))


class Disk:
    """The box's own disk."""

    def capacity(self, device: str) -> int:
        """Bytes of a partition by its label, the last part of its path; 0 when it is not there."""
        label = Path(device).name
        sizes = [part.size for disk in blockdevices.read() for part in disk.tree() if part.part_label == label]
        return min(sizes, default=0)

    def filled(self, slot: str) -> bool:
        """Whether there is a system in a slot at all: an image brings one, the other is empty until an update."""
        label = f"boot-{slot.lower()}"
        return any(
            part.part_label == label and part.file_system for disk in blockdevices.read() for part in disk.tree()
        )

    def free(self) -> int:
        """Bytes free for what outlives an update."""
        return shutil.disk_usage(STATE).free

    def database(self) -> int:
        """Bytes of `site.db` and what was not yet written into it."""
        return sum(path.stat().st_size for path in DATABASE.parent.glob(f"{DATABASE.name}*"))
