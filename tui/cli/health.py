"""`branchbox health`: is the box well, for people and, with `--nagios`, for Nagios and Icinga; and `branchbox noc`.

Exit codes are those of monitoring plugins: 0 well, 1 warning, 2 critical or core silent, 3 not known.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tui.cli.context import Context, Exit, command
from tui.format import DASH
from tui.i18n import _, say_all
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.picture import Picture

WELL, WARNING, CRITICAL, UNKNOWN = 0, 1, 2, 3
NAMES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")


def add(commands: Any) -> None:
    """Add this family to the command line."""
    health = command(commands, "health", _("is the box well; exit codes of monitoring plugins"), show_health)
    health.add_argument("--nagios", action="store_true", help=_("one line with figures, for Nagios and Icinga"))
    health.set_defaults(unreachable=CRITICAL)
    command(commands, "noc", _("what the NOC may poll, and the certificate that it is shown"), show_noc)


async def show_health(context: Context, said: argparse.Namespace) -> int:
    """Alarms, worst first."""
    from appliance.api.picture import HEALTH
    from appliance.api.wire import Empty, Refused
    from appliance.site.problems import BranchboxError

    try:
        picture = await context.ask(HEALTH, Empty())
    except Refused:
        raise
    except BranchboxError as error:
        print(f"UNKNOWN: {say_all(error.problems[0])}")
        return UNKNOWN
    code = severity(picture)
    context.show(picture, lambda: [_one_line(picture, code)] if said.nagios else _table(picture))
    return code


async def show_noc(context: Context, _said: argparse.Namespace) -> int:
    """What is on; the authority that pollers are given comes last, in PEM."""
    from appliance.api.noc import NOC_STATE
    from appliance.api.wire import Empty

    state = await context.ask(NOC_STATE, Empty())

    def words() -> Iterable[str]:
        yield f"HTTPS: {state.port if state.https else DASH}"
        yield f"SNMPv3: {state.snmp_user or DASH}"
        yield f"syslog: {state.syslog or DASH}"
        if (shown := state.certificate) is not None:
            yield f"SHA-256: {shown.fingerprint}"
            if shown.trust:
                yield f"CA SHA-256: {shown.trust_fingerprint}"
                yield shown.trust

    context.show(state, words)
    return Exit.DONE


def severity(picture: Picture) -> int:
    """The worst alarm as an exit code."""
    worst = {alarm.severity.value for alarm in picture.alarms}
    return CRITICAL if "critical" in worst else WARNING if "warning" in worst else WELL


def _one_line(picture: Picture, code: int) -> str:
    alarms = [alarm for alarm in picture.alarms if alarm.severity.value != "info"]
    said = " ".join(say_all(alarm.problem) for alarm in alarms) or _("No alarms.")
    figures = [
        f"'{each.check}{'_' + each.instance if each.instance else ''}'={each.value:g}"
        for each in picture.checks
        if each.value is not None and each.unit.value
    ]
    # What stands behind the bar is figures: none may come into the words.
    return f"{NAMES[code]}: {said.replace('|', '/')} | alarms={len(alarms)} {' '.join(figures)}"


def _table(picture: Picture) -> Iterable[str]:
    yield _("ALARMS") if picture.alarms else _("No alarms.")
    for alarm in picture.alarms:
        yield f"{word(alarm.severity)}: {say_all(alarm.problem)}"
