"""Apply, confirm, revert: how a site document becomes what the live Asterisk does.

Blocking; the service calls it from threads. One change at a time. The order of the steps
is the safety: nothing touches the live side before the trial start passed, and the note
that the new revision waits is on the disk before the switch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from appliance.api.contract import Applied, Revision
from appliance.api.contract import Revisions as RevisionList
from appliance.api.verbs import Arrival, HostState, StoredDocument, TrialResult
from appliance.site import document as documents
from appliance.site.document import DocumentError
from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError, Problem
from asterisk_conf.dahdi import FILE as LINES_TOLD
from provisioning.arrival import move, refuse_unless_arrived
from provisioning.countdown import LONGEST_WAIT, Countdown
from provisioning.effect import Effect, Generator, Lines, Live, Machine, People
from provisioning.machine import areas
from provisioning.plan import Plan, diffs, plan, secrets_of
from provisioning.recovery import Choice, choose
from provisioning.revisions import Pending, Revisions, no_revision
from provisioning.steps import LOG, AfterStep, Steps
from provisioning.trial import Verdict
from provisioning.turn import Turn


class TrialStart(Protocol):
    """A place for trial starts."""

    def start(self, document: SiteDocument) -> Verdict:
        """Start a throw-away Asterisk with the document and tell what it said."""


class Applier:
    """Everything that changes which configuration is in force."""

    def __init__(
        self,
        revisions: Revisions,
        generator: Generator,
        trial: TrialStart,
        live: Live,
        people: People,
        *,
        machine: Machine,
        lines: Lines,
        clock: Callable[[], float],
        announcements: Callable[[SiteDocument], tuple[Problem, ...]] = lambda _document: (),
        after_step: AfterStep = lambda _name: None,
    ) -> None:
        self._revisions = revisions
        self._generator = generator
        self._trial = trial
        self._people = people
        self._machine = machine
        self._lines = lines
        self._effect = Effect(live, people, machine, lines, generator.explain)
        self._clock = clock
        self._announcements = announcements
        self._after_step = after_step
        self._turn = Turn()

    # --- looking ---------------------------------------------------------------------------

    def state(self) -> HostState:
        """Which revision is in force and which waits."""
        current, pending = self._revisions.current(), self._revisions.pending()
        if pending is None or current != pending.revision:
            return HostState(current=current)
        return HostState(
            current=current,
            pending=pending.revision,
            reverts_to=pending.reverts_to,
            deadline=pending.deadline,
            move=move(self._document(pending.reverts_to), self._document(current)),
        )

    def read(self, number: int | None) -> StoredDocument:
        """A revision's document, passwords in clear; None for the one in force."""
        chosen = self._revisions.current() if number is None else number
        if chosen is None:
            raise no_revision(None)
        return StoredDocument(toml=self._revisions.site(chosen), revision=chosen)

    def in_force(self) -> SiteDocument | None:
        """The document in force; None before there is one."""
        return self._document(self._revisions.current())

    def revisions(self) -> RevisionList:
        """All revisions, newest first."""
        current = self._revisions.current()
        facts = [self._revisions.facts(number) for number in reversed(self._revisions.numbers())]
        return RevisionList(
            revisions=tuple(
                Revision(
                    number=each.number,
                    at=each.at,
                    by=each.by,
                    why=each.why,
                    current=each.number == current,
                    confirmed=each.confirmed,
                )
                for each in facts
            )
        )

    def try_out(self, toml: str) -> TrialResult:
        """What applying a document would do, proved by a trial start; nothing changes."""
        try:
            document = self._accept(toml)
        except DocumentError as error:
            return TrialResult(problems=error.problems, files=(), reloads=(), seconds=None)
        current = self._revisions.current()
        old = self._document(current)
        before, after = self._revisions.tree(current), self._generator.render(document)
        verdict = self._trial.start(document)
        machine = diffs(self._machine_texts(old), self._machine_texts(document), ())
        wanted = plan(before, after, self._generator.reloads, lines=self._lines.differ(document))
        return TrialResult(
            problems=(
                *verdict.problems,
                *self._people.problems(document),
                *self._machine.problems(document),
                *self._lines.problems(document),
            ),
            files=(*diffs(before, after, secrets_of(old, document)), *machine),
            reloads=(*wanted.said, *areas.commands(old, document)),
            seconds=round(verdict.seconds, 3),
        )

    # --- changing --------------------------------------------------------------------------

    def apply(self, toml: str, *, by: str, why: str, confirm_within: float) -> Applied:
        """Put a document in force as a new revision that waits for `confirm`.

        Raises BranchboxError when the document is wrong, another apply is on its way or a
        revision waits. What fails later is in the answer's problems; then the old revision is in force.
        """
        with self._turn.of(by):
            self._refuse_while_one_waits()
            return self._change(self._accept(toml), by=by, why=why, confirm_within=confirm_within)

    def roll_back(self, number: int, *, by: str, why: str, confirm_within: float) -> Applied:
        """Put an earlier revision's document in force as a new revision; raises as `apply`."""
        with self._turn.of(by):
            self._refuse_while_one_waits()
            document = documents.load(self._revisions.site(number))
            return self._change(document, by=by, why=why, confirm_within=confirm_within)

    def confirm(self, by: str, arrival: Arrival) -> HostState:
        """Keep the revision that waits. Raises BranchboxError also for somebody who has not reached a moved box."""
        with self._turn.of(by):
            pending = self._waiting()
            document = self._document(pending.revision)
            if document is not None and move(self._document(pending.reverts_to), document):
                refuse_unless_arrived(document, arrival, self._machine.addresses())
            self._revisions.confirm(pending.revision)
            self._revisions.settle()
            LOG.info("revision %d confirmed", pending.revision, extra={"BRANCHBOX_REVISION": str(pending.revision)})
            return self.state()

    def revert(self, by: str) -> Applied:
        """Go back now from the revision that waits."""
        with self._turn.of(by):
            return self._back(self._waiting(), Steps(f"revert asked by {by}", self._after_step))

    def countdown(self) -> Countdown | None:
        """How long the person who applied has left to confirm; None when nothing waits."""
        pending = self._revisions.pending()
        if pending is None:
            return None
        return Countdown(pending.deadline, min(max(pending.deadline - self._clock(), 0), LONGEST_WAIT))

    def expire(self, deadline: float) -> None:
        """Go back from the revision whose time was over at `deadline`; waits for a change on its way to end.

        It does not look at the clock again: that may have been set since the countdown began.
        """
        with self._turn.after_others():
            pending = self._revisions.pending()
            if pending is not None and pending.deadline == deadline:
                LOG.warning("revision %d was not confirmed in time", pending.revision)
                self._back(pending, Steps("not confirmed in time", self._after_step))

    def begin(self, seed: str | None) -> None:
        """Take up what an earlier run left; make revision 1 of the seed when there is none.

        Never raises for what a person must repair: the journal has it, and the verbs go on.
        """
        with self._turn.after_others():
            try:
                self._revisions.prepare()
                self._repair()
                self._resume()
                current = self._document(self._revisions.current())
                if current is not None:
                    # A system that has just been updated has none of these settings yet.
                    _report(self._machine.make_true(current))
                    _report(self._effect.settle_lines(current, self._revisions.tree(self._revisions.current())))
                    self._people.make_true(current)
                elif seed is not None and not self._revisions.numbers():
                    first = documents.fill_secrets(documents.load(seed), None, generate=True)
                    applied = self._change(
                        first, by="branchbox-host", why="first start", confirm_within=0, judged=False
                    )
                    _report(applied.problems)
            except BranchboxError as error:
                _report(error.problems)
            except OSError as error:
                _report((_disk(error),))

    # --- steps -----------------------------------------------------------------------------

    def _change(
        self, document: SiteDocument, *, by: str, why: str, confirm_within: float, judged: bool = True
    ) -> Applied:
        """`judged` False takes also what does not fit this machine: calls first, a person mends the rest."""
        steps = Steps(f"apply by {by}", self._after_step)
        before = self._revisions.current()
        moved = move(self._document(before), document)
        confirm_within = min(confirm_within, moved.seconds) if moved else confirm_within
        try:
            with steps.step("render"):
                tree = self._generator.render(document)
                wanted = self._wanted(self._revisions.tree(before), tree, document)
            with steps.step("trial"):
                refused = (*self._people.problems(document), *self._trial.start(document).problems)
                if judged:
                    refused = (*refused, *self._machine.problems(document), *self._lines.problems(document))
                refused = refused or self._effect.restart_refused(wanted) or self._announcements(document)
            if refused:
                return Applied(revision=None, problems=refused, steps=steps.done, deadline=None)
            with steps.step("write"):
                number = self._revisions.write(documents.dump(document), tree, at=self._clock(), by=by, why=why)
            log_from = self._effect.log_end()
            with steps.step("switch"):
                now = self._clock()
                pending = None
                if before is not None:
                    pending = Pending(revision=number, reverts_to=before, deadline=now + confirm_within, since=now)
                    self._revisions.wait_for(pending)
                self._revisions.switch(number)
        except OSError as error:
            return Applied(revision=None, problems=(_disk(error),), steps=steps.done, deadline=None)
        problems = self._effect.take(document, tree, wanted, log_from, steps)
        if pending is None:
            self._revisions.confirm(number)
            return Applied(revision=number, problems=problems, steps=steps.done, deadline=None)
        if problems:
            back = self._back(pending, steps)
            return Applied(revision=None, problems=(*problems, *back.problems), steps=steps.done, deadline=None)
        deadline = self._count_down(pending, confirm_within)
        return Applied(revision=number, problems=(), steps=steps.done, deadline=deadline, move=moved)

    def _back(self, pending: Pending, steps: Steps) -> Applied:
        """Put the revision before in force again; the note that one waits goes last."""
        number = pending.reverts_to
        document = self._document(number)
        old, new = self._revisions.tree(pending.revision), self._revisions.tree(number)
        log_from = self._effect.log_end()
        with steps.step("switch back"):
            self._revisions.switch(number)
        unwell = self._effect.take_machine_back(document, steps)
        _report(unwell)
        wanted = self._wanted(old, new, document)
        problems = self._effect.take_back(document, new, wanted, log_from, steps)
        with steps.step("settle"):
            self._revisions.settle()
        LOG.warning("back at revision %d", number, extra={"BRANCHBOX_REVISION": str(number)})
        if not problems:
            self._revisions.trust()
        else:
            self._revisions.doubt()
            problems = (
                Problem(
                    text="Revision {revision} is in force again, but the exchange is not well with it. "
                    "Restart the exchange as soon as calls allow it.",
                    args={"revision": str(number)},
                ),
                *problems,
            )
            _report(problems)
        return Applied(revision=number, problems=(*unwell, *problems), steps=steps.done, deadline=None)

    def _count_down(self, pending: Pending, seconds: float) -> float:
        """The person's time begins when the change is effective. Gives the deadline."""
        deadline = self._clock() + seconds
        self._revisions.trust()
        self._revisions.wait_for(pending.model_copy(update={"effective": True, "deadline": deadline}))
        self._revisions.prune()
        return deadline

    def _machine_texts(self, document: SiteDocument | None) -> dict[str, str]:
        told = self._lines.text(document)
        return {**areas.texts(document), **({} if told is None else {LINES_TOLD: told})}

    def _wanted(self, before: Mapping[str, str], after: Mapping[str, str], document: SiteDocument | None) -> Plan:
        """What to reload; everything when it is not sure what the live Asterisk has."""
        differ = document is not None and self._lines.differ(document)
        wanted = plan(before, after, self._generator.reloads, lines=differ)
        if not self._revisions.doubted():
            return wanted
        return Plan(tuple(dict.fromkeys(self._generator.reloads.values())), wanted.restarts, wanted.lines)

    def _repair(self) -> None:
        """When no whole revision is in force, take the newest whole one that was confirmed."""
        current = self._revisions.current()
        if current is not None and self._revisions.whole(current):
            return
        for number in reversed(self._revisions.numbers()):
            if number != current and self._revisions.whole(number) and self._revisions.is_confirmed(number):
                LOG.critical("no whole revision was in force: revision %d is now", number)
                self._revisions.switch(number)
                self._revisions.settle()
                self._revisions.doubt()
                tree, log_from = self._revisions.tree(number), self._effect.log_end()
                document, steps = self._document(number), Steps("repair", self._after_step)
                wanted = self._wanted(tree, tree, document)
                _report(self._effect.take_back(document, tree, wanted, log_from, steps))
                return

    def _resume(self) -> None:
        pending = self._revisions.pending()
        confirmed = pending is not None and self._revisions.is_confirmed(pending.revision)
        choice = choose(self._revisions.current(), pending, confirmed=confirmed, now=self._clock())
        if pending is None or choice in {Choice.NOTHING, Choice.WAIT}:
            return
        LOG.warning("an earlier run left revision %d waiting: %s", pending.revision, choice)
        if choice is Choice.SETTLE:
            self._revisions.settle()
        elif choice is Choice.BACK:
            self._back(pending, Steps("start", self._after_step))
        else:
            self._finish(pending)

    def _finish(self, pending: Pending) -> None:
        """Bring an interrupted apply to its end: effective and counting down, or back."""
        steps = Steps("finish", self._after_step)
        document = self._document(pending.revision)
        if document is None:
            self._back(pending, steps)
            return
        tree = self._revisions.tree(pending.revision)
        wanted = self._wanted(self._revisions.tree(pending.reverts_to), tree, document)
        now = self._clock()
        if self._effect.has_started_since(pending.since, now):
            wanted = Plan((), (), wanted.lines)
        problems = self._effect.take(document, tree, wanted, self._effect.log_end(), steps)
        if problems:
            _report(problems)
            self._back(pending, steps)
        else:
            self._count_down(pending, max(pending.deadline - now, 0))

    # --- guards ----------------------------------------------------------------------------

    def _refuse_while_one_waits(self) -> None:
        pending = self._revisions.pending()
        if pending is not None:
            raise BranchboxError(
                Problem(
                    text="Revision {revision} waits to be confirmed. Confirm or revert it first.",
                    args={"revision": str(pending.revision)},
                )
            )

    def _waiting(self) -> Pending:
        pending = self._revisions.pending()
        if pending is None:
            raise BranchboxError(
                Problem(text="No revision waits to be confirmed: it was confirmed or has gone back already.")
            )
        return pending

    def _accept(self, toml: str) -> SiteDocument:
        """A valid document with all its passwords; `********` takes those in force. Raises DocumentError."""
        return documents.fill_secrets(documents.load(toml), self._document(self._revisions.current()))

    def _document(self, number: int | None) -> SiteDocument | None:
        """A stored document; also one that today's rules would refuse."""
        return documents.parse(self._revisions.site(number))[0] if number is not None else None


def _disk(error: OSError) -> Problem:
    return Problem(
        text="The disk did not take the new revision. Make room or check the disk; the old one is in force.",
        original=str(error),
    )


def _report(problems: tuple[Problem, ...]) -> None:
    for each in problems:
        LOG.critical("%s", each)
