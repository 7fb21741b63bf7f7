"""The branch that is measured: 1,000 extensions, 50 queues, the example's numbers."""

from __future__ import annotations

from pydantic import SecretStr

from appliance.site import document as documents
from appliance.site.models import Extension, Queue, QueueMember, SiteDocument
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


def large() -> SiteDocument:
    """The English example branch, grown. Passwords are still to be made."""
    example, _ = documents.parse(documents.example("en"))
    if example is None:
        die("The example branch en does not load.")
    more = EXTENSIONS - len(example.extensions)
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
        for n in range(QUEUES - len(example.queues))
    )
    return example.model_copy(
        update={"extensions": (*example.extensions, *extensions), "queues": (*example.queues, *queues)}
    )
