"""What the kernel says of the network, read and judged in a person's words."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from appliance.api.network import Address, Finding, Health, NetworkState, Topic, Way
from appliance.site import document as documents
from appliance.site.models import Interface, SiteDocument
from provisioning.machine import looking, probe
from provisioning.machine.findings import Answers, findings
from provisioning.machine.network_verbs import clock
from tests.unit.provisioning.kernel import NOW, facts

BRANCH = documents.load(documents.example("en"))
VOICE = Interface(name="voice", label="Voice", port="eth0", vlan=20, dhcp=True)
OFFICE = BRANCH.interfaces[0].model_copy(update={"gateway": "10.77.0.254"})
WELL = Answers(
    {"10.77.0.1": None}, {}, {"10.77.0.53": 0.0031, "2001:db8::53": 0.002}, {"2.debian.pool.ntp.org": -0.0004}
)


def branch(*interfaces: Interface) -> SiteDocument:
    return BRANCH.model_copy(update={"interfaces": interfaces})


def seen(**how: object) -> NetworkState:
    return looking.state(facts(**how), branch(OFFICE, VOICE), None)  # type: ignore[arg-type]  # as `facts` takes them


def told(found: tuple[Finding, ...], topic: Topic) -> list[tuple[str, Health, str]]:
    return [(each.subject, each.health, str(each.problem)) for each in found if each.topic is topic]


def test_the_state_is_what_the_kernel_says() -> None:
    state = seen()
    assert [link.port for link in state.links] == ["eth0", "eth1", "eth0.20"]
    office, spare, voice = state.links
    assert (office.name, office.carrier, office.speed, office.duplex) == ("office", True, 1000, "full")
    assert office.addresses == (Address(address="10.77.0.1/24"),)
    assert (spare.name, spare.carrier, spare.speed, spare.duplex) == ("", False, None, None)
    assert (voice.label, voice.parent, voice.vlan) == ("Voice", "eth0", 20)
    assert voice.addresses == (Address(address="10.0.20.7/24", leased=True, lease_ends=NOW + 3600),)
    assert state.routes == (
        Way(to="default", via="10.77.0.254", port="eth0"),
        Way(to="10.9.0.0/16", via="10.77.0.9", port="eth0"),
    )
    assert {each.address: each.answers for each in state.neighbours} == {
        "10.77.0.254": True,
        "10.77.0.9": False,
        "10.77.0.3": None,
    }
    assert state.dns == ("10.77.0.53", "2001:db8::53")


def test_the_real_kernel_can_be_asked() -> None:
    known = looking.facts()
    assert "127.0.0.1/8" not in looking.addresses(known).get("lo", frozenset()), "everybody's loopback is nobody's"
    assert {way.port for way in looking.state(known, BRANCH, None).routes} <= set(looking.addresses(known))


def test_a_healthy_network_is_told_as_one() -> None:
    found = findings(seen(), branch(OFFICE, VOICE), WELL)
    assert told(found, Topic.LINK) == [("eth0", Health.WELL, "Connected at 1000 Mbit/s, full duplex.")]
    assert told(found, Topic.ADDRESS) == [
        ("10.77.0.1/24", Health.WELL, "It is the box's alone."),
        ("eth0.20", Health.WELL, "The network gave 10.0.20.7/24 by DHCP."),
    ]
    assert told(found, Topic.DNS)[0] == ("10.77.0.53", Health.WELL, "It answers in 3 ms.")
    assert told(found, Topic.TIME) == [
        ("2.debian.pool.ntp.org", Health.WELL, "It answers; the box's clock is 0 ms off.")
    ]


@pytest.mark.parametrize(
    ("how", "health", "says"),
    [
        ({"carrier": 0}, Health.BAD, "Nothing at the other end of the cable."),
        ({"duplex": "half"}, Health.POOR, "Connected at half duplex: calls will break up."),
        ({"speed": "10"}, Health.POOR, "Connected at 10 Mbit/s only."),
        ({"speed": "-1", "duplex": "unknown"}, Health.WELL, "Connected; the driver does not say how fast."),
    ],
)
def test_a_cable_is_judged(how: dict[str, object], health: Health, says: str) -> None:
    ((port, how_it_is, words),) = told(findings(seen(**how), branch(OFFICE), WELL), Topic.LINK)
    assert (port, how_it_is) == ("eth0", health)
    assert words.startswith(says)


def test_a_port_that_is_not_there_is_bad() -> None:
    gone = OFFICE.model_copy(update={"port": "enp9s0"})
    assert told(findings(seen(), branch(gone), WELL), Topic.LINK)[0][:2] == ("enp9s0", Health.BAD)


def test_an_address_that_somebody_else_has_too_is_bad() -> None:
    shared = Answers({"10.77.0.1": "8e:0c:11:22:33:44"}, {}, {}, {})
    ((_, health, words),) = told(findings(seen(), branch(OFFICE), shared), Topic.ADDRESS)
    assert health is Health.BAD
    assert "8e:0c:11:22:33:44" in words


def test_an_address_that_is_not_there_and_one_that_nobody_gave_are_bad() -> None:
    other = OFFICE.model_copy(update={"addresses": ("10.77.0.50/24",)})
    spare = Interface(name="spare", label="Spare", port="eth1", dhcp=True)
    found = told(findings(seen(), branch(other, spare), WELL), Topic.ADDRESS)
    assert [each[:2] for each in found] == [("10.77.0.50/24", Health.BAD), ("eth1", Health.BAD)]


def test_gateways_are_judged_by_what_the_neighbour_table_says() -> None:
    found = told(findings(seen(), branch(OFFICE), WELL), Topic.GATEWAY)
    assert [each[:2] for each in found] == [("10.77.0.254", Health.WELL), ("10.77.0.9", Health.BAD)]
    asked = Answers({}, {"10.77.0.254": False, "10.77.0.9": True}, {}, {})
    found = told(findings(seen(), branch(OFFICE), asked), Topic.GATEWAY)
    assert [each[1] for each in found] == [Health.BAD, Health.WELL], "who was asked knows better than the table"
    alone = seen().model_copy(update={"routes": ()})
    assert told(findings(alone, branch(OFFICE), WELL), Topic.GATEWAY)[0][:2] == ("-", Health.BAD)
    without = OFFICE.model_copy(update={"gateway": None})
    assert told(findings(alone, branch(without), WELL), Topic.GATEWAY)[0][:2] == ("-", Health.WELL)


def test_servers_that_do_not_answer_are_told_apart_from_a_wrong_clock() -> None:
    silent = findings(seen(), branch(OFFICE), Answers({}, {}, {}, {}))
    assert [each[1] for each in told(silent, Topic.DNS)] == [Health.BAD, Health.BAD]
    assert told(silent, Topic.TIME)[0][1] is Health.POOR
    late = findings(seen(), branch(OFFICE), Answers({}, {}, {}, {"2.debian.pool.ntp.org": 3725.2}))
    assert "3725.2 s off" in told(late, Topic.TIME)[0][2]


def test_chrony_is_understood() -> None:
    said = "0A4D0009,10.77.0.9,3,1795242725.1,-0.000312,0.0,0.0,1.2,0.0,0.1,0.001,0.002,64.0,Normal\n"
    assert clock(said) == clock(said.strip())
    synchronised = clock(said)
    assert synchronised is not None
    assert (synchronised.synchronised, synchronised.source, synchronised.offset) == (True, "10.77.0.9", 0.000312)
    nothing = clock("00000000,,0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,1.0,1.0,0.0,Not synchronised\n")
    assert nothing is not None
    assert (nothing.synchronised, nothing.offset) == (False, None)
    assert clock("506 Cannot talk to daemon\n") is None


@contextmanager
def server(answer: bytes | None) -> Iterator[int]:
    """A UDP server on the loopback that gives each datagram's first two bytes and `answer`; None stays silent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.bind(("127.0.0.1", 0))
        link.settimeout(5)

        def serve() -> None:
            try:
                asked, who = link.recvfrom(512)
            except OSError:
                return
            if answer is not None:
                link.sendto(asked[:2] + answer if answer[:1] != b"\x24" else answer, who)

        thread = threading.Thread(target=serve)
        thread.start()
        yield int(link.getsockname()[1])
        thread.join(10)


def test_a_name_server_that_answers_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(b"\x81\x80" + bytes(8)) as port:
        monkeypatch.setattr(probe, "_DNS", port)
        seconds = probe.name_server("127.0.0.1")
    assert seconds is not None
    assert 0 <= seconds < 2


def test_a_time_server_says_how_far_the_clock_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = struct.pack("!II", int(time.time()) + 100 + 2_208_988_800, 0)
    with server(b"\x24\x02" + bytes(30) + ahead + ahead) as port:
        monkeypatch.setattr(probe, "_NTP", port)
        offset = probe.time_server("127.0.0.1")
    assert offset == pytest.approx(100, abs=3)


def test_a_server_that_is_silent_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "SECONDS", 0.05)
    with server(None) as port:
        monkeypatch.setattr(probe, "_DNS", port)
        assert probe.name_server("127.0.0.1") is None
    assert probe.time_server("no-such-host.invalid") is None
