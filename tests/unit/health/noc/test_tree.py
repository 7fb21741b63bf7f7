"""SNMP's side: the picture as objects, and the helper that snmpd asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.api.contract import Severity
from appliance.api.picture import CheckState
from appliance.health.alarms import Kept
from appliance.health.noc import tree
from appliance.health.noc.notices import CLEARED, RAISED, Notices, notice
from appliance.health.noc.passing import OLDEST, Tree, answers
from appliance.health.run import NotSent
from appliance.site.problems import Problem
from tests.unit.health.noc.pictures import alarm, check, picture

BOX = tree.dotted((*tree.OBJECTS, tree.BOX))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    seen = picture(check("span:1", CheckState.ALARM, 1.5), alarms=(alarm("span:1", 7), alarm("disk", 12)))
    path = tmp_path / "snmp"
    path.write_text(tree.rendered(seen, at=100.0, sequence=2**32 + 5), encoding="utf-8")
    return path


def ask(file: Path, *lines: str, now: float = 101.0) -> list[str]:
    return "".join(answers(Tree(file, lambda: now), [f"{line}\n" for line in lines])).splitlines()


def walk(file: Path, now: float = 101.0) -> dict[str, str]:
    found, oid = {}, tree.dotted(tree.ROOT)
    while (said := ask(file, "getnext", oid, now=now)) != ["NONE"]:
        oid = said[0]
        found[oid] = said[2]
    return found


def test_snmpd_is_greeted_and_told_single_objects(file: Path) -> None:
    assert ask(file, "PING") == ["PONG"]
    assert ask(file, "get", f"{BOX}.1.0") == [f"{BOX}.1.0", "string", "WZN"]
    assert ask(file, "get", f"{BOX}.4.0") == [f"{BOX}.4.0", "integer", "3"]
    assert ask(file, "get", f"{BOX}.6.0") == [f"{BOX}.6.0", "gauge", "1"]
    assert ask(file, "get", f"{BOX}.10.0")[2] == "5", "a counter goes round"
    assert ask(file, "get", f"{BOX}.99.0") == ["NONE"]
    assert ask(file, "set", f"{BOX}.1.0", "string X") == ["not-writable"]


def test_a_walk_meets_every_object_once_in_order(file: Path) -> None:
    found = walk(file)
    oids = [tuple(map(int, oid.strip(".").split("."))) for oid in found]
    assert oids == sorted(oids)
    assert len(found) == len(file.read_text().splitlines()) - 1
    key = tree.dotted((*tree.OBJECTS, tree.ALARMS, 1, 2))
    assert (found[f"{key}.7"], found[f"{key}.12"]) == ("span:1", "disk")
    span = tree.dotted((*tree.OBJECTS, tree.FAMILIES["span"], 1))
    assert found[f"{span}.3.{ord('1')}"] == "3"
    assert found[f"{span}.6.{ord('1')}"] == "1500"


def test_of_an_old_picture_only_its_age_is_told(file: Path) -> None:
    found = walk(file, now=100 + OLDEST + 5)
    assert list(found) == [f"{BOX}.{column}.0" for column in (4, 5, 6, 8)]
    assert found[f"{BOX}.4.0"] == "4"
    assert found[f"{BOX}.6.0"] == "25"
    assert "stuck" in found[f"{BOX}.8.0"]


def test_a_new_file_is_seen_at_the_next_question(file: Path) -> None:
    asked = Tree(file, lambda: 101.0)
    assert asked.get((*tree.OBJECTS, tree.BOX, 9, 0)) == ((*tree.OBJECTS, tree.BOX, 9, 0), "gauge", "2")
    fresh = file.with_suffix(".new")
    fresh.write_text(tree.rendered(picture(), at=101.0, sequence=0))
    fresh.replace(file)
    assert asked.get((*tree.OBJECTS, tree.BOX, 9, 0)) == ((*tree.OBJECTS, tree.BOX, 9, 0), "gauge", "0")


def test_the_box_says_nothing_before_the_first_look(tmp_path: Path) -> None:
    assert ask(tmp_path / "none", "getnext", BOX) == ["NONE"]


def test_a_long_text_is_cut_between_letters() -> None:
    kind, said = tree._text("线" * 100)
    assert (kind, said) == ("string", "线" * 85)


def test_times_are_date_and_time() -> None:
    assert tree.date_and_time(1_764_000_000.5) == ("octet", "07 E9 0B 18 10 00 00 05 2B 00 00")


def kept(severity: Severity = Severity.CRITICAL, cause: int | None = None) -> Kept:
    return Kept("span:1", "span", severity, 1_764_000_000.0, Problem(text="Down."), id=7, cause=cause)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, kept(), RAISED),
        (kept(), None, CLEARED),
        (kept(), kept(Severity.WARNING), RAISED),
        (kept(), kept(), None),
        (None, kept(cause=3), None),
        (kept(cause=3), None, None),
        (kept(cause=3), kept(), RAISED),
        (kept(), kept(cause=3), CLEARED),
    ],
)
def test_a_notice_goes_out_for_what_stands_by_itself(
    before: Kept | None, after: Kept | None, told: tree.Oid | None
) -> None:
    found = notice(before, after)
    assert (found[0] if found else None) == told


def test_notices_are_numbered_over_restarts_and_wait_for_a_silent_agent(tmp_path: Path) -> None:
    sent: list[tuple[str, ...]] = []
    silent = True

    def send(words: object) -> None:
        if silent:
            raise NotSent("no socket")
        assert isinstance(words, tuple)
        sent.append(words)

    def notices() -> Notices:
        return Notices(tmp_path / "number", lambda alarm: alarm.said("Span"), send=send, wanted=lambda: True)

    first = notices()
    first.told(None, kept())
    first.told(kept(), None)
    first.send()
    assert sent == []
    silent = False
    first.send()
    assert [(words[2], words[5]) for words in sent] == [(tree.dotted(RAISED), "1"), (tree.dotted(CLEARED), "2")]
    assert notices().sequence == 2


def test_nothing_is_counted_while_snmp_is_off(tmp_path: Path) -> None:
    off = Notices(tmp_path / "number", lambda alarm: alarm.said("Span"), wanted=lambda: False)
    off.told(None, kept())
    assert off.sequence == 0
