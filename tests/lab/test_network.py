"""The box in a real network: it has its own address, moves when told, and comes back when nobody follows it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyroute2 import NetNS

from appliance.api import contract
from appliance.api.contract import Applied, Apply, Confirm, Document, Plan, Why
from appliance.api.network import NETWORK_CHECK, NETWORK_STATE, Finding, Health, NetworkState, Topic
from appliance.api.wire import Empty
from appliance.site import document as documents
from appliance.site.models import Interface, SiteDocument
from images.asking import ask
from images.box import TECHNICIAN, Box
from images.network import BOX_ADDRESS, CARRIER_ADDRESS, PHONES_ADDRESS
from images.rootfs import Root
from images.run import Popen, poll, run, start
from images.traffic import Callers
from tests.lab.rush import DID, sign_in, traffic

ELSEWHERE = "10.77.0.50"
NOWHERE = "10.99.0.1"
DHCP_SERVER = Path(__file__).parent / "dhcp_server.py"


@pytest.fixture(scope="module")
def box(root: Root) -> Iterator[Box]:
    """A box of its own: it goes to other places."""
    box = Box.start("network", root)
    yield box
    box.stop()
    box.remove()


@pytest.fixture(autouse=True)
def at_home(box: Box) -> Iterator[None]:
    """Every test begins and ends at the first address, with nothing waiting."""
    yield
    if ask(box, contract.CONFIG_STATE, Empty()).pending is not None:
        ask(box, contract.CONFIG_REVERT, Why())
    ask(box, contract.CONFIG_DISCARD, Empty())
    if in_force(box).interfaces != box.document.interfaces:
        assert apply(box, moved(box, *box.document.interfaces)).problems == ()
        ask(box, contract.CONFIG_CONFIRM, Confirm())


def in_force(box: Box) -> SiteDocument:
    document, _ = documents.parse(ask(box, contract.CONFIG_SHOW, contract.RevisionKey()).toml)
    assert document is not None
    return document


def moved(box: Box, *interfaces: Interface, **network: object) -> SiteDocument:
    document = in_force(box)
    changed = document.network.model_copy(update=network)
    return document.model_copy(update={"interfaces": interfaces, "network": changed})


def office(box: Box, *addresses: str, **more: object) -> Interface:
    return box.document.interfaces[0].model_copy(update={"addresses": addresses, **more})


def propose(box: Box, document: SiteDocument) -> None:
    ask(box, contract.CONFIG_EDIT, Document(toml=documents.dump_masked(document)))


def apply(box: Box, document: SiteDocument, *, confirm_within: int = 120) -> Applied:
    propose(box, document)
    return ask(box, contract.CONFIG_APPLY, Apply(why="a test", confirm_within=confirm_within))


def answers(box: Box, address: str, *, to: str = CARRIER_ADDRESS) -> bool:
    """Whether somebody at the operator's address `to` can log in at an address of the box over SSH."""
    words = box.ssh("branchbox", "status", at=address)
    at = words.index("ssh") + 1
    who = ["-o", "ConnectTimeout=3", "-o", f"BindAddress={to}"]
    return run([*words[:at], *who, *words[at:]], check=False, timeout=30).code in {0, 1}


def own_addresses(box: Box) -> dict[str, list[str]]:
    state = ask(box, NETWORK_STATE, Empty())
    return {link.port: [each.address for each in link.addresses] for link in state.links}


def by_ssh(box: Box, *command: str) -> Popen[bytes]:
    """A person's command over SSH at the first address; it may never hear its own end."""
    return start(box.ssh(*command), log=box.home / "ssh.log")


def test_the_box_gives_itself_its_address(box: Box) -> None:
    said = box.run(["networkctl", "status", "--no-pager", "eth0"]).out
    assert "/etc/systemd/network/10-branchbox-eth0.network" in said
    assert "(configured)" in said
    assert answers(box, BOX_ADDRESS)
    assert box.run(["hostname"]).out.strip() == ask(box, NETWORK_STATE, Empty()).hostname == "branchbox-wzn"
    assert str(box.path("/etc/localtime").readlink()) == "/usr/share/zoneinfo/Asia/Shanghai"


def test_a_wrong_address_applied_over_ssh_locks_nobody_out(box: Box) -> None:
    propose(box, moved(box, office(box, f"{NOWHERE}/16", gateway="10.99.0.254")))
    began = time.monotonic()
    session = by_ssh(box, "branchbox", "config", "apply", "--yes", "--why", "wrong", "--confirm-within", "20")
    assert poll(lambda: own_addresses(box)["eth0"] == [f"{NOWHERE}/16"], seconds=15, every=0.2)
    assert not answers(box, BOX_ADDRESS)
    assert poll(lambda: own_addresses(box)["eth0"] == [f"{BOX_ADDRESS}/24"], seconds=40, every=0.2)
    assert time.monotonic() - began >= 19, "nobody had time to confirm"
    assert poll(lambda: answers(box, BOX_ADDRESS), seconds=15)
    session.kill()


def test_a_move_is_confirmed_where_the_box_is_and_outlives_a_power_cut(box: Box) -> None:
    propose(box, moved(box, office(box, f"{ELSEWHERE}/24")))
    plan: Plan = ask(box, contract.CONFIG_PLAN, Empty())
    assert plan.problems == ()
    assert plan.move is not None
    assert (plan.move.addresses, plan.move.seconds) == ((ELSEWHERE,), 120)
    applied = ask(box, contract.CONFIG_APPLY, Apply(why="a test", confirm_within=3600))
    assert applied.deadline is not None
    assert applied.deadline - time.time() <= 120
    assert answers(box, ELSEWHERE)
    session = ["env", f"SSH_CONNECTION={PHONES_ADDRESS} 52011 {BOX_ADDRESS} 22"]
    refused = box.as_user(TECHNICIAN, [*session, "branchbox", "config", "confirm"], check=False)
    assert refused.code != 0
    assert f"Log in at {ELSEWHERE} and confirm there" in refused.err
    assert run(box.ssh("branchbox", "config", "confirm", at=ELSEWHERE)).code == 0
    box.cut()
    box.boot()
    box.wait_ready()
    assert own_addresses(box)["eth0"] == [f"{ELSEWHERE}/24"]
    assert poll(lambda: answers(box, ELSEWHERE), seconds=15)


def test_power_lost_at_a_wrong_address_comes_back_at_the_old_one(box: Box) -> None:
    assert apply(box, moved(box, office(box, f"{ELSEWHERE}/24")), confirm_within=10).problems == ()
    box.cut()
    box.boot()
    box.wait_ready()
    assert poll(lambda: own_addresses(box)["eth0"] == [f"{BOX_ADDRESS}/24"], seconds=30, every=0.25)
    assert poll(lambda: answers(box, BOX_ADDRESS), seconds=15)


def test_an_address_that_somebody_has_is_refused_with_the_name_of_the_machine(box: Box) -> None:
    propose(box, moved(box, office(box, f"{CARRIER_ADDRESS}/24")))
    plan: Plan = ask(box, contract.CONFIG_PLAN, Empty())
    with NetNS(box.network.operator) as operator:
        (link,) = operator.get_links(ifname="op0")
        mac = link.get_attr("IFLA_ADDRESS")
    assert [str(problem) for problem in plan.problems] == [
        f"interfaces[1] office: addresses[1]: Another machine ({mac}) has the address {CARRIER_ADDRESS} already: "
        "choose another one, or switch that machine off."
    ]


def test_a_port_that_is_not_there_is_refused(box: Box) -> None:
    propose(box, moved(box, office(box, f"{BOX_ADDRESS}/24", port="enp9s0")))
    plan: Plan = ask(box, contract.CONFIG_PLAN, Empty())
    assert any("This box has no port enp9s0. It has: eth0." in str(problem) for problem in plan.problems)


def test_a_second_address_comes_and_goes_and_no_call_hears_of_it(box: Box) -> None:
    with traffic(box) as calls:
        sign_in(calls, box, talks=20)
        calls.call(Callers(13800040001, 4, DID, "1", patience=60))
        live = contract.LIVE
        assert poll(lambda: sum(c.state == "talking" for c in ask(box, live, Empty()).calls) == 4, seconds=40)
        began = time.time()
        assert apply(box, moved(box, office(box, f"{BOX_ADDRESS}/24", "10.0.20.2/24"))).problems == ()
        assert own_addresses(box)["eth0"] == [f"{BOX_ADDRESS}/24", "10.0.20.2/24"]
        ask(box, contract.CONFIG_REVERT, Why())
        assert own_addresses(box)["eth0"] == [f"{BOX_ADDRESS}/24"]
        ended = time.time()
        calls.wait(120)
        up = [call for call in calls.placed() if call.started < began and (call.ended or 0) > ended]
        talked = [talk for talk in calls.answered() if talk.answered is not None and talk.ended is not None]
    assert len(up) == len(talked) == 4
    for talk in talked:
        assert talk.answered is not None and talk.ended is not None
        assert talk.ended - talk.answered == pytest.approx(20, abs=1.5), "a talk was cut short"


def test_dhcp_gives_the_address_and_it_counts_as_the_new_one(box: Box) -> None:
    argv: list[str | Path] = [sys.executable, DHCP_SERVER, "op0", CARRIER_ADDRESS, "10.77.0.60", CARRIER_ADDRESS]
    server = box.operator_start(argv, log=box.home / "dhcp.log")
    try:
        assert apply(box, moved(box, office(box, dhcp=True))).problems == ()
        assert poll(lambda: own_addresses(box)["eth0"] == ["10.77.0.60/24"], seconds=20, every=0.25)
        state: NetworkState = ask(box, NETWORK_STATE, Empty())
        (link,) = [link for link in state.links if link.port == "eth0"]
        assert link.addresses[0].leased
        assert link.addresses[0].lease_ends == pytest.approx(time.time() + 600, abs=60)
        assert [(way.to, way.via) for way in state.routes] == [("default", CARRIER_ADDRESS)]
        assert state.dns == (CARRIER_ADDRESS,)
        assert run(box.ssh("branchbox", "config", "confirm", at="10.77.0.60")).code == 0
    finally:
        server.kill()


def findings(box: Box, topic: Topic) -> list[Finding]:
    return [each for each in ask(box, NETWORK_CHECK, Empty()).findings if each.topic is topic]


def test_the_checks_say_what_is_so(box: Box) -> None:
    found = ask(box, NETWORK_CHECK, Empty()).findings
    said = {(each.topic, each.subject): each.health for each in found}
    assert said[Topic.LINK, "eth0"] is Health.WELL
    assert said[Topic.ADDRESS, f"{BOX_ADDRESS}/24"] is Health.WELL
    assert said[Topic.DNS, "-"] is Health.POOR
    with NetNS(box.network.operator) as operator:
        index = operator.link_lookup(ifname="op0")[0]
        operator.addr("add", index=index, address=BOX_ADDRESS, prefixlen=32)
        try:
            (address,) = findings(box, Topic.ADDRESS)
        finally:
            operator.addr("del", index=index, address=BOX_ADDRESS, prefixlen=32)
    assert address.health is Health.BAD
    assert "has this address too" in str(address.problem)


def test_a_gateway_that_is_there_and_one_that_is_not_are_told_apart(box: Box) -> None:
    there = office(box, f"{BOX_ADDRESS}/24", gateway=CARRIER_ADDRESS)
    assert apply(box, moved(box, there)).problems == ()
    assert [each.health for each in findings(box, Topic.GATEWAY)] == [Health.WELL]
    ask(box, contract.CONFIG_REVERT, Why())
    ask(box, contract.CONFIG_DISCARD, Empty())
    gone = office(box, f"{BOX_ADDRESS}/24", gateway="10.77.0.99")
    assert apply(box, moved(box, gone)).problems == ()
    assert [each.health for each in findings(box, Topic.GATEWAY)] == [Health.BAD]


def test_the_firewall_lets_in_whom_the_document_names(box: Box) -> None:
    assert answers(box, BOX_ADDRESS, to=PHONES_ADDRESS)
    shut = moved(box, *box.document.interfaces, terminals=(f"{CARRIER_ADDRESS}/32",), noc=("10.77.0.9/32",))
    assert apply(box, shut).problems == ()
    assert answers(box, BOX_ADDRESS, to=CARRIER_ADDRESS)
    assert not answers(box, BOX_ADDRESS, to=PHONES_ADDRESS)
    assert (
        f"elements = {{ {CARRIER_ADDRESS} }}" in box.run(["nft", "list", "set", "inet", "branchbox", "terminals4"]).out
    )
    assert "elements = { 10.77.0.9 }" in box.run(["nft", "list", "set", "inet", "branchbox", "noc4"]).out
    session = ["env", f"SSH_CONNECTION={PHONES_ADDRESS} 52011 {BOX_ADDRESS} 22"]
    refused = box.as_user(TECHNICIAN, [*session, "branchbox", "config", "confirm"], check=False)
    assert f"You come from {PHONES_ADDRESS}" in refused.err, "nobody shuts the own door for good"
    ask(box, contract.CONFIG_REVERT, Why())
    assert answers(box, BOX_ADDRESS, to=PHONES_ADDRESS)


def test_only_what_changed_is_touched(box: Box) -> None:
    before = box.run(["systemctl", "show", "--property=MainPID", "ssh", "systemd-networkd"]).out
    unit = box.path("/etc/systemd/network/10-branchbox-eth0.network").stat().st_mtime
    assert apply(box, moved(box, *box.document.interfaces, ssh_passwords=True)).problems == ()
    assert "PasswordAuthentication yes" in box.path("/etc/ssh/sshd_config.d/branchbox-site.conf").read_text()
    assert box.run(["systemctl", "show", "--property=MainPID", "ssh", "systemd-networkd"]).out == before
    assert box.path("/etc/systemd/network/10-branchbox-eth0.network").stat().st_mtime == unit
    assert answers(box, BOX_ADDRESS)


def test_a_system_without_these_settings_has_them_again_after_a_start(box: Box) -> None:
    for gone in ("/etc/systemd/network/10-branchbox-eth0.network", "/etc/hostname", "/etc/localtime"):
        box.run(["rm", gone])
    box.run(["systemctl", "restart", "branchbox-host"])
    assert poll(lambda: box.path("/etc/systemd/network/10-branchbox-eth0.network").exists(), seconds=30)
    assert poll(lambda: box.path("/etc/localtime").is_symlink(), seconds=10)
    assert own_addresses(box)["eth0"] == [f"{BOX_ADDRESS}/24"]
    assert answers(box, BOX_ADDRESS)


def test_the_unit_that_looks_at_the_network_stays_behind_its_walls(box: Box) -> None:
    said = box.run(["systemd-analyze", "security", "--no-pager", "branchbox-host.service"]).out
    assert float(said.rpartition("service: ")[2].split()[0]) <= 2.5
