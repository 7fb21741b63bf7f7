"""queues.conf: queues and their static members.

A member's name is the agent's number, and that is what the queue log's agent column says;
names for people stay in the site document.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.models import Queue, SiteDocument
from appliance.site.problems import BranchboxError, Problem
from asterisk_conf.generator import Generator, Source
from asterisk_conf.syntax import Option, Section, section

POSITION_SECONDS = 30


def sections(source: Source) -> Iterator[Section]:
    """[general], then one section per queue."""
    yield section(
        "general",
        Option("persistentmembers", "no", "members are the document's"),
        Option("autofill", "yes", "several waiting callers reach several free agents at once"),
        Option("shared_lastcall", "yes", "wrap-up time counts over all queues of an agent"),
        Option("log_membername_as_agent", "yes", "queue log: agent number, not channel"),
    )
    for queue in source.document.queues:
        yield _queue(source.document, queue)


def _queue(document: SiteDocument, queue: Queue) -> Section:
    if queue.name == "general":
        raise BranchboxError(
            Problem(text="A queue cannot be called general: the exchange uses that name itself. Choose another.")
        )
    extension_of = {agent.number: agent.extension for agent in document.agents}
    return section(
        queue.name,
        ("strategy", queue.strategy),
        ("timeout", queue.ring_timeout),
        ("retry", queue.retry),
        ("wrapuptime", queue.wrap_up),
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
