"""The firewall: what is not documented is closed, attackers go, carriers and calls stay."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

from appliance.site import document as site
from images.audit import ports
from images.audit.place import STRANGER, Place
from images.box import Box
from images.network import BOX_ADDRESS, CARRIER_ADDRESS, PHONES_ADDRESS
from images.rootfs import Root
from images.run import poll
from images.traffic import Callers
from tests.lab.expectations import no_call_noticed
from tests.lab.rush import DID, Rush, passwords, sign_in, traffic

PHONE = "8001"
GUESSES = 40
"""A dictionary has more; the jail gives ten."""
SITE = "/etc/nftables.d/site.nft"


@pytest.fixture(scope="module")
def box(root: Root) -> Iterator[Box]:
    """A box that takes phones from anywhere: the attacker is one of the neighbours."""
    document = site.parse(site.example("en"))[0]
    assert document is not None
    network = document.network.model_copy(update={"phones": ()})
    name = os.environ.get("BRANCHBOX_LAB", "lab") + "-fw"
    box = Box.start(name, root, document=document.model_copy(update={"network": network}))
    yield box
    box.stop()
    box.remove()


@pytest.fixture
def place(box: Box) -> Iterator[Place]:
    """The box, without bans before and after."""
    yield Place(box)
    forgive(box)


def forgive(box: Box) -> None:
    """Take all bans away."""
    box.run(["fail2ban-client", "unban", "--all"])


def register(place: Place, source: str, logins: list[tuple[str, str]]) -> list[int | None]:
    """The SIP statuses of logins that are tried one after the other from an address."""
    question = {"source": source, "target": BOX_ADDRESS, "port": place.box.document.network.sip_port, "logins": logins}
    answers = place.ask("sip", question)
    assert isinstance(answers, list)
    return answers


def attack(place: Place, source: str) -> None:
    """Guess until nobody answers any more, or the words are all spent."""
    register(place, source, [(PHONE, f"guess{number}") for number in range(GUESSES)])


def elements(box: Box, name: str) -> list[str]:
    """Addresses in a set of the firewall."""
    listed = json.loads(box.run(["nft", "--json", "list", "set", "inet", "branchbox", name]).out)
    held = next(each["set"] for each in listed["nftables"] if "set" in each).get("elem", [])
    return [each["elem"]["val"] if isinstance(each, dict) and "elem" in each else str(each) for each in held]


def banned(box: Box, address: str) -> bool:
    """Whether an address is on the list within the time that reading a log takes."""
    return poll(lambda: address in elements(box, "banned_sip4"), seconds=20, every=0.5)


def test_exactly_the_documented_ports_are_open(place: Place) -> None:
    for finding in ports.look(place):
        assert finding.holds, finding


def test_who_guesses_passwords_is_not_answered_any_more_and_phones_are(place: Place, box: Box) -> None:
    right = (PHONE, passwords(box)[PHONE])
    assert register(place, STRANGER, [right]) == [200]
    attack(place, STRANGER)
    assert banned(box, STRANGER)
    assert register(place, STRANGER, [right]) == [None]
    assert register(place, PHONES_ADDRESS, [right]) == [200]


def test_who_looks_for_numbers_is_not_answered_any_more(place: Place, box: Box) -> None:
    register(place, STRANGER, [(f"9{number:03}", "1234") for number in range(GUESSES)])
    assert banned(box, STRANGER)
    assert register(place, STRANGER, [(PHONE, passwords(box)[PHONE])]) == [None]


def test_a_carrier_is_answered_whatever_it_does(place: Place, box: Box) -> None:
    box.run(["nft", "add", "element", "inet", "branchbox", "carriers4", f"{{ {CARRIER_ADDRESS} }}"])
    box.run(["fail2ban-client", "set", "sip", "banip", CARRIER_ADDRESS])
    assert banned(box, CARRIER_ADDRESS)
    (status,) = register(place, CARRIER_ADDRESS, [(PHONE, "guess")])
    assert status is not None


def test_the_machine_itself_is_never_banned(box: Box) -> None:
    ignored = box.run(["fail2ban-client", "get", "sip", "ignoreip"]).out
    assert "127.0.0.0/8" in ignored
    assert "::1" in ignored
    assert box.run(["fail2ban-client", "get", "sip", "ignoreself"]).out.strip() == "True"


def test_a_ban_outlives_a_reload(place: Place, box: Box) -> None:
    box.run(["fail2ban-client", "set", "sip", "banip", STRANGER])
    assert banned(box, STRANGER)
    box.run(["systemctl", "reload", "nftables"])
    assert STRANGER in elements(box, "banned_sip4")
    assert register(place, STRANGER, [(PHONE, "guess")]) == [None]


def test_a_reload_cuts_no_call(box: Box) -> None:
    with traffic(box) as calls:
        sign_in(calls, box, rings=1, talks=6)
        calls.call(Callers(13800070001, 4, DID, "1", patience=30))
        assert poll(lambda: "udp" in box.run(["nft", "list", "ruleset"]).out and bool(calls.calling), seconds=10)
        for _ in range(5):
            box.run(["systemctl", "reload", "nftables"])
        calls.wait(60)
        seen = Rush(tuple(calls.placed()), tuple(calls.answered()))
    no_call_noticed(seen)
    assert sum(seen.talk_of(call) is not None for call in seen.placed) == 4


def test_a_bad_file_leaves_the_box_closed_and_working(place: Place, box: Box) -> None:
    good = box.run(["cat", SITE]).out
    box.run(["tee", SITE], stdin="define sip_port = nonsense\n")
    try:
        # As at a start: nothing is loaded yet.
        box.run(["nft", "flush", "ruleset"])
        assert box.run(["systemctl", "restart", "nftables"], check=False).code != 0, "somebody must see it"
        assert register(place, PHONES_ADDRESS, [(PHONE, passwords(box)[PHONE])]) == [200]
        assert "policy drop" in box.run(["nft", "list", "chain", "inet", "branchbox", "input"]).out
    finally:
        box.run(["tee", SITE], stdin=good)
        box.run(["systemctl", "restart", "nftables"])
