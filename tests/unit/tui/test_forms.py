"""Forms: every field of the document can be edited, and what was not touched stays."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.site import document, labels
from appliance.site.models import SiteDocument
from appliance.site.objects import COLLECTIONS, SINGLES
from tui import editing
from tui.forms import FORMS, Form
from tui.forms.fields import value_at
from tui.forms.queue import read_members, show_members
from tui.forms.routes import read_ways, show_ways
from tui.forms.trunk import read_extra, show_extra
from tui.screens.setup import columns_of


def branch() -> SiteDocument:
    return document.load(document.example("en"))


def form_of(kind: str) -> Form:
    return next(form for form in FORMS if form.kind == kind)


def values_of(kind: str, key: str) -> dict[str, Any]:
    found = editing.find(branch(), form_of(kind), key)
    assert found is not None
    return found.model_dump()


def test_every_kind_of_object_has_a_form() -> None:
    assert {form.collection for form in FORMS} == {*SINGLES, *(collection.field for collection in COLLECTIONS)}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.kind)
def test_a_form_shows_every_field_of_its_object(form: Form) -> None:
    assert {field.path[0] for field in form.fields} == set(form.model.model_fields)
    assert all(field.help for field in form.fields)
    assert len({field.id for field in form.fields}) == len(form.fields)
    assert {column.label for column in columns_of(form)} <= set(labels.FIELDS[form.kind].values())


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.kind)
def test_what_a_field_shows_reads_back_as_the_same_object(form: Form) -> None:
    for entry in editing.entries(branch(), form):
        data = entry.model_dump()
        values: dict[str, Any] = dict(data)
        for field in form.fields:
            value = value_at(data, field.path)
            if value is None:
                continue
            read = field.read(field.show(value))
            if len(field.path) == 1:
                values[field.path[0]] = read
            else:
                values[field.path[0]] = {**values[field.path[0]], field.path[1]: read}
        key = None if form.single else str(getattr(entry, form.key))
        edited = editing.put(branch(), form, key, values)
        assert edited.document == branch()
        assert not edited.faults


@given(
    st.lists(st.tuples(st.from_regex(r"[1-9][0-9]{2,5}", fullmatch=True), st.integers(1, 9)), unique_by=lambda m: m[0])
)
def test_members_read_back(members: list[tuple[str, int]]) -> None:
    written = [{"agent": agent, "level": level} for agent, level in members]
    assert read_members(show_members(written)) == written


def test_options_of_a_trunk_read_back() -> None:
    assert read_extra(show_extra({"from_user": "96296", "rewrite_contact": "yes"})) == {
        "from_user": "96296",
        "rewrite_contact": "yes",
    }


def test_ways_read_back() -> None:
    ways = [{"trunk": "carrier"}, {"trunk": "hq", "strip": 1, "prepend": "0577"}, {"trunk": "e1", "prepend": "+86"}]
    assert show_ways(ways) == "carrier, hq -1 +0577, e1 ++86"
    assert read_ways(show_ways(ways)) == ways


def test_a_level_that_is_none_is_named() -> None:
    values = values_of("queue", "repair") | {"members": read_members("8001/x")}
    edited = editing.put(branch(), form_of("queue"), "repair", values)
    assert edited.document is None
    assert set(edited.faults) == {("members", "0")}


@pytest.mark.parametrize(
    ("kind", "key", "change", "field", "words"),
    [
        ("queue", "repair", {"ring_timeout": 3}, "ring_timeout", "This number is too small: {ge} at least."),
        ("queue", "repair", {"ring_timeout": "long"}, "ring_timeout", "This must be a whole number, without quotes."),
        ("queue", "repair", {"name": "Repair!"}, "name", "This is no name"),
        ("queue", "billing", {"name": "repair"}, "name", "is there already"),
        ("queue", "repair", {"overflow": "queue:none"}, "overflow", "There is no queue {name}"),
        ("did", "96296", {"number": "0577"}, "number", "This is no number of the public network"),
        ("extension", "8021", {"password": "short"}, "password", "The SIP password is weak"),
        ("site", None, {"time_zone": "Mars"}, "time_zone", "This is no time zone"),
        ("route", "outside", {"ways": read_ways("carrier, none")}, "ways", "There is no trunk {name}"),
        ("route", "outside", {"ways": read_ways("carrier, hq -x")}, "ways", "This must be a whole number"),
        ("route", "outside", {"patterns": ("6xxx",)}, "patterns", "These are no digits to call"),
        ("permission", "office", {"classes": ("mobil",)}, "classes", "This is none of the possible values"),
        ("extension", "8021", {"permission": "none"}, "permission", "There is no permission {name}"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    kind: str, key: str | None, change: dict[str, Any], field: str, words: str
) -> None:
    form = form_of(kind)
    found = editing.find(branch(), form, key)
    assert found is not None
    edited = editing.put(branch(), form, key, found.model_dump() | change)
    found_at = {path[0]: problem.text for path, problem in edited.faults.items()}
    assert words in found_at[field]


def test_what_an_edit_makes_wrong_elsewhere_is_named_with_its_place() -> None:
    edited = editing.put(branch(), form_of("queue"), "repair", values_of("queue", "repair") | {"name": "fixes"})
    assert ("menus[1] main: no_choice",) in edited.faults


def test_who_uses_an_object_is_known_before_it_is_deleted() -> None:
    used = editing.users_of(branch(), form_of("queue"), "repair")
    assert [problem.where for problem in used] == ["menus[1] main: choices.1", "menus[1] main: no_choice"]
    after = editing.without(branch(), form_of("queue"), "repair")
    assert [queue.name for queue in after.queues] == ["billing"]


def test_a_new_object_stands_at_the_end() -> None:
    values = values_of("queue", "repair") | {"name": "night", "number": "8300"}
    edited = editing.put(branch(), form_of("queue"), None, values)
    assert edited.document is not None
    assert [queue.name for queue in edited.document.queues] == ["repair", "billing", "night"]
