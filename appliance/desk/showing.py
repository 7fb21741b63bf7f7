"""Who sees whose number whole: every answer of core passes `Eyes.seen` on its way out, and nothing else decides.

Numbers are masked wherever they stand, in a field of their own or in a sentence, because notes, timelines and
reasons hold them too. What must go out as it is (a key, a document, bytes) is marked `VERBATIM` in the contract.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from pydantic import BaseModel

from appliance.api.customers import Customer, CustomerFacts, CustomerNumber, HistoryLine
from appliance.api.wire import VERBATIM, Refused
from appliance.desk.numbers import Numbering, masked
from appliance.site.problems import BranchboxError, Problem

_CANONICAL = re.compile(r"\+?[0-9]{3,}")
_NOT = r"(?!\d{4}-\d\d-\d\d(?!\d)|[0-9a-f]{8};[12])"
_CHANNEL = r"PJSIP/(?:[a-z][\w-]*|[0-9]{1,6})-[0-9a-f]{8}(?![0-9a-f])"
_WRITTEN = re.compile(rf"{_CHANNEL}|(?<![0-9.]){_NOT}\+?\d(?:[ ()]{{0,2}}-?[ ()]{{0,2}}\d)+(?!\d|\.\d)")
"""A number as people and lines write it: no day, no address or name of a call (digits with a dot), nor the serial
number of a channel."""
LEAST = 7
"""Digits from which on a number is an outside one: phones here have six at most."""
TAIL = re.compile(r"[0-9]{1,4}")
_FREE = ("name", "organisation", "address")
"""Fields of a customer in which somebody may have written a number."""
AnyModel = TypeVar("AnyModel", bound=BaseModel)


@dataclass(frozen=True)
class Eyes:
    """How one person sees numbers. `own` are the branch's, as its lines give them: they are nobody's secret."""

    masked: bool
    own: frozenset[str] = frozenset()

    def seen(self, message: AnyModel) -> AnyModel:
        """A message as this person sees it."""
        return self._of(message) if self.masked else message

    def _of(self, message: AnyModel) -> AnyModel:
        fields = type(message).model_fields.items()
        shown = {name: self._value(getattr(message, name)) for name, at in fields if VERBATIM not in at.metadata}
        return message.model_copy(update=shown)

    def _value(self, value: Any) -> Any:
        match value:
            case Enum():
                return value
            case str():
                return self.text(value)
            case BaseModel():
                return self._of(value)
            case tuple() | list():
                return type(value)(map(self._value, value))
            case dict():
                return {key: self._value(each) for key, each in value.items()}
            case _:
                return value

    def text(self, said: str) -> str:
        """What somebody said or a line gave, with the outside numbers in it as this person sees them."""
        return _WRITTEN.sub(self._number, said) if self.masked else said

    def _number(self, found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[0])
        whole = len(digits) < LEAST or digits in self.own or found[0].startswith("PJSIP/")
        return found[0] if whole else masked(digits)

    def may_seek(self, number: str | None) -> None:
        """Raises Refused for a piece of a number by which this person could put a masked one together."""
        if self.masked and number is not None and not TAIL.fullmatch(number):
            raise Refused(Problem(text="Your role sees numbers masked: search by the last four digits."))

    def written(self, facts: CustomerFacts, before: CustomerFacts | None) -> CustomerFacts:
        """Facts that this person wrote, with each masked number replaced by the one that it stands for.

        `before` has numbers as people here write them. Raises BranchboxError when one stands for none.
        """
        left = list(before.numbers if before else ())
        kept: dict[str, Any] = {"numbers": tuple([self._meant(each, left) for each in facts.numbers])}
        for field in _FREE if before else ():
            if getattr(facts, field) == self.text(was := getattr(before, field)):
                kept[field] = was
        return facts.model_copy(update=kept)

    def _meant(self, each: CustomerNumber, left: list[CustomerNumber]) -> CustomerNumber:
        if "*" not in each.number:
            return each
        meant = next((other for other in left if self.text(other.number) == each.number), None)
        if meant is None:
            text = "{number} stands for no number of this customer: write a whole one, or leave it as it was."
            raise BranchboxError(Problem(text=text, args={"number": each.number}))
        left.remove(meant)
        note = meant.note if each.note == self.text(meant.note) else each.note
        return each.model_copy(update={"number": meant.number, "note": note})


def facts(numbering: Numbering, stored: CustomerFacts) -> CustomerFacts:
    """A customer's facts with numbers as people here write them."""
    numbers = tuple(each.model_copy(update={"number": numbering.shown(each.number)}) for each in stored.numbers)
    return stored.model_copy(update={"numbers": numbers})


def customer(numbering: Numbering, stored: Customer) -> Customer:
    """A customer with numbers as people here write them."""
    return stored.model_copy(update={"facts": facts(numbering, stored.facts)})


def line(numbering: Numbering, stored: HistoryLine) -> HistoryLine:
    """A line of the history with numbers as people here write them."""
    if stored.field != "numbers":
        return stored
    before, after = (
        ", ".join(_CANONICAL.sub(lambda found: numbering.shown(found[0]), each, count=1) for each in text.split(", "))
        for text in (stored.before, stored.after)
    )
    return stored.model_copy(update={"before": before, "after": after})
