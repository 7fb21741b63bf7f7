"""Nobody meets an English sentence on a Chinese screen."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from appliance.api.contract import AgentState, CallState, Direction, Outcome, Severity, TrunkState
from appliance.site.models import Role, Strategy
from appliance.site.problems import Problem
from tui import i18n
from tui.i18n import say, say_all
from tui.locale import extract
from tui.words import word

SOURCE = extract.ROOT / "tui" / "locale" / "zh" / "LC_MESSAGES" / "branchbox.po"
FIELD = re.compile(r"\{(\w+)\}")
DATES = {"{day} {month} {time}", "{weekday} {day} {month} {time}"}
"""Chinese writes the month as a number."""
SAME = {
    "CPU",
    "Linux",
    "MOS",
    "UPS",
    "Windows",
    "{part} of {whole}",
    "{what} {when} ({who}: {why})",
    "{object}: {field} {before} -> {after}",
    "{object}: {field} {item} {before} -> {after}",
}
"""Texts that hold no word of Chinese."""


def catalogue() -> dict[str, str]:
    with SOURCE.open("rb") as text:
        read = read_po(text)
    found: dict[str, str] = {}
    for message in read:
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string or ""] if isinstance(message.string, str | None) else list(message.string)
        found.update({one: strings[0] for one in ids if one})
    return found


def test_every_text_has_a_chinese_translation() -> None:
    wanted = extract.texts() | {text for pair in extract.plurals() for text in pair}
    assert sorted(wanted - {text for text, chinese in catalogue().items() if chinese}) == []


def test_nothing_is_translated_that_nobody_says() -> None:
    wanted = extract.texts() | {text for pair in extract.plurals() for text in pair}
    assert sorted(catalogue().keys() - wanted) == []


def test_every_translation_keeps_the_fields_of_its_text() -> None:
    wrong = [
        text
        for text, chinese in catalogue().items()
        if text not in DATES and sorted(set(FIELD.findall(text))) != sorted(set(FIELD.findall(chinese)))
    ]
    assert wrong == []


def test_translations_are_chinese() -> None:
    plain = {text for text, chinese in catalogue().items() if not re.search(r"[\u4e00-\u9fff]", FIELD.sub("", chinese))}
    assert plain - DATES <= SAME


@pytest.mark.parametrize("words", [CallState, Direction, AgentState, TrunkState, Outcome, Severity, Role, Strategy])
def test_every_word_of_the_contract_is_said_in_chinese(words: type) -> None:
    i18n.use("zh")
    for value in words:  # type: ignore[attr-defined]  # parametrized over enumerations
        assert re.search(r"[\u4e00-\u9fff]", word(value)), value


def test_a_problem_is_said_in_the_persons_language_with_its_values_and_original_words() -> None:
    problem = Problem(
        text="There is no agent {name}: make it first.",
        where="queues[2] sales: members[1].agent",
        args={"name": "8099"},
        original="x",
    )
    assert say(problem) == "There is no agent 8099: make it first."
    i18n.use("zh")
    assert say_all(problem) == "queues[2] sales: members[1].agent: 没有座席 8099：请先建立。 [x]"


def test_a_problem_with_a_gap_is_still_said() -> None:
    assert say(Problem(text="There is no agent {name}: make it first.")) == "There is no agent {name}: make it first."


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_environment_chooses_the_language(environment: dict[str, str], language: str) -> None:
    assert i18n.from_environment(environment) == language


def test_texts_are_found_in_tables_of_modules_that_make_problems() -> None:
    source = 'T = {"a": "This is wrong here: mend it."}\n"""Not this docstring, please."""\nProblem\n'
    assert list(extract.of_source(source)) == ["This is wrong here: mend it."]
