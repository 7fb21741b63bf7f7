"""First boot as core does it: who may, what is kept, what a stick brings, and when it is over."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from appliance.api import contract, passwords, setup
from appliance.api.setup import FirstApply, RecoveryTyped, SetupAnswer, SetupState
from appliance.api.verbs import SiteFile
from appliance.api.wire import Empty, Method, Refused
from appliance.core import setup as core_setup
from appliance.core.people import SETUP_LOGIN
from appliance.site import document, draft
from appliance.site.draft import Step
from appliance.site.problems import BranchboxError, Problem
from tests.unit.core.box import Box, box
from tests.unit.site.test_draft import PERSON, all_answers

GOOD = "lamp river seven coat"


async def state(here: Box) -> SetupState:
    return await here.client.call(setup.SETUP_STATE, Empty())


async def answer(here: Box, step: Step, tables: dict[str, Any]) -> SetupState:
    return await here.client.call(setup.SETUP_ANSWER, SetupAnswer(step=step, toml=draft.write(tables)))


async def answer_all(here: Box) -> None:
    for step, tables in all_answers().items():
        await answer(here, step, tables)


async def until(here: Box, **wanted: object) -> SetupState:
    async with asyncio.timeout(10):
        while True:
            now = await state(here)
            if all(getattr(now, name) == value for name, value in wanted.items()):
                return now
            await asyncio.sleep(0.02)


async def test_a_box_without_a_revision_says_so_calmly() -> None:
    async with box(login="root", set_up=False) as here:
        dashboard = await here.client.call(contract.DASHBOARD, Empty())
        assert dashboard.config.revision is None
        with pytest.raises(BranchboxError, match="not set up yet"):
            await here.client.call(contract.CONFIG_CANDIDATE, Empty())
        here.who.login = "zhang"
        with pytest.raises(Refused, match="not set up yet"):
            await here.client.call(contract.WHO_AM_I, Empty())


async def test_the_console_is_an_installer_only_while_nothing_is_in_force() -> None:
    async with box(login=SETUP_LOGIN) as here:
        closed: tuple[Method[Any, Any], ...] = (
            setup.SETUP_STATE,
            contract.CONFIG_STATE,
            contract.CONFIG_EXPORT,
            contract.WHO_AM_I,
        )
        for called in closed:
            with pytest.raises(Refused, match="Log in with your own name"):
                await here.client.call(called, Empty())
    async with box(login=SETUP_LOGIN, set_up=False) as here:
        assert (await here.client.call(contract.WHO_AM_I, Empty())).role == "installer"


async def test_while_the_host_is_silent_the_console_may_do_nothing() -> None:
    async with box(login=SETUP_LOGIN, host_is_up=False, set_up=False) as here:
        with pytest.raises(Refused, match="The box is starting"):
            await state(here)


async def test_answers_are_kept_one_by_one_and_outlive_core() -> None:
    async with box(login=SETUP_LOGIN, set_up=False) as here:
        given = list(all_answers().items())
        for number, (step, tables) in enumerate(given, 1):
            now = await answer(here, step, tables)
            assert now.answered == tuple(step for step, _ in given[:number])
        assert "s3cret-of-the-carrier" not in now.toml


async def test_an_answer_that_does_not_fit_is_not_kept() -> None:
    async with box(login=SETUP_LOGIN, set_up=False) as here:
        with pytest.raises(BranchboxError) as wrong:
            await answer(here, Step.SITE, {"site": {"name": "North", "code": "no code"}})
        assert [problem.where for problem in wrong.value.problems] == ["site.code"]
        assert (await state(here)).answered == ()


async def test_the_answers_become_revision_1_and_the_console_may_then_only_try_a_phone() -> None:
    async with box(login=SETUP_LOGIN, set_up=False) as here:
        await answer_all(here)
        applied = await here.client.call(setup.SETUP_APPLY, FirstApply())
        assert (applied.revision, applied.problems) == (1, ())
        made = document.load(here.host.documents[1])
        assert [person.login for person in made.people] == ["li"]
        assert made.trunks[0].password is not None
        assert made.trunks[0].password.get_secret_value() == "s3cret-of-the-carrier"

        assert (await state(here)).revision == 1
        logins = await here.client.call(setup.SETUP_LOGINS, Empty())
        assert len({phone.password for phone in logins.phones}) == 3
        phones = await here.client.call(setup.TEST_PHONES, Empty())
        assert [(phone.number, phone.address) for phone in phones.phones] == [
            ("8001", None),
            ("8002", None),
            ("8003", None),
        ]
        closed: tuple[Method[Any, Any], ...] = (
            contract.CONFIG_EXPORT,
            contract.CONFIG_CANDIDATE,
            contract.DASHBOARD,
            setup.SETUP_UPS,
        )
        for called in closed:
            with pytest.raises(Refused, match="A first-call may not do this"):
                await here.client.call(called, Empty())
        with pytest.raises(Refused):
            await answer(here, Step.SITE, {"site": {"name": "South", "code": "S1"}})

        await here.client.call(setup.SETUP_FINISH, Empty())
        with pytest.raises(Refused, match="Log in with your own name"):
            await state(here)


async def test_nothing_is_applied_while_no_technician_could_log_in() -> None:
    async with box(login=SETUP_LOGIN, set_up=False) as here:
        await answer_all(here)
        await answer(here, Step.PEOPLE, {"people": [{**PERSON, "ssh_keys": []}]})
        applied = await here.client.call(setup.SETUP_APPLY, FirstApply())
        assert applied.revision is None
        assert "Nobody could log in" in str(applied.problems[0])

        await here.client.call(passwords.PASSWORDS_SET, passwords.SetPassword(login="li", new=GOOD))
        assert not here.host.passwords["li"].must_change
        assert (await state(here)).with_password == ("li",)
        assert (await here.client.call(setup.SETUP_APPLY, FirstApply())).revision == 1


async def test_what_the_trial_start_refuses_is_said_and_the_answers_stay() -> None:
    async with box(login=SETUP_LOGIN, set_up=False) as here:
        await answer_all(here)
        refusal = Problem(text="The exchange does not accept this configuration. Its words follow.")
        here.host.refuses = (refusal,)
        applied = await here.client.call(setup.SETUP_APPLY, FirstApply())
        assert (applied.revision, applied.problems) == (None, (refusal,))
        assert len((await state(here)).answered) == len(all_answers())
        here.host.refuses = ()
        assert (await here.client.call(setup.SETUP_APPLY, FirstApply())).revision == 1


async def test_the_recovery_password_is_kept_only_when_it_was_written_back() -> None:
    async with box(login=SETUP_LOGIN, set_up=False) as here:
        with pytest.raises(BranchboxError, match="not the password that was shown"):
            await here.client.call(setup.RECOVERY_KEEP, RecoveryTyped(password=""))
        shown = (await here.client.call(setup.RECOVERY_NEW, Empty())).password
        with pytest.raises(BranchboxError, match="not the password that was shown"):
            await here.client.call(setup.RECOVERY_KEEP, RecoveryTyped(password=shown[:-1] + "!"))
        assert not (await state(here)).recovery
        typed = shown.upper().replace("-", " ")
        await here.client.call(setup.RECOVERY_KEEP, RecoveryTyped(password=typed))
        assert here.host.recovery is not None
        assert here.host.recovery.password == shown
        assert (await state(here)).recovery


async def test_no_password_is_ever_in_the_operation_log() -> None:
    async with box(login=SETUP_LOGIN, set_up=False) as here:
        await answer_all(here)
        await here.client.call(passwords.PASSWORDS_SET, passwords.SetPassword(login="li", new=GOOD))
        shown = (await here.client.call(setup.RECOVERY_NEW, Empty())).password
        await here.client.call(setup.RECOVERY_KEEP, RecoveryTyped(password=shown))
        await here.client.call(setup.SETUP_APPLY, FirstApply())
        logins = await here.client.call(setup.SETUP_LOGINS, Empty())
        written = "\n".join(f"{row.method} {row.detail}" for row in await here.operations())
        assert "recovery/keep" in written
        for secret in (GOOD, shown, "s3cret-of-the-carrier", *(phone.password for phone in logins.phones)):
            assert secret not in written


# --- a stick ---------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sticks are looked for often."""
    monkeypatch.setattr(core_setup, "LOOK_AGAIN", 0.02)


def whole() -> str:
    tables: dict[str, Any] = {}
    for step, given in all_answers().items():
        tables = draft.put(tables, step, given)
    return draft.write(draft.finished(tables))


async def test_a_site_file_on_a_stick_is_put_in_force_without_a_question() -> None:
    async with box(login=SETUP_LOGIN, set_up=False) as here:
        here.host.sites = (SiteFile(stick="FLEET (sdb1)", toml=whole(), recovery_hash="$6$abc$def"),)
        now = await until(here, unattended=setup.Unattended(stick="FLEET (sdb1)", revision=1))
        assert now.revision == 1
        assert here.host.recovery is not None
        assert here.host.recovery.hash == "$6$abc$def"
        assert document.load(here.host.documents[1]).site.name == "温州北"


async def test_a_bad_file_names_its_line_and_answers_what_it_could() -> None:
    text = whole().replace('code = "WZN"', 'code = "no code"')
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "no code" in row)
    async with box(login=SETUP_LOGIN, set_up=False) as here:
        here.host.sites = (SiteFile(stick="FLEET", toml=text),)
        async with asyncio.timeout(10):
            while (now := await state(here)).unattended is None:
                await asyncio.sleep(0.02)
        assert [problem.line for problem in now.unattended.problems] == [line]
        assert now.revision is None
        assert Step.SITE not in now.answered
        assert {Step.LANGUAGE, Step.PEOPLE, Step.LINES, Step.PHONES} <= set(now.answered)

        await answer(here, Step.SITE, {"site": {"name": "温州北", "code": "WZN"}})
        assert (await here.client.call(setup.SETUP_APPLY, FirstApply())).revision == 1


async def test_a_file_without_anybody_who_could_log_in_is_refused_in_words() -> None:
    async with box(login=SETUP_LOGIN, set_up=False) as here:
        here.host.sites = (SiteFile(stick="FLEET", toml=whole().replace("ssh_keys", "# ssh_keys")),)
        text = draft.write({**draft.read(whole()), "people": [{**PERSON, "ssh_keys": []}]})
        here.host.sites = (SiteFile(stick="FLEET", toml=text),)
        async with asyncio.timeout(10):
            while (now := await state(here)).unattended is None:
                await asyncio.sleep(0.02)
        assert "Nobody could log in" in str(now.unattended.problems[0])
        assert here.host.documents == {}


async def test_a_bad_stick_does_not_undo_what_somebody_has_answered() -> None:
    async with box(login=SETUP_LOGIN, set_up=False) as here:
        await answer(here, Step.SITE, {"site": {"name": "Mine", "code": "ME"}})
        here.host.sites = (SiteFile(stick="FLEET", toml='[site]\nname = "Theirs"\ncode = "x"\n'),)
        async with asyncio.timeout(10):
            while (now := await state(here)).unattended is None:
                await asyncio.sleep(0.02)
        assert draft.read(now.toml)["site"]["name"] == "Mine"


# --- later -------------------------------------------------------------------------------------


async def test_a_technician_sets_a_first_password_that_must_be_changed() -> None:
    async with box() as here:
        await here.client.call(passwords.PASSWORDS_SET, passwords.SetPassword(login="supervisor", new=GOOD))
        assert here.host.passwords["supervisor"].must_change
        with pytest.raises(BranchboxError, match="none of the people"):
            await here.client.call(passwords.PASSWORDS_SET, passwords.SetPassword(login="mallory", new=GOOD))
        with pytest.raises(BranchboxError, match="your own password"):
            await here.client.call(passwords.PASSWORDS_SET, passwords.SetPassword(login="technician", new=GOOD))
