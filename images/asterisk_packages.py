"""Asterisk 22 for Debian 13: Debian's own source package, rebuilt in a throw-away trixie root.

Debian 13 ships no Asterisk; unstable does. Its binaries want unstable's libc, its source does
not. Version and checksum are pinned: a source package that changed is refused.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from images.apt import Mirror
from images.run import CommandFailure, die, run
from images.steps import Step

VERSION = "1:22.10.1+dfsg+~cs6.17.60671434-1"
DSC_SHA256 = "8799652c4e2fc4bb4d6610b0f7144a9945bcff847d0185fb10fca20de0533eb2"
WANTED = ("asterisk", "asterisk-modules", "asterisk-config", "asterisk-dahdi")
PROFILES = {
    "DEB_BUILD_PROFILES": "nodoc nocheck",
    "DEB_BUILD_OPTIONS": "nocheck nodoc parallel=2 noautodbgsym",
    "DEBIAN_FRONTEND": "noninteractive",
}
WITHOUT = "2016_opus_plc.patch"
"""Debian's patch that we leave out (docs/decisions/0026): it drops the sound of whoever is put through."""
RECIPE = "3"
"""Counts changes of the recipe below that change the packages."""


def step(mirror: Mirror) -> Step:
    """The .deb files that the box needs. About 8 minutes on two cores."""

    def make(place: Path, log: Path) -> None:
        root = place / "root"
        _make_root(root, mirror, log)
        source = _source(root, log)
        _build(root, source, log)
        for package in WANTED:
            built = list((root / "build").glob(f"{package}_*.deb"))
            if len(built) != 1:
                die(f"The build gave no package {package}.")
            shutil.copy2(built[0], place)
        shutil.rmtree(root)

    return Step("asterisk", (RECIPE, VERSION, DSC_SHA256, *WANTED), make)


def _make_root(root: Path, mirror: Mirror, log: Path) -> None:
    # trixie-backports must not be listed: its libcurl blocks the build dependencies.
    run(
        [
            "mmdebstrap",
            "--variant=buildd",
            "--include=ca-certificates",
            "trixie",
            root,
            f"deb {mirror.main} trixie main",
        ],
        log=log,
    )
    sources = root / "etc/apt/sources.list.d/unstable.list"
    sources.write_text(f"deb-src [check-valid-until=no] {mirror.main} sid main\n")
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")


def _source(root: Path, log: Path) -> str:
    """Fetch, verify and unpack; gives the source's folder as seen inside."""
    (root / "build").mkdir()
    _inside(root, log, "apt-get", "update")
    try:
        _inside(root, log, "apt-get", "source", "--download-only", f"asterisk={VERSION}")
    except CommandFailure:
        die(
            f"Debian's archive no longer offers the source of asterisk {VERSION}.",
            hint="Name the version it has in images/asterisk_packages.py (VERSION, DSC_SHA256) and try again; "
            "or name a snapshot mirror that still has it: ./dev --mirror URL up",
        )
    description = root / "build" / f"asterisk_{VERSION.partition(':')[2]}.dsc"
    found = hashlib.sha256(description.read_bytes()).hexdigest()
    if found != DSC_SHA256:
        die(
            f"{description.name} has sha256 {found}, not the pinned {DSC_SHA256}.",
            hint="The archive's copy is not the one that was reviewed. Do not build it before somebody has looked.",
        )
    _inside(root, log, "dpkg-source", "--skip-patches", "-x", description.name, "asterisk")
    patches = root / "build/asterisk/debian/patches/series"
    series = patches.read_text().splitlines()
    if WITHOUT not in series:
        die(f"Debian's source of asterisk {VERSION} has no {WITHOUT} any more: look what became of it.")
    patches.write_text("".join(f"{name}\n" for name in series if name != WITHOUT))
    control = root / "build/asterisk/debian/control"
    text = control.read_text()
    # trixie has debhelper 13; nothing in the package needs 14.
    control.write_text(text.replace("debhelper-compat (= 14)", "debhelper-compat (= 13)"))
    return "/build/asterisk"


def _build(root: Path, source: str, log: Path) -> None:
    _inside(root, log, "apt-get", "-y", "build-dep", source)
    _inside(root, log, "dpkg-buildpackage", "-b", "-us", "-uc", cwd=source)


def _inside(root: Path, log: Path, *argv: str, cwd: str = "/build") -> None:
    settings = [f"{name}={value}" for name, value in PROFILES.items()]
    run(["chroot", root, "env", f"--chdir={cwd}", *settings, *argv], log=log)
