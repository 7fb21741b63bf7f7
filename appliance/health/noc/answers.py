"""What a poll is answered, as bytes: `/health` as JSON, `/metrics` for Prometheus."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appliance.api.contract import Alarm, Severity
from appliance.api.picture import CheckState, Picture
from appliance.health.noc import metrics

OLDEST = 20.0
"""Seconds: an older picture is given to nobody. A look is taken every second."""
JSON = "application/json"
PLAIN = "text/plain; charset=utf-8"
NO_CORE = "Core does not answer: calls go on, but nobody can log in or change anything."


@dataclass(frozen=True)
class Page:
    """One answer's body and what it is."""

    kind: str
    body: bytes


def pages(picture: Picture, todo: Mapping[str, str], polls: Mapping[int, int]) -> dict[str, Page]:
    """Both, of one look. `todo` is what to do by check; `polls` how many there were by HTTP status."""
    said = json.dumps(health(picture, todo), ensure_ascii=False, indent=1).encode() + b"\n"
    return {
        "/health": Page(JSON, said),
        "/metrics": Page(metrics.CONTENT_TYPE, metrics.exposition(picture, polls)),
    }


def health(picture: Picture, todo: Mapping[str, str]) -> dict[str, Any]:
    """`/health`: how it is, since when, and what to do; times are epoch seconds."""
    return {
        "status": status(picture),
        "words": words(picture),
        "branch": picture.site_code,
        "name": picture.site_name,
        "version": picture.version,
        "as_of": picture.as_of,
        "time": dt.datetime.fromtimestamp(picture.as_of, dt.UTC).isoformat(timespec="seconds"),
        "core": core_answers(picture),
        "alarms": [_alarm(alarm, todo) for alarm in picture.alarms],
        "consequences": [alarm.key for alarm in picture.consequences],
        "services": [service.model_dump() for service in picture.services],
        "checks": [each.model_dump(mode="json", exclude={"title"}) for each in picture.checks],
    }


def core_answers(picture: Picture) -> bool:
    """Whether core answered at the last look, alarm or not."""
    return not any(
        each.check == "core" and each.state not in (CheckState.OK, CheckState.UNKNOWN) for each in picture.checks
    )


def status(picture: Picture) -> str:
    """The worst that stands: `critical`, `warning` or `ok`. What merely informs is no fault."""
    severities = {alarm.severity for alarm in picture.alarms}
    if not core_answers(picture):
        severities.add(Severity.CRITICAL)
    return next((each.value for each in (Severity.CRITICAL, Severity.WARNING) if each in severities), "ok")


def words(picture: Picture) -> str:
    """The answer in a line, worst first."""
    wrong = sorted((alarm for alarm in picture.alarms if alarm.severity is not Severity.INFO), key=_order)
    parts = [str(alarm.problem) for alarm in wrong]
    if not core_answers(picture) and not any(alarm.check == "core" for alarm in wrong):
        parts.insert(0, NO_CORE)
    return " ".join(parts) or "All is well."


def _order(alarm: Alarm) -> tuple[int, float]:
    return list(Severity).index(alarm.severity), alarm.since


def _alarm(alarm: Alarm, todo: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": alarm.id,
        "key": alarm.key,
        "label": alarm.label,
        "severity": alarm.severity.value,
        "since": alarm.since,
        "text": str(alarm.problem),
        "todo": todo.get(alarm.check, ""),
        "acknowledged_by": alarm.acknowledged_by,
        "owner": alarm.owner,
        "consequences": alarm.consequences,
    }
