"""The branch that is measured: 1,000 extensions, 50 queues, the example's numbers, 30 agents at desks."""

from __future__ import annotations

from pydantic import SecretStr

from appliance.site import document as documents
from appliance.site.models import Agent, DidNumber, Extension, Person, Queue, QueueMember, Role, SiteDocument
from appliance.site.types import Destination, Kind
from images.run import die

EXTENSIONS = 1000
QUEUES = 50
DID = "96296"
KEY = "1"
"""Leads to `QUEUE`."""
QUEUE = "repair"
DIRECT = "88120003"
"""A DID that rings `PHONE`; recorded."""
PHONE = "8021"

DESKS = tuple(str(number) for number in range(8301, 8331))
"""Agents with a screen each; the login is `login_of`. The last one has a queue of its own."""
MANAGER = "manager"
"""Who takes customers in."""
DID_OF_ALL, DID_OF_LAST = "88120030", "88120031"
"""Ring the agents at desks: all but the last one, the last one."""


def login_of(agent: str) -> str:
    """Who sits at an agent's desk."""
    return f"desk{agent}"


def large() -> SiteDocument:
    """The English example branch, grown. Passwords are still to be made."""
    example, _ = documents.parse(documents.example("en"))
    if example is None:
        die("The example branch en does not load.")
    more = EXTENSIONS - len(example.extensions) - len(DESKS)
    extensions = tuple(
        Extension(number=str(20001 + n), name=f"Office {n + 1}", password=SecretStr("********")) for n in range(more)
    )
    agents = [agent.number for agent in example.agents]
    queues = tuple(
        Queue(
            name=f"queue{n + 1}",
            label=f"Queue {n + 1}",
            members=(QueueMember(agent=agents[n % len(agents)]), QueueMember(agent=agents[(n + 1) % len(agents)])),
        )
        for n in range(QUEUES - len(example.queues) - 2)
    )
    of_desks = (_queue_of("desks", DESKS[:-1]), _queue_of("last", DESKS[-1:]))
    dids = tuple(
        DidNumber(
            number=f"+86577{digits}",
            received_as=digits,
            label=name,
            goes_to=Destination(kind=Kind.QUEUE, name=name),
            record=False,
        )
        for digits, name in ((DID_OF_ALL, "desks"), (DID_OF_LAST, "last"))
    )
    phones = tuple(Extension(number=n, name=f"Desk {n}", password=SecretStr("********")) for n in DESKS)
    at_desks = tuple(Agent(number=number, name=f"Desk {number}", extension=number) for number in DESKS)
    manager = Person(login=MANAGER, name="The manager", role=Role.MANAGER)
    people = tuple(Person(login=login_of(n), name=f"Desk {n}", role=Role.AGENT, agent=n) for n in DESKS)
    return example.model_copy(
        update={
            "extensions": (*example.extensions, *extensions, *phones),
            "queues": (*example.queues, *queues, *of_desks),
            "dids": (*example.dids, *dids),
            "agents": (*example.agents, *at_desks),
            "people": (*example.people, manager, *people),
        }
    )


def _queue_of(name: str, agents: tuple[str, ...]) -> Queue:
    members = tuple(QueueMember(agent=agent) for agent in agents)
    return Queue(name=name, label=name, members=members, wrap_up=0, record=False)
