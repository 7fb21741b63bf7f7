"""What a change touches, and a diff that anybody may look at."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from appliance.site import document as documents
from provisioning.plan import Plan, diffs, plan, secrets_of

RELOADS = {
    "logger.conf": "logger reload",
    "pjsip.conf": "reload sip",
    "queues.conf": "queue reload",
    "q2.conf": "queue reload",
}


def test_only_changed_files_are_reloaded_each_command_once_in_the_order_of_effect() -> None:
    before = {"pjsip.conf": "a", "queues.conf": "a", "q2.conf": "a", "logger.conf": "a"}
    after = {"pjsip.conf": "b", "queues.conf": "b", "q2.conf": "b", "logger.conf": "a"}
    assert plan(before, after, RELOADS).commands == ("reload sip", "queue reload")
    assert plan(before, before, RELOADS).said == ()


def test_a_file_without_a_reload_is_said_to_restart() -> None:
    found = plan({"modules.conf": "a"}, {"modules.conf": "b"}, RELOADS)
    assert found.said == ("restart (calls would drop): modules.conf",)


def test_a_file_that_comes_or_goes_is_a_change() -> None:
    assert plan({}, {"queues.conf": ""}, RELOADS).commands == ("queue reload",)
    assert plan({"queues.conf": ""}, {}, RELOADS).commands == ("queue reload",)


LINES = {"chan_dahdi.conf": "a", "modules.conf": "[modules]\nload = x.so\nload = chan_dahdi.so  ; lines\n"}
NO_LINES = {"modules.conf": "[modules]\nload = x.so\n"}


@pytest.mark.parametrize(("before", "after"), [(NO_LINES, LINES), (LINES, NO_LINES)])
def test_lines_by_cards_come_and_go_without_a_restart_and_the_plan_says_what_it_costs(
    before: dict[str, str], after: dict[str, str]
) -> None:
    found = plan(before, after, RELOADS)
    assert (found.restarts, found.lines) == ((), True)
    assert found.said == ("lines by cards set up anew (calls on them would drop)",)


def test_what_only_dahdi_is_told_costs_the_same_and_another_module_still_a_restart() -> None:
    assert plan(LINES, LINES, RELOADS, lines=True).lines
    assert not plan(LINES, LINES, RELOADS).lines
    more = {**LINES, "modules.conf": LINES["modules.conf"] + "load = y.so\n"}
    assert plan(LINES, more, RELOADS) == Plan((), ("modules.conf",))


def test_the_diff_counts_lines_and_shows_them() -> None:
    (found,) = diffs({"queues.conf": "[a]\ntimeout = 15\n"}, {"queues.conf": "[a]\ntimeout = 20\nretry = 1\n"}, ())
    assert (found.path, found.added, found.removed) == ("queues.conf", 2, 1)
    assert found.diff.splitlines()[2:] == ["@@ -1,2 +1,3 @@", " [a]", "-timeout = 15", "+timeout = 20", "+retry = 1"]


def test_no_password_or_pin_stands_in_a_diff_wherever_it_is() -> None:
    before = {
        "pjsip.conf": "password = short\nregister = me:longpassword1@host\n",
        "voicemail.conf": "8021 = 4711,Zhou Min,,,\n8022 => 4711,B\n",
        "manager.conf": "secret = amiamiami\n",
        "extensions.conf": "exten = pin-storm,1,Return(1593)\nexten = pin-12,1,Return(7531)\n",
    }
    after = {name: text + "x = 1\n" for name, text in before.items()}
    shown = "".join(each.diff for each in diffs(before, after, {"longpassword1", "4711", "short"}))
    for secret in ("short", "longpassword1", "4711", "amiamiami", "1593", "7531"):
        assert secret not in shown
    assert "Zhou Min" in shown


def test_every_secret_of_a_document_is_known() -> None:
    document = documents.fill_secrets(documents.load(documents.example("en")), None, generate=True)
    trunk = document.trunks[0].model_copy(update={"register_as": "me", "password": SecretStr("carriers-word")})
    document = document.model_copy(update={"trunks": (trunk,)})
    expected = {"carriers-word"}
    expected |= {closure.pin.get_secret_value() for closure in document.closures}
    expected |= {prompt.pin.get_secret_value() for prompt in document.prompts if prompt.pin}
    for extension in document.extensions:
        expected.add(extension.password.get_secret_value())
        if extension.voicemail_pin:
            expected.add(extension.voicemail_pin.get_secret_value())
    assert secrets_of(document, None) == expected
    assert len(expected) > len(document.extensions)
