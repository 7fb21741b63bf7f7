"""The document's machine: files, commands only for what changed, and nothing half after a death or a power cut."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.site import document as documents
from appliance.site.models import Interface, Route, SiteDocument
from provisioning import files
from provisioning.machine import areas, firewall, machine, networkd
from provisioning.run import Finished
from tests.unit.provisioning.fake_machine import FakeSystem
from tests.unit.provisioning.power_cut import FailingDisk, PowerCut

BRANCH = documents.load(documents.example("en"))
UNIT = "etc/systemd/network/10-branchbox-eth0.network"


@pytest.fixture
def system(tmp_path: Path) -> FakeSystem:
    """A machine as the playbook leaves it."""
    return FakeSystem.installed(tmp_path)


def at(*interfaces: Interface, **network: object) -> SiteDocument:
    changed = BRANCH.network.model_copy(update=network)
    return BRANCH.model_copy(update={"interfaces": interfaces, "network": changed})


def port(address: str = "10.0.0.2/24", **more: object) -> Interface:
    return Interface.model_validate(
        {"name": "office", "label": "Office", "port": "eth0", "addresses": (address,), **more}
    )


def holds(system: FakeSystem, document: SiteDocument) -> bool:
    """Whether every file and link on the disk is the document's, and no other unit is left."""
    for area in areas.AREAS:
        wanted = area.render(document)
        if any((system.root / path.lstrip("/")).read_text() != text for path, text in wanted.files.items()):
            return False
        if any(str((system.root / path.lstrip("/")).readlink()) != target for path, target in wanted.links.items()):
            return False
    units = {f"/etc/systemd/network/{path.name}" for path in (system.root / "etc/systemd/network").glob("*branchbox*")}
    return units == set(networkd.units(document).files)


def test_the_first_time_everything_is_written_and_read(system: FakeSystem) -> None:
    assert system.machine().make_true(BRANCH) == ()
    assert holds(system, BRANCH)
    assert system.said == [
        "networkctl reload",
        "systemctl reload nftables.service",
        "systemctl reload-or-restart systemd-resolved.service",
        "hostname --file /etc/hostname",
        "chronyc reload sources",
        "systemctl reload ssh.service",
        "systemctl restart branchbox-power.service",
    ]
    assert (system.root / "etc/hostname").read_text() == "branchbox-wzn\n"
    assert str((system.root / "etc/localtime").readlink()) == "/usr/share/zoneinfo/Asia/Shanghai"
    assert system.addresses()["eth0"] == {"10.77.0.1/24"}


def test_a_second_time_nothing_is_touched(system: FakeSystem) -> None:
    system.machine().make_true(BRANCH)
    before = {path: path.lstat().st_ino for path in system.root.rglob("*")}
    system.said.clear()
    assert system.machine().make_true(BRANCH) == ()
    assert system.said == []
    assert {path: path.lstat().st_ino for path in system.root.rglob("*")} == before


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (at(*BRANCH.interfaces, phones=("10.9.0.0/16",)), ["systemctl reload nftables.service"]),
        (at(*BRANCH.interfaces, ssh_passwords=True), ["systemctl reload ssh.service"]),
        (at(*BRANCH.interfaces, time_servers=("10.77.0.9",)), ["chronyc reload sources"]),
        (at(*BRANCH.interfaces, dns=("10.77.0.9",)), ["systemctl reload-or-restart systemd-resolved.service"]),
        (at(port()), ["networkctl reload"]),
        (BRANCH.model_copy(update={"queues": ()}), []),
    ],
)
def test_only_what_changed_is_told_to_whom_it_concerns(
    system: FakeSystem, document: SiteDocument, said: list[str]
) -> None:
    system.machine().make_true(BRANCH)
    system.said.clear()
    assert system.machine().make_true(document) == ()
    assert system.said == said
    assert areas.commands(BRANCH, document) == tuple(said)
    assert holds(system, document)


def test_a_vlan_comes_and_goes_with_its_link(system: FakeSystem) -> None:
    voice = port("10.0.20.2/24", name="voice", vlan=20)
    system.machine().make_true(at(port(), voice))
    assert "VLAN=eth0.20\n" in (system.root / UNIT).read_text()
    assert system.addresses()["eth0.20"] == {"10.0.20.2/24"}
    system.said.clear()
    system.machine().make_true(at(port()))
    assert system.said == ["networkctl reload", "networkctl delete eth0.20"]
    assert holds(system, at(port()))


def test_a_service_that_does_not_run_reads_its_file_when_it_starts(system: FakeSystem) -> None:
    system.stopped = {"chrony.service"}
    assert system.machine().make_true(BRANCH) == ()
    assert not any("chronyc" in words for words in system.said)
    assert holds(system, BRANCH)


def test_one_part_that_fails_holds_no_other_up_and_is_tried_again(system: FakeSystem) -> None:
    system.fails = {"nftables"}
    (problem,) = system.machine().make_true(BRANCH)
    assert "nftables" in str(problem)
    assert "systemctl reload ssh.service" in system.said
    assert holds(system, BRANCH)
    system.fails, system.said[:] = set(), []
    assert system.machine().make_true(BRANCH) == ()
    assert system.said == ["systemctl reload nftables.service"]


def test_a_networkd_that_does_not_reload_is_started_anew(system: FakeSystem) -> None:
    system.fails = {"networkctl reload"}
    assert system.machine().make_true(BRANCH) == ()
    assert "systemctl restart systemd-networkd.service" in system.said
    assert system.addresses()["eth0"] == {"10.77.0.1/24"}


def test_an_address_that_does_not_come_up_is_named(system: FakeSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "ADDRESS_SECONDS", 0.05)
    system.broken_cable = True
    (problem,) = system.machine().make_true(BRANCH)
    assert str(problem).startswith("The address 10.77.0.1/24 did not come up on eth0.")


def test_a_port_that_is_not_there_is_waited_for_by_nobody(system: FakeSystem) -> None:
    assert system.machine().make_true(at(port(port="enp9s0"))) == ()


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_after_a_power_cut_anywhere_the_next_start_has_all_of_the_document(data: st.DataObject) -> None:
    after = at(port(), port("10.0.20.2/24", name="voice", vlan=20), dns=("10.0.0.9",), ssh_passwords=True)
    after = after.model_copy(update={"site": BRANCH.site.model_copy(update={"time_zone": "Europe/Berlin"})})
    with tempfile.TemporaryDirectory() as scratch, pytest.MonkeyPatch.context() as patch:
        root = Path(scratch) / "root"
        root.mkdir()
        disk = FailingDisk(root)
        patch.setattr(files, "os", disk)
        for path in areas.texts(BRANCH):
            for folder in reversed((root / path.lstrip("/")).parents):
                if folder.is_relative_to(root) and folder != root and not folder.is_dir():
                    files.make_folder(folder, files.Access(0, 0, 0o755))
                    files.sync_folder(folder.parent)
        FakeSystem(root).machine().make_true(BRANCH)
        disk.cut_at = disk.calls + data.draw(st.integers(0, 120), label="calls until the cut")
        cut = False
        try:
            FakeSystem(root).machine().make_true(after)
        except PowerCut:
            cut = True
        back = Path(scratch) / "back"
        disk.after_the_cut(back, lambda most: data.draw(st.integers(0, most)))
        patch.undo()
        for in_force in (BRANCH, after):
            system = FakeSystem(back)
            for path in areas.texts(BRANCH):
                here = back / path.lstrip("/")
                assert here.exists() or here.is_symlink(), f"{path} was there before and is gone"
                if here.is_file() and not here.is_symlink():
                    texts = {areas.texts(each).get(path) for each in (BRANCH, after)}
                    assert in_force is after or here.read_text() in texts, f"{path} is neither old nor new"
            system.reboot()
            assert system.machine().make_true(in_force) == ()
            assert holds(system, in_force)
            assert system.addresses()["eth0"] == set(in_force.interfaces[0].addresses)
            if not cut:
                assert disk.calls <= (disk.cut_at or 0)


@pytest.mark.parametrize("fatal", ["networkctl reload", "nftables", "reload ssh"])
def test_killed_between_a_file_and_its_service_the_next_start_tells_the_service(system: FakeSystem, fatal: str) -> None:
    class Killed(BaseException):
        """kill -9."""

    system.machine().make_true(BRANCH)
    run = system.run

    def die(argv: Sequence[str], *, timeout: float, check: bool = True) -> Finished:
        if fatal in " ".join(argv) and "ActiveState" not in " ".join(argv):
            raise Killed
        return run(argv, timeout=timeout, check=check)

    dying = machine.Machine(
        system.root, system.root / "run-unsettled", files.Access(0, 0, 0o644), {}, run=die, addresses=system.addresses
    )
    moved = at(port(), ssh_passwords=True, phones=("10.0.0.0/24",))
    with pytest.raises(Killed):
        dying.make_true(moved)
    system.said.clear()
    assert system.machine().make_true(moved) == ()
    assert any(fatal in words for words in system.said)
    assert holds(system, moved)


def test_the_units_say_what_networkd_needs() -> None:
    office = port(gateway="10.0.0.1", routes=(Route(to="10.9.0.0/16", via="10.0.0.254"),))
    voice = Interface(name="voice", label="Voice", port="eth0", vlan=20, dhcp=True)
    texts = networkd.units(at(office, voice)).files
    unit = texts["/etc/systemd/network/10-branchbox-eth0.network"]
    for line in ("Name=eth0", "DHCP=no", "Address=10.0.0.2/24", "Gateway=10.0.0.1", "VLAN=eth0.20"):
        assert f"\n{line}\n" in unit
    assert "[Route]\nDestination=10.9.0.0/16\nGateway=10.0.0.254\n" in unit
    assert "UseGateway=no" in texts["/etc/systemd/network/10-branchbox-eth0.20.network"], "one way out"
    assert "Kind=vlan\n\n[VLAN]\nId=20" in texts["/etc/systemd/network/10-branchbox-eth0.20.netdev"]
    assert "DHCP=no" in texts["/etc/systemd/network/20-branchbox-rest.network"]


def test_a_vlan_on_a_port_of_its_own_leaves_the_port_without_address() -> None:
    texts = networkd.units(at(port(vlan=30))).files
    unit = texts["/etc/systemd/network/10-branchbox-eth0.network"]
    assert "VLAN=eth0.30" in unit
    assert "Address=" not in unit


def test_without_interfaces_every_wired_port_asks_dhcp() -> None:
    assert set(networkd.units(at()).files) == {"/etc/systemd/network/20-branchbox-rest.network"}
    assert "\nDHCP=yes\n" in networkd.units(at()).files["/etc/systemd/network/20-branchbox-rest.network"]


def test_a_link_of_a_long_port_fits_into_the_kernels_names() -> None:
    long = port(port="enp101s0f0np0", vlan=4094)
    assert len(networkd.link_name(long)) <= 15
    assert networkd.link_name(long) != networkd.link_name(port(port="enp101s0f0np1", vlan=4094))


def test_nobody_named_is_anybody_for_phones_and_terminals_but_nobody_for_the_noc() -> None:
    text = firewall.elements(at(port(), phones=("10.9.0.0/16", "10.9.1.0/24", "2001:db8::/32"))).files[firewall.FILE]
    assert "phones4 { 10.9.0.0/16 }" in text
    assert "phones6 { 2001:db8::/32 }" in text
    assert "terminals4 { 0.0.0.0/0 }" in text
    assert "noc" not in text
    assert "carriers4 { 10.77.0.2/32 }" in text
