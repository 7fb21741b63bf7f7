"""Customers as rows of a sheet that an office PC opens: headings in the person's language, nothing that runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui.i18n import N_, _

if TYPE_CHECKING:
    from appliance.api.customers import Customer

HEADINGS = (
    N_("Name"),
    N_("Number"),
    N_("Organisation"),
    N_("Address"),
    N_("Grade"),
    N_("Tags"),
    N_("Since"),
)
_RUNS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet runs (OWASP, CSV Injection)."""


def harmless(text: str) -> str:
    """A cell that a spreadsheet shows and does not run; a plain number with + stays one."""
    runs = text.startswith(_RUNS) and not text[1:].replace(" ", "").isdigit()
    return f"'{text}" if runs else text


def headings() -> list[str]:
    """The first row."""
    return [_(heading) for heading in HEADINGS]


def rows(customers: Iterable[Customer]) -> Iterable[list[str]]:
    """A row for each customer; several numbers or tags stand in one cell with semicolons between."""
    for customer in customers:
        facts = customer.facts
        numbers = "; ".join(
            f"{each.number} ext {each.extension}" if each.extension else each.number for each in facts.numbers
        )
        cells = (
            facts.name,
            numbers,
            facts.organisation,
            facts.address,
            facts.grade,
            "; ".join(facts.tags),
            facts.since,
        )
        yield [harmless(cell or "") for cell in cells]
