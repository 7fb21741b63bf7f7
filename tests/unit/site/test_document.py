"""The document in and out of TOML."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.site import document, faults, rules
from appliance.site.document import DocumentError
from appliance.site.models import Language, SiteDocument
from tests.unit.site.drawn import documents

LANGUAGES = pytest.mark.parametrize("language", list(Language))
slow_to_draw = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def example(language: str = "en") -> SiteDocument:
    return document.fill_secrets(document.load(document.example(language)), None, generate=True)


@slow_to_draw
@given(documents)
def test_what_was_written_reads_back_the_same(drawn: SiteDocument) -> None:
    assert document.parse(document.dump(drawn))[0] == drawn


@slow_to_draw
@given(documents)
def test_a_masked_document_keeps_its_passwords_when_it_comes_back(drawn: SiteDocument) -> None:
    masked, _ = document.parse(document.dump_masked(drawn))

    assert masked is not None
    assert document.fill_secrets(masked, drawn) == drawn


@given(st.text() | st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")))
def test_no_text_makes_parse_raise(text: str) -> None:
    read, problems = document.parse(text)

    assert read is None
    assert problems
    assert all(str(problem) for problem in problems)


@pytest.mark.parametrize(
    "text", ["[" * 5000, "a = " + "9" * 5000, "a = '\ud800'", "site = 1", "[[site]]", "[site]\n[site]"]
)
def test_hostile_texts_are_faults_not_crashes(text: str) -> None:
    with pytest.raises(DocumentError):
        document.load(text)


def test_a_syntax_error_names_line_and_column() -> None:
    (problem,) = document.parse('[site]\nname = "Branch"\ncode = B1\n')[1]

    assert problem.line == 3
    assert problem.args == {"column": "8"}
    assert str(problem).startswith("line 3: This is no TOML at column 8.")
    assert problem.original == "Invalid value"


def test_a_text_that_ends_too_early_says_so() -> None:
    (problem,) = document.parse("[site]\nname = [")[1]

    assert (problem.line, problem.text) == (2, "The text ends in the middle of something.")


def test_load_tells_every_fault_at_once() -> None:
    text = document.example("en").replace('role = "supervisor"', 'role = "boss"').replace("wait = 5", "wait = 50")

    with pytest.raises(DocumentError) as told:
        document.load(text)

    assert [(problem.where, problem.line is None) for problem in told.value.problems] == [
        ("menus[1] main: wait", False),
        ("people[2] supervisor: role", False),
    ]


@LANGUAGES
def test_the_example_is_valid_and_speaks_its_language(language: Language) -> None:
    read = document.load(document.example(language))

    assert read.site.language is language
    assert any(ord(ch) > 0x2E80 for ch in read.site.name) == (language is Language.ZH)
    assert rules.check(example(language)) == ()


def test_both_examples_are_the_same_branch() -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shape(each) for key, each in value.items() if key not in {"label", "name", "language", "tags"}}
        return [shape(each) for each in value] if isinstance(value, (list, tuple)) else value

    en, zh = (document.load(document.example(language)).model_dump(mode="json") for language in ("en", "zh"))

    assert shape(en) == shape(zh)


def test_the_masked_text_holds_no_password() -> None:
    filled = example()
    text = document.dump_masked(filled)

    for extension in filled.extensions:
        assert extension.password.get_secret_value() not in text
        assert extension.password.get_secret_value() in document.dump(filled)


def test_fresh_passwords_differ_and_pass_the_rules() -> None:
    filled = example()

    assert len({extension.password for extension in filled.extensions}) == len(filled.extensions)
    assert rules.check(filled) == ()


def test_a_new_phone_without_password_is_an_error_unless_one_may_be_made() -> None:
    before = example()
    masked = document.load(document.dump_masked(before).replace('number = "8024"', 'number = "8025"'))

    with pytest.raises(DocumentError, match=r"extensions\[14\] 8025: password: There is no earlier password"):
        document.fill_secrets(masked, before)
    filled = document.fill_secrets(masked, before, generate=True)

    assert filled.extensions[:13] == before.extensions[:13]
    assert len(filled.extensions[13].password.get_secret_value()) == 20


def test_a_carriers_password_is_never_made_up() -> None:
    text = document.example("en").replace('host = "10', 'register_as = "a"\npassword = "********"\nhost = "10')

    with pytest.raises(DocumentError, match=r"trunks\[1\] carrier: password: Only the carrier knows"):
        document.fill_secrets(document.load(text), None, generate=True)


def test_a_password_that_does_not_fit_is_never_repeated() -> None:
    text = document.example("en").replace('password = "********"', 'password = ["hunter2hunter2"]', 1)

    assert "hunter2" not in str(document.parse(text)[1])


def test_every_pattern_of_the_models_has_a_sentence() -> None:
    def patterns(schema: Any) -> set[str]:
        if isinstance(schema, dict):
            own = {schema["pattern"]} if isinstance(schema.get("pattern"), str) else set()
            keys = set(schema.get("patternProperties", {}))
            return own.union(keys, *(patterns(each) for each in schema.values()))
        return set().union(*(patterns(each) for each in schema)) if isinstance(schema, list) else set()

    assert patterns(SiteDocument.model_json_schema(mode="serialization")) == set(faults.PATTERNS)
