"""`/metrics` in Prometheus' text format, one entry a metric; names and units follow Prometheus' own conventions.

Labels come from what is set up (services, checks, spans), never from calls or callers: a box has some hundred series.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from appliance.api.contract import Box, Severity

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Picture(Collector):
    """One look at the box, for the exposition."""

    def __init__(self, box: Box, code: str) -> None:
        self._box = box
        self._code = code

    def collect(self) -> Iterator[Metric]:
        """Every metric, in the order of the page."""
        box = self._box
        yield InfoMetricFamily(
            "branchbox", "Which branch this is and which version runs.", {"branch": self._code, "version": box.version}
        )
        yield _one("branchbox_as_of_timestamp_seconds", "When the box was looked at last.", box.as_of)
        for name, words, value in (
            ("branchbox_cpu_usage_ratio", "Share of all processors that is busy.", box.cpu),
            ("branchbox_memory_usage_ratio", "Share of the memory that no program could have any more.", box.memory),
            ("branchbox_disk_usage_ratio", "Share of the data disk in use.", box.disk),
        ):
            if value is not None:
                yield _one(name, words, value)
        up = GaugeMetricFamily("branchbox_service_up", "Whether a service runs.", labels=["service"])
        since = GaugeMetricFamily(
            "branchbox_service_start_time_seconds", "Since when a service runs.", labels=["service"]
        )
        for service in box.services:
            name = service.unit.removesuffix(".service")
            up.add_metric([name], float(service.active))
            if service.since is not None:
                since.add_metric([name], service.since)
        yield up
        yield since
        count = GaugeMetricFamily("branchbox_alarms", "Alarms that stand.", labels=["severity"])
        for severity in Severity:
            count.add_metric([severity.value], sum(alarm.severity is severity for alarm in box.alarms))
        yield count
        alarms = GaugeMetricFamily(
            "branchbox_alarm_start_time_seconds", "Since when an alarm stands.", labels=["alarm", "severity"]
        )
        for alarm in box.alarms:
            alarms.add_metric([alarm.key, alarm.severity.value], alarm.since)
        yield alarms


def exposition(box: Box, code: str) -> bytes:
    """The whole page."""
    registry = CollectorRegistry()
    registry.register(Picture(box, code))
    return generate_latest(registry)


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)
