"""Alarms that stand and alarms that are over: answers for the pages on alarms, kept like health keeps them."""

from __future__ import annotations

from unittest.mock import MagicMock

from appliance.api.alarms import Acknowledge, AlarmDetail, AlarmFilter, AlarmKey, AlarmPage, NewNote, Note, Own
from appliance.api.contract import Alarm
from appliance.health.check import Check
from appliance.health.table import all_checks
from appliance.site.problems import Problem
from tests.unit.tui.world import NOW, World, box
from tests.unit.tui.world import world as everything

CHECKS: dict[str, Check] = {check.key: check for check in all_checks(MagicMock())}
"""The real table; nobody looks here."""
LEADS = {"en": "Head office", "zh": "总部"}


def _alarm(number: int, check: str, ago: float, *, level: int = 0, instance: str = "", **known: object) -> Alarm:
    of = CHECKS[check]
    args = known.pop("args", {})
    original = known.pop("original", "")
    return Alarm.model_validate(
        {
            "id": number,
            "key": f"{check}:{instance}" if instance else check,
            "check": check,
            "title": of.title,
            "severity": of.levels[level].severity,
            "since": NOW - ago,
            "problem": Problem.model_validate({"text": of.levels[level].text, "args": args, "original": original}),
            **known,
        }
    )


def standing(language: str = "en") -> list[Alarm]:
    """A trunk that explains others, a phone that somebody sees to, a disk that fills, known to somebody."""
    label = LEADS[language]
    return [
        _alarm(
            41,
            "trunk",
            2040,
            instance="hq",
            label=label,
            args={"label": label},
            original="OPTIONS: no answer",
            consequences=2,
            flaps=214,
        ),
        _alarm(38, "phone", 5400, instance="8012", label="8012 (Li)", args={"label": "8012 (Li)"}, owner="zhang"),
        _alarm(
            35,
            "disk",
            86_400 * 3,
            level=1,
            args={"value": "87 %"},
            acknowledged=NOW - 86_400,
            acknowledged_by="zhang",
        ),
    ]


def over(language: str = "en") -> list[Alarm]:
    """What is over."""
    label = LEADS[language]
    return [
        _alarm(30, "trunk", 90_000, instance="hq", label=label, args={"label": label}, cleared=NOW - 86_000),
        _alarm(22, "backup", 86_400 * 40, args={"value": "31"}, cleared=NOW - 86_400 * 33, owner="wang"),
    ]


class Keeping:
    """Health's side, in a dictionary."""

    def __init__(self, language: str, alarms: list[Alarm]) -> None:
        self.alarms = {alarm.id: alarm for alarm in alarms}
        self.notes: dict[int, list[Note]] = {}
        self._language = language

    def list(self, wanted: AlarmFilter) -> AlarmPage:
        found = [
            alarm
            for alarm in self.alarms.values()
            if (alarm.cleared is None) == wanted.standing and (wanted.before is None or alarm.id < wanted.before)
        ]
        found.sort(key=lambda alarm: -alarm.id)
        page = found[: wanted.limit]
        return AlarmPage(alarms=tuple(page), cursor=page[-1].id if len(found) > wanted.limit else None)

    def show(self, key: AlarmKey) -> AlarmDetail:
        alarm = self.alarms[key.id]
        explained = [
            _alarm(100 + each, "phone", 2000, instance=f"80{each}", args={"label": f"80{each}"}, cause=alarm.id)
            for each in range(alarm.consequences)
        ]
        return AlarmDetail(
            alarm=alarm,
            check=CHECKS[alarm.check].info(),
            consequences=tuple(explained),
            notes=tuple(self.notes.get(key.id, ())),
        )

    def acknowledge(self, wish: Acknowledge) -> AlarmDetail:
        known = {"acknowledged": NOW, "acknowledged_by": "technician"}
        self.alarms[wish.id] = self.alarms[wish.id].model_copy(update=known)
        return self.note(NewNote(id=wish.id, text=wish.note)) if wish.note else self.show(AlarmKey(id=wish.id))

    def note(self, new: NewNote) -> AlarmDetail:
        self.notes.setdefault(new.id, []).append(Note(at=NOW, by="technician", text=new.text))
        return self.show(AlarmKey(id=new.id))

    def own(self, wish: Own) -> AlarmDetail:
        self.alarms[wish.id] = self.alarms[wish.id].model_copy(update={"owner": wish.owner})
        return self.show(AlarmKey(id=wish.id))


def world(language: str = "en", alarms: list[Alarm] | None = None) -> World:
    """A box with these, or with the usual ones."""
    kept = Keeping(language, [*standing(language), *over(language)] if alarms is None else alarms)
    made = everything(language)
    stands = tuple(alarm for alarm in kept.alarms.values() if alarm.cleared is None)
    made.box = box().model_copy(update={"alarms": stands})
    answers: dict[str, object] = {
        "alarms/list": kept.list,
        "alarms/show": kept.show,
        "alarms/acknowledge": kept.acknowledge,
        "alarms/note": kept.note,
        "alarms/own": kept.own,
    }
    made.answers.update(answers)  # type: ignore[arg-type]  # each takes a message of its own
    return made


def many(language: str = "en") -> World:
    """More than one page of what is over, and more that stands than fits."""
    label = LEADS[language]
    stand = [
        _alarm(500 + each, "phone", 60.0 * each, instance=f"8{each:03}", label=f"8{each:03}", args={"label": label})
        for each in range(60)
    ]
    return world(language, stand)


def critical(number: int) -> Alarm:
    """One more of the worst."""
    return _alarm(number, "asterisk", 1)
