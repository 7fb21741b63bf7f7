"""From files on the disk to what the live Asterisk does and who may log in: reload, accounts, health gate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError, Problem
from asterisk_conf import LINES_FILE
from provisioning import gate
from provisioning.asterisk_log import Explain
from provisioning.plan import Plan
from provisioning.steps import LOG, Steps

_CLOCK_SLACK = 3.0
"""Seconds: Asterisk tells its uptime in whole seconds."""


class Live(gate.Asked, Protocol):
    """The Asterisk that carries the calls."""

    def runs(self) -> bool:
        """Whether it is up."""

    def start(self) -> None:
        """Start it and wait until it is booted."""

    def restart(self) -> None:
        """Restart it now: calls drop."""

    def restart_when_idle(self) -> None:
        """Restart it once no call is up."""

    def calls_up(self) -> int:
        """How many channels are up."""

    def started_at(self, now: float) -> float:
        """When it was started, epoch seconds."""

    def reload(self, commands: tuple[str, ...]) -> None:
        """Run reload commands in order."""

    def lines_up(self) -> int:
        """How many channels are up on lines by cards."""

    def let_lines_go(self) -> None:
        """Close all lines by cards; calls on them end."""

    def take_lines(self) -> None:
        """Open them again, as its files say."""

    def log_size(self) -> int:
        """Bytes of its log."""


class Lines(Protocol):
    """The machine's lines by cards."""

    def problems(self, document: SiteDocument) -> tuple[Problem, ...]:
        """Lines that the document has and the machine has not."""

    def differ(self, document: SiteDocument) -> bool:
        """Whether DAHDI was told something else than a document says."""

    def text(self, document: SiteDocument | None) -> str | None:
        """What DAHDI is told for a document; None without lines by cards."""

    def tell(self, document: SiteDocument) -> None:
        """Tell DAHDI what a document says."""


class People(Protocol):
    """The Unix accounts of the document's people."""

    def problems(self, document: SiteDocument) -> tuple[Problem, ...]:
        """What stands against these people having accounts."""

    def make_true(self, document: SiteDocument) -> None:
        """Make and lock accounts until they are the document's."""


class Machine(Protocol):
    """The machine's own settings: network, firewall, name, time, SSH."""

    def problems(self, document: SiteDocument) -> tuple[Problem, ...]:
        """What stands against a document on this machine."""

    def make_true(self, document: SiteDocument) -> tuple[Problem, ...]:
        """Bring them to what the document says; what failed is in the answer."""

    def addresses(self) -> Mapping[str, frozenset[str]]:
        """The addresses of each link now."""


@dataclass(frozen=True)
class Generator:
    """The exchange's files of a document: how they are made, made effective and explained."""

    render: Callable[[SiteDocument], dict[str, str]]
    reloads: Mapping[str, str]
    explain: Explain


class Effect:
    """What makes a revision effective on the live side."""

    def __init__(self, live: Live, people: People, machine: Machine, lines: Lines, explain: Explain) -> None:
        self._live = live
        self._people = people
        self._machine = machine
        self._lines = lines
        self._explain = explain

    def log_end(self) -> int:
        """Where Asterisk's log ends now: `take` looks for errors from there on."""
        return self._live.log_size()

    def take(
        self, document: SiteDocument, tree: Mapping[str, str], wanted: Plan, log_from: int, steps: Steps
    ) -> tuple[Problem, ...]:
        """Make a revision effective that is in force on the disk; whatever goes wrong is in the answer."""
        try:
            with steps.step("reload"):
                self._load(document, tree, wanted)
            with steps.step("accounts"):
                self._people.make_true(document)
            # After the exchange, which calls wait for; a box that cannot be reached would not be told of its trouble.
            with steps.step("machine"):
                unwell = self._machine.make_true(document)
            with steps.step("gate"):
                return (*unwell, *self._gate(document, tree, log_from))
        except BranchboxError as error:
            return error.problems
        except Exception as error:
            LOG.exception("a step failed")
            return (Problem(text="branchbox-host failed. Its journal says why.", original=repr(error)),)

    def settle_lines(self, document: SiteDocument, tree: Mapping[str, str]) -> tuple[Problem, ...]:
        """When DAHDI was told something else than the document in force says, tell it, unless calls are up there."""
        wanted = Plan((), (), lines=self._lines.differ(document))
        if not wanted.lines:
            return ()
        try:
            self._load(document, tree, wanted)
        except BranchboxError as error:
            return error.problems
        return ()

    def take_machine_back(self, document: SiteDocument | None, steps: Steps) -> tuple[Problem, ...]:
        """First of all: whoever is locked out comes in again, also when the exchange hangs."""
        if document is None:
            return ()
        with steps.step("machine back"):
            return self._machine.make_true(document)

    def take_back(
        self, document: SiteDocument | None, tree: Mapping[str, str], wanted: Plan, log_from: int, steps: Steps
    ) -> tuple[Problem, ...]:
        """The same for the revision that comes back: it must, so nothing is refused."""
        try:
            with steps.step("reload back"):
                self._load(document, tree, wanted, must=True)
            if document is not None:
                with steps.step("accounts back"):
                    self._people.make_true(document)
                with steps.step("gate back"):
                    return self._gate(document, tree, log_from)
        except BranchboxError as error:
            return error.problems
        return ()

    def has_started_since(self, moment: float, now: float) -> bool:
        """Whether the live Asterisk started after a moment (epoch seconds), so that it read the files of then."""
        return self._live.runs() and self._live.started_at(now) > moment + _CLOCK_SLACK

    def restart_refused(self, wanted: Plan) -> tuple[Problem, ...]:
        """Why a plan that restarts Asterisk cannot be carried out now; nothing when it can."""
        if not self._live.runs():
            return ()
        on_lines = self._live.lines_up() if wanted.lines else 0
        if on_lines:
            return (
                Problem(
                    text="Lines by cards can only change while no call is on them, and {calls} channels are up there. "
                    "Apply when there is none.",
                    args={"calls": str(on_lines)},
                ),
            )
        calls = self._live.calls_up() if wanted.restarts else 0
        if not calls:
            return ()
        return (
            Problem(
                text="{files} can only change by a restart of the exchange, and {calls} channels are up. "
                "Apply when no call is up.",
                args={"files": ", ".join(wanted.restarts), "calls": str(calls)},
            ),
        )

    def _load(
        self, document: SiteDocument | None, tree: Mapping[str, str], wanted: Plan, *, must: bool = False
    ) -> None:
        """Make the live Asterisk take changed files. With `must`, a restart waits until no call is up; lines by cards
        do not wait: DAHDI and the exchange must be of one mind."""
        runs = self._live.runs()
        if runs and not must and (refused := self.restart_refused(wanted)):
            raise BranchboxError(*refused)
        if wanted.lines and runs:
            self._live.let_lines_go()
        if wanted.lines and document is not None:
            self._lines.tell(document)
        if not runs:
            self._live.start()
        elif wanted.restarts and not self._live.calls_up():
            self._live.restart()
        else:
            self._live.reload(wanted.commands)
            if wanted.lines and LINES_FILE in tree:
                self._live.take_lines()
            if wanted.restarts:
                self._live.restart_when_idle()

    def _gate(self, document: SiteDocument, tree: Mapping[str, str], log_from: int) -> tuple[Problem, ...]:
        return gate.judge(gate.ask(self._live, log_from), document, tree, self._explain)
