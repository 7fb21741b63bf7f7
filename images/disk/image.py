"""What `./dev image` and the tests of the image take: one root file system as disk images and bundles.

The slow parts (kernel, system partition, GRUB) are made once per root; a disk or a bundle of another version, or with
more words on the kernel's command line, costs a boot partition and a copy.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from images.disk import boot, bundle, grub, raw, system, tools
from images.disk.keys import Keys, development
from images.places import CACHE, PROJECT
from images.rootfs import Root
from images.steps import Step, Workshop, alone


@dataclass(frozen=True)
class Parts:
    """The slow parts of a root, ready; disks and bundles are put together from them."""

    workshop: Workshop
    layers: tuple[Path, ...]
    tooling: tools.Tooling
    keys: Keys
    kernel: Path
    grub: Path
    system: Path

    @property
    def root_hash(self) -> str:
        """The system partition's verity hash."""
        return system.read(self.system).root_hash

    def boot(self, version: str, *more: str) -> Path:
        """The boot partition's folder; `more` are words for the kernel's command line."""
        line = boot.command_line(system.read(self.system), version, development=self.keys.development, more=more)
        return self.ready(boot.step(self.tooling, self.kernel, line))

    def disk(self, version: str, *more: str) -> Path:
        """A raw disk image (sparse) with slot A of that version. Others may stand on it: never write to it."""
        made = self.boot(version, *more)
        step = raw.step(self.tooling, self.grub, made, self.system)
        return self.ready(step) / raw.NAME

    def bundle(self, version: str, *more: str, signed_by: Keys | None = None) -> Path:
        """An update bundle of that version."""
        made = self.boot(version, *more)
        keys = signed_by or self.keys
        step = bundle.step(self.tooling, made, self.system, version, keys)
        return self.ready(step) / bundle.NAME

    def other_keys(self, name: str) -> Keys:
        """Keys that the image does not trust, made in the cache under that name."""
        with alone(self.workshop.root):
            return _development_keys(self.tooling, name)

    def ready(self, step: Step) -> Path:
        """A step's result, made now unless it is there; several runs take turns. Raises Failure."""
        with alone(self.workshop.root):
            return self.workshop.ready(step)


def parts(workshop: Workshop, root: Root, keys: Keys | None = None) -> Parts:
    """Make a root's slow parts, trusting these keys or this machine's own. Raises Failure."""
    with alone(workshop.root):
        base = root.layers[0]
        tooling = tools.Tooling(base, workshop.ready(tools.step(base)))
        trusted = keys or _development_keys(tooling, "keys")
        return Parts(
            workshop=workshop,
            layers=root.layers,
            tooling=tooling,
            keys=trusted,
            kernel=workshop.ready(boot.kernel(root.layers[:3])),
            grub=workshop.ready(grub.step(tooling)),
            system=workshop.ready(system.step(root.layers, tooling, trusted.keyring, development=trusted.development)),
        )


def project_version() -> str:
    """The version in pyproject.toml."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    return str(project["project"]["version"])


def _development_keys(tooling: tools.Tooling, name: str) -> Keys:
    with tools.bench(tooling, CACHE / f".{name}", CACHE) as bench:
        made = development(bench, CACHE / name)
    (CACHE / f".{name}").rmdir()
    return made
