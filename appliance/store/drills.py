"""How drills went: one row for each that was held."""

from __future__ import annotations

import json

from peewee import SqliteDatabase

from appliance.api.drills import DrillResult, ResultsWanted
from appliance.site.models import DrillKind
from appliance.site.problems import Problem


def add(database: SqliteDatabase, result: DrillResult) -> None:
    """Write one down; its id is the database's to give."""
    problem = "" if result.problem is None else result.problem.model_dump_json()
    database.execute_sql(
        "INSERT INTO drills (drill, label, kind, began, ended, by, problem, figures) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(result.drill, result.label, result.kind.value, result.began, result.ended, result.by),
            *(problem, json.dumps(result.figures)),
        ),
    )


def page(database: SqliteDatabase, wanted: ResultsWanted) -> tuple[DrillResult, ...]:
    """Results that match, newest first."""
    rows = database.execute_sql(
        "SELECT * FROM drills WHERE drill = coalesce(?, drill) AND id < coalesce(?, 9e18) ORDER BY id DESC LIMIT ?",
        (wanted.name, wanted.before, wanted.limit),
    )
    return tuple(_result(*row) for row in rows)


def last_of_each(database: SqliteDatabase) -> dict[str, DrillResult]:
    """The last result of every drill, by its name."""
    rows = database.execute_sql("SELECT * FROM drills WHERE id IN (SELECT max(id) FROM drills GROUP BY drill)")
    return {result.drill: result for result in (_result(*row) for row in rows)}


def _result(  # noqa: PLR0917 - the columns of a row, in their order
    id_: int, drill: str, label: str, kind: str, began: float, ended: float, by: str, problem: str, figures: str
) -> DrillResult:
    return DrillResult(
        id=id_,
        drill=drill,
        label=label,
        kind=DrillKind(kind),
        began=began,
        ended=ended,
        by=by,
        problem=Problem.model_validate_json(problem) if problem else None,
        figures=json.loads(figures),
    )
