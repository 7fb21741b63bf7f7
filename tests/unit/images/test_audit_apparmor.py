"""What the audit says of AppArmor: processes that are held, and what was refused since the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.site import document as documents
from appliance.site.models import SiteDocument
from images.audit import apparmor
from images.audit.finding import Finding
from images.audit.place import Place
from images.run import CommandFailure, Result

STARTED = 1763790000
REFUSED = 'apparmor="DENIED" operation="open" profile="asterisk" name="/etc/shadow"'
OLD = f"type=AVC msg=audit({STARTED - 10}.000:7): {REFUSED}"
NEW = f"type=AVC msg=audit({STARTED + 10}.123:9): {REFUSED}"


@dataclass
class Told:
    """A box that says what it was told to say."""

    label: str = "{service} (enforce)\n"
    log: str = ""
    code: int = 0
    document: SiteDocument = field(default_factory=lambda: documents.load(documents.example("en")))
    _service: str = ""

    def at_operator(self, argv: Sequence[str | Path]) -> list[str]:
        return list(map(str, argv))

    def run(
        self, argv: Sequence[str], *, check: bool = True, stdin: str | None = None, timeout: float | None = 60
    ) -> Result:
        assert check or argv[0] == "grep"
        if argv[0] == "systemctl":
            self._service = argv[-1].removesuffix(".service")
            return Result(tuple(argv), 0, "0\n" if self._service == "branchbox-core" and not self.label else "12\n", "")
        if argv[0] == "grep":
            return Result(tuple(argv), self.code or int(not self.log), self.log, "")
        answers = {
            "/proc/12/attr/current": self.label.format(service=self._service),
            "/proc/stat": f"btime {STARTED}\n",
        }
        return Result(tuple(argv), 0, answers[argv[1]], "")


def look(box: Told) -> list[Finding]:
    return apparmor.look(Place(box))


def test_processes_under_their_own_profile_hold() -> None:
    findings = look(Told())
    assert [finding.figure for finding in findings] == [*(f"{name} (enforce)" for name in apparmor.SERVICES), "0"]
    assert all(finding.holds for finding in findings)


@pytest.mark.parametrize("label", ["unconfined\n", "asterisk (complain)\n", "other (enforce)\n", ""])
def test_a_process_that_is_not_held_does_not(label: str) -> None:
    assert not any(finding.holds for finding in look(Told(label))[:-1])


def test_a_service_that_does_not_run_is_said() -> None:
    assert look(Told(""))[1].figure == "does not run"


def test_denials_of_this_start_are_counted_by_kind() -> None:
    denied = look(Told(log=f"{OLD}\n{NEW}\n{NEW}\n"))[-1]
    assert (denied.figure, denied.holds) == ("2", False)
    assert denied.more == ('2 x profile="asterisk" operation="open" name="/etc/shadow"',)
    assert look(Told(log=f"{OLD}\n"))[-1].holds


def test_a_log_that_cannot_be_read_is_no_good_news() -> None:
    with pytest.raises(CommandFailure):
        look(Told(code=2))
