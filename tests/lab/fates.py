"""A busy hour of thirty agents: two hundred callers, each with a fate that is known beforehand.

Whoever only presses a key and waits is SIPp's, a hundred at a time; whoever is transferred, consulted about or called
back is a telephone of its own (baresip), and the agents' orders go the way of the desk's keys, through core.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from appliance.api import contract
from appliance.api.contract import AgentState, CallState, Outcome
from appliance.api.wire import Empty
from appliance.site import document as site
from appliance.site.models import Agent, Callbacks, Extension, Person, QueueMember, Role, SiteDocument
from appliance.site.types import Destination, Kind
from images.asking import ask
from images.box import Box
from images.network import CARRIER_ADDRESS
from images.phones import Handset, Handsets, Line
from images.run import poll
from images.traffic import Callers, Phones
from tests.lab.rush import DID, passwords, traffic
from tests.lab.test_apply import asterisk
from tests.lab.test_recorder import said

COUNTERS = (*(str(n) for n in range(8001, 8011)), *(str(n) for n in range(8031, 8051)))
"""Thirty agents: of `REPAIR`, one each of two queues where nobody is, three at desks, one who calls back."""
REPAIR, AWAY, GIVES_UP, DESKS, CALLS_BACK = COUNTERS[:24], COUNTERS[24], COUNTERS[25], COUNTERS[26:29], COUNTERS[29]
COLLEAGUES = {desk: (str(8051 + 2 * at), str(8052 + 2 * at)) for at, desk in enumerate(DESKS)}
BUSY, NOBODY = "8023", "8024"
CUSTOMERS = {desk: f"1390577000{at}" for at, desk in enumerate(DESKS)}
WANTS_CALL_BACK = "13905770009"
PREFIX = "1390"
"""How every caller's number begins."""
CALL_BACKS = 5


@dataclass(frozen=True)
class Fate:
    """What the history must tell of a caller: `story` is the timeline's words, in order."""

    outcome: Outcome
    key: str
    queue: str | None
    story: str
    mass: Callers | None = None
    """SIPp's callers of this fate; None for telephones' calls."""
    count: int = 0
    """How many, of telephones' calls."""

    @property
    def calls(self) -> int:
        """How many calls have it."""
        return self.mass.count if self.mass else self.count


IN = "arrived recording menu pressed"
TALKED = f"{IN} joined rang answered"


def _mass(block: int, count: int, key: str, patience: float, every: float = 0.4) -> Callers:
    return Callers(int(f"{PREFIX}{block:03d}0000"), count, DID, key, patience=patience, every=every)


def _at_desk(place: int, story: str, count: int) -> Fate:
    return Fate(Outcome.ANSWERED, str(7 + place), f"desk-{DESKS[place]}", story, count=count)


FATES = {
    "answered": Fate(
        Outcome.ANSWERED, "1", "repair", f"{TALKED} hung-up ended", mass=_mass(100, 100, "1", 240)
    ),
    "abandoned": Fate(Outcome.ABANDONED, "2", "away", f"{IN} joined hung-up ended", mass=_mass(200, 25, "2", 8, 1)),
    "overflow": Fate(
        Outcome.OVERFLOWED, "3", "gives-up", f"{IN} joined overflow hung-up ended", mass=_mass(300, 15, "3", 60, 1.5)
    ),
    "voicemail": Fate(
        Outcome.VOICEMAIL, "4", None, f"{IN} voicemail hung-up ended", mass=_mass(400, 15, "4", 15, 1.5)
    ),
    "busy": Fate(Outcome.BUSY, "5", None, f"{IN} rang missed hung-up ended", mass=_mass(500, 8, "5", 60, 5)),
    "no answer": Fate(Outcome.NO_ANSWER, "6", None, f"{IN} rang missed hung-up ended", mass=_mass(600, 7, "6", 60, 2)),
    "transferred twice": _at_desk(0, f"{TALKED} transferred rang answered transferred rang answered hung-up ended", 10),
    "consult and return": _at_desk(1, f"{TALKED} hold-begins rang answered hold-ends hung-up ended", 10),
    "three talk": _at_desk(2, f"{TALKED} hold-begins rang answered hold-ends three-way hung-up ended", 5),
    "called back": Fate(
        Outcome.OVERFLOWED, "0", "later", f"{IN} joined waiting-key wants-call-back hung-up ended", count=CALL_BACKS
    ),
}  # fmt: skip


def branch() -> SiteDocument:
    """The example branch with thirty agents and a queue for each fate."""
    made, _ = site.parse(site.example("en"))
    assert made is not None
    repair = made.queues[0]

    def queue(name: str, *agents: str, **more: object) -> object:
        members = tuple(QueueMember(agent=agent) for agent in agents)
        same = {"number": None, "wrap_up": 0, "announce_position": False, "name": name, "label": name}
        return repair.model_copy(update={**same, "members": members, **more})

    colleagues = [number for pair in COLLEAGUES.values() for number in pair]
    at_desks = (*DESKS, CALLS_BACK, *colleagues)
    queues = {
        "1": queue("repair", *REPAIR),
        "2": queue("away", AWAY),
        "3": queue("gives-up", GIVES_UP, max_wait=10, overflow=None),
        **{str(7 + at): queue(f"desk-{desk}", desk) for at, desk in enumerate(DESKS)},
        "0": queue("later", CALLS_BACK, callback=True),
    }
    (main, *menus) = made.menus
    choices = {key: Destination(kind=Kind.QUEUE, name=to.name) for key, to in queues.items()}  # type: ignore[attr-defined]  # they are Queues
    choices |= {
        "4": Destination(kind=Kind.VOICEMAIL, name="8021"),
        "5": Destination(kind=Kind.EXTENSION, name=BUSY),
        "6": Destination(kind=Kind.EXTENSION, name=NOBODY),
    }
    known = {phone.number for phone in made.extensions}
    agents = (*COUNTERS, *colleagues)
    return made.model_copy(
        update={
            "queues": tuple(queues.values()),
            "menus": (main.model_copy(update={"choices": choices, "tries": 1}), *menus),
            "callbacks": Callbacks(tries=1, pause=1),
            "agents": tuple(Agent(number=number, name=f"Agent {number}", extension=number) for number in agents),
            "extensions": (
                *made.extensions,
                *(
                    Extension(number=number, name=f"Counter {number}", password=SecretStr("********"))
                    for number in agents
                    if number not in known
                ),
            ),
            "people": (
                *(person for person in made.people if person.role is not Role.AGENT),
                *(Person(login=f"a{each}", name=f"Agent {each}", role=Role.AGENT, agent=each) for each in at_desks),
            ),
        }
    )


@dataclass
class Desk:
    """An agent at telephone and desk, two colleagues at theirs, and the customers, one after the other."""

    box: Box
    number: str
    key: str
    agent: Handset
    first: Handset
    second: Handset
    customer: Handset

    def order(self, who: str, method: str, **takes: str) -> None:
        """As the key of the desk does it."""
        said(self.box, f"a{who}", f"desk/{method}", **takes)

    def call(self) -> None:
        """The customer comes by the menu to the agent."""
        self.customer.dial(DID)
        self.customer.wait(Line.TALKS)
        self.customer.press(self.key)
        self.agent.wait(Line.RINGS, 20)
        self.agent.answer()

    def end(self) -> None:
        """Everybody hangs up, the customer first."""
        for phone in (self.customer, self.agent, self.first, self.second):
            if phone.line is not Line.FREE:
                phone.hang_up()
                phone.wait(Line.FREE)

    def answers(self, phone: Handset) -> None:
        phone.wait(Line.RINGS, 15)
        phone.answer()

    def transferred_twice(self) -> None:
        """To a colleague, who sends the caller on to another."""
        self.call()
        self.order(self.number, "transfer", number=self.first.number)
        self.answers(self.first)
        self.order(self.first.number, "transfer", number=self.second.number)
        self.answers(self.second)
        self.end()

    def consulted(self) -> None:
        """The colleague knows it, the agent goes back to the caller."""
        self.call()
        self._consult()
        self.order(self.number, "back")
        self.first.wait(Line.FREE)
        self.end()

    def three(self) -> None:
        """All talk with each other."""
        self.call()
        self._consult()
        self.order(self.number, "three_way")
        self.end()

    def _consult(self) -> None:
        with ThreadPoolExecutor(1) as beside:
            asking = beside.submit(self.order, self.number, "consult", number=self.first.number)
            self.answers(self.first)
            asking.result(timeout=30)


def _call_backs(box: Box, agent: Handset, customer: Handset) -> None:
    for _ in range(CALL_BACKS):
        call_back(box, agent, customer)


def call_back(box: Box, agent: Handset, customer: Handset) -> None:
    """Nobody is free: the customer presses 3 and hangs up, and is rung when the agent is there."""
    said(box, f"a{CALLS_BACK}", "desk/busy", reason="break")
    customer.dial(DID)
    customer.wait(Line.TALKS)
    customer.press("0")
    assert poll(lambda: _state(box) is CallState.WAITING, seconds=20)
    customer.press("3")
    assert poll(lambda: "branchbox/callback-right" in asterisk(box, "core show channels concise"), seconds=20)
    customer.press("1")
    customer.wait(Line.FREE, 20)
    said(box, f"a{CALLS_BACK}", "desk/ready")
    agent.wait(Line.RINGS, 30)
    agent.answer()
    customer.wait(Line.RINGS, 20)
    customer.answer()
    assert poll(lambda: _state(box) is CallState.TALKING, seconds=10)
    customer.hang_up()
    agent.wait(Line.FREE)


def _state(box: Box) -> CallState | None:
    """Of the call with the customer who is called back."""
    calls = ask(box, contract.LIVE, Empty()).calls
    return next((call.state for call in calls if WANTS_CALL_BACK in (call.caller, call.called)), None)


@contextmanager
def _refusing(phone: Handset) -> Iterator[None]:
    """Whoever rings this phone is refused: 486 Busy Here."""
    over = threading.Event()

    def refuse() -> None:
        while not over.wait(0.1):
            if phone.line is Line.RINGS:
                phone.hang_up()
                phone.wait(Line.FREE)

    thread = threading.Thread(target=refuse)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def all_at_once(box: Box) -> None:
    """Let it happen; about three minutes. Raises AssertionError and Failure when a telephone is not served."""
    secrets = passwords(box)
    with traffic(box) as calls, Handsets(box.network.operator) as phones:

        def phone(number: str, tone: int) -> Handset:
            return phones.add(number, secrets[number], tone=tone)

        customer = phones.add(WANTS_CALL_BACK, None, tone=440, address=CARRIER_ADDRESS, port=5060)
        desks = [
            Desk(
                box,
                number,
                str(7 + at),
                phone(number, 1240),
                phone(COLLEAGUES[number][0], 1640),
                phone(COLLEAGUES[number][1], 1640),
                phones.add(CUSTOMERS[number], None, tone=480, address=CARRIER_ADDRESS),
            )
            for at, number in enumerate(DESKS)
        ]
        calls.answer(Phones(tuple(calls.phone(at, agent, secrets[agent]) for at, agent in enumerate(REPAIR)), talks=6))
        calls.answer(Phones((calls.phone(30, NOBODY, secrets[NOBODY]),), rings=60))
        caller_back = phone(CALLS_BACK, 1880)
        refuses = phone(BUSY, 2040)
        ready = {*REPAIR, *DESKS, CALLS_BACK}
        assert poll(lambda: _ready(box) >= ready, seconds=30), ready - _ready(box)
        work: list[Callable[[], None]] = [
            _again(desks[0], desks[0].transferred_twice, FATES["transferred twice"].calls),
            _again(desks[1], desks[1].consulted, FATES["consult and return"].calls),
            _again(desks[2], desks[2].three, FATES["three talk"].calls),
            lambda: _call_backs(box, caller_back, customer),
        ]
        with _refusing(refuses), ThreadPoolExecutor(len(work)) as pool:
            for fate in FATES.values():
                if fate.mass:
                    calls.call(fate.mass)
            for done in [pool.submit(each) for each in work]:
                done.result(timeout=400)
            calls.wait(240)


def _again(desk: Desk, once: Callable[[], None], count: int) -> Callable[[], None]:
    def work() -> None:
        for _ in range(count):
            assert poll(lambda: desk.number in _ready(desk.box), seconds=20), f"{desk.number} is not ready again"
            once()

    return work


def _ready(box: Box) -> set[str]:
    agents = ask(box, contract.LIVE, Empty()).agents
    return {agent.number for agent in agents if agent.state is AgentState.READY}
