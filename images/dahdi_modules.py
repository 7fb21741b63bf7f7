"""DAHDI's kernel modules for exactly the kernel that the box boots, as one Debian package.

Debian ships them as source that every machine compiles for itself (dahdi-dkms). The box has no compiler:
they are built once in a throw-away trixie root. The package stands in for dahdi-dkms, which leaves the box
together with dkms, make and binutils when it is installed.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from images.apt import Mirror
from images.run import CommandFailure, die, run
from images.steps import Step

DAHDI = "1:3.1.0+git20230717~dfsg-10.1"
DEB_SHA256 = "3d9f9a9963158af249313c2b4701a74dab4c58288f8095061741925c69f39e86"
PACKAGE = "branchbox-dahdi-modules"
LEFT_OUT = ("zaphfc", "dahdi_dummy")
"""Of no use on the box: a driver for one ISDN basic rate chip, and a clock that DAHDI has itself."""
RECIPE = "1"
"""Counts changes of the recipe below that change the package."""

_CONTROL = """\
Package: {package}
Version: {version}
Architecture: amd64
Maintainer: Branchbox <branchbox@localhost>
Section: kernel
Priority: optional
Depends: kmod, linux-image-{kernel}
Provides: dahdi-dkms, dahdi-source
Conflicts: dahdi-dkms, dahdi-source
Replaces: dahdi-dkms, dahdi-source
Description: DAHDI drivers for Linux {kernel}
 Built from Debian's dahdi-dkms {dahdi} when the box was made.
"""
_KNOW_THEM = "#!/bin/sh\nset -e\nexec depmod {kernel}\n"


def kernel_of(root: Path) -> str:
    """The version of the one kernel in a tree. Raises Failure when there is none or more than one."""
    found = sorted(path.name for path in (root / "usr/lib/modules").glob("*") if (path / "kernel").is_dir())
    if len(found) != 1:
        die(f"{root} has the kernels {', '.join(found) or 'none'}; one is wanted.")
    return found[0]


def version_of(kernel: str) -> str:
    """The package's Debian version for a kernel."""
    return f"{kernel}.{DAHDI.partition(':')[2]}.{RECIPE}".replace("-", ".")


def package_in(place: Path) -> Path:
    """The package in a finished step's folder; its name says its version."""
    (package,) = place.glob(f"{PACKAGE}_*.deb")
    return package


def step(mirror: Mirror, kernel: str) -> Step:
    """The package for a kernel. About 3 minutes on two cores."""

    def make(place: Path, log: Path) -> None:
        root = place / "build"
        _make_root(root, mirror, kernel, log)
        _fetch(root, log)
        source = next(root.glob("source/usr/src/dahdi-*")).relative_to(root)
        build = ["make", "-j2", f"KVERS={kernel}", "MODULES_EXTRA=dahdi_echocan_oslec", "modules"]
        run(["chroot", root, "env", f"--chdir=/{source}", *build], log=log)
        _pack(root, root / source, kernel, place / f"{PACKAGE}_{version_of(kernel)}_amd64.deb", log)
        shutil.rmtree(root)

    return Step("dahdi", (RECIPE, kernel, DAHDI, DEB_SHA256, *LEFT_OUT), make)


def _make_root(root: Path, mirror: Mirror, kernel: str, log: Path) -> None:
    # Backports have newer kernels, but never this one's headers.
    lines = [line for line in mirror.trixie() if "backports" not in line]
    try:
        run(
            [
                "mmdebstrap", "--variant=apt", f"--include=gcc,make,xz-utils,kmod,linux-headers-{kernel}",
                "trixie", root, *lines,
            ],
            log=log,
        )  # fmt: skip
    except CommandFailure as failure:
        if f"linux-headers-{kernel}" not in str(failure):
            raise
        die(
            f"Debian's archive no longer offers the headers of kernel {kernel}.",
            hint="The layer `packages` is older than the archive: remove its folder in the cache and try again.",
        )


def _fetch(root: Path, log: Path) -> None:
    """Fetch, verify and unpack Debian's source of the modules."""
    (root / "source").mkdir()
    # mmdebstrap leaves no lists behind.
    run(["chroot", root, "apt-get", "update"], log=log)
    run(["chroot", root, "env", "--chdir=/source", "apt-get", "download", f"dahdi-dkms={DAHDI}"], log=log)
    (archive,) = (root / "source").glob("dahdi-dkms_*.deb")
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != DEB_SHA256:
        die(
            f"{archive.name} has sha256 {found}, not the pinned {DEB_SHA256}.",
            hint="The archive's copy is not the one that was reviewed. Do not build it before somebody has looked.",
        )
    run(["chroot", root, "dpkg-deb", "-x", f"/source/{archive.name}", "/source"], log=log)


def _pack(root: Path, source: Path, kernel: str, target: Path, log: Path) -> None:
    """Make the package of the modules that were built: without debugging symbols, compressed as the kernel's own."""
    tree = root / "package"
    modules = tree / "usr/lib/modules" / kernel / "updates/dahdi"
    modules.mkdir(parents=True)
    for built in sorted(source.rglob("*.ko")):
        if built.stem not in LEFT_OUT:
            shutil.copy(built, modules)
    if not (modules / "dahdi.ko").exists():
        die("The build gave no module dahdi.ko.")
    inside = sorted(f"/{each.relative_to(root)}" for each in modules.iterdir())
    run(["chroot", root, "strip", "--strip-debug", *inside], log=log)
    # The kernel itself unpacks only this kind of xz.
    run(["chroot", root, "xz", "--check=crc32", "--lzma2=dict=1MiB", *inside], log=log)
    control = tree / "DEBIAN"
    control.mkdir()
    words = {"package": PACKAGE, "version": version_of(kernel), "kernel": kernel, "dahdi": DAHDI}
    (control / "control").write_text(_CONTROL.format_map(words))
    for script in ("postinst", "postrm"):
        (control / script).write_text(_KNOW_THEM.format_map(words))
        (control / script).chmod(0o755)
    run(["chroot", root, "dpkg-deb", "--root-owner-group", "--build", "/package", "/package.deb"], log=log)
    shutil.move(root / "package.deb", target)
