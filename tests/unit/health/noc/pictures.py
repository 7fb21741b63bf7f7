"""A box as the NOC sees it: one look, put together by hand."""

from __future__ import annotations

from typing import Any

from appliance.api.contract import Alarm, ServiceState, Severity
from appliance.api.picture import CheckNow, CheckState, Picture, Unit
from appliance.site.problems import Problem

AS_OF = 1_764_000_000.5


def check(key: str, state: CheckState = CheckState.OK, value: float | None = 0.0, unit: Unit = Unit.NONE) -> CheckNow:
    name, _, instance = key.partition(":")
    severity = None if state in (CheckState.OK, CheckState.UNKNOWN) else Severity.CRITICAL
    return CheckNow(
        check=name,
        instance=instance,
        title=name.title(),
        label=f"{instance} 的线路" if instance else "",
        value=value,
        unit=unit,
        state=state,
        severity=severity,
        since=AS_OF - 60,
    )


def alarm(key: str, number: int, severity: Severity = Severity.CRITICAL, **more: Any) -> Alarm:
    return Alarm(
        key=key,
        check=key.partition(":")[0],
        id=number,
        severity=severity,
        since=AS_OF - 60,
        problem=Problem(text="{what} is down.", args={"what": key}),
        **more,
    )


def picture(*checks: CheckNow, alarms: tuple[Alarm, ...] = (), core: bool = True, as_of: float = AS_OF) -> Picture:
    state = CheckState.OK if core else CheckState.PENDING
    run = "running" if core else "stopped"
    return Picture(
        as_of=as_of,
        version="1.2.3",
        site_name='温州 "Branch"',
        site_code="WZN",
        checks=(check("core", state, 0.0 if core else 1.0), *checks),
        alarms=alarms,
        services=(
            ServiceState(unit="asterisk.service", active=True, state="running", since=AS_OF - 3600),
            ServiceState(unit="branchbox-core.service", active=core, state=run, since=None),
        ),
    )
