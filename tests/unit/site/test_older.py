"""Documents of earlier versions mean what they meant."""

from __future__ import annotations

import pytest

from appliance.site import document, draft
from appliance.site.models import OUTSIDE_CLASSES

OLD = """
[site]
name = "Branch"
code = "B1"
language = "{language}"
[dialing]
outside_prefix = "8"
trunk = "carrier"
[[trunks]]
name = "carrier"
label = "Carrier"
host = "192.0.2.1"
addresses = ["192.0.2.1"]
[[extensions]]
number = "7001"
name = "One"
password = "correct-horse-1"
outside = true
[[extensions]]
number = "7002"
name = "Two"
password = "correct-horse-2"
outside = false
"""


@pytest.mark.parametrize(("language", "label"), [("en", "All outside calls"), ("zh", "所有外线")])
def test_one_trunk_for_all_becomes_a_route_and_a_permission(language: str, label: str) -> None:
    read = document.load(OLD.format(language=language))
    (route,) = read.routes
    assert (route.label, route.classes, [way.trunk for way in route.ways]) == (label, OUTSIDE_CLASSES, ["carrier"])
    (permission,) = read.permissions
    assert permission.classes == OUTSIDE_CLASSES
    assert [phone.permission for phone in read.extensions] == [permission.name, None]
    assert document.load(document.dump(read)) == read


def test_a_draft_and_what_is_salvaged_are_read_so_too() -> None:
    text = OLD.format(language="en")
    assert draft.document(draft.read(text)).extensions[0].permission == "outside"
    tables, problems = draft.salvage(text)
    assert problems == ()
    assert [route["name"] for route in tables["routes"]] == ["outside"]


def test_what_was_wrong_is_told_as_before() -> None:
    _, problems = document.parse(OLD.format(language="en").replace("outside = true", 'outside = "yes"'))
    assert [str(each) for each in problems] == [
        "line 18, extensions[1] 7001: outside: There is no setting outside: remove it."
    ]


def test_nobody_calls_outside_where_nobody_did() -> None:
    text = OLD.format(language="en").replace('trunk = "carrier"\n', "").replace("outside = true", "outside = false")
    read = document.load(text)
    assert (read.routes, read.permissions) == ((), ())
