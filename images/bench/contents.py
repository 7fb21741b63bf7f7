"""What fills the image: the root's files by the Debian package that brought them, raw and compressed."""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from images.run import run

OURS = {
    "opt/branchbox": "our libraries (/opt/branchbox)",
    "usr/share/asterisk/sounds": "prompts and sounds without a package",
}
"""Folders that no package brought, and what they are."""
OTHER = "without a package"
LEVEL = "-15"
"""zstd's, as the system partition is compressed."""


@dataclass(frozen=True)
class Share:
    """What one package adds to the image, in bytes."""

    owner: str
    raw: int
    compressed: int


def owners(tree: Path) -> dict[str, str]:
    """Path without its leading slash -> package, as dpkg has noted them."""
    found = {}
    for notes in (tree / "var/lib/dpkg/info").glob("*.list"):
        package = notes.stem.partition(":")[0]
        for line in notes.read_text().splitlines():
            found[_real(line)] = package
    return found


def largest(tree: Path, left_out: Collection[str], count: int) -> list[Share]:
    """The packages that weigh most, by raw size; folders `left_out` do not ship."""
    belongs = owners(tree)
    sizes: dict[str, int] = defaultdict(int)
    names: dict[str, list[str]] = defaultdict(list)
    for path in _files(tree, left_out):
        name = str(path.relative_to(tree))
        owner = belongs.get(name) or next((said for folder, said in OURS.items() if name.startswith(folder)), OTHER)
        sizes[owner] += path.lstat().st_size
        names[owner].append(name)
    heavy = sorted(sizes, key=lambda owner: sizes[owner], reverse=True)[:count]
    return [Share(owner, sizes[owner], _compressed(tree, names[owner])) for owner in heavy]


def _real(line: str) -> str:
    """dpkg still notes some files below /lib and /bin, which are links into /usr."""
    name = line.lstrip("/")
    return f"usr/{name}" if name.partition("/")[0] in {"bin", "lib", "lib64", "sbin"} else name


def _files(tree: Path, left_out: Collection[str]) -> Iterator[Path]:
    for folder, folders, files in os.walk(tree):
        inside = Path(folder).relative_to(tree)
        folders[:] = sorted(name for name in folders if str(inside / name) not in left_out)
        for name in sorted(files):
            path = Path(folder) / name
            if path.is_file() and not path.is_symlink():
                yield path


def _compressed(tree: Path, names: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        listed, packed = Path(folder) / "names", Path(folder) / "packed"
        listed.write_text("".join(f"{name}\0" for name in names))
        run(["tar", "--create", f"--use-compress-program=zstd {LEVEL} -T0", "--file", packed, "--directory", tree,
             "--null", f"--files-from={listed}"])  # fmt: skip
        return packed.stat().st_size
