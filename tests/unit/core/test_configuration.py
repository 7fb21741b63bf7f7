"""Edit, plan, apply, confirm or revert, as a technician's client sees it."""

from __future__ import annotations

import asyncio

import pytest

from appliance.api import contract
from appliance.api.contract import Apply, Candidate, Confirm, Document, Plan, RevisionKey, Rollback, Why
from appliance.api.wire import Empty
from appliance.core import in_force
from appliance.core.__main__ import core
from appliance.site import document
from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError, Problem
from tests.unit.core.box import Box, box


async def shown(here: Box) -> SiteDocument:
    """What an editor starts from: the candidate with its masks."""
    candidate = await here.client.call(contract.CONFIG_CANDIDATE, Empty())
    read, _ = document.parse(candidate.toml)
    assert read is not None
    return read


async def edit(here: Box, **update: object) -> Candidate:
    """Send the shown document back with something changed."""
    changed = (await shown(here)).model_copy(update=update)
    return await here.client.call(contract.CONFIG_EDIT, Document(toml=document.dump_masked(changed)))


async def slower_queue(here: Box, seconds: int = 25) -> Candidate:
    """The smallest change: the first queue rings longer."""
    queues = (await shown(here)).queues
    return await edit(here, queues=(queues[0].model_copy(update={"ring_timeout": seconds}), *queues[1:]))


async def candidate(here: Box) -> Candidate:
    return await here.client.call(contract.CONFIG_CANDIDATE, Empty())


async def plan(here: Box) -> Plan:
    return await here.client.call(contract.CONFIG_PLAN, Empty())


async def apply(here: Box) -> contract.Applied:
    return await here.client.call(contract.CONFIG_APPLY, Apply(why="test"))


def passwords(read: SiteDocument) -> list[str]:
    return [extension.password.get_secret_value() for extension in read.extensions]


async def test_without_a_candidate_the_document_in_force_is_shown_with_masks() -> None:
    async with box() as here:
        found = await candidate(here)
        assert (found.by, found.changes, found.problems[:0], found.base) == (None, (), (), 1)
        assert passwords(await shown(here)) == ["********"] * len(here.site.extensions)


async def test_an_edit_is_kept_by_whom_and_as_what() -> None:
    async with box() as here:
        found = await slower_queue(here)
        assert (found.by, found.base, found.problems) == ("technician", 1, ())
        [change] = found.changes
        assert (change.kind, change.key, change.field) == ("queue", "repair", "ring_timeout")


async def test_passwords_survive_editing_their_masks() -> None:
    async with box() as here:
        await slower_queue(here)
        await apply(here)
        assert passwords(document.load(here.host.documents[2])) == passwords(here.site)


async def test_a_new_phone_with_a_mask_gets_a_password_of_its_own() -> None:
    async with box() as here:
        phones = (await shown(here)).extensions
        await edit(here, extensions=(*phones, phones[0].model_copy(update={"number": "8099"})))
        await slower_queue(here)  # a second edit must not make another one
        first = await candidate(here)
        await apply(here)
        new = document.load(here.host.documents[2]).extensions[-1]
        assert new.number == "8099"
        assert new.password.get_secret_value() not in {"********", *passwords(here.site)}
        assert not any("password" in change.field for change in first.changes)


async def test_a_phone_deleted_and_put_back_keeps_its_password() -> None:
    async with box() as here:
        phones = (await shown(here)).extensions
        agents = (await shown(here)).agents
        await edit(here, extensions=phones[:-1])
        found = await edit(here, extensions=phones, agents=agents)
        assert found.changes == ()


async def test_a_trunk_whose_password_nobody_knows_is_kept_and_asked_for_and_loses_no_other() -> None:
    async with box() as here:
        trunks = (await shown(here)).trunks
        new = trunks[0].model_copy(
            update={"name": "second", "addresses": ("10.77.0.7/32",), "register_as": "b1", "password": "********"}
        )
        toml = document.dump_masked((await shown(here)).model_copy(update={"trunks": (*trunks, new)}))
        found = await here.client.call(contract.CONFIG_EDIT, Document(toml=toml))
        assert any("password" in str(problem) for problem in found.problems)
        assert (await apply(here)).revision is None
        done = found.toml.replace('password = "********"', 'password = "from-the-carrier-1"', 1)
        assert (await here.client.call(contract.CONFIG_EDIT, Document(toml=done))).problems == ()
        await apply(here)
        applied = document.load(here.host.documents[2])
        assert passwords(applied) == passwords(here.site)
        assert applied.trunks[1].password is not None
        assert applied.trunks[1].password.get_secret_value() == "from-the-carrier-1"


async def test_text_that_is_no_toml_is_refused_and_changes_nothing() -> None:
    async with box() as here:
        before = await slower_queue(here)
        with pytest.raises(BranchboxError, match="no TOML"):
            await here.client.call(contract.CONFIG_EDIT, Document(toml="[site\nname = "))
        assert await candidate(here) == before


async def test_a_document_that_breaks_the_rules_is_kept_and_cannot_be_applied() -> None:
    async with box() as here:
        menus = (await shown(here)).menus
        queues = [queue for queue in (await shown(here)).queues if queue.name != "billing"]
        found = await edit(here, menus=menus, queues=tuple(queues))
        assert any("billing" in str(problem) for problem in found.problems)
        assert (await plan(here)).problems == found.problems
        answer = await apply(here)
        assert (answer.revision, answer.problems) == (None, found.problems)
        assert here.host.current == 1


async def test_toml_that_fits_no_model_is_kept_as_it_was_written() -> None:
    async with box() as here:
        text = (await candidate(here)).toml + '\n[surprise]\nkey = "value"\n'
        found = await here.client.call(contract.CONFIG_EDIT, Document(toml=text))
        assert found.toml == text
        assert found.problems
        assert (await apply(here)).problems == found.problems


async def test_the_plan_has_the_trial_starts_word() -> None:
    async with box() as here:
        await slower_queue(here)
        good = await plan(here)
        assert (good.problems, good.reloads, good.trial_seconds) == ((), ("queue reload all",), 0.4)
        here.host.refuses = (Problem(text="Asterisk does not know this codec.", where="trunk carrier"),)
        assert (await plan(here)).problems == here.host.refuses


async def test_there_is_no_plan_of_nothing() -> None:
    async with box() as here:
        assert "does not differ" in str((await plan(here)).problems[0])
        assert "does not differ" in str((await apply(here)).problems[0])


async def test_applied_and_confirmed_the_candidate_is_done_with() -> None:
    async with box() as here:
        await slower_queue(here)
        assert (await apply(here)).revision == 2
        state = await here.client.call(contract.CONFIG_STATE, Empty())
        assert (state.revision, state.pending, state.reverts_to, state.candidate_changes) == (2, 2, 1, 0)
        confirmed = await here.client.call(contract.CONFIG_CONFIRM, Confirm(why="calls come in"))
        assert (confirmed.revision, confirmed.pending, confirmed.candidate_by) == (2, None, None)
        assert (await candidate(here)).by is None


async def test_after_a_revert_the_work_is_still_there() -> None:
    async with box() as here:
        before = await slower_queue(here)
        await apply(here)
        assert (await candidate(here)).changes == ()
        await here.client.call(contract.CONFIG_REVERT, Why())
        assert (await candidate(here)).changes == before.changes


async def test_after_the_box_went_back_by_itself_the_work_is_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_force, "LOOK_AGAIN", 0.02)
    async with box() as here:
        before = await slower_queue(here)
        await apply(here)
        here.host.goes_back_by_itself()
        async with asyncio.timeout(5):
            while (await candidate(here)).changes != before.changes:
                await asyncio.sleep(0.02)


async def test_a_restarted_core_still_has_the_candidate() -> None:
    async with box() as here:
        before = await slower_queue(here)
        async with core(here.paths, lambda uid: "technician"):  # takes the socket over
            assert await candidate(here) == before


async def test_an_edit_made_while_a_revision_waits_outlives_its_confirmation() -> None:
    async with box() as here:
        await slower_queue(here, 25)
        await apply(here)
        await slower_queue(here, 40)
        state = await here.client.call(contract.CONFIG_CONFIRM, Confirm())
        assert (state.candidate_changes, state.candidate_by) == (1, "technician")


async def test_discarding_gives_what_is_in_force() -> None:
    async with box() as here:
        await slower_queue(here)
        found = await here.client.call(contract.CONFIG_DISCARD, Empty())
        assert (found.by, found.changes) == (None, ())


async def test_an_earlier_revision_can_be_applied_again() -> None:
    async with box() as here:
        await slower_queue(here)
        await apply(here)
        await here.client.call(contract.CONFIG_CONFIRM, Confirm())
        applied = await here.client.call(contract.CONFIG_ROLLBACK, Rollback(revision=1, why="the old one rang better"))
        assert applied.revision == 3
        shown_now = await here.client.call(contract.CONFIG_SHOW, RevisionKey())
        assert shown_now.toml == document.dump_masked(here.site)


async def test_only_an_export_has_passwords_and_the_operation_log_never() -> None:
    async with box() as here:
        secret = passwords(here.site)[0]
        await slower_queue(here)
        exported = await here.client.call(contract.CONFIG_EXPORT, Empty())
        assert document.load(exported.toml) == here.site
        await here.client.call(contract.CONFIG_EDIT, Document(toml=exported.toml))
        others = [
            (await candidate(here)).model_dump_json(),
            (await here.client.call(contract.CONFIG_SHOW, RevisionKey(revision=1))).toml,
            " ".join(row.model_dump_json() for row in await here.operations()),
        ]
        assert secret in exported.toml
        assert not [text for text in others if secret in text]


async def test_the_operation_log_tells_an_edit_by_its_difference() -> None:
    async with box() as here:
        await slower_queue(here)
        [row] = await here.operations()
        assert (row.method, row.result) == ("config/edit", "done")
        assert "queue repair" in row.detail
        assert "25" in row.detail


async def test_a_slow_apply_holds_nobody_else_up() -> None:
    async with box() as here:
        await slower_queue(here)
        here.host.slow.clear()
        applying = asyncio.create_task(apply(here))
        async with asyncio.timeout(2):
            await here.client.call(contract.DASHBOARD, Empty())
            await candidate(here)
        assert not applying.done()
        here.host.slow.set()
        assert (await applying).revision == 2
