"""Changing one object of a site document: pure, from a document and values to a document and faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from appliance.site import faults, rules
from appliance.site.models import Part, SiteDocument
from appliance.site.problems import Problem
from tui.forms.fields import Form


@dataclass(frozen=True)
class Edited:
    """What came of an edit: `document` None when a value does not fit.

    `faults` are keyed by the first step of the field's path and, for values that have one, its second
    (`("week", "mon")`); what the edit made wrong elsewhere is keyed by its place in the document.
    """

    document: SiteDocument | None
    faults: Mapping[tuple[str, ...], Problem]


def entries(document: SiteDocument, form: Form) -> tuple[Part, ...]:
    """The objects of a kind, in the document's order; the one object of a part that exists once."""
    held = getattr(document, form.collection)
    return (held,) if form.single else held


def find(document: SiteDocument, form: Form, key: str | None) -> Part | None:
    """The object with this key."""
    if form.single:
        return entries(document, form)[0]
    return next((entry for entry in entries(document, form) if str(getattr(entry, form.key)) == key), None)


def put(document: SiteDocument, form: Form, key: str | None, values: Mapping[str, Any]) -> Edited:
    """Put an object with these values where `key` is, or at the end when that is None, and judge it."""
    data = document.model_dump()
    if form.single:
        data[form.collection] = dict(values)
        prefix: tuple[str | int, ...] = (form.collection,)
    else:
        held = list(data[form.collection])
        keys = [str(getattr(entry, form.key)) for entry in entries(document, form)]
        at = keys.index(key) if key in keys else len(held)
        held[at : at + 1] = [dict(values)]
        data[form.collection] = held
        prefix = (form.collection, at)
    try:
        made = SiteDocument.model_validate(data)
    except ValidationError as error:
        return Edited(None, _by_field(error, data, prefix))
    return Edited(made, _by_rule(document, made, form, prefix))


def without(document: SiteDocument, form: Form, key: str) -> SiteDocument:
    """The document without an object."""
    kept = tuple(entry for entry in entries(document, form) if str(getattr(entry, form.key)) != key)
    return document.model_copy(update={form.collection: kept})


def users_of(document: SiteDocument, form: Form, key: str) -> tuple[Problem, ...]:
    """What would stand against the document without an object, that does not already."""
    before = {(problem.text, problem.where) for problem in rules.check(document)}
    after = rules.check(without(document, form, key))
    return tuple(problem for problem in after if (problem.text, problem.where) not in before)


def _by_field(
    error: ValidationError, data: Mapping[str, Any], prefix: Sequence[str | int]
) -> dict[tuple[str, ...], Problem]:
    found: dict[tuple[str, ...], Problem] = {}
    places = [detail["loc"] for detail in error.errors(include_url=False, include_input=False)]
    for place, problem in zip(places, faults.problems(error, data, {}), strict=True):
        if tuple(place[: len(prefix)]) == tuple(prefix):
            rest = tuple(str(step) for step in place[len(prefix) : len(prefix) + 2])
            found.setdefault(rest, problem)
    return found


def _by_rule(
    before: SiteDocument, document: SiteDocument, form: Form, prefix: Sequence[str | int]
) -> dict[tuple[str, ...], Problem]:
    old = {(problem.text, problem.where) for problem in rules.check(before)}
    head = form.collection if form.single else f"{form.collection}[{int(prefix[1]) + 1}]"
    found: dict[tuple[str, ...], Problem] = {}
    for problem in rules.check(document):
        if form.single and problem.where.startswith(f"{head}."):
            rest = problem.where.removeprefix(f"{head}.")
        elif not form.single and (problem.where == head or problem.where.startswith((f"{head} ", f"{head}:"))):
            rest = problem.where.rpartition(": ")[2] if ": " in problem.where else form.key
        else:
            if (problem.text, problem.where) not in old:
                found.setdefault((problem.where,), problem)
            continue
        steps = rest.replace("[", ".").replace("]", "").split(".")
        found.setdefault(tuple(steps[:2]), problem)
    return found
