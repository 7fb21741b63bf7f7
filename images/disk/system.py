"""A slot's system partition: the root file system as a squashfs, and behind it its verity tree.

The same layers and the same keyring give the same bytes: all times are the commit's, and what a build leaves by
chance (logs, caches, numbers drawn) is taken away. Times of Python's sources are lost with that; hence its bytecode is
compiled anew so that it does not ask for them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import uuid
from dataclasses import dataclass
from pathlib import Path

from images.disk import layout, tools
from images.places import CACHE, PROJECT
from images.rootfs import NOT_OURS, stacked
from images.run import die, run
from images.steps import Step

BLOCK = 4096
INSIDE = (
    *("ansible", "appliance", "asterisk_conf", "provisioning", "tui"),
    *("pyproject.toml", "images/locks", "images/*.py"),
)
"""What of the project gets into the root; the last commit that touched it dates the root's files."""

EMPTIED = (
    "boot", "dev", "home", "media", "mnt", "proc", "run", "srv", "sys", "tmp", "var/lib/apt/lists", "var/tmp",
    "usr/share/doc-base", "usr/share/info", "usr/share/man", "usr/share/lintian",
)  # fmt: skip
"""Folders whose content does not ship; the folders do."""
FILES_EMPTIED = ("var/cache", "var/log")
"""Folders whose files do not ship; services want the folders below them."""
REMOVED = (
    "etc/.pwd.lock", "etc/.resolv.conf.systemd-resolved.bak", "etc/apt/sources.list", "etc/apt/sources.list.d",
    "etc/group-", "etc/gshadow-", "etc/passwd-", "etc/shadow-", "etc/subgid-", "etc/subuid-", "etc/udev/hwdb.bin",
    "initrd.img", "initrd.img.old", "vmlinuz", "vmlinuz.old", "root/.ansible", "root/.cache",
    "var/lib/dbus/machine-id", "var/lib/dpkg/diversions-old", "var/lib/dpkg/lock", "var/lib/dpkg/lock-frontend",
    "var/lib/dpkg/statoverride-old", "var/lib/dpkg/status-old", "var/lib/systemd/random-seed",
)  # fmt: skip
KEPT_CACHES = ("var/cache/debconf", "var/cache/apparmor", "var/cache/cracklib")
"""Made with the system and never again on a box: answers, compiled profiles, the words no password may be."""
PYTHON = ("usr/lib/python3", "usr/lib/python3.13", "opt/branchbox/lib")


@dataclass(frozen=True)
class System:
    """A system partition's content."""

    image: Path
    root_hash: str
    hash_offset: int


def commit_time() -> int:
    """When what is inside the root last changed, in seconds since 1970. Raises Failure outside a checkout."""
    said = run(["git", "-C", PROJECT, "log", "-1", "--format=%ct", "--", *INSIDE], check=False)
    if not said.out.strip():
        die("This is no git checkout: the image is dated by its commit.", hint="Clone the project with git.")
    return int(said.out)


def step(layers: tuple[Path, ...], tooling: tools.Tooling, keyring: str, *, development: bool) -> Step:
    """The system partition of these layers, whose updates are signed by that keyring's keys."""
    time = commit_time()

    def make(place: Path, log: Path) -> None:
        with stacked("system-image", layers, place / "top") as tree:
            tidy(tree)
            _mark(tree, keyring, development)
            _compile(tree, log)
            with tools.bench(tooling, place, CACHE) as bench:
                image = place / "system.img"
                bench.run(
                    ["mksquashfs", tree, image, "-comp", "zstd", "-Xcompression-level", "15", "-b", "262144",
                     "-mkfs-time", str(time), "-all-time", str(time), "-noappend", "-no-progress", "-xattrs"],
                    log=log,
                )  # fmt: skip
                _add_tree(bench, image, log)
        shutil.rmtree(place / "top")

    names = (*(layer.name for layer in layers), tooling.key)
    return Step("system-image", (*names, keyring, str(development), str(time), Path(__file__)), make)


def read(place: Path) -> System:
    """What the finished step holds."""
    verity = json.loads((place / "verity.json").read_text())
    return System(place / "system.img", verity["root_hash"], verity["hash_offset"])


def tidy(tree: Path) -> None:
    """Take away what differs from build to build or from box to box, and what no box reads."""
    for name in REMOVED:
        _remove(tree / name)
    for name in EMPTIED:
        folder = tree / name
        for inside in folder.iterdir() if folder.is_dir() else ():
            _remove(inside)
    for name in FILES_EMPTIED:
        for inside in (tree / name).rglob("*"):
            kept = any(inside.is_relative_to(tree / each) for each in KEPT_CACHES)
            if not kept and (inside.is_symlink() or not inside.is_dir()):
                inside.unlink()
    (tree / "var/lib/apt/lists/partial").mkdir()
    # Empty: systemd makes none of its own at a first boot; the initial RAM disk gives the box its number.
    (tree / "etc/machine-id").write_text("")
    resolv = tree / "etc/resolv.conf"
    resolv.unlink(missing_ok=True)
    resolv.symlink_to("../run/systemd/resolve/stub-resolv.conf")
    _undated_accounts(tree / "etc/shadow")


def _undated_accounts(shadow: Path) -> None:
    """The day on which an account was made is the day of the build."""
    lines = [line.split(":") for line in shadow.read_text().splitlines()]
    shadow.write_text("".join(":".join([*fields[:2], "1", *fields[3:]]) + "\n" for fields in lines))


def _remove(path: Path) -> None:
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(kind):
        shutil.rmtree(path)
    else:
        path.unlink()


def _mark(tree: Path, keyring: str, development: bool) -> None:
    """The keyring, the image's name, and what everybody must know about its keys."""
    (tree / "etc/rauc/keyring.pem").write_text(keyring)
    release = tree / "usr/lib/os-release"
    release.write_text(release.read_text() + "IMAGE_ID=branchbox\n")
    if development:
        note = "DEVELOPMENT IMAGE: its updates are signed with a developer's key. Not for a branch."
        (tree / "usr/lib/branchbox/development").write_text(note + "\n")
        issue = tree / "etc/issue"
        issue.write_text(f"{note}\n\n" + issue.read_text())


def _compile(tree: Path, log: Path) -> None:
    run(
        ["chroot", tree, "python3", "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash",
         *(f"/{name}" for name in PYTHON)],
        log=log, env=NOT_OURS | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def _add_tree(bench: tools.Bench, image: Path, log: Path) -> None:
    """Append the verity tree; salt and name come from the content."""
    size = image.stat().st_size
    if size % BLOCK:
        os.truncate(image, size := size + BLOCK - size % BLOCK)
    with image.open("rb") as file:
        salt = hashlib.file_digest(file, "sha256").hexdigest()
    said = bench.run(
        ["veritysetup", "format", image, image, f"--hash-offset={size}", f"--data-blocks={size // BLOCK}",
         f"--salt={salt}", f"--uuid={uuid.uuid5(uuid.NAMESPACE_URL, salt)}"]
    )  # fmt: skip
    with log.open("a") as file:
        file.write(said.out)
    root_hash = next(line.split()[-1] for line in said.out.splitlines() if line.startswith("Root hash:"))
    if image.stat().st_size > layout.room("system-a"):
        die(f"The system has {image.stat().st_size >> 20} MiB; its partition holds 1536.", hint="Leave something out.")
    note = {"root_hash": root_hash, "hash_offset": size}
    (image.parent / "verity.json").write_text(json.dumps(note))
