"""What people download: the compressed disk with its block map, the bundle, what is inside, and a signature for all."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from images.disk import sbom, tools
from images.disk.image import Parts
from images.disk.keys import Keys
from images.disk.system import commit_time
from images.places import CACHE
from images.steps import Step

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Sources:
    """What a release is made of."""

    disk: Path
    bundle: Path
    contents: Path


def step(tooling: tools.Tooling, version: str, sources: Sources, keys: Keys) -> Step:
    """A folder with every file of the release."""
    name = f"branchbox-{version}"

    def make(place: Path, log: Path) -> None:
        with tools.bench(tooling, place, CACHE, keys.folder) as bench:
            compressed = place / f"{name}.img.zst"
            # Most of it is compressed already: a high level would cost minutes and give nothing. Two threads wherever
            # it runs: their number shows in the result.
            bench.run(["zstd", "-q", "-T2", "-6", sources.disk, "-o", compressed], log=log)
            bench.run(["bmaptool", "-q", "create", "-o", place / f"{name}.img.bmap", sources.disk], log=log)
            os.link(sources.bundle, place / f"{name}.raucb")
            shutil.copyfile(sources.contents, place / f"{name}.spdx.json")
            files = sorted(path for path in place.iterdir() if path.is_file())
            (place / SUMS).write_text(sums(files))
            bench.run(
                ["openssl", "cms", "-sign", "-binary", "-md", "sha256", "-in", place / SUMS,
                 "-signer", keys.certificate, "-inkey", keys.key, "-outform", "PEM", "-out", place / f"{SUMS}.sig"],
                log=log,
            )  # fmt: skip

    made_of = (sources.disk.parent.name, sources.bundle.parent.name, sources.contents.parent.name)
    return Step("release", (tooling.key, version, *made_of, keys.certificate.read_text(), Path(__file__)), make)


def sums(files: list[Path]) -> str:
    """Lines as sha256sum writes and checks them."""
    lines = []
    for path in files:
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    return "".join(lines)


def make(parts: Parts, version: str) -> Path:
    """The folder of a version's release, made now unless it is there. Raises Failure."""
    listed = sbom.step(parts.layers, version, parts.root_hash, commit_time())
    sources = Sources(parts.disk(version), parts.bundle(version), parts.ready(listed) / sbom.NAME)
    return parts.ready(step(parts.tooling, version, sources, parts.keys))


def hand_out(release: Path, output: Path) -> list[Path]:
    """Put the release's files into a folder, the list of sums last; gives them."""
    output.mkdir(parents=True, exist_ok=True)
    files = sorted(release.iterdir(), key=lambda path: (path.name.startswith(SUMS), path.name))
    return [Path(shutil.copy(path, output / path.name)) for path in files]
