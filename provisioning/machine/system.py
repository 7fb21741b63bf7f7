"""This machine as changes need it: judged before, made true after, looked at in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError, Problem
from provisioning.machine.judging import Judge
from provisioning.machine.machine import Machine, addresses_now
from provisioning.noc.certificates import Certificates


@dataclass(frozen=True)
class System:
    """The real machine."""

    machine: Machine
    judge: Judge
    certificates: Certificates

    def problems(self, document: SiteDocument) -> tuple[Problem, ...]:
        """What stands against a document here."""
        return self.judge.problems(document)

    def make_true(self, document: SiteDocument) -> tuple[Problem, ...]:
        """Bring the machine to what the document says; what failed is in the answer."""
        return (*self.machine.make_true(document), *self._certified(document))

    def _certified(self, document: SiteDocument) -> tuple[Problem, ...]:
        try:
            self.certificates.make_true(document)
        except BranchboxError as error:
            return error.problems
        except OSError as error:
            return (
                Problem(
                    text="The disk did not take the certificate for the NOC. Make room or check the disk.",
                    original=str(error),
                ),
            )
        return ()

    def addresses(self) -> Mapping[str, frozenset[str]]:
        """The addresses of each link now."""
        return addresses_now()
