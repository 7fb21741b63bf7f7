"""The update bundle: both partitions of a slot in RAUC's verity format, signed."""

from __future__ import annotations

import shutil
from pathlib import Path

from images.disk import tools
from images.disk.keys import Keys
from images.places import CACHE
from images.steps import Step

NAME = "branchbox.raucb"
COMPATIBLE = "branchbox-amd64"
"""The same as in /etc/rauc/system.conf (role boot)."""


def manifest(version: str) -> str:
    """RAUC's manifest of a bundle."""
    return (
        f"[update]\ncompatible={COMPATIBLE}\nversion={version}\n\n"
        "[bundle]\nformat=verity\n\n"
        "[image.rootfs]\nfilename=system.img\n\n"
        "[image.boot]\nfilename=boot.img\n"
    )


def step(tooling: tools.Tooling, boot: Path, system: Path, version: str, keys: Keys) -> Step:
    """The bundle that brings these partitions, signed with that key."""

    def make(place: Path, log: Path) -> None:
        content = place / "content"
        content.mkdir()
        (content / "manifest.raucm").write_text(manifest(version))
        (content / "system.img").hardlink_to(system / "system.img")
        (content / "boot.img").hardlink_to(boot / "boot.img")
        with tools.bench(tooling, place, CACHE, keys.folder) as bench:
            bench.run(
                ["rauc", "bundle", f"--cert={keys.certificate}", f"--key={keys.key}",
                 f"--keyring={keys.folder / 'authority.pem'}",
                 # The images are compressed already.
                 "--mksquashfs-args=-comp gzip -noD -noF -noI", content, place / NAME],
                log=log,
            )  # fmt: skip
        shutil.rmtree(content)

    names = (tooling.key, boot.name, system.name)
    return Step("bundle", (*names, manifest(version), keys.certificate.read_text()), make, keep=6)
