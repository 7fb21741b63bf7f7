"""What Python needs on the box: our wheel, and the locked libraries as wheels for CPython 3.13."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import tempfile
from pathlib import Path

from packaging.markers import Marker

from images.places import PROJECT
from images.run import die, run
from images.steps import Step

PIP = (sys.executable, "-m", "pip")
PYTHON = "3.13"
PLATFORMS = (*(f"manylinux_2_{minor}_x86_64" for minor in range(41, 16, -1)), "manylinux2014_x86_64")
"""Debian 13 has glibc 2.41; a wheel for an older one runs there too."""
SDIST_ONLY = ("pyinotify",)
"""Libraries without a wheel on the index; pure Python, so a wheel made here fits the box."""
BOX = {
    "python_version": PYTHON,
    "python_full_version": f"{PYTHON}.0",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "platform_machine": "x86_64",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "os_name": "posix",
    "extra": "",
}
OURS = ("appliance", "asterisk_conf", "provisioning", "tui")
_REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)\s*(?:;\s*(?P<marker>[^\\]+))?")


def for_box(lock: str) -> dict[str, str]:
    """A lock's requirements that apply on the box, without markers: name -> requirement with its hashes.

    pip judges markers by the Python that runs it, also when it downloads for another one.
    """
    blocks = re.split(
        r"\n(?=[A-Za-z0-9])", "\n".join(line for line in lock.splitlines() if not line.lstrip().startswith("#"))
    )
    found = {}
    for block in blocks:
        if (match := _REQUIREMENT.match(block)) is None:
            continue
        if match["marker"] and not Marker(match["marker"].strip()).evaluate(BOX):
            continue
        hashes = re.findall(r"--hash=(\S+)", block)
        found[match["name"]] = " ".join(
            [f"{match['name']}=={match['version']}", *(f"--hash={each}" for each in hashes)]
        )
    return found


def libraries() -> Step:
    """`wheels.tar` with every library for the box and `requirements.txt`, which also stands beside it."""
    lock = PROJECT / "images/locks/box.txt"

    def make(place: Path, log: Path) -> None:
        wanted = for_box(lock.read_text())
        wheels = place / "wheels"
        wheels.mkdir()
        ready = _requirements(place / "ready.txt", [text for name, text in wanted.items() if name not in SDIST_ONLY])
        source = _requirements(place / "source.txt", [text for name, text in wanted.items() if name in SDIST_ONLY])
        target = [f"--platform={each}" for each in PLATFORMS]
        run(
            [
                *PIP, "download", "--no-deps", "--require-hashes", "--only-binary=:all:", "--python-version", PYTHON,
                "--implementation", "cp", *target, "--dest", wheels, "-r", ready,
            ],
            log=log,
        )  # fmt: skip
        run(
            [
                *PIP, "wheel", "--no-deps", "--require-hashes", "--no-binary=:all:", "--no-build-isolation",
                "--wheel-dir", wheels, "-r", source,
            ],
            log=log,
        )  # fmt: skip
        if foreign := [
            path.name for path in wheels.iterdir() if "-none-any" not in path.name and "cp3" not in path.name
        ]:
            die(f"Not for the box: {', '.join(foreign)}.")
        pins = [text.split()[0] for text in wanted.values()]
        _requirements(wheels / "requirements.txt", pins)
        run(["tar", "--create", "--file", place / "wheels.tar", "--directory", wheels, "."], log=log)
        shutil.copy(wheels / "requirements.txt", place)
        for spent in (ready, source):
            spent.unlink()
        shutil.rmtree(wheels)

    return Step("libraries", (lock, PYTHON, *SDIST_ONLY), make)


def application() -> Step:
    """Our wheel, translations compiled, and `WHEEL.sha256` beside it."""
    parts = tuple(PROJECT / name for name in (*OURS, "pyproject.toml", "LICENSE"))

    def make(place: Path, log: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder)
            for part in parts:
                if part.is_dir():
                    shutil.copytree(part, source / part.name, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(part, source)
            # The README is for readers of the source; a word changed there must not rebuild the box.
            (source / "README.md").write_text("Branchbox\n")
            compiler = [sys.executable, "-m", "babel.messages.frontend", "compile", "--domain=branchbox"]
            run([*compiler, "-d", source / "tui/locale"], log=log)
            run([*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", place, source], log=log)
        wheel = wheel_in(place)
        wheel.with_name(wheel.name + ".sha256").write_text(hashlib.sha256(wheel.read_bytes()).hexdigest())

    return Step("wheel", parts, make)


def wheel_in(place: Path) -> Path:
    """The wheel that the step `wheel` made."""
    return next(place.glob("branchbox-*.whl"))


def _requirements(path: Path, lines: list[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines))
    return path
