"""What of a customer goes to whom: numbers as people here write them, masked for the roles that the document names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from appliance.api.contract import Call
from appliance.api.customers import Customer, CustomerFacts, CustomerNumber, HistoryLine
from appliance.desk.numbers import Numbering, masked
from appliance.site.problems import BranchboxError, Problem

_CANONICAL = re.compile(r"\+?[0-9]{3,}")
LEAST = 7
"""Digits from which on a caller's number is an outside one, and masked: phones here have six at most."""


@dataclass(frozen=True)
class Eyes:
    """How one person sees numbers."""

    numbering: Numbering
    masked: bool

    def number(self, canonical: str) -> str:
        """A number as this person sees it."""
        return masked(self.numbering.digits(canonical)) if self.masked else self.numbering.shown(canonical)

    def facts(self, facts: CustomerFacts) -> CustomerFacts:
        """A customer's facts as this person sees them."""
        numbers = tuple(each.model_copy(update={"number": self.number(each.number)}) for each in facts.numbers)
        return facts.model_copy(update={"numbers": numbers})

    def customer(self, customer: Customer) -> Customer:
        """A customer as this person sees one."""
        return customer.model_copy(update={"facts": self.facts(customer.facts)})

    def line(self, line: HistoryLine) -> HistoryLine:
        """A line of the history as this person sees it."""
        if line.field != "numbers":
            return line
        before, after = (
            ", ".join(self._listed(each) for each in text.split(", ")) for text in (line.before, line.after)
        )
        return line.model_copy(update={"before": before, "after": after})

    def _listed(self, text: str) -> str:
        """One number of a list: the first digits are the number, what follows is extension, kind and note."""
        return _CANONICAL.sub(lambda found: self.number(found[0]), text, count=1)

    def call(self, call: Call) -> Call:
        """A call as this person sees it: outside numbers masked."""
        if not self.masked:
            return call
        return call.model_copy(update={"caller": self.heard(call.caller), "called": self.heard(call.called)})

    def heard(self, number: str) -> str:
        """A number as the line gave it, for this person."""
        digits = re.sub(r"\D", "", number)
        return masked(digits) if self.masked and len(digits) >= LEAST else number

    def written(self, facts: CustomerFacts, before: CustomerFacts | None) -> CustomerFacts:
        """Facts that this person wrote, with each masked number replaced by the one that it stands for.

        Raises BranchboxError when it stands for none.
        """
        left = list(before.numbers if before else ())
        numbers = [self._meant(each, left) for each in facts.numbers]
        return facts.model_copy(update={"numbers": tuple(numbers)})

    def _meant(self, each: CustomerNumber, left: list[CustomerNumber]) -> CustomerNumber:
        if "*" not in each.number:
            return each
        meant = next((other for other in left if masked(self.numbering.digits(other.number)) == each.number), None)
        if meant is None:
            text = "{number} stands for no number of this customer: write a whole one, or leave it as it was."
            raise BranchboxError(Problem(text=text, args={"number": each.number}))
        left.remove(meant)
        return each.model_copy(update={"number": meant.number})
