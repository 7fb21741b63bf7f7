"""The health gate: does the live Asterisk have what the revision says? Questions, then pure comparisons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from appliance.site.exchange import trunk_endpoint
from appliance.site.models import SiteDocument
from appliance.site.problems import Problem
from provisioning.asterisk_log import Explain, complaints, problem

_LOAD = re.compile(r"^\s*(?:load|preload|require)\s*=>?\s*([\w-]+\.so)", re.MULTILINE)
_MODULE = re.compile(r"^(\S+\.so)\s.*\s(Running|Not Running)\s+\S+\s*$", re.MULTILINE)
_ENDPOINT = re.compile(r"^\s*Endpoint:\s+([\w.-]+)(?:/\S*)?\s", re.MULTILINE)
_QUEUE = re.compile(r"^(\S+) has \d+ calls? ", re.MULTILINE)
_CONTEXT = re.compile(r"^\[ Context '([^']+)' created by ", re.MULTILINE)
_SECTION = re.compile(r"^\[([^\]]+)\]", re.MULTILINE)
_GENERAL = frozenset({"general", "globals"})


class Asked(Protocol):
    """What the gate needs of the live Asterisk."""

    def ask(self, command: str) -> str:
        """Answer a command of the command line."""

    def log_since(self, size: int) -> str:
        """Give the log from an earlier end on."""


@dataclass(frozen=True)
class Answers:
    """What the live Asterisk said."""

    modules: str
    endpoints: str
    queues: str
    contexts: str
    log: str


def ask(live: Asked, log_from: int) -> Answers:
    """Put the gate's questions. Raises BranchboxError when Asterisk does not answer."""
    live.ask("core waitfullybooted")
    return Answers(
        modules=live.ask("module show"),
        endpoints=live.ask("pjsip list endpoints"),
        queues=live.ask("queue show"),
        contexts=live.ask("dialplan show"),
        log=live.log_since(log_from),
    )


def judge(answers: Answers, document: SiteDocument, tree: Mapping[str, str], explain: Explain) -> tuple[Problem, ...]:
    """What is missing or wrong; nothing when the gate is passed."""
    running = {name for name, state in _MODULE.findall(answers.modules) if state == "Running"}
    endpoints = {extension.number for extension in document.extensions}
    endpoints |= {trunk_endpoint(trunk.name) for trunk in document.trunks}
    contexts = {name for name in _SECTION.findall(tree.get("extensions.conf", "")) if name not in _GENERAL}
    found = [
        *_missing("module", set(_LOAD.findall(tree.get("modules.conf", ""))), running),
        *_missing("endpoint", endpoints, set(_ENDPOINT.findall(answers.endpoints))),
        *_missing("queue", {queue.name for queue in document.queues}, set(_QUEUE.findall(answers.queues))),
        *_missing("context", contexts, set(_CONTEXT.findall(answers.contexts))),
    ]
    found += [problem(entry, tree, explain) for entry in complaints(answers.log, {"ERROR"})]
    return tuple(found)


def _missing(kind: str, wanted: set[str], there: set[str]) -> list[Problem]:
    gone = sorted(wanted - there)
    if not gone:
        return []
    shown = ", ".join(gone[:5]) + (" ..." if len(gone) > 5 else "")
    return [
        Problem(
            text="The exchange lacks {count} of {all}: {kind} {names}.",
            args={"kind": kind, "count": str(len(gone)), "all": str(len(wanted)), "names": shown},
        )
    ]
