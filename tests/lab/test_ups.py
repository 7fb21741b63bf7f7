"""Mains goes and comes back: NUT's own driver plays the UPS, everything else is the box's."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from appliance.api.contract import DASHBOARD, Dashboard, RestartKind
from appliance.api.supply import Feed, Phase, Supply
from appliance.api.wire import Empty
from appliance.site import document as documents
from appliance.site.models import Power, Ups
from images.asking import ask
from images.audit import units
from images.audit.place import Place
from images.box import Box
from images.phones import Handset, Handsets, Line
from images.rootfs import Root
from images.run import poll
from tests.lab.test_apply import asterisk

DRIVER, SERVER, NET = "nut-driver@office.service", "nut-server.service", "nut-monitor.service"
HOOK = "/usr/lib/systemd/system-shutdown/branchbox-load-cut"
MOMENTS = itertools.count(1_000_000_000)
MAINS, BATTERY, LOW, EMPTY = ("OL CHRG", 97), ("OB DISCHRG", 80), ("OB DISCHRG", 30), ("OB DISCHRG LB", 4)


@pytest.fixture(scope="module")
def box(root: Root) -> Iterator[Box]:
    """A box with a UPS: its last test ends with it switched off."""
    branch = documents.parse(documents.example("en"))[0]
    assert branch is not None
    office = played("office", "Office UPS")
    box = Box.start("ups", root, document=branch.model_copy(update={"upses": (office,), "power": Power(drain=600)}))
    says(box, MAINS)
    yield box
    box.stop()
    box.remove()


@pytest.fixture
def phones(box: Box) -> Iterator[Handsets]:
    with Handsets(box.network.operator) as phones:
        yield phones


def played(name: str, label: str) -> Ups:
    """A UPS that says what stands in a file."""
    return Ups(name=name, label=label, driver="dummy-ups", port=file(name), extra={"mode": "dummy-once"})


def file(ups: str) -> str:
    return f"/var/lib/nut/{ups}.dev"


def says(box: Box, what: tuple[str, int], ups: str = "office", *, runtime: int = 2520) -> None:
    """What the UPS says from now on; its driver reads the file again when its time is another whole second."""
    status, charge = what
    told = f"battery.charge: {charge}\nbattery.runtime: {runtime}\nups.load: 18\nups.model: Back-UPS\n"
    box.run(["tee", file(ups)], stdin=f"ups.status: {status}\n{told}")
    box.run(["touch", f"--date=@{next(MOMENTS)}", file(ups)])


def dashboard(box: Box) -> Dashboard:
    return ask(box, DASHBOARD, Empty())


def supply(box: Box) -> Supply | None:
    return dashboard(box).supply


def becomes(box: Box, phase: Phase, seconds: float = 60) -> None:
    def there() -> bool:
        now = supply(box)
        return now is not None and now.phase is phase

    assert poll(there, seconds=seconds), supply(box)


def feeds(box: Box, feed: Feed, seconds: float = 60) -> None:
    def there() -> bool:
        now = supply(box)
        return now is not None and [ups.feed for ups in now.upses] == [feed]

    assert poll(there, seconds=seconds), supply(box)


def channels(box: Box) -> list[list[str]]:
    return [line.split("!") for line in asterisk(box, "core show channels concise").splitlines() if "!" in line]


def phone(box: Box, phones: Handsets, number: str, *, answers: bool = False) -> Handset:
    password = next(each.password for each in box.document.extensions if each.number == number)
    return phones.add(number, password.get_secret_value(), tone=900, answers=answers)


def test_the_ups_is_read_by_daemons_with_few_rights(box: Box) -> None:
    assert poll(lambda: (now := supply(box)) is not None and now.upses[0].charge == 97, seconds=60), supply(box)
    now = supply(box)
    assert now is not None
    assert (now.upses[0].charge, now.upses[0].load, now.upses[0].model) == (97, 18, "Dummy Manufacturer Back-UPS")
    for unit in (DRIVER, SERVER):
        finding = units.exposure(Place(box), unit.removesuffix(".service"))
        assert finding.holds, finding
    assert box.run(["stat", "-c", "%U:%G %a", "/etc/nut/branchbox/upsd.users"]).out.strip() == "root:nut 640"
    told = box.run(["stat", "-c", "%U:%G %a", "/etc/branchbox-power/policy.json"]).out.strip()
    assert told == "root:branchbox-power 640"
    assert box.run(["ss", "-Hlnt", "sport = :3493"]).out.split()[3] == "127.0.0.1:3493"


def test_without_mains_calls_go_on_and_it_is_told(box: Box) -> None:
    says(box, BATTERY)
    becomes(box, Phase.BATTERY)
    assert asterisk(box, "database show power").startswith("0 results")
    says(box, MAINS)
    becomes(box, Phase.MAINS)
    now = supply(box)
    assert now is not None
    happened = [str(event.what) for event in now.events]
    assert happened[0] == "Mains is back."
    assert "Mains is gone: the box lives on its battery." in happened


def test_at_the_threshold_no_call_goes_out_but_help_can_be_called(box: Box, phones: Handsets) -> None:
    talking = phone(box, phones, "8001", answers=True)
    caller = phone(box, phones, "8021")
    phone(box, phones, "8002").dial("8001")
    talking.wait(Line.TALKS)
    says(box, LOW)
    becomes(box, Phase.DRAINING)
    assert poll(lambda: (now := dashboard(box).restart) is not None and now.kind is RestartKind.MAINS, seconds=15)
    assert poll(lambda: "/power/until" in asterisk(box, "database show power"), seconds=15)
    caller.dial("913805770001")
    assert poll(lambda: any("kept-in" in channel for channel in channels(box)), seconds=10), channels(box)
    caller.hang_up()
    caller.dial("9120")
    # It goes out to the carrier, who is not there in this test.
    assert poll(lambda: any("trunk-carrier" in channel[0] for channel in channels(box)), seconds=10), channels(box)
    caller.hang_up()

    says(box, MAINS)
    becomes(box, Phase.MAINS)
    assert poll(lambda: dashboard(box).restart is None, seconds=15)
    assert poll(lambda: asterisk(box, "database show power").startswith("0 results"), seconds=15)
    assert talking.line is Line.TALKS, "mains came back in time: nobody noticed"
    asterisk(box, "channel request hangup all")


def test_a_driver_that_dies_is_back_and_a_lost_cable_switches_nothing_off(box: Box) -> None:
    box.run(["systemctl", "kill", "--signal=KILL", DRIVER])
    assert poll(lambda: "OL" in box.run(["upsc", "office@127.0.0.1", "ups.status"], check=False).out, seconds=30)
    box.run(["systemctl", "kill", "--signal=STOP", DRIVER])
    try:
        feeds(box, Feed.LOST)
        now = supply(box)
        assert now is not None
        assert now.phase is Phase.MAINS
        assert "not heard any more" in str(now.events[0].what)
    finally:
        box.run(["systemctl", "kill", "--signal=CONT", DRIVER])
    feeds(box, Feed.MAINS)


def test_an_empty_battery_switches_off_in_order_and_the_box_that_was_not_cut_off_comes_back(box: Box) -> None:
    box.run(["sed", "-i", "s/-lt 75/-lt 3/", HOOK])
    running = box.running
    assert running is not None
    says(box, EMPTY)
    assert poll(lambda: not running.leader.alive, seconds=120), "it did not switch off"
    console = (box.home / "console.log").read_text(errors="replace")
    assert "the UPS is told to cut the load" in console
    assert "the load was not cut" in console, "the driver of this test cannot cut: the box starts anew by itself"
    wal = box.path("/var/lib/branchbox/core/site.db-wal")
    assert not wal.exists() or wal.stat().st_size == 0
