"""The real Asterisk walks menus as the interpreter of the unit tests does: the same keys leave the same marks.

A throw-away Asterisk in the box loads a tree made up at random; callers are Local channels, one presses the keys of a
walk into the other. Nothing rings: whoever gets to a phone or a queue is there, which its mark says.
"""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.site.exchange import CEL_COLUMNS, Mark
from appliance.site.models import Empty, SiteDocument
from appliance.site.types import Kind
from images.box import Box
from images.run import poll
from tests.lab.test_real_asterisk_loads import Exchange, exchange
from tests.unit.asterisk_conf.interpreter import HANG_UP, Walk, World
from tests.unit.asterisk_conf.reading import dialplan
from tests.unit.asterisk_conf.test_menu_walks import queue_keys
from tests.unit.asterisk_conf.trees import KEYS, tree

SEEDS = (7, 11, 17)
WALKS = 25
"""Of each tree, all at once."""
KEYS_PRESSED = 5
BETWEEN = 8
"""Seconds from key to key: longer than what is said after a wrong one, shorter than a greeting and its wait."""
WALK_MARK = "BB_WALK"
PATIENCE = BETWEEN * (KEYS_PRESSED + 3)


@dataclass(frozen=True)
class Sample:
    """A tree and the keys of each walk through it."""

    document: SiteDocument
    keys: tuple[str, ...]


def sample(seed: int) -> Sample:
    """A tree without the clock, so that both walk it at any time; every sound in it is the box's own."""
    dice = random.Random(seed)  # noqa: S311  (no secret)
    document = tree(seed)
    menus = tuple(
        menu.model_copy(
            update={
                "greeting": "branchbox/welcome",
                "barge_in": True,
                "wait": 20,
                "extensions": None,
                "hours": None,
                "closed_goes_to": None,
            }
        )
        for menu in document.menus
    )
    # Nobody is called back and no agent is there: what takes time or a phone is test_waiting's.
    queues = tuple(
        queue.model_copy(update={"callback": False, "empty": Empty.NEVER, "last_agent": 0}) for queue in document.queues
    )
    walks = tuple("".join(dice.choices(KEYS, k=KEYS_PRESSED)) for _ in range(WALKS))
    return Sample(document.model_copy(update={"menus": menus, "queues": queues}), walks)


@pytest.fixture(scope="module", params=SEEDS)
def walked(request: pytest.FixtureRequest, box: Box) -> Iterator[tuple[Sample, Exchange]]:
    """The exchange after all walks have ended."""
    wanted = sample(request.param)
    with exchange(box, f"walks-{request.param}", wanted.document) as running:
        add_walkers(running, wanted)
        for number in range(WALKS):
            running.ask(f"channel originate Local/{number}@walk/n extension {number}@walker")
        assert poll(
            lambda: bool(re.search("^0 active channels", running.ask("core show channels count"), re.MULTILINE)),
            seconds=PATIENCE,
            every=1,
        ), running.ask("core show channels concise")
        yield wanted, running


def add_walkers(running: Exchange, wanted: Sample) -> None:
    """Two more contexts: where a walk begins, and who presses its keys."""
    running.ask("core waitfullybooted")
    pause = "W" * BETWEEN
    lines = ["", "[walk]"]
    for number in range(WALKS):
        lines += [f"exten = {number},1,CELGenUserEvent({WALK_MARK},{number})", "same = n,Goto(did-96296,s,1)"]
    lines.append("[walker]")
    for number, keys in enumerate(wanted.keys):
        pressed = "".join(f"{pause}{key}" for key in keys)
        lines += [f"exten = {number},1,Answer()", f"same = n,SendDTMF({pressed}{pause})", "same = n,Hangup()"]
    with Path(running.outside(running.places.etc / "extensions.conf")).open("a") as text:
        text.write("\n".join(lines) + "\n")
    running.ask("dialplan reload")


def marks(running: Exchange) -> dict[int, list[str]]:
    """The marks of each walk, in order, as Asterisk wrote them."""
    calls: dict[str, list[tuple[str, str]]] = {}
    with running.outside(running.places.cel_csv).open(newline="") as text:
        for row in csv.reader(text):
            event = dict(zip(CEL_COLUMNS, row, strict=True))
            if event["eventtype"].startswith("BB_"):
                said = json.loads(event["eventextra"])["extra"]
                calls.setdefault(event["linkedid"], []).append((event["eventtype"], said))
    return {
        int(text): [_nameless(f"{which},{said}") for which, said in call if which != WALK_MARK]
        for call in calls.values()
        for mark, text in call
        if mark == WALK_MARK
    }


def _nameless(said: str) -> str:
    """What names a recording is the call's and the channel's own."""
    return said.partition(",")[0] if said.startswith(Mark.RECORDING) else said


def expected(wanted: Sample, keys: str) -> list[str]:
    """The same walk by the interpreter; nobody is at any phone, and queues are waited in."""
    acts = iter([*keys, HANG_UP])
    walk = Walk(
        dialplan(wanted.document),
        World(contacts="", number="", keys=queue_keys(wanted.document)),
        lambda: next(acts),
        language=wanted.document.site.language,
    )
    return [_nameless(text) for what, text in walk.run("did-96296") if what == "mark"]


def test_the_same_keys_leave_the_same_marks(walked: tuple[Sample, Exchange]) -> None:
    wanted, running = walked
    found = marks(running)
    assert sorted(found) == list(range(WALKS))
    for number, keys in enumerate(wanted.keys):
        assert found[number] == expected(wanted, keys), keys


def test_asterisk_says_no_word_of_a_sound_that_is_missing_or_a_place_that_is_not_there(
    walked: tuple[Sample, Exchange],
) -> None:
    # Whoever gets to a mailbox presses keys and says nothing.
    said = (line for line in walked[1].complaints() if "app.c: No audio available on Local/" not in line)
    assert "\n".join(said) == ""


def test_the_samples_are_worth_walking() -> None:
    for seed in SEEDS:
        wanted = sample(seed)
        kinds = {to.kind for menu in wanted.document.menus for to in menu.choices.values()}
        assert Kind.MENU in kinds
        assert len({tuple(expected(wanted, keys)) for keys in wanted.keys}) > 5
