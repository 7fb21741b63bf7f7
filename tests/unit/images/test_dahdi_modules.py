"""DAHDI's drivers belong to one kernel: the one that the box boots."""

from __future__ import annotations

from pathlib import Path

import pytest

from images.apt import Mirror
from images.dahdi_modules import kernel_of, step, version_of
from images.run import Failure


def with_kernels(root: Path, *versions: str) -> Path:
    for version in versions:
        (root / "usr/lib/modules" / version / "kernel").mkdir(parents=True)
    return root


def test_the_kernel_is_the_one_that_the_layer_has(tmp_path: Path) -> None:
    root = with_kernels(tmp_path, "6.12.117+deb13-amd64")
    (root / "usr/lib/modules/6.12.90+deb13-amd64").mkdir()  # what a removed kernel leaves behind
    assert kernel_of(root) == "6.12.117+deb13-amd64"


@pytest.mark.parametrize("versions", [(), ("6.12.90-amd64", "6.12.117-amd64")])
def test_no_kernel_or_two_are_refused(tmp_path: Path, versions: tuple[str, ...]) -> None:
    with pytest.raises(Failure, match="one is wanted"):
        kernel_of(with_kernels(tmp_path, *versions))


def test_another_kernel_makes_another_package_but_the_mirror_does_not_matter() -> None:
    near, far = Mirror("http://near.example/debian/", None), Mirror("http://far.example/debian/", None)
    assert step(near, "6.12.117").key == step(far, "6.12.117").key
    assert step(near, "6.12.117").key != step(near, "6.12.118").key


def test_the_version_is_one_that_debian_takes_and_has_no_underscore() -> None:
    # The role reads it from the file's name, PACKAGE_VERSION_ARCHITECTURE.deb.
    assert version_of("6.12.117+deb13-amd64").startswith("6.12.117+deb13.amd64.3.1.0+")
    assert not set(version_of("6.12.117+deb13-amd64")) & set("_-:")
