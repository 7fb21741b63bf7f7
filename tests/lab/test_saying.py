"""The real Asterisk says numbers, money and times with the sounds that the rules of say.conf name, and has them all."""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.site.exchange import CEL_COLUMNS
from appliance.site.models import Language
from images.box import Box
from images.run import poll
from tests.lab.test_real_asterisk_loads import Exchange, example, exchange
from tests.unit.asterisk_conf.test_saying import ALLISON, TEXTS, said

LANGUAGES = ("en", "zh")
SOUNDS = "/usr/share/asterisk/sounds"
SEED = 22


def values() -> list[str]:
    """Of each sort some that are hard, and some by chance."""
    dice = random.Random(SEED)  # noqa: S311  (no secret)
    moments = [dt.datetime(2026, 11, 23, 15, 20), dt.datetime(2000, 1, 1), dt.datetime(2009, 10, 20, 12, 5)]
    moments += [dt.datetime(2026, 1, 1) + dt.timedelta(minutes=dice.randrange(60 * 24 * 365)) for _ in range(6)]
    numbers = [0, 2, 10, 110, 2005, 10010, 22_222, 100_100_000, *(dice.randrange(10**9) for _ in range(6))]
    return [
        *(f"num:{number}" for number in numbers),
        *(f"enum:{number}" for number in (1, 2, 12, 123, 1003)),
        *(f"phone:{number}" for number in ("13905770001", "057788120003", "96296")),
        *(f"money:{fen}" for fen in (0, 2, 20, 205, 1205, 123_450, dice.randrange(10**7))),
        *(f"datetime::{moment:%Y%m%d%H%M.%S-%w-%j}" for moment in moments),
    ]


@pytest.fixture(scope="module")
def speaking(box: Box) -> Iterator[Exchange]:
    """An Asterisk that has said all of them, to nobody, in both languages."""
    with exchange(box, "saying", example(Language.ZH)) as running:
        running.ask("core waitfullybooted")
        lines = ["", "[hears]", "exten = s,1,Answer()", "same = n,Wait(3600)", "[says]"]
        for language in LANGUAGES:
            for at, what in enumerate(values()):
                lines += [
                    f"exten = {language}-{at},1,Set(CHANNEL(language)={language})",
                    f"same = n,Playback({what},say)",
                ]
        with Path(running.outside(running.places.etc / "extensions.conf")).open("a") as text:
            text.write("\n".join(lines) + "\n")
        running.ask("dialplan reload")
        for language in LANGUAGES:
            for at in range(len(values())):
                running.ask(f"channel originate Local/{language}-{at}@says/n extension s@hears")
        ended = re.compile("^0 active channels", re.MULTILINE)
        assert poll(lambda: bool(ended.search(running.ask("core show channels count"))), seconds=90, every=1)
        yield running


def heard(running: Exchange) -> dict[str, list[str]]:
    """By extension: the sounds in the order in which they began."""
    found: dict[str, list[str]] = {}
    where: dict[str, str] = {}
    with running.outside(running.places.cel_csv).open(newline="") as text:
        for row in csv.reader(text):
            event = dict(zip(CEL_COLUMNS, row, strict=True))
            if event["context"] == "says":
                where[event["uniqueid"]] = event["exten"]
            if event["eventtype"] == "STREAM_BEGIN":
                sound = json.loads(event["eventextra"]).get("sound")
                found.setdefault(where[event["uniqueid"]], []).append(sound)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_asterisk_says_what_the_rules_say(speaking: Exchange, language: str) -> None:
    spoken = heard(speaking)
    for at, what in enumerate(values()):
        assert spoken.get(f"{language}-{at}") == said(language, what), what


def test_no_sound_is_missed(speaking: Exchange) -> None:
    assert speaking.complaints() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sound_lies_there_in_its_language(box: Box, language: str) -> None:
    """Where a Chinese one is not there Asterisk plays the English one without a word."""
    listed = box.run(["find", "-L", f"{SOUNDS}/{language}", "-type", "f", "-printf", "%P\n"]).out
    there = {name.rpartition(".")[0] for name in listed.splitlines()}
    wanted = {name for name, texts in TEXTS.items() if language in texts}
    assert (wanted | (ALLISON if language == "en" else set())) - there == set()
