"""The root file system of a box, in layers: what changes often stands on what changes seldom.

base         Debian, by mmdebstrap
packages     the playbook's tag `packages`: Debian packages, Asterisk, Python's libraries
system       the rest of the playbook
application  the playbook's tag `application`: our wheel

Each layer is an overlay's upper directory and a step of its own; a box stacks all four. The
lab, the tests and the disk image take the same layers: what is tested is what ships.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from images import asterisk_packages, dahdi_modules, prompts, wheels
from images.apt import SUITES, Mirror
from images.places import MOUNTS, PROJECT
from images.run import CommandFailure, run
from images.steps import Step, Workshop

ANSIBLE = PROJECT / "ansible"
BASE_INCLUDES = ("systemd", "systemd-sysv", "dbus", "python3", "python3-apt", "ca-certificates")
"""What Ansible needs to begin; everything else is the playbook's."""
TAGS = {
    "packages": ("--tags", "packages"),
    "system": ("--skip-tags", "packages,application"),
    "application": ("--tags", "application"),
}

NOT_OURS = dict.fromkeys(("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONPYCACHEPREFIX"), "")
"""Python's settings of this machine, taken back: the tree's pip would put its bytecode where nobody looks for it."""


@dataclass(frozen=True)
class Materials:
    """What the playbook takes from this machine."""

    packages: Path
    prompts: Path
    libraries: Path
    application: Path
    modules: Path | None = None
    """Made for the kernel that the layer `packages` has: not there before it."""

    def variables(self) -> dict[str, str]:
        """The playbook's variables that name them."""
        modules = {"dahdi_modules_from": str(dahdi_modules.package_in(self.modules))} if self.modules else {}
        return modules | {
            "asterisk_packages_from": str(self.packages),
            "asterisk_version": asterisk_packages.VERSION,
            "prompts_from": str(self.prompts / prompts.ARCHIVE),
            "services_wheelhouse": str(self.libraries),
            "services_wheel": str(wheels.wheel_in(self.application)),
        }


@dataclass(frozen=True)
class Root:
    """A finished root file system: its layers, lowest first, and what the playbook took."""

    layers: tuple[Path, ...]
    materials: Materials


def build(workshop: Workshop, mirror: Mirror) -> Root:
    """Bring all steps up to date and give the root. Raises Failure."""
    materials = Materials(
        packages=workshop.ready(asterisk_packages.step(mirror)),
        prompts=workshop.ready(prompts.step()),
        libraries=workshop.ready(wheels.libraries()),
        application=workshop.ready(wheels.application()),
    )
    layers = [workshop.ready(_base(mirror))]
    inputs: tuple[str | Path, ...] = (
        layers[0].name,
        materials.packages.name,
        materials.libraries.name,
        *_package_files(),
    )
    layers.append(workshop.ready(_layer("packages", inputs, tuple(layers), materials)))
    kernel = dahdi_modules.kernel_of(layers[-1] / "root")
    modules = workshop.ready(dahdi_modules.step(mirror, kernel))
    materials = replace(materials, modules=modules)
    for name, more in (
        ("system", (materials.prompts.name, modules.name, ANSIBLE)),
        ("application", (materials.application.name,)),
    ):
        inputs = (*inputs, *more)
        layers.append(workshop.ready(_layer(name, inputs, tuple(layers), materials)))
    return Root(tuple(layers), materials)


def _package_files() -> tuple[Path, ...]:
    """The playbook's files that the layer `packages` comes from."""
    roles = ANSIBLE / "roles"
    return tuple(
        sorted(
            [
                *roles.glob("*/tasks/packages.yml"),
                *roles.glob("*/tasks/libraries.yml"),
                roles / "services/defaults/main.yml",
                roles / "base/tasks/users.yml",
            ]
        )
    )


def _base(mirror: Mirror) -> Step:
    def make(place: Path, log: Path) -> None:
        run(
            [
                "mmdebstrap", "--variant=apt", f"--include={','.join(BASE_INCLUDES)}", "trixie", place / "root",
                *mirror.trixie(),
            ],
            log=log,
        )  # fmt: skip

    return Step("base", (*BASE_INCLUDES, *SUITES), make)


def _layer(name: str, inputs: tuple[str | Path, ...], below: tuple[Path, ...], materials: Materials) -> Step:
    def make(place: Path, log: Path) -> None:
        with stacked(f"build-{name}", below, place) as root, prepared(root):
            if name == "packages":
                # mmdebstrap leaves empty lists that look fresh to Ansible.
                run(["chroot", root, "apt-get", "update"], log=log)
            play(root, materials, log, *TAGS[name])
            _anonymous(root)
        shutil.rmtree(place / "work")

    return Step(name, inputs, make)


@contextmanager
def stacked(name: str, layers: tuple[Path, ...], top: Path) -> Iterator[Path]:
    """Mount the layers as one tree whose changes go to `top`/root."""
    target = MOUNTS / name
    unmount(target)
    mount(layers, top, target)
    try:
        yield target
    finally:
        unmount(target)


def mount(layers: tuple[Path, ...], top: Path, target: Path) -> None:
    """Mount layers (lowest first) as one tree at `target`; changes go to `top`/root."""
    for folder in (top / "root", top / "work", target):
        folder.mkdir(parents=True, exist_ok=True)
    (top / "root").chmod(0o755)
    lower = ":".join(str(layer / "root") for layer in reversed(layers))
    options = f"lowerdir={lower},upperdir={top / 'root'},workdir={top / 'work'}"
    run(["mount", "-t", "overlay", "overlay", "-o", options, target])


def unmount(target: Path) -> None:
    """Take a tree and everything mounted in it away; nothing happens when there is none."""
    while target.is_mount():
        run(["umount", "--recursive", "--lazy", target])


@contextmanager
def prepared(root: Path) -> Iterator[None]:
    """Make a tree fit for running programs in it: kernel file systems, names, no service started."""
    for kind, folder in (("proc", "proc"), ("sysfs", "sys")):
        run(["mount", "-t", kind, kind, root / folder])
    run(["mount", "--rbind", "--make-rslave", "/dev", root / "dev"])
    guard = root / "usr/sbin/policy-rc.d"
    guard.write_text("#!/bin/sh\nexit 101\n")
    guard.chmod(0o755)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    try:
        yield
    finally:
        guard.unlink(missing_ok=True)
        for folder in ("dev", "sys", "proc"):
            run(["umount", "--recursive", "--lazy", root / folder])


def play(root: Path, materials: Materials, log: Path, *options: str) -> str:
    """Run the playbook against a tree and give its recap. Raises CommandFailure."""
    variables = {
        "ansible_connection": "community.general.chroot",
        "ansible_host": str(root),
        **materials.variables(),
    }
    result = run(
        [
            Path(sys.executable).with_name("ansible-playbook"), "--inventory", "box,", "--extra-vars",
            json.dumps(variables), *options, ANSIBLE / "site.yml",
        ],
        env={"ANSIBLE_CONFIG": str(ANSIBLE / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1", "LC_ALL": "C.UTF-8"} | NOT_OURS,
        check=False,
    )  # fmt: skip
    with log.open("a") as file:
        file.write(result.out + result.err)
    if result.code:
        raise CommandFailure(result, log)
    return result.out[result.out.rfind("PLAY RECAP") :]


def _anonymous(root: Path) -> None:
    """Take away what must differ between boxes; each makes its own at first boot."""
    for key in (root / "etc/ssh").glob("ssh_host_*"):
        key.unlink()
    (root / "etc/machine-id").write_text("uninitialized\n")
    for spent in [*(root / "var/cache/apt/archives").glob("*.deb"), *(root / "tmp").glob("*")]:
        shutil.rmtree(spent) if spent.is_dir() else spent.unlink()
