"""What host makes of branchbox-power's word: calls kept in as long as it holds, the box off, and back if mains is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from appliance.api.contract import Restart, RestartKind
from appliance.api.power import PowerRequest
from appliance.api.supply import FRESH, Phase, Supply, supply_now
from appliance.site import document as documents
from appliance.site.models import SiteDocument, Ups
from provisioning.machine import ups as rendering
from provisioning.power.mains import Mains
from provisioning.power.power import Power
from provisioning.power.scan import found

BRANCH = documents.load(documents.example("en"))
OFFICE = Ups(name="office", label="Office UPS", vendor_id="051d", product_id="0002", serial="AS1")
ME = (os.getuid(), os.getgid())


class Exchange:
    """Calls that are up."""

    calls = 2

    def runs(self) -> bool:
        return True

    def conversations_up(self) -> int:
        return self.calls


class House:
    """Host's side over a fake branchbox-power, exchange and clock."""

    def __init__(self, root: Path) -> None:
        self.now = 1000.0
        self.supply: Supply | None = None
        self.told: list[str] = []
        self.stopped: list[Restart] = []
        self.exchange = Exchange()
        self.cut = root / "cut-load"
        self.power = Power(
            self.exchange,
            {RestartKind.MAINS: self._cut},
            note=root / "power.json",
            stop=self.stopped.append,
            owner=ME,
            clock=self._time,
        )
        self.mains = Mains(
            self.power, self._hear, cut=self.cut, owner=ME, supply=lambda _now: self.supply, clock=self._time
        )

    def _time(self) -> float:
        return self.now

    def _cut(self, restart: Restart) -> None:
        self.mains.order_cut(restart)

    def _hear(self, command: str) -> str:
        self.told.append(command)
        return ""

    def says(self, phase: Phase, until: float | None = None) -> None:
        self.supply = Supply(at=self.now, phase=phase, since=self.now, until=until)

    def passes(self, seconds: float) -> None:
        for _ in range(int(seconds / 2)):
            self.now += 2
            self.mains.look()
            self.power.look()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_start_lets_calls_out_whatever_an_earlier_power_cut_left(house: House) -> None:
    house.says(Phase.MAINS)
    house.passes(10)
    assert house.told == ["database del power until"]


def test_while_it_drains_calls_are_kept_in_and_the_word_is_renewed(house: House) -> None:
    house.says(Phase.DRAINING, until=1180)
    house.passes(60)
    assert house.told[0] == "database put power until 1062"
    assert 2 <= len(house.told) <= 4
    assert house.stopped == []
    house.exchange.calls = 0
    house.passes(2)
    assert [each.kind for each in house.stopped] == [RestartKind.MAINS]
    assert house.cut.exists(), "the UPS is to cut the load"


def test_when_the_time_is_over_calls_are_not_waited_for(house: House) -> None:
    house.says(Phase.DRAINING, until=1180)
    house.passes(178)
    assert house.stopped == []
    house.passes(4)
    assert len(house.stopped) == 1


def test_an_empty_battery_waits_for_nobody(house: House) -> None:
    house.says(Phase.DRAINING, until=1180)
    house.passes(4)
    house.says(Phase.OFF, until=house.now)
    house.passes(2)
    assert len(house.stopped) == 1


def test_mains_back_in_time_and_nothing_happened(house: House) -> None:
    house.says(Phase.DRAINING, until=1180)
    house.passes(20)
    house.says(Phase.MAINS)
    house.passes(2)
    assert house.power.pending is None
    assert house.told[-1] == "database del power until"
    assert not house.cut.exists()


def test_mains_gives_no_update_a_chance_to_begin(house: House) -> None:
    house.power.ask(RestartKind.UPDATE, PowerRequest(why="1.5", wait=3600), "zhang")
    house.says(Phase.DRAINING, until=1180)
    house.passes(2)
    assert house.power.pending is not None
    assert house.power.pending.kind is RestartKind.MAINS


def test_a_power_service_that_is_silent_switches_nothing_off_and_the_exchange_s_word_ends(house: House) -> None:
    house.says(Phase.DRAINING, until=1180)
    house.passes(2)
    house.supply = None
    house.passes(2)
    assert house.told[-1] == "database del power until"


def test_an_old_file_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text(Supply(at=1000.0, phase=Phase.OFF, since=1000.0).model_dump_json())
    assert supply_now(1000.0 + FRESH, file) is not None
    assert supply_now(1001.0 + FRESH, file) is None
    file.write_text("{")
    assert supply_now(1000.0, file) is None


# --- NUT's files ---------------------------------------------------------------------------


def with_ups(*upses: Ups) -> SiteDocument:
    return BRANCH.model_copy(update={"upses": upses})


def test_without_a_ups_nothing_of_nut_is_there_or_started() -> None:
    wanted = rendering.nut(BRANCH)
    assert (wanted.files, wanted.links) == ({}, {})


def test_a_ups_is_told_apart_monitored_and_started_at_boot() -> None:
    wanted = rendering.nut(with_ups(OFFICE))
    assert (
        '[office]\ndriver = "usbhid-ups"\nport = "auto"\nvendorid = "051d"'
        in wanted.files["/etc/nut/branchbox/ups.conf"]
    )
    monitor = wanted.files["/etc/nut/branchbox/upsmon.conf"]
    assert "MONITOR office@127.0.0.1 1 upsmon <secret nut-upsmon> primary\nMINSUPPLIES 1" in monitor
    assert "LISTEN 127.0.0.1 3493" in wanted.files["/etc/nut/branchbox/upsd.conf"]
    assert set(wanted.links) == {
        "/etc/systemd/system/nut-driver.target.wants/nut-driver@office.service",
        "/etc/systemd/system/multi-user.target.wants/nut.target",
    }


def test_who_tests_batteries_may_switch_nothing_off() -> None:
    users = rendering.nut(with_ups(OFFICE)).files["/etc/nut/branchbox/upsd.users"]
    ours = users.split("[branchbox]")[1]
    assert {line.split(" = ")[1] for line in ours.splitlines() if "instcmds" in line} == set(rendering.TESTS)
    assert "upsmon" not in ours
    assert "actions" not in ours


SCANNED = (
    'USB:driver="usbhid-ups",port="auto",vendorid="051D",productid="0002",product="Back-UPS RS 900G",serial="AS1 ",'
    'vendor="American Power Conversion",bus="001"\n'
    'USB:driver="nutdrv_qx",port="auto",vendorid="0665",productid="5161",bus="002"\nScanning USB bus.\n'
)


def test_the_scanner_s_words_are_understood_and_what_is_named_is_known() -> None:
    one, other = found(SCANNED, (OFFICE,))
    assert (one.driver, one.vendor_id, one.serial, one.model, one.named) == (
        "usbhid-ups", "051d", "AS1", "Back-UPS RS 900G", "office",
    )  # fmt: skip
    assert (other.driver, other.product_id, other.named) == ("nutdrv_qx", "5161", "")
