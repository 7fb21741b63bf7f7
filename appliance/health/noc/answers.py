"""What a poll is answered, ready as bytes: `/health` as JSON, `/metrics` for Prometheus."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from appliance.api.contract import Alarm, Box, Severity
from appliance.health.noc import metrics

OLDEST = 20.0
"""Seconds: an older picture is given to nobody. A look is taken every few seconds."""
CORE = "branchbox-core.service"
JSON = "application/json"
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Page:
    """One answer's body and what it is."""

    kind: str
    body: bytes


@dataclass(frozen=True)
class Ready:
    """Everything that polls are answered with, of one look; `at` is monotonic seconds."""

    at: float
    pages: dict[str, Page]

    def fresh(self, now: float) -> bool:
        """Whether it may still be given to somebody."""
        return now - self.at <= OLDEST


def ready(box: Box, *, code: str, name: str, at: float) -> Ready:
    """The answers of one look at the box of this branch."""
    said = json.dumps(health(box, code, name), ensure_ascii=False, indent=1).encode() + b"\n"
    return Ready(
        at,
        {"/health": Page(JSON, said), "/metrics": Page(metrics.CONTENT_TYPE, metrics.exposition(box, code))},
    )


def health(box: Box, code: str, name: str) -> dict[str, Any]:
    """`/health`: how it is, since when, and what to do; times are epoch seconds."""
    core = next((service for service in box.services if service.unit == CORE), None)
    answers = core is not None and core.active
    return {
        "status": status(box),
        "branch": code,
        "name": name,
        "version": box.version,
        "as_of": box.as_of,
        "time": dt.datetime.fromtimestamp(box.as_of, dt.UTC).isoformat(timespec="seconds"),
        "core": answers,
        "words": words(box),
        "figures": {"cpu": box.cpu, "memory": box.memory, "disk": box.disk},
        "services": [service.model_dump() for service in box.services],
        "alarms": [_alarm(alarm) for alarm in box.alarms],
    }


def status(box: Box) -> str:
    """The worst that stands: `critical`, `warning` or `ok`. What merely informs is no fault."""
    if any(not service.active for service in box.services):
        return "critical"
    severities = {alarm.severity for alarm in box.alarms}
    return next((each.value for each in (Severity.CRITICAL, Severity.WARNING) if each in severities), "ok")


def words(box: Box) -> str:
    """The answer in one sentence, worst first."""
    stopped = [service.unit.removesuffix(".service") for service in box.services if not service.active]
    parts = [f"not running: {', '.join(stopped)}"] if stopped else []
    if CORE.removesuffix(".service") in stopped:
        parts.append("calls go on, but nobody can log in or change anything")
    parts += [str(alarm.problem) for alarm in sorted(box.alarms, key=_order) if alarm.severity is not Severity.INFO]
    return "; ".join(parts) or "All is well."


def _order(alarm: Alarm) -> tuple[int, float]:
    return list(Severity).index(alarm.severity), alarm.since


def _alarm(alarm: Alarm) -> dict[str, Any]:
    return {
        "key": alarm.key,
        "severity": alarm.severity.value,
        "since": alarm.since,
        "text": str(alarm.problem),
    }
