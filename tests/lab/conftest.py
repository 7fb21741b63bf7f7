"""The box that lab tests look at: started once, from the cached root, with the example branch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from images.apt import mirror
from images.box import Box
from images.dev.workshop import workshop
from images.rootfs import Root, build
from images.steps import alone


@pytest.fixture(scope="session")
def root() -> Root:
    """The finished root file system, brought up to date."""
    with alone(workshop().root):
        return build(workshop(), mirror(None))


@pytest.fixture(scope="session")
def box(root: Root) -> Iterator[Box]:
    """A fresh box with the English example branch; tests that change it put it back."""
    box = Box.start("lab", root)
    yield box
    box.stop()
    box.remove()
