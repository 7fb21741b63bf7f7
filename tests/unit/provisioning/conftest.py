"""A box in a temporary folder: real revisions and real rendering, no Asterisk."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

import asterisk_conf
from appliance.site import document as documents
from appliance.site.exchange import LIVE
from appliance.site.models import SiteDocument
from provisioning.apply import Applier
from provisioning.effect import Generator
from provisioning.revisions import Owners, Revisions
from provisioning.steps import AfterStep
from tests.unit.provisioning.fake_exchange import Clock, FakeLines, FakeLive, FakeMachine, FakePeople, FakeTrial

AMI = asterisk_conf.Secrets(ami="throw-away-ami-password")


class Box:
    """One box: its disk outlives the service, which can be started any number of times."""

    def __init__(self, root: Path) -> None:
        owners = Owners(os.getuid(), os.getgid(), os.getgid())
        self.root = root
        self.revisions = Revisions(root, owners)
        self.live = FakeLive(self.revisions, asterisk_conf.RELOADS)
        self.trial = FakeTrial()
        self.people = FakePeople()
        self.machine = FakeMachine()
        self.lines = FakeLines()
        self.clock = Clock()

    def service(self, after_step: AfterStep = lambda _name: None) -> Applier:
        render = partial(asterisk_conf.render, directories=LIVE, secrets=AMI)
        return Applier(
            self.revisions,
            Generator(render, asterisk_conf.RELOADS, lambda file, line, text: "the object"),
            self.trial,
            self.live,
            self.people,
            machine=self.machine,
            lines=self.lines,
            clock=self.clock,
            after_step=after_step,
        )

    def in_force(self) -> SiteDocument:
        """The document of the revision in force."""
        current = self.revisions.current()
        assert current is not None
        return documents.load(self.revisions.site(current))


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """A box before its first start."""
    return Box(tmp_path / "revisions")


@pytest.fixture
def seed() -> str:
    """The example branch, its passwords still to be made."""
    return documents.example("en")


def edited(document: SiteDocument, seconds: int) -> str:
    """The document with another ring time of its first queue, as TOML."""
    first, *others = document.queues
    queues = (first.model_copy(update={"ring_timeout": seconds}), *others)
    return documents.dump(document.model_copy(update={"queues": queues}))
