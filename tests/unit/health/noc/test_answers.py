"""What a poll is told: the truth of one look, as JSON and as metrics."""

from __future__ import annotations

import json

from prometheus_client.parser import text_string_to_metric_families

from appliance.api.contract import Severity
from appliance.api.picture import CheckState, Picture, Unit
from appliance.health.noc.answers import pages
from tests.unit.health.noc.pictures import AS_OF, alarm, check, picture

TODO = {"span": "Check the cable."}


def health(seen: Picture) -> dict[str, object]:
    told: dict[str, object] = json.loads(pages(seen, TODO, {})["/health"].body)
    return told


def samples(seen: Picture) -> dict[tuple[str, tuple[str, ...]], float]:
    text = pages(seen, TODO, {200: 7, 401: 1})["/metrics"].body.decode()
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_box_that_is_well_says_so_with_its_time() -> None:
    told = health(picture())
    assert (told["status"], told["words"], told["core"]) == ("ok", "All is well.", True)
    assert (told["branch"], told["as_of"], told["time"]) == ("WZN", AS_OF, "2025-11-24T16:00:00+00:00")


def test_an_alarm_says_what_since_when_and_what_to_do() -> None:
    told = health(picture(alarms=(alarm("disk", 4, Severity.WARNING), alarm("span:1", 7, consequences=30))))
    assert told["status"] == "critical"
    assert told["words"] == "span:1 is down. disk is down."
    alarms = told["alarms"]
    assert isinstance(alarms, list)
    assert alarms[1] | {"since": 0} == {
        "id": 7,
        "key": "span:1",
        "label": "",
        "severity": "critical",
        "since": 0,
        "text": "span:1 is down.",
        "todo": "Check the cable.",
        "acknowledged_by": None,
        "owner": None,
        "consequences": 30,
    }


def test_what_only_informs_is_no_fault() -> None:
    assert health(picture(alarms=(alarm("closed", 1, Severity.INFO),)))["status"] == "ok"


def test_a_silent_core_is_told_before_it_is_an_alarm() -> None:
    told = health(picture(core=False))
    assert (told["status"], told["core"]) == ("critical", False)
    assert str(told["words"]).startswith("Core does not answer")


def test_metrics_carry_units_states_and_alarms() -> None:
    seen = samples(
        picture(
            check("disk", value=0.42, unit=Unit.SHARE),
            check("backup", value=2.0, unit=Unit.DAYS),
            check("span:1", CheckState.ALARM, 1.0),
            check("trunk:carrier", CheckState.UNKNOWN, None),
            alarms=(alarm("span:1", 7, acknowledged=AS_OF),),
        )
    )
    assert seen["branchbox_check_ratio", ("disk", "")] == 0.42
    assert seen["branchbox_check_seconds", ("backup", "")] == 172_800
    assert seen["branchbox_check_ok", ("span", "1")] == 0
    assert ("branchbox_check_ok", ("trunk", "carrier")) not in seen
    assert seen["branchbox_alarm_start_time_seconds", ("true", "span:1", "critical")] == AS_OF - 60
    assert [seen["branchbox_alarms", (name,)] for name in ("critical", "warning", "info")] == [1, 0, 0]
    assert seen["branchbox_service_up", ("branchbox-core",)] == 1
    assert seen["branchbox_polls_total", ("401",)] == 1
    assert seen["branchbox_as_of_timestamp_seconds", ()] == AS_OF
