"""The box that lab tests look at: started once, from the cached root, with the example branch."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from images.box import Box
from images.dev.workshop import root_up_to_date
from images.rootfs import Root


@pytest.fixture(scope="session")
def root() -> Root:
    """The finished root file system, brought up to date."""
    return root_up_to_date()


@pytest.fixture(scope="session")
def box(root: Root) -> Iterator[Box]:
    """A fresh box with the English example branch; tests that change it put it back.

    Two runs at once need two names: BRANCHBOX_LAB.
    """
    box = Box.start(os.environ.get("BRANCHBOX_LAB", "lab"), root)
    yield box
    box.stop()
    box.remove()
