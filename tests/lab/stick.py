"""A USB stick for boxes in containers: an image on a loop device, which host is told of."""

from __future__ import annotations

import json
import os
from pathlib import Path

from images.box import Box
from images.run import poll, run

PROGRAM = "/run/loop_stick_host.py"
OVERRIDE = "/run/systemd/system/branchbox-host.service.d/stick.conf"
LABEL = "GOLD"


class LoopStick:
    """One stick; it can be plugged into one box at a time."""

    def __init__(self, image: Path, megabytes: int = 64) -> None:
        with image.open("wb") as file:
            file.truncate(megabytes * 1024 * 1024)
        run(["mkfs.ext4", "-q", "-F", "-L", LABEL, image])
        self.device = run(["losetup", "--find", "--show", image]).out.strip()
        self._size = megabytes * 1024 * 1024

    @property
    def name(self) -> str:
        """The kernel's name."""
        return Path(self.device).name

    def plug(self, box: Box) -> None:
        """Put it in: the box's host is started anew in a shape that sees it."""
        lacking = set(box.missing())
        number = Path(self.device).stat().st_rdev
        node = ["mknod", self.device, "b", str(os.major(number)), str(os.minor(number))]
        if box.run(["test", "-e", self.device], check=False).code:
            box.run(node)
        box.run(["tee", PROGRAM], stdin=(Path(__file__).parent / "loop_stick_host.py").read_text())
        box.run(["mkdir", "-p", str(Path(OVERRIDE).parent)])
        override = f"[Service]\nExecStart=\nExecStart=/opt/branchbox/bin/python -P {PROGRAM}\n"
        box.run(["tee", OVERRIDE], stdin=override)
        facts = {
            "kname": self.name, "type": "disk", "size": self._size, "rm": True, "tran": "usb", "vendor": "Lab",
            "model": "Loop", "fstype": "ext4", "label": LABEL, "mountpoints": [None],
        }  # fmt: skip
        box.run(["tee", "/run/branchbox/host/stick.json"], stdin=json.dumps({"blockdevices": [facts]}))
        box.run(["systemctl", "daemon-reload"])
        box.run(["systemctl", "restart", "branchbox-host"], timeout=180)
        assert poll(lambda: set(box.missing()) <= lacking, seconds=60), box.missing()

    def throw_away(self) -> None:
        """Let go of the loop device."""
        run(["losetup", "--detach", self.device])
