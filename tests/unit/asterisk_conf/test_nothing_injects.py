"""Whatever people write into a document stays the value that it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from appliance.site import document as site
from appliance.site.models import Extension, SiteDocument, Trunk
from appliance.site.problems import BranchboxError
from asterisk_conf.dialplan.steps import do
from asterisk_conf.generator import Secrets, Source
from asterisk_conf.syntax import Section, section, write
from asterisk_conf.tree import GENERATORS
from tests.unit.asterisk_conf.reading import DIRECTORIES, caller, read, sections, tree
from tests.unit.site.drawn import documents

SIGNS = ";[]=>,()<>\"'\\${}#!&|+*.-_ äé王"
hostile = st.text(st.sampled_from(SIGNS + "ab1n"), min_size=1, max_size=64).filter(
    lambda text: text == text.strip()
) | st.sampled_from(
    [
        "${SHELL(reboot)}",
        "$[1 + 1]",
        "a;--b",
        "--;",
        "\\;",
        "\\",
        '"',
        '\\" <666>',
        "[general](!)",
        "#include x",
        "x\\\\;y",
        "=> 8001,1,System(x)",
    ]
)
BASE = site.load(site.dump(site.fill_secrets(site.load(site.example("en")), None, generate=True)))


def changed(name: str, password: str) -> SiteDocument:
    phone = BASE.extensions[0].model_copy(update={"name": name, "password": SecretStr(password)})
    return BASE.model_copy(update={"extensions": (phone, *BASE.extensions[1:])})


def meaning(sections_: object) -> list[tuple[str, list[tuple[str, str]]]]:
    assert isinstance(sections_, list)
    return [
        (each.name, [(option.name, option.value) for option in each.options])
        if isinstance(each, Section)
        else (each.name, list(each.options))
        for each in sections_
    ]


@given(hostile, hostile)
def test_a_phone_called_anything_changes_no_other_line(name: str, password: str) -> None:
    plain, odd = tree(BASE), tree(changed(name, password))
    assert {file for file in plain if plain[file] != odd[file]} <= {"pjsip.conf"}
    before, after = read(plain["pjsip.conf"]), read(odd["pjsip.conf"])
    assert [(s.name, [o for o, _ in s.options]) for s in before] == [(s.name, [o for o, _ in s.options]) for s in after]
    different = [
        (s.name, option)
        for s, other in zip(before, after, strict=True)
        for (option, value), (_, now) in zip(s.options, other.options, strict=True)
        if value != now
    ]
    number = BASE.extensions[0].number
    assert set(different) <= {(number, "callerid"), (number, "password")}


@given(hostile, hostile)
def test_name_and_password_arrive_as_they_were_written(name: str, password: str) -> None:
    number = BASE.extensions[0].number
    endpoint, auth, _aor = (s for s in sections(changed(name, password), "pjsip.conf") if s.name == number)
    assert auth.one("password") == password
    said, location = caller(endpoint.one("callerid"))
    assert location == number
    assert said == name or (len(name.encode()) > 79 and name.startswith(said))


def test_a_long_chinese_name_is_cut_between_two_characters() -> None:
    endpoint = next(s for s in sections(changed("王" * 64, "x" * 12), "pjsip.conf") if s.name == "8001")
    assert caller(endpoint.one("callerid")) == ("王" * 26, "8001")


@settings(max_examples=40)
@given(documents)
def test_every_file_reads_back_as_its_generator_meant_it(document: SiteDocument) -> None:
    source = Source(document, DIRECTORIES, Secrets("s"))
    for generator in GENERATORS:
        try:
            meant = list(generator.sections(source))
            text = write(meant)
        except BranchboxError as refused:
            assert "cannot be written" in str(refused) or "set by Branchbox" in str(refused)
            continue
        assert meaning(read(text)) == meaning(meant)


@settings(max_examples=40)
@given(documents)
def test_labels_stay_out_of_the_dialplan_and_the_queues(document: SiteDocument) -> None:
    unlabelled = document.model_copy(
        update={
            "dids": tuple(each.model_copy(update={"label": "x"}) for each in document.dids),
            "queues": tuple(each.model_copy(update={"label": "x"}) for each in document.queues),
            "menus": tuple(each.model_copy(update={"label": "x"}) for each in document.menus),
            "hours": tuple(each.model_copy(update={"label": "x"}) for each in document.hours),
            "agents": tuple(each.model_copy(update={"name": "x"}) for each in document.agents),
            "extensions": tuple(each.model_copy(update={"name": "x"}) for each in document.extensions),
        }
    )
    mine, other = (Source(each, DIRECTORIES, Secrets("s")) for each in (document, unlabelled))
    for generator in GENERATORS:
        if generator.file in {"extensions.conf", "queues.conf"}:
            assert list(generator.sections(mine)) == list(generator.sections(other))


@pytest.mark.parametrize("password", ["line\nbreak", "carriage\rreturn", "nul\0", " blank before", "blank behind "])
def test_what_the_syntax_cannot_say_is_refused_by_name(password: str) -> None:
    with pytest.raises(BranchboxError) as refused:
        tree(changed("Li Na", password))
    (problem,) = refused.value.problems
    assert problem.where == "extension 8001"
    assert "password" in str(problem) and password not in str(problem)


@pytest.mark.parametrize("option", ["context", "type", "aors", "transport", "outbound_auth", "allow_transfer"])
def test_extra_cannot_make_a_carrier_a_phone(option: str) -> None:
    trunk: Trunk = BASE.trunks[0].model_copy(update={"extra": {option: "phones"}})
    with pytest.raises(BranchboxError, match=option):
        tree(BASE.model_copy(update={"trunks": (trunk,)}))


@pytest.mark.parametrize("text", ["a,b", "a)", "${x}", "$[1]", "a;b", "a b", '"', "a|b", "王", "a\n"])
def test_plain_dialplan_arguments_hold_no_sign_that_means_something(text: str) -> None:
    with pytest.raises(ValueError, match="plain"):
        str(do("Playback", text))


def test_a_phone_is_no_secret_in_its_representation() -> None:
    phone = Extension(number="8001", name="x", password=SecretStr("not-to-be-shown"))
    assert "not-to-be-shown" not in repr(phone)
    assert "not-to-be-shown" not in repr(Secrets("not-to-be-shown"))


def test_a_line_that_asterisk_would_skip_is_refused() -> None:
    with pytest.raises(BranchboxError, match="too long"):
        write([section("x", ("option", "y" * 9000))])


@pytest.mark.parametrize("pin", ["12)", "${x}", "1,2", "", "１２３４"])
def test_an_agents_pin_is_digits_or_refused_by_name(pin: str) -> None:
    agent = BASE.agents[0].model_copy(update={"signs_in": True, "pin": SecretStr(pin)})
    with pytest.raises(BranchboxError, match=f"agent {agent.number}"):
        tree(BASE.model_copy(update={"agents": (agent,)}))
