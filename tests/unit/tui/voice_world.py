"""Announcements, closures, messages and menus' figures at the moment of `world`: answers for their pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from appliance.api.closures import Closures, ClosureState
from appliance.api.menus import Figures, MenuFigures
from appliance.api.messages import LeftMessage, Messages
from appliance.api.prompts import Origin, Prompts, PromptSound, PromptState, PromptUse
from appliance.api.recordings import Playing
from appliance.api.sticks import FileKind, Stick, StickFile, Sticks
from appliance.api.wire import Empty, Message
from appliance.site.models import Language
from tests.unit.tui.world import NOW, World
from tests.unit.tui.world import world as everything

LABELS = {"en": ("Greeting", "Storm", "Bill"), "zh": ("欢迎词", "台风", "账单")}
EN, ZH = Language.EN, Language.ZH


def prompts(language: str) -> Prompts:
    greeting, storm, bill = LABELS[language]
    menu = PromptUse(kind="menu", name="main")
    made = {"at": NOW - 90_000, "seconds": 7.4}
    return Prompts(
        prompts=(
            PromptState(
                name="greeting",
                label=greeting,
                number="1",
                sounds=(
                    PromptSound(language=EN, origin=Origin.SPOKEN, **made),
                    PromptSound(language=ZH, origin=Origin.RECORDED, **made),
                ),
                used=(menu,),
            ),
            PromptState(
                name="storm",
                label=storm,
                number=None,
                sounds=(
                    PromptSound(language=EN, origin=Origin.MISSING),
                    PromptSound(language=ZH, origin=Origin.IMPORTED, by="chenhua", **made),
                ),
                used=(PromptUse(kind="closure", name="storm"), menu),
            ),
            PromptState(name="bill", label=bill, number=None, sounds=(), used=()),
        )
    )


def closures(language: str, *, shut: bool = True) -> Closures:
    greeting, storm, _bill = LABELS[language]
    return Closures(
        closures=(
            ClosureState(name="storm", label=storm, number="1", since=NOW - 4000 if shut else None, by="8001"),
            ClosureState(name="meeting", label=greeting, number="2"),
        ),
        choices=("greeting", "storm"),
    )


def left(number: int) -> LeftMessage:
    facts: list[dict[str, Any]] = [
        {},
        {"heard": NOW - 60, "heard_by": "li"},
        {"taken": NOW - 50, "taken_by": "technician"},
        {"done": NOW - 40, "done_by": "li", "note": "called back"},
    ]
    return LeftMessage(
        id=f"1795298063-{number:08}",
        mailbox="8021",
        queues=("repair",) if number % 2 else (),
        caller=f"1380577{2046 + number:04}",
        customer="王建国" if number == 1 else "",
        left=NOW - 500 - number * 4000,
        length=17.0 + number,
        **facts[number % 4],
    )


FIGURES = Figures(
    menus=(
        MenuFigures(
            menu="main",
            entered=1204,
            keys={"1": 611, "2": 302, "8021": 4},
            no_input=91,
            wrong=40,
            given_up=12,
            hung_up=275,
            seconds=11.4,
        ),
        MenuFigures(menu="office", entered=9, keys={}, no_input=3, wrong=0, given_up=0, hung_up=6, seconds=None),
    )
)
STICKS = Sticks(
    sticks=(
        Stick(
            name="sdb1",
            label="KINGSTON",
            vendor="",
            model="",
            size=1,
            file_system="vfat",
            write_protected=False,
            files=(StickFile(kind=FileKind.PROMPT, name="storm.mp3", size=90_000, modified=NOW),),
        ),
    )
)


def answers(language: str = "en", *, empty: bool = False) -> dict[str, Callable[[Any], Message]]:
    """What core says of these, or where there are none."""
    messages = Messages(messages=() if empty else tuple(left(number) for number in range(4)))
    return {
        "prompts/list": lambda _: Prompts(prompts=()) if empty else prompts(language),
        "prompts/play": lambda _: Playing(answered=True),
        "prompts/import": lambda _: prompts(language),
        "prompts/speak": lambda _: prompts(language),
        "prompts/begin": lambda _: Empty(),
        "prompts/piece": lambda _: Empty(),
        "sticks/list": lambda _: STICKS,
        "closures/list": lambda _: Closures(closures=()) if empty else closures(language),
        "closures/switch": lambda _: closures(language),
        "messages/list": lambda _: messages,
        "messages/take": lambda _: messages,
        "messages/done": lambda _: messages,
        "messages/play": lambda _: Playing(answered=True),
        "messages/call_back": lambda _: Empty(),
        "menus/figures": lambda _: Figures(menus=()) if empty else FIGURES,
    }


def world(language: str = "en", *, empty: bool = False) -> World:
    """A box with these, or with none."""
    made = everything(language)
    made.answers.update(answers(language, empty=empty))
    return made
