"""queues.conf: queues, and the members that need not sign in.

A member's name is the agent's number, and that is what the queue log's agent column says;
names for people stay in the site document.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import LAST_AGENT_QUEUE
from appliance.site.models import Agent, Empty, Queue, SiteDocument
from appliance.site.problems import BranchboxError, Problem
from asterisk_conf.dialplan import places
from asterisk_conf.dialplan.waiting import announced
from asterisk_conf.generator import Generator, Source
from asterisk_conf.syntax import Option, Section, section

_LEAST_SECONDS = 15
"""A position that changes is said at once, but not sooner than this after the last one."""
_FIRST_KEYS = 10
"""Seconds until somebody who waits first hears which keys work."""
_LONGEST_RING = 120
"""Seconds; how long the last agent's phone rings is said by the dialplan."""
_EMPTY = {
    Empty.NEVER: ("yes", "no"),
    Empty.NOBODY_SIGNED_IN: (_NOBODY := "unavailable,invalid", _NOBODY),
    # A queue call pauses its agent from the beginning, for the wrap-up after it.
    Empty.NOBODY_FREE: (_ALL := f"{_NOBODY},paused,inuse,ringing", _ALL),
}
"""joinempty and leavewhenempty."""


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
    for agent in source.document.agents:
        theirs = [queue for queue in source.document.queues if agent.number in {each.agent for each in queue.members}]
        if any(queue.last_agent for queue in theirs):
            yield _of_last_agent(agent, max(queue.wrap_up for queue in theirs))


def _queue(document: SiteDocument, queue: Queue) -> Section:
    if queue.name == "general":
        raise BranchboxError(
            Problem(text="A queue cannot be called general: the exchange uses that name itself. Choose another.")
        )
    join, leave = _EMPTY[queue.empty]
    keys = announced(queue)
    extension_of = {agent.number: agent.extension for agent in document.agents if not agent.signs_in}
    return section(
        queue.name,
        ("strategy", queue.strategy),
        ("timeout", queue.ring_timeout),
        ("retry", queue.retry),
        # Not wrapuptime: nobody could end or prolong it, and a free queue that knows nothing of it would ring.
        ("membergosub", f"{places.WRAP_UP},{queue.wrap_up}"),
        Option("setinterfacevar", "yes", "the member's steps know the agent's number"),
        *((("context", places.keys(queue.name)),) if keys else ()),
        ("maxlen", queue.max_length),
        ("servicelevel", queue.service_level),
        ("musicclass", "default"),
        ("ringinuse", False),
        Option("timeoutrestart", "no"),
        ("joinempty", join),
        ("leavewhenempty", leave),
        ("reportholdtime", False),
        ("announce-frequency", queue.announce_every if queue.announce_position else 0),
        ("min-announce-frequency", min(queue.announce_every, _LEAST_SECONDS)),
        ("announce-position", queue.announce_position),
        ("announce-holdtime", queue.announce_position and queue.announce_wait),
        # Else Asterisk says a position before it rings a free agent (app_queue.c, queue_exec), and who comes while
        # another's agent rings hears it out. Whoever is first while nobody is free hears everything all the same.
        ("announce-to-first-user", False),
        Option("queue-youarenext", ""),
        Option("queue-thankyou", ""),
        ("periodic-announce-frequency", queue.keys_every if keys else 0),
        *((("periodic-announce", keys), ("periodic-announce-startdelay", _FIRST_KEYS)) if keys else ()),
        *(
            ("member", f"PJSIP/{phone},{member.level - 1},{member.agent},PJSIP/{phone}")
            for member in queue.members
            if (phone := extension_of.get(member.agent))
        ),
        of=f"queue {queue.name}",
    )


def _of_last_agent(agent: Agent, wrap_up: int) -> Section:
    """Nobody hears anything of it but music: `asterisk_conf.dialplan.waiting` rings the last agent by it."""
    phone = f"PJSIP/{agent.extension}"
    return section(
        f"{LAST_AGENT_QUEUE}{agent.number}",
        ("strategy", "ringall"),
        ("timeout", _LONGEST_RING),
        ("membergosub", f"{places.WRAP_UP},{wrap_up}"),
        Option("setinterfacevar", "yes"),
        ("musicclass", "default"),
        ("ringinuse", False),
        ("joinempty", "yes"),
        ("leavewhenempty", "no"),
        ("announce-frequency", 0),
        ("periodic-announce-frequency", 0),
        *((("member", f"{phone},0,{agent.number},{phone}"),) if not agent.signs_in else ()),
        of=f"agent {agent.number}",
    )


GENERATOR = Generator("queues.conf", "queue reload all", sections)
