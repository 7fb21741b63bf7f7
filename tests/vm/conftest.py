"""Machines that the tests of the image share: a boot costs a minute, so what one test reached others go on from."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from images.dev.workshop import root_up_to_date, workshop
from images.disk import image
from images.disk.image import Parts
from images.vm import Machine
from images.vm.front import Alphabet
from tests.vm import stages
from tests.vm.machines import Machines
from tests.vm.stages import AtTheStick, Fleet, Spans, Updated


def seed() -> int:
    """What chance goes by in this run; `./dev test --seed` sets it."""
    return int(os.environ.get("BRANCHBOX_SEED", "1"))


def pytest_report_header() -> str:
    return f"seed: {seed()} (./dev test --seed {seed()} does the same again)"


@pytest.fixture(scope="session")
def parts() -> Parts:
    """What disks and bundles are put together from, brought up to date."""
    return image.parts(workshop(), root_up_to_date())


@pytest.fixture(scope="session")
def machines() -> Iterator[Machines]:
    """All are switched off at the end. Two runs at once need two names: BRANCHBOX_LAB."""
    made = Machines(os.environ.get("BRANCHBOX_LAB", "vm"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def alphabet() -> Alphabet:
    """The letters of the console, learned by the first test that sits in front of it."""
    return Alphabet()


@pytest.fixture(scope="session")
def spans() -> Spans:
    """How long things take, as they are measured by the way."""
    return Spans()


@pytest.fixture(scope="session")
def fleet(parts: Parts, machines: Machines, spans: Spans) -> Fleet:
    """A branch that was set up from a stick, at work."""
    return stages.set_up(parts, machines, spans)


@pytest.fixture(scope="session")
def updated(fleet: Fleet, parts: Parts, spans: Spans) -> Updated:
    """The same branch, updated."""
    return stages.update(fleet, parts, spans)


@pytest.fixture(scope="session")
def at_the_stick(parts: Parts, machines: Machines) -> AtTheStick:
    """A machine at the installer's last question."""
    return stages.at_the_stick(parts, machines)


@pytest.fixture(scope="session")
def installed(at_the_stick: AtTheStick, spans: Spans) -> Machine:
    """The same machine, installed and starting from its disk."""
    return stages.installed(at_the_stick, spans)
