"""What changed, in a person's words."""

from __future__ import annotations

import typing

import pytest
from hypothesis import HealthCheck, given, settings

from appliance.site import document, labels
from appliance.site.diff import Change, Verb, describe, diff
from appliance.site.models import Part, SiteDocument
from appliance.site.objects import COLLECTIONS, SECRETS, SINGLES
from tests.unit.site.drawn import documents

BEFORE = document.fill_secrets(document.load(document.example("en")), None, generate=True)
TEXT = document.dump(BEFORE)


def told(old: str, new: str) -> list[str]:
    """What is said when the first `old` of the example becomes `new`."""
    assert old in TEXT
    after, _ = document.parse(TEXT.replace(old, new, 1))
    assert after is not None
    return [str(describe(change)) for change in diff(BEFORE, after)]


EDITS = [
    ("ring_timeout = 15", "ring_timeout = 20", "queue repair: ring each agent 15 s -> 20 s"),
    ('    {agent = "8003", level = 1},\n', "", "queue repair: agent 8003 removed"),
    ('{agent = "8003", level = 1}', '{agent = "8003", level = 2}', "queue repair: agent 8003 level 1 -> level 2"),
    ('2 = "queue:billing"', '3 = "menu:main"', "menu main: key 2 removed; menu main: key 3 added, menu main"),
    ('goes_to = "extension:8021"', 'goes_to = "menu:main"',
     "number +8657788120003: goes to extension 8021 -> menu main"),
    ('permission = "office"\n', "", "extension 8021: may call office -> -"),
    ("sip_port = 5060", "sip_port = 5070", "network: SIP port 5060 -> 5070"),
    ('{trunk = "carrier", strip = 0, prepend = ""}', '{trunk = "carrier", strip = 1, prepend = "0577"}',
     "route outside: way carrier -0 + -> -1 +0577"),
    ('    {trunk = "carrier", strip = 0, prepend = ""},\n',
     '    {trunk = "carrier", strip = 0, prepend = ""},\n    {trunk = "hq", strip = 0, prepend = ""},\n',
     "route outside: way hq added, -0 +"),
    ('sat = ["09:00-12:00"]\n', "", "hours office: open on sat removed"),
    ('addresses = ["10.77.0.1/24"]',
     'addresses = ["10.77.0.1/24"]\ngateway = "10.77.0.2"\nroutes = [{to = "10.9.0.0/16", via = "10.77.0.9"}]',
     "interface office: gateway - -> 10.77.0.2; interface office: route to 10.9.0.0/16 added, via 10.77.0.9"),
    ('codecs = ["alaw", "ulaw"]', 'codecs = ["ulaw"]', "trunk carrier: codecs alaw, ulaw -> ulaw"),
    ('number = "+8657788120003"', 'number = "+8657788120005"',
     "number +8657788120003 removed: Zhou Min, direct; number +8657788120005 added: Zhou Min, direct"),
    ('    {agent = "8001", level = 1},\n    {agent = "8002", level = 1},\n',
     '    {agent = "8002", level = 1},\n    {agent = "8001", level = 1},\n', "queue repair: agent order changed"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), EDITS, ids=[says for *_, says in EDITS])
def test_an_edit_is_told(old: str, new: str, says: str) -> None:
    assert "; ".join(told(old, new)) == says


def test_a_new_password_is_told_and_not_shown() -> None:
    secret = BEFORE.extensions[2].password.get_secret_value()

    assert told(secret, "another-password") == ["extension 8003: password changed"]


def test_a_mailbox_that_comes_and_goes_is_told_without_its_pin() -> None:
    pin = next(line for line in TEXT.split("\n") if line.startswith("voicemail_pin"))

    assert told(pin + "\n", "") == ["extension 8021: mailbox PIN removed"]
    without, _ = document.parse(TEXT.replace(pin + "\n", ""))
    assert without is not None
    (change,) = diff(without, BEFORE)
    assert str(describe(change)) == "extension 8021: mailbox PIN added"
    assert (change.before, change.after) == ("", "")


def test_an_order_that_changed_is_told() -> None:
    after = BEFORE.model_copy(update={"queues": BEFORE.queues[::-1]})

    assert [str(describe(change)) for change in diff(BEFORE, after)] == ["queue: order changed"]


def test_an_ssh_key_is_told_by_its_end() -> None:
    key = f"ssh-ed25519 {'A' * 60}12345678 zhang@office"

    assert told('login = "technician"\n', f'login = "technician"\nssh_keys = ["{key}"]\n') == [
        "person technician: SSH keys - -> ssh-ed25519 ...12345678 zhang@office"
    ]


def test_words_are_translated_and_the_sentence_is_the_key() -> None:
    change = Change(verb=Verb.CHANGED, kind="queue", key="repair", field="ring_timeout", before="15 s", after="20 s")

    said = describe(change, lambda text: {"queue": "队列", "ring each agent": "每个座席振铃"}.get(text, text))

    assert said.text == "{object}: {field} {before} -> {after}"
    assert str(said) == "队列 repair: 每个座席振铃 15 s -> 20 s"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents, documents)
def test_something_is_told_exactly_when_something_changed_and_never_a_password(
    one: SiteDocument, other: SiteDocument
) -> None:
    changes = diff(one, other)

    assert diff(one, one) == ()
    assert bool(changes) == (one != other)
    assert all(str(describe(change)) for change in changes)
    fields = {collection.kind: collection.field for collection in COLLECTIONS}
    secret = [change for change in changes if change.field in SECRETS.get(fields.get(change.kind, change.kind), ())]
    assert all((change.before, change.after) == ("", "") for change in secret)


def model_of(field: str) -> type[Part]:
    """What an entry of the document's field is, or its one part."""
    annotation = SiteDocument.model_fields[field].annotation
    inside = typing.get_args(annotation)
    model = inside[0] if inside else annotation
    assert isinstance(model, type) and issubclass(model, Part), field
    return model


def test_every_field_of_the_models_has_a_label() -> None:
    kinds = {collection.kind: collection.field for collection in COLLECTIONS} | {single: single for single in SINGLES}

    assert set(labels.KINDS) == set(kinds) == set(labels.FIELDS)
    for kind, field in kinds.items():
        assert set(labels.FIELDS[kind]) == set(model_of(field).model_fields), kind


def test_no_password_of_the_models_is_forgotten() -> None:
    found = {
        collection.field: tuple(
            name for name, field in model.model_fields.items() if "SecretStr" in str(field.annotation)
        )
        for collection in COLLECTIONS
        for model in [model_of(collection.field)]
    } | {
        single: tuple(
            name for name, field in model_of(single).model_fields.items() if "SecretStr" in str(field.annotation)
        )
        for single in SINGLES
    }
    assert {field: names for field, names in found.items() if names} == SECRETS
