"""The network of a branch at one frozen moment, well and not."""

from __future__ import annotations

from appliance.api import network as n
from appliance.api.contract import Move
from appliance.site import document as documents
from appliance.site.models import Interface, SiteDocument
from provisioning.machine.findings import Answers, findings
from tests.unit.tui.world import NOW, World

LABELS = {"en": ("Office network", "Voice"), "zh": ("办公网", "语音网")}
ALONE = {"10.77.0.1": None}
DNS = {"10.77.0.53": 0.0031, "10.9.0.53": 0.012}
TIME = {"10.77.0.9": 0.0003}


def state(language: str = "en", *, cable: bool = True, gateway: bool | None = True) -> n.NetworkState:
    """The kernel's word."""
    office, voice = LABELS[language]
    return n.NetworkState(
        hostname="branchbox-wzn",
        links=(
            n.Link(
                port="enp1s0",
                mac="52:54:00:00:00:02",
                up=True,
                carrier=cable,
                speed=1000,
                duplex="full",
                addresses=(n.Address(address="10.77.0.1/24"),),
                name="office",
                label=office,
            ),
            n.Link(
                port="enp1s0.20",
                parent="enp1s0",
                vlan=20,
                mac="52:54:00:00:00:02",
                up=True,
                carrier=cable,
                addresses=(n.Address(address="10.0.20.7/24", leased=True, lease_ends=NOW + 3540),),
                name="voice",
                label=voice,
            ),
            n.Link(port="enp2s0", mac="52:54:00:00:00:03", up=True, carrier=False),
        ),
        routes=(
            n.Way(to="default", via="10.77.0.254", port="enp1s0"),
            n.Way(to="10.9.0.0/16", via="10.77.0.9", port="enp1s0"),
        ),
        neighbours=(
            n.Neighbour(address="10.77.0.254", mac="52:54:00:aa:00:01", port="enp1s0", answers=gateway),
            n.Neighbour(address="10.77.0.9", mac="52:54:00:aa:00:09", port="enp1s0", answers=True),
        ),
        dns=("10.77.0.53", "10.9.0.53"),
        clock=n.Clock(synchronised=True, source="10.77.0.9", offset=0.000312),
        as_of=NOW,
    )


def branch() -> SiteDocument:
    """The document that this network is of."""
    document, _ = documents.parse(documents.example("en"))
    assert document is not None
    office = Interface(name="office", label="Office", port="enp1s0", addresses=("10.77.0.1/24",), gateway="10.77.0.254")
    voice = Interface(name="voice", label="Voice", port="enp1s0", vlan=20, dhcp=True)
    network = document.network.model_copy(update={"time_servers": ("10.77.0.9",)})
    return document.model_copy(update={"interfaces": (office, voice), "network": network})


def check(seen: n.NetworkState, answers: Answers) -> n.NetworkCheck:
    """What the host would find."""
    return n.NetworkCheck(findings=findings(seen, branch(), answers), seconds=3.1)


def answered(world: World, seen: n.NetworkState, answers: Answers | None = None) -> World:
    """A world with this network."""
    found = check(seen, answers or Answers(ALONE, {}, DNS, TIME))
    world.answers["network/state"] = lambda _: seen
    world.answers["network/check"] = lambda _: found
    return world


def well(language: str = "en") -> World:
    """Everything answers."""
    return answered(World(language=language), state(language))


def ill(language: str = "en") -> World:
    """No cable, no gateway, somebody else at our address, silent servers, a wrong clock."""
    seen = state(language, cable=False, gateway=False)
    conflict = Answers(
        {"10.77.0.1": "8e:0c:11:22:33:44"}, {}, {"10.77.0.53": 0.003, "10.9.0.53": None}, {"10.77.0.9": 3.4}
    )
    return answered(World(language=language), seen, conflict)


def moved(language: str = "en") -> World:
    """A box that has just moved, unconfirmed."""
    world = well(language)
    world.pending, world.deadline = world.revision, NOW + 73
    world.move = Move(addresses=("10.77.0.50",), seconds=120)
    return world
