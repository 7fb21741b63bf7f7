"""Whatever a caller does in whatever menus, there is a next thing to hear, somebody to talk to, or an end."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import pytest

from appliance.site import rules
from appliance.site.models import Language, SiteDocument
from appliance.site.rules.prompts import SHIPPED
from asterisk_conf.dialplan.menus import MOST_ROUNDS
from tests.unit.asterisk_conf.interpreter import HANG_UP, SILENT, Act, Heard, LeftSilent, Walk, World
from tests.unit.asterisk_conf.reading import Dialplan, Step, dialplan, sections
from tests.unit.asterisk_conf.trees import KEYS, tree

WALKS = 100_000
PARTS = 10
"""So that the cores share them."""
TREES = 50
"""For each part."""
MOST_STEPS = 3000
"""MOST_ROUNDS greetings of at most some twenty steps each."""
SURVEY = {f"branchbox/survey-{name}" for name in ("ask", "again", "thanks")}
OURS = {"branchbox/welcome", "own", "branchbox/no-choice", *SHIPPED, *SURVEY}


def caller(dice: random.Random, keys: str) -> Callable[[], Act]:
    """Somebody who presses keys that are there more often than others, says nothing, or goes."""
    patience = dice.choice([0.02, 0.1, 0.3])
    silence = dice.choice([0.05, 0.3, 0.9])

    def act() -> Act:
        fate = dice.random()
        if fate < patience:
            return HANG_UP
        return SILENT if dice.random() < silence else dice.choice(keys)

    return act


def world(dice: random.Random, keys: Mapping[str, str]) -> World:
    shut = {"closure/storm/since": "1795298063", "closure/storm/by": "8001"}
    if dice.random() < 0.5:
        shut["closure/storm/own"] = "/var/spool/asterisk/studio/closure-storm-1"
    return World(
        db={
            **(shut if dice.random() < 0.1 else {}),
            **dice.choice([{}, {"vip/13805772046": "9", "last/13805772046": "8001*1795200000"}]),
            **dice.choice([{}, {"callback/13805772046": "q0*1*0*0*0*T-1.1"}]),
        },
        number=dice.choice(["13805772046", "+8657788120003", "anonymous", ""]),
        keys=keys,
        waiting={queue: ((1795290000, dice.choice([0, 7])), (1795299999, 0)) for queue in keys},
        ready=dice.choice("01"),
        is_open=dice.random() < 0.8,
        contacts=dice.choice(["", "sip:phone"]),
        dial_status=dice.choice(["ANSWER", "NOANSWER", "BUSY", "CHANUNAVAIL"]),
        queue_status=dice.choice(["", "TIMEOUT", "FULL", "JOINEMPTY", "LEAVEEMPTY"]),
        sounds=lambda name, _language: name in OURS or name.startswith("/var/spool/asterisk/studio/"),
    )


def queue_keys(document: SiteDocument) -> dict[str, str]:
    """By queue: the context of its keys."""
    found = {section.name: section.all("context") for section in sections(document, "queues.conf")}
    return {queue: context for queue, contexts in found.items() for context in contexts}


def judge(heard: list[Heard]) -> None:
    """Before the caller is listened to again, and before the box hangs up, there was something to hear or somebody to
    talk to; only the destination `hangup` of a document, and a queue's or phone's end, may follow a key at once."""
    since = 0
    for what, _text in heard:
        if what in {"sound", "talk"}:
            since = 0
        elif what == "listen":
            since += 1
            assert since <= 3 + 3, heard[-20:]  # a greeting, its wait, and the digits of a phone's number
        elif what == "key":
            since -= 1  # one more digit of a number that was asked for
    assert heard[-1].what == "end"


@pytest.mark.parametrize("part", range(PARTS))
def test_no_walk_meets_silence_or_a_dead_end(part: int) -> None:
    ends: dict[str, int] = {}
    for number in range(TREES):
        seed = part * TREES + number
        document = tree(seed)
        assert rules.check(document) == ()
        plan = dialplan(document)
        keys = queue_keys(document)
        for one in range(WALKS // PARTS // TREES):
            dice = random.Random(f"{seed}-{one}")  # noqa: S311  (no secret)
            walk = Walk(plan, world(dice, keys), caller(dice, KEYS), language=document.site.language)
            heard = walk.run("did-96296", most=MOST_STEPS)
            judge(heard)
            ends[heard[-1].text] = ends.get(heard[-1].text, 0) + 1
    assert ends.keys() == {"caller", "box", "talk"}  # every way to end was walked


@pytest.mark.parametrize("keys", ["#", "#*", "1*", KEYS])
def test_whoever_never_stops_pressing_keys_is_sent_away_after_a_while(keys: str) -> None:
    rounds = []
    for seed in range(100):
        dice = random.Random(seed)  # noqa: S311  (no secret)
        world = World(queue_status="FULL", dial_status="BUSY")
        walk = Walk(dialplan(tree(seed)), world, lambda dice=dice: dice.choice(keys))  # type: ignore[misc]  # bound now
        heard = walk.run("did-96296", most=MOST_STEPS)
        judge(heard)
        rounds.append(sum(what == "sound" and text in {"branchbox/welcome", "own"} for what, text in heard))
    assert max(rounds) <= MOST_ROUNDS
    if "#" in keys and keys != KEYS:
        assert max(rounds) == MOST_ROUNDS  # a tree where such keys lead in a circle


def test_a_silent_caller_is_led_by_silence_alone() -> None:
    for seed in range(200):
        heard = Walk(dialplan(tree(seed)), World(), lambda: SILENT).run("did-96296", most=MOST_STEPS)
        assert heard[-1].what == "end"


# --- the judge can say no ------------------------------------------------------------------------


def broken(change: Callable[[Dialplan], object]) -> None:
    plan = dialplan(tree(0))
    change(plan)
    for one in range(300):
        dice = random.Random(one)  # noqa: S311  (no secret)
        judge(Walk(plan, World(), caller(dice, KEYS)).run("did-96296", most=MOST_STEPS))


def test_a_menu_without_an_answer_to_silence_is_found() -> None:
    with pytest.raises(LeftSilent, match="has no t"):
        broken(lambda plan: plan["menu-m0"].pop("t"))


def test_a_jump_to_nowhere_is_found() -> None:
    with pytest.raises(LeftSilent, match="a jump to"):
        broken(lambda plan: plan["menu-m0"].update(t=[Step("Goto", "menu-gone,s,1", "")]))


def test_steps_that_end_under_the_caller_are_found() -> None:
    with pytest.raises(LeftSilent, match="ends under the caller"):
        broken(lambda plan: plan["menu-m0"].update(t=[Step("NoOp", "", "")]))


def test_a_round_without_an_end_is_found() -> None:
    with pytest.raises(LeftSilent, match="no end after"):
        broken(lambda plan: plan["menu-m0"].update(t=[Step("Goto", "menu-m0,t,1", "")]))


def test_waiting_in_silence_is_found() -> None:
    with pytest.raises(AssertionError):
        broken(lambda plan: plan["menu-m0"].update(t=[Step("WaitExten", "5", "")], i=[Step("WaitExten", "5", "")]))


def test_a_prompt_that_is_in_no_language_is_found() -> None:
    plan = dialplan(tree(0))
    with pytest.raises(LeftSilent, match="no sound"):
        Walk(plan, World(sounds=lambda _name, language: language == Language.ZH), lambda: SILENT).run("did-96296")
