"""Announcements at core: what phones recorded is filed once, whenever core hears of it; files come in pieces."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from appliance.api import prompts, verbs
from appliance.api.prompts import ImportPrompt, Origin, PlayPrompt, PromptPiece
from appliance.api.verbs import KeepTake, TakeIn
from appliance.api.wire import Empty, Refused
from appliance.core.prompts import told
from appliance.site.exchange import PROMPT_KEPT, STUDIO
from appliance.site.models import Language
from appliance.site.problems import BranchboxError
from tests.unit.core.box import Box, box, example
from tests.unit.telephony.fake_ami import FakeAmi, fake_ami, message

NAME = example().prompts[0].name
TAKE = "prompt-1-1795298063"


def taken(*takes: tuple[str, str]) -> str:
    """AstDB's answer: `PROMPT/LANGUAGE` and the file's name."""
    return "".join(
        message(Event="DBGetTreeResponse", ActionID="{id}", Key=f"/take/{key}", Val=value) for key, value in takes
    )


@asynccontextmanager
async def studio(*takes: tuple[str, str], login: str = "technician") -> AsyncIterator[tuple[Box, FakeAmi]]:
    async with fake_ami() as ami:
        ami.lists["DBGetTree"] = taken(*takes)
        async with box(login=login, ami_port=ami.port) as here:
            yield here, ami


async def filed(here: Box, count: int) -> list[KeepTake]:
    """What host was asked to keep, once it is so many."""
    async with asyncio.timeout(10):
        while len(asked := [each for each in here.host.asked if isinstance(each, KeepTake)]) < count:
            await asyncio.sleep(0.01)
    return asked


async def test_what_was_kept_while_core_was_down_is_filed_when_it_is_up() -> None:
    async with studio((f"{NAME}/en", f"{STUDIO}/{TAKE}")) as (here, _ami):
        assert await filed(here, 1) == [KeepTake(name=NAME, language=Language.EN, take=TAKE)]
        page = await here.client.call(prompts.LIST, Empty())
        state = next(each for each in page.prompts if each.name == NAME)
        assert next(each.origin for each in state.sounds if each.language is Language.EN) is Origin.RECORDED


async def test_a_new_take_is_filed_when_the_phone_says_so_and_only_once() -> None:
    async with studio((f"{NAME}/en", f"{STUDIO}/{TAKE}")) as (here, ami):
        await filed(here, 1)
        ami.lists["DBGetTree"] = taken((f"{NAME}/en", f"{STUDIO}/prompt-1-1795299999"))
        for writer in ami.writers:
            writer.write(message(Event="UserEvent", UserEvent=PROMPT_KEPT, Prompt=NAME).encode())
        assert [each.take for each in await filed(here, 2)] == [TAKE, "prompt-1-1795299999"]


async def test_what_is_no_take_of_an_announcement_is_left_alone() -> None:
    takes = (
        ("gone/en", f"{STUDIO}/{TAKE}"),
        (f"{NAME}/xx", f"{STUDIO}/{TAKE}"),
        (f"{NAME}/en", "/etc/shadow"),
        (f"{NAME}/zh", f"{STUDIO}/{TAKE}"),
    )
    async with studio(*takes) as (here, _ami):
        assert await filed(here, 1) == [KeepTake(name=NAME, language=Language.ZH, take=TAKE)]


async def test_a_file_comes_in_pieces_and_host_takes_it_in() -> None:
    async with box(login="manager") as here:
        await here.client.call(prompts.BEGIN, Empty())
        for piece in (b"RIFF", b" and so on"):
            await here.client.call(prompts.PUT, PromptPiece(data=base64.b64encode(piece).decode()))
        received = here.paths.site_db.with_name(verbs.INCOMING_PROMPT)
        assert received.read_bytes() == b"RIFF and so on"
        assert received.stat().st_mode & 0o777 == 0o600
        await here.client.call(prompts.IMPORT, ImportPrompt(name=NAME, language=Language.EN))
        assert here.host.asked == [TakeIn(name=NAME, language=Language.EN, by="manager")]
        assert not received.exists()
        assert (await here.operations())[-1].method == "prompts/import"


async def test_a_file_that_is_too_large_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.core.prompts.LARGEST", 6)
    async with box(login="manager") as here:
        await here.client.call(prompts.BEGIN, Empty())
        await here.client.call(prompts.PUT, PromptPiece(data="AAAA"))
        with pytest.raises(BranchboxError, match="larger than"):
            await here.client.call(prompts.PUT, PromptPiece(data="AAAAAAAA"))
        with pytest.raises(BranchboxError, match="There is no file"):
            await here.client.call(prompts.IMPORT, ImportPrompt(name=NAME, language=Language.EN))


async def test_nothing_rings_for_an_announcement_without_a_sound() -> None:
    async with box(login="manager") as here:
        with pytest.raises(BranchboxError, match="Nothing is there to hear"):
            await here.client.call(prompts.PLAY, PlayPrompt(name=NAME, language=Language.EN, phone="8001"))


async def test_an_announcement_is_heard_on_a_phone() -> None:
    async with studio((f"{NAME}/en", f"{STUDIO}/{TAKE}")) as (here, ami):
        await filed(here, 1)

        def rung(action: dict[str, str]) -> dict[str, str]:
            asyncio.get_running_loop().call_soon(
                ami.say, message(Event="OriginateResponse", Channel="PJSIP/8001-0000001", Response="Success")
            )
            assert action["Variable"].startswith(f"BB_PLAYBACK=/var/lib/branchbox/prompts/en/{NAME},")
            return {"Message": "Originate successfully queued"}

        ami.accepts["Originate"] = rung
        played = await here.client.call(prompts.PLAY, PlayPrompt(name=NAME, language=Language.EN, phone="8001"))
        assert played.answered


async def test_an_agent_changes_no_announcement() -> None:
    async with box(login="agent") as here:
        with pytest.raises(Refused):
            await here.client.call(prompts.IMPORT, ImportPrompt(name=NAME, language=Language.EN))


def test_what_nobody_made_is_missing_and_what_plays_it_is_named() -> None:
    document = example()
    menu = document.menus[0].model_copy(update={"greeting": NAME, "wrong_prompt": NAME})
    page = told(document.model_copy(update={"menus": (menu, *document.menus[1:])}), verbs.Shelf(sounds=()))
    state = next(each for each in page.prompts if each.name == NAME)
    assert {each.origin for each in state.sounds} == {Origin.MISSING}
    assert [(use.kind, use.name) for use in state.used].count(("menu", menu.name)) == 1
