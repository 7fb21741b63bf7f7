"""How every question of first boot looks, in both languages and two sizes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from appliance.api import setup as s
from appliance.site import draft
from appliance.site.problems import Problem
from tests.unit.tui.new_box import ASKED, LINKS, Installer, NewBox, Start, app, bad_file, until
from tests.unit.tui.terminal import SIZES
from tests.unit.tui.test_setup import LOST, in_place_of_another, looked_into, restored, restoring
from tui import i18n

Look = Callable[[Installer], Awaitable[None]]


async def nothing(_one: Installer) -> None:
    return


def press(*keys: str) -> Look:
    async def do(one: Installer) -> None:
        await one.press(*keys)

    return do


async def short_password(one: Installer) -> None:
    await one.press("n")
    await one.write("zhang")
    await one.press(*["down"] * 5)
    await one.write("short")


def answered_phone(language: str) -> NewBox:
    box = in_force(language)
    box.registered, box.rung = {"8001": "192.0.2.77"}, [s.Rung(answered=True, seconds=4.0)]
    return box


def silent_phone(language: str) -> NewBox:
    box = answered_phone(language)
    text = (
        "Nobody answered in {seconds} s. Did the phone ring? If it did not, look at its network and at a firewall "
        "between it and the box."
    )
    box.rung = [s.Rung(answered=False, seconds=30.0, problem=Problem(text=text, args={"seconds": "30"}))]
    return box


def over(language: str) -> NewBox:
    box = in_place_of_another(language)
    restoring(box, LOST)
    return box


def in_force(language: str) -> NewBox:
    box = until(draft.Step.NOC, language)
    box.revision = 1
    return box


def without_ups(language: str) -> NewBox:
    box = until(draft.Step.POWER, language)
    box.upses = ()
    return box


def with_bad_file(language: str) -> NewBox:
    box = until(draft.Step.SITE, language)
    box.unattended = bad_file()
    return box


def without_link(language: str) -> NewBox:
    box = until(draft.Step.NETWORK, language)
    box.links = (LINKS[1],)
    return box


def at(step: draft.Step) -> Callable[[str], NewBox]:
    return lambda language: until(step, language)


PICTURES: dict[str, tuple[Callable[[str], NewBox], Look]] = {
    "language": (lambda _language: NewBox(), nothing),
    "restore": (in_place_of_another, looked_into),
    "over": (over, restored),
    **{str(step): (at(step), nothing) for step in ASKED[1:-1]},
    "noc": (at(draft.Step.POWER), press("enter")),
    "power-none": (without_ups, nothing),
    "network-no-link": (without_link, nothing),
    "person": (at(draft.Step.PEOPLE), press("n")),
    "person-weak": (at(draft.Step.PEOPLE), short_password),
    "people-one": (at(draft.Step.RECOVERY), press("escape")),
    "site-wrong": (at(draft.Step.SITE), press("n", "enter", "x", "enter")),
    "bad-file": (with_bad_file, nothing),
    "summary": (at(draft.Step.POWER), press("enter", "ctrl+s")),
    "finish": (in_force, nothing),
    "finish-passwords": (in_force, press("p")),
    "answered": (answered_phone, press("t")),
    "silent": (silent_phone, press("t")),
    "help": (at(draft.Step.NETWORK), press("f1")),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PICTURES)
def test_picture(core: Start, snap_compare: Any, name: str, language: str, size: str) -> None:
    make, do = PICTURES[name]
    box = make(language)

    async def look(pilot: Pilot[None]) -> None:
        one = Installer(pilot)
        await one.settled()
        if i18n.language() != language:  # a new box speaks as its console does until it is asked
            await one.press("ctrl+l")
        await do(one)
        await one.quiet()

    assert snap_compare(app(core, box), terminal_size=SIZES[size], run_before=look)
