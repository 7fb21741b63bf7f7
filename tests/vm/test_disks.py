"""Disks and sticks of the machines that the other tests switch on."""

from __future__ import annotations

import json
from pathlib import Path

from images.run import run
from images.vm.disks import Disk, stick


def test_a_stick_holds_its_files(tmp_path: Path) -> None:
    made = stick(tmp_path / "stick", {"branchbox/site.toml": b"name = 1\n", "readme.txt": b"hello"})
    shown = run(["mtype", "-i", f"{made.path}@@1048576", "::branchbox/site.toml"])
    assert shown.out == "name = 1\n"
    assert not list(tmp_path.glob("stick.*"))


def test_a_disk_over_an_image_leaves_the_image_alone(tmp_path: Path) -> None:
    image = tmp_path / "image"
    image.write_bytes(b"\0" * 1024 * 1024)
    disk = Disk.over(tmp_path / "disk", image, gigabytes=2)
    told = json.loads(run(["qemu-img", "info", "--output=json", disk.path]).out)
    assert (told["virtual-size"], told["full-backing-filename"]) == (2 << 30, str(image))
