"""`/metrics` in Prometheus' text format, one entry a metric; names and units follow Prometheus' own conventions.

Labels come from what is set up (services, checks, spans, trunks), never from calls or callers: a box has some hundred
series, however much it is called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from appliance.api.contract import Severity
from appliance.api.picture import CheckNow, CheckState, Picture, Unit

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

VALUES: Mapping[Unit, tuple[str, str, float]] = {
    Unit.SHARE: ("branchbox_check_ratio", "What a check sees, as a share of 1.", 1.0),
    Unit.SECONDS: ("branchbox_check_seconds", "What a check sees, as a time.", 1.0),
    Unit.DAYS: ("branchbox_check_seconds", "What a check sees, as a time.", 86_400.0),
    Unit.CELSIUS: ("branchbox_check_celsius", "What a check sees, as a temperature.", 1.0),
    Unit.MOS: ("branchbox_check_mos", "How calls sound, as MOS (1 to 4.5).", 1.0),
    Unit.COUNT: ("branchbox_check_items", "How many of what it counts a check sees.", 1.0),
}
"""By what a check counts: the metric of its value, and what one of it is in that metric's unit."""
LABELS = ["check", "instance"]


class Looked(Collector):
    """One look at the box, for the exposition."""

    def __init__(self, picture: Picture, polls: Mapping[int, int]) -> None:
        self._picture = picture
        self._polls = polls

    def collect(self) -> Iterator[Metric]:
        """Every metric, in the order of the page."""
        seen = self._picture
        yield InfoMetricFamily(
            "branchbox",
            "Which branch this is and which version runs.",
            {"branch": seen.site_code, "version": seen.version},
        )
        yield GaugeMetricFamily(
            "branchbox_as_of_timestamp_seconds", "When the box was looked at last.", value=seen.as_of
        )
        yield from self._services()
        yield from self._checks()
        yield from self._alarms()
        polls = CounterMetricFamily("branchbox_polls", "Polls of the NOC by what they were answered.", labels=["code"])
        for code, count in sorted(self._polls.items()):
            polls.add_metric([str(code)], count)
        yield polls

    def _services(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("branchbox_service_up", "Whether a service runs.", labels=["service"])
        since = GaugeMetricFamily(
            "branchbox_service_start_time_seconds", "Since when a service runs.", labels=["service"]
        )
        for service in self._picture.services:
            name = service.unit.removesuffix(".service")
            up.add_metric([name], float(service.active))
            if service.since is not None:
                since.add_metric([name], service.since)
        yield up
        yield since

    def _checks(self) -> Iterator[Metric]:
        well = GaugeMetricFamily(
            "branchbox_check_ok", "Whether a check finds all well; absent if unknown.", labels=LABELS
        )
        values: dict[str, GaugeMetricFamily] = {}
        for check in self._picture.checks:
            if check.state is not CheckState.UNKNOWN:
                well.add_metric(_named(check), float(check.state is CheckState.OK))
            if check.value is not None and check.unit in VALUES:
                name, of, one = VALUES[check.unit]
                family = values.setdefault(name, GaugeMetricFamily(name, of, labels=LABELS))
                family.add_metric(_named(check), check.value * one)
        yield well
        yield from (values[name] for name in sorted(values))

    def _alarms(self) -> Iterator[Metric]:
        counted = GaugeMetricFamily("branchbox_alarms", "Alarms that stand.", labels=["severity"])
        for severity in Severity:
            counted.add_metric([severity.value], sum(each.severity is severity for each in self._picture.alarms))
        yield counted
        since = GaugeMetricFamily(
            "branchbox_alarm_start_time_seconds",
            "Since when an alarm stands, by its key (a check, or check:instance).",
            labels=["alarm", "severity", "acknowledged"],
        )
        for alarm in self._picture.alarms:
            known = "true" if alarm.acknowledged is not None else "false"
            since.add_metric([alarm.key, alarm.severity.value, known], alarm.since)
        yield since


def exposition(picture: Picture, polls: Mapping[int, int]) -> bytes:
    """The whole page."""
    registry = CollectorRegistry()
    registry.register(Looked(picture, polls))
    return generate_latest(registry)


def _named(check: CheckNow) -> list[str]:
    return [check.check, check.instance]
