"""A document on its way: answers in any order, resumed from text, and what a broken file still says."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.site import answers, document, draft, rules
from appliance.site.answers import SipLine
from appliance.site.draft import Step
from appliance.site.models import Language, SiteDocument
from appliance.site.problems import BranchboxError
from tests.unit.site.drawn import documents

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBranchboxTestKeyBranchboxTestKeyBranchb li"
PERSON = {"login": "li", "name": "李娜", "role": "technician", "ssh_keys": [KEY]}
SIP = SipLine(host="192.0.2.1", user="96296", password="s3cret-of-the-carrier")
slow_to_draw = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def all_answers() -> dict[Step, dict[str, Any]]:
    """One answer to each question that the document keeps."""
    return {
        Step.LANGUAGE: {"site": {"language": "zh"}},
        Step.SITE: {"site": {"name": "温州北", "code": "WZN"}},
        Step.NETWORK: {
            "interfaces": [
                {
                    "name": "office",
                    "label": "Office",
                    "port": "eth0",
                    "addresses": ["192.0.2.10/24"],
                    "gateway": "192.0.2.254",
                }
            ],
            "network": {"dns": ["192.0.2.53"]},
        },
        Step.TIME: {"site": {"time_zone": "Asia/Shanghai"}, "network": {"time_servers": ["ntp.example.com"]}},
        Step.PEOPLE: {"people": [PERSON]},
        Step.LINES: answers.line(Language.ZH, SIP, service="96296"),
        Step.PHONES: answers.phones(Language.ZH, "8001", 3, outside=True),
        Step.NOC: {"network": {"noc": ["198.51.100.0/24"], "ssh_passwords": True}},
    }


@pytest.mark.parametrize("order", [1, -1], ids=["forwards", "backwards"])
def test_answers_in_any_order_make_the_same_valid_document(order: int) -> None:
    tables: dict[str, Any] = {}
    for step, answer in list(all_answers().items())[::order]:
        tables = draft.put(draft.read(draft.write(tables)), step, answer)
        assert order < 0 or draft.problems(tables, step) == ()
    site = draft.document(tables)

    assert rules.check(site) == ()
    assert (site.site.name, site.site.code, site.site.language) == ("温州北", "WZN", Language.ZH)
    assert str(site.dids[0].goes_to) == "queue:service"
    assert [phone.number for phone in site.extensions] == ["8001", "8002", "8003"]
    assert site.network.dns == ("192.0.2.53",)
    assert site.network.noc == ("198.51.100.0/24",)
    assert site.network.time_servers == ("ntp.example.com",)


def test_the_questions_answered_are_exactly_those_that_were() -> None:
    given = all_answers()
    tables: dict[str, Any] = {}
    for number, (step, answer) in enumerate(given.items(), 1):
        tables = draft.read(draft.write(draft.put(tables, step, answer)))
        assert draft.answered(tables) == tuple(given)[:number]


def test_an_empty_list_is_an_answer() -> None:
    tables = draft.put({}, Step.LINES, answers.line(Language.EN, None, service=""))
    assert draft.answered(draft.read(draft.write(tables))) == (Step.LINES,)


def test_an_answer_replaces_what_was_answered_before_and_nothing_else() -> None:
    tables = draft.put({}, Step.NETWORK, all_answers()[Step.NETWORK])
    tables = draft.put(tables, Step.NOC, all_answers()[Step.NOC])
    tables = draft.put(tables, Step.NETWORK, {"interfaces": []})
    assert tables == {"interfaces": [], "network": {"noc": ["198.51.100.0/24"], "ssh_passwords": True}}


def test_only_the_problems_of_the_question_are_told() -> None:
    tables = draft.put({}, Step.SITE, {"site": {"name": "North", "code": "wzn"}})
    [problem] = draft.problems(tables, Step.SITE)
    assert (problem.where, problem.text[:25]) == ("site.code", "This is no branch code: u")
    assert draft.problems(draft.put({}, Step.TIME, {"site": {"time_zone": "UTC"}}), Step.TIME) == ()
    [missing] = draft.problems({}, Step.TIME)
    assert str(missing) == "site.time_zone: The setting time_zone is missing: add it."


def test_a_rule_between_answers_is_told_at_the_later_one() -> None:
    tables = draft.put({}, Step.LINES, all_answers()[Step.LINES])
    tables = draft.put(tables, Step.PHONES, answers.phones(Language.EN, "9001", 2, outside=False))
    assert any("dials outside" in problem.text for problem in draft.problems(tables, Step.PHONES))


def test_masked_passwords_keep_those_that_were_there() -> None:
    tables = draft.put({}, Step.LINES, all_answers()[Step.LINES])
    shown = draft.masked(tables)
    assert SIP.password not in draft.write(shown)
    again = draft.put(tables, Step.LINES, shown)
    assert again["trunks"][0]["password"] == SIP.password


def test_nobody_who_can_log_in_stands_against_a_document() -> None:
    answered = {**all_answers(), Step.PEOPLE: {"people": [{**PERSON, "ssh_keys": []}]}}
    tables: dict[str, Any] = {}
    for step, answer in answered.items():
        tables = draft.put(tables, step, answer)
    site = draft.document(tables)
    [problem] = draft.first_technician_can_log_in(site, frozenset())
    assert "Nobody could log in" in problem.text
    assert draft.first_technician_can_log_in(site, frozenset({"li"})) == ()
    assert draft.first_technician_can_log_in(site, frozenset({"wang"})) == (problem,)


hosts = st.sampled_from(["192.0.2.1", "sip.example.com", "10.0.0.1"])
lines = st.none() | st.builds(
    SipLine,
    host=st.sampled_from(["192.0.2.1", "10.0.0.1", "2001:db8::1"]),
    port=st.integers(1, 65535).map(str),
    addresses=st.lists(st.sampled_from(["198.51.100.0/24", "203.0.113.7"]), unique=True, max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(
    language=st.sampled_from(Language),
    line=lines,
    service=st.sampled_from(["", "96296", "+8657788120003"]),
    first=st.integers(123, 899_000),  # above the emergency numbers, which no phone can have
    count=st.integers(1, answers.MOST_PHONES),
)
def test_every_choice_of_lines_and_phones_makes_a_valid_document(
    language: Language, line: SipLine | None, service: str, first: int, count: int
) -> None:
    outside = line is not None
    if outside and any(str(first + at).startswith("9") for at in range(count)):
        first = 8001
    if len(str(first)) != len(str(first + count - 1)):
        first, count = 8001, min(count, 99)
    tables: dict[str, Any] = {"site": {"name": "x", "code": "XX", "language": str(language)}}
    tables = draft.put(tables, Step.LINES, answers.line(language, line, service=service))
    tables = draft.put(tables, Step.PHONES, answers.phones(language, str(first), count, outside=outside))

    site = draft.document(tables)

    assert rules.check(site) == ()
    assert len(site.extensions) == count
    assert len({phone.password.get_secret_value() for phone in site.extensions}) == count


@slow_to_draw
@given(documents)
def test_a_whole_document_reads_the_same_through_a_draft(drawn: SiteDocument) -> None:
    text = document.dump(drawn)
    again, _problems = document.parse(draft.write(draft.read(text)))
    assert again == drawn


@pytest.mark.parametrize("language", list(Language))
def test_the_example_branch_has_nothing_to_salvage(language: Language) -> None:
    tables, problems = draft.salvage(document.example(language))
    assert problems == ()
    assert draft.answered(tables) == tuple(step for step in Step if step not in draft.ALWAYS_LATER | {Step.NOC})


BAD = {
    "a word without quotes": ("time_zone = Asia", 8, "no TOML"),
    "a zone that is none": ('time_zone = "Mars/Base"', 8, "no time zone"),
    "a setting that nobody knows": ('timezone = "UTC"', 8, "Did you mean time_zone?"),
}


@pytest.mark.parametrize(("wrong", "line", "says"), list(BAD.values()), ids=list(BAD))
def test_a_bad_line_is_named_and_what_stands_elsewhere_is_read(wrong: str, line: int, says: str) -> None:
    text = (
        '[[people]]\nlogin = "li"\nname = "Li"\nrole = "technician"\n\n'
        f'[site]\nname = "North"\n{wrong}\ncode = "WZN"\nlanguage = "zh"\n'
    )
    tables, problems = draft.salvage(text)
    assert any(problem.line == line and says in str(problem) for problem in problems), problems
    assert tables["people"][0]["login"] == "li"
    assert Step.PEOPLE in draft.answered(tables)
    assert Step.TIME not in draft.answered(tables)


def test_a_bad_entry_of_a_list_is_left_out_alone() -> None:
    text = '[[extensions]]\nnumber = "8001"\nname = "a"\npassword = "********"\n\n[[extensions]]\nnumber = "x"\n'
    tables, problems = draft.salvage(text)
    assert [entry["number"] for entry in tables["extensions"]] == ["8001"]
    assert problems


@given(st.text(max_size=200))
def test_no_text_makes_salvage_raise(text: str) -> None:
    draft.write(draft.salvage(text)[0])


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_an_example_with_any_line_broken_is_salvaged_into_a_draft(data: st.DataObject) -> None:
    lines = document.example("en").splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = data.draw(st.sampled_from(["x = ", "[[", "= 1", "name = 3", "sip_port = 'x'", ""]))
    tables, _problems = draft.salvage("\n".join(lines))
    again = draft.read(draft.write(tables))
    assert again == tables
    for step in itertools.chain(Step):
        draft.problems(again, step)


def test_a_draft_that_is_not_whole_is_no_document() -> None:
    with pytest.raises(BranchboxError):
        draft.document({"site": {"language": "zh"}})
