"""queues.conf: queues, and the members that need not sign in.

A member's name is the agent's number, and that is what the queue log's agent column says;
names for people stay in the site document.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.models import Queue, SiteDocument
from appliance.site.problems import BranchboxError, Problem
from asterisk_conf.dialplan import places
from asterisk_conf.generator import Generator, Source
from asterisk_conf.syntax import Option, Section, section

POSITION_SECONDS = 30


def sections(source: Source) -> Iterator[Section]:
    """[general], then one section per queue."""
    yield section(
        "general",
        Option("persistentmembers", "yes", "who signed in stays so over a restart, and busy with the same reason"),
        Option("autofill", "yes", "several waiting callers reach several free agents at once"),
        Option("log_membername_as_agent", "yes", "queue log: agent number, not channel"),
    )
    for queue in source.document.queues:
        yield _queue(source.document, queue)


def _queue(document: SiteDocument, queue: Queue) -> Section:
    if queue.name == "general":
        raise BranchboxError(
            Problem(text="A queue cannot be called general: the exchange uses that name itself. Choose another.")
        )
    extension_of = {agent.number: agent.extension for agent in document.agents if not agent.signs_in}
    return section(
        queue.name,
        ("strategy", queue.strategy),
        ("timeout", queue.ring_timeout),
        ("retry", queue.retry),
        # Not wrapuptime: nobody could end or prolong it, and a free queue that knows nothing of it would ring.
        *((("membergosub", f"{places.WRAP_UP},{queue.wrap_up}"),) if queue.wrap_up else ()),
        ("maxlen", queue.max_length),
        ("servicelevel", queue.service_level),
        ("musicclass", "default"),
        ("ringinuse", False),
        Option("timeoutrestart", "no"),
        Option("joinempty", "yes", "callers may wait while nobody is signed in"),
        Option("leavewhenempty", "no"),
        ("reportholdtime", False),
        ("announce-frequency", POSITION_SECONDS if queue.announce_position else 0),
        ("announce-position", queue.announce_position),
        ("announce-holdtime", False),
        ("periodic-announce-frequency", 0),
        *(
            ("member", f"PJSIP/{phone},{member.level - 1},{member.agent},PJSIP/{phone}")
            for member in queue.members
            if (phone := extension_of.get(member.agent))
        ),
        of=f"queue {queue.name}",
    )


GENERATOR = Generator("queues.conf", "queue reload all", sections)
