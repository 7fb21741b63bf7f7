"""The picture as BRANCHBOX-MIB has it (docs/noc/BRANCHBOX-MIB.txt), in a file that snmpd's helper answers from. Pure.

One line an object, `OID TAB TYPE TAB VALUE` with the types of `pass_persist` (snmpd.conf(5)), sorted as SNMP sorts; the
first line is when it was made, in seconds of the monotonic clock, which both programs share.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from appliance.api.contract import Alarm, Severity
from appliance.api.noc import OID
from appliance.api.picture import CheckNow, CheckState, Picture
from appliance.health.noc import answers

Oid = tuple[int, ...]
Line = tuple[Oid, str, str]

ROOT: Oid = tuple(map(int, OID.split(".")))
OBJECTS: Oid = (*ROOT, 1)
BOX, SERVICES, CHECKS, ALARMS = 1, 2, 3, 4
FAMILIES = {"span": 5, "trunk": 6, "queue": 7, "ups": 8}
"""Checks whose instances have a table of their own, too: what a NOC asks for by name."""
STATUS, AS_OF, AGE, WORDS = 4, 5, 6, 8
"""Of the box: what is still told when the picture is too old."""

STATUSES = {"ok": 1, "warning": 2, "critical": 3, "unknown": 4}
STATES = {
    CheckState.OK: 1,
    CheckState.PENDING: 2,
    CheckState.ALARM: 3,
    CheckState.CONSEQUENCE: 4,
    CheckState.UNKNOWN: 5,
}
SEVERITIES = {None: 0, Severity.INFO: 1, Severity.WARNING: 2, Severity.CRITICAL: 3}
LONGEST = 255
"""Bytes of a SnmpAdminString."""
_LARGEST = 2**31 - 1


def rendered(picture: Picture, *, at: float, sequence: int) -> str:
    """The file's text; `sequence` is the number of the last notification."""
    lines = sorted([*_box(picture, sequence), *_services(picture), *_checks(picture), *_alarms(picture)])
    return f"{at}\n" + "".join(f"{dotted(oid)}\t{kind}\t{value}\n" for oid, kind, value in lines)


def dotted(oid: Oid) -> str:
    """As `pass_persist` writes it."""
    return "." + ".".join(map(str, oid))


def _box(picture: Picture, sequence: int) -> Iterator[Line]:
    values = (
        _text(picture.site_code),
        _text(picture.site_name),
        _text(picture.version),
        ("integer", str(STATUSES[answers.status(picture)])),
        date_and_time(picture.as_of),
        ("gauge", "0"),
        _truth(answers.core_answers(picture)),
        _text(answers.words(picture)),
        ("gauge", str(len(picture.alarms))),
        ("counter", str(sequence % 2**32)),
    )
    for column, (kind, value) in enumerate(values, start=1):
        yield (*OBJECTS, BOX, column, 0), kind, value


def _services(picture: Picture) -> Iterator[Line]:
    for service in picture.services:
        name = service.unit.removesuffix(".service")
        yield from _row(
            SERVICES,
            _index(name),
            (
                None,
                _truth(service.active),
                _text(service.state),
                date_and_time(service.since) if service.since is not None else None,
            ),
        )


def _checks(picture: Picture) -> Iterator[Line]:
    for check in picture.checks:
        key = f"{check.check}:{check.instance}" if check.instance else check.check
        yield from _row(CHECKS, _index(key), (None, *_standing(check)))
        if check.instance and check.check in FAMILIES:
            yield from _row(FAMILIES[check.check], _index(check.instance), (None, *_standing(check)))


def _standing(check: CheckNow) -> tuple[tuple[str, str] | None, ...]:
    return (
        _text(check.label or check.title),
        ("integer", str(STATES[check.state])),
        ("integer", str(SEVERITIES[check.severity])),
        date_and_time(check.since),
        ("integer", str(_thousandths(check.value))) if check.value is not None else None,
        _text(check.unit.value),
    )


def _alarms(picture: Picture) -> Iterator[Line]:
    for alarm in picture.alarms:
        yield from _row(ALARMS, (alarm.id,), (None, *told(alarm)))


def told(alarm: Alarm) -> tuple[tuple[str, str], ...]:
    """What a row and a notification say of an alarm, from its key on."""
    return (
        _text(alarm.key),
        ("integer", str(SEVERITIES[alarm.severity])),
        date_and_time(alarm.since),
        _text(str(alarm.problem)),
        _truth(alarm.acknowledged is not None),
        _text(alarm.owner or ""),
        ("gauge", str(alarm.consequences)),
    )


def _row(table: int, index: Oid, columns: tuple[tuple[str, str] | None, ...]) -> Iterator[Line]:
    """One row; what is None is not there: the first column, the index, is in the name already."""
    for column, held in enumerate(columns, start=1):
        if held is not None:
            yield (*OBJECTS, table, 1, column, *index), *held


def _index(name: str) -> Oid:
    """A name as the end of an OID (IMPLIED): its bytes."""
    return tuple(name.encode()[:64])


def _text(words: str) -> tuple[str, str]:
    # Cut between letters, never within one.
    line = " ".join(words.split()).encode()[:LONGEST].decode(errors="ignore")
    return "string", line


def _truth(true: bool) -> tuple[str, str]:
    """TruthValue of SNMPv2-TC."""
    return "integer", "1" if true else "2"


def _thousandths(value: float) -> int:
    return max(-_LARGEST, min(_LARGEST, round(value * 1000)))


def date_and_time(moment: float) -> tuple[str, str]:
    """DateAndTime of SNMPv2-TC, in UTC: hex as `pass_persist` takes octets."""
    seen = dt.datetime.fromtimestamp(moment, dt.UTC)
    parts = (*divmod(seen.year, 256), seen.month, seen.day, seen.hour, seen.minute, seen.second)
    octets = bytes((*parts, seen.microsecond // 100_000, ord("+"), 0, 0))
    return "octet", " ".join(f"{octet:02X}" for octet in octets)
