"""`branchbox config ...`: the site document, its plan, its revisions."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.site.problems import BranchboxError, Problem
from tui.arrival import confirmation, where_to
from tui.cli.context import Context, Exit, command, table
from tui.format import DASH, duration, moment, seconds
from tui.i18n import _, say, say_all

if TYPE_CHECKING:
    from appliance.api.contract import Applied, Candidate, Plan, Revisions
    from appliance.site.diff import Change


def add(commands: Any) -> None:
    """Add this family to the command line."""
    family = commands.add_parser("config", help=_("the site document: show, change, apply"))
    verbs = family.add_subparsers(required=True, metavar=_("COMMAND"))

    show = command(
        verbs, "show", _("the document in force, or of a revision; passwords stand as ********"), show_document
    )
    show.add_argument("revision", type=int, nargs="?")
    command(verbs, "diff", _("what the candidate changes"), show_diff)
    file = command(verbs, "import", _("make a document the candidate; shows what it changes"), import_document)
    file.add_argument("file", help=_("a TOML file, or - for standard input"))
    command(
        verbs, "export", _("the document in force with its passwords in clear; goes into the operation log"), export
    )
    command(verbs, "plan", _("what applying the candidate would do, proved by a trial start"), show_plan)
    apply = command(verbs, "apply", _("apply the candidate; it must be confirmed in time"), apply_candidate)
    _why(apply)
    apply.add_argument("--yes", action="store_true", help=_("do not ask"))
    command(verbs, "confirm", _("keep the revision that waits"), confirm)
    command(verbs, "revert", _("go back now from the revision that waits"), revert)
    back = command(verbs, "rollback", _("apply an earlier revision again"), rollback)
    back.add_argument("revision", type=int)
    _why(back)
    back.add_argument("--yes", action="store_true", help=_("do not ask"))
    command(verbs, "revisions", _("every revision, newest first"), show_revisions)


def _why(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--why", required=True, help=_("the reason, for the log"))
    parser.add_argument(
        "--confirm-within",
        type=int,
        default=300,
        metavar="S",
        help=_("seconds to wait for the confirmation, 10 to 3600"),
    )


async def show_document(context: Context, said: argparse.Namespace) -> int:
    """The document of a revision."""
    from appliance.api.contract import CONFIG_SHOW, RevisionKey

    document = await context.ask(CONFIG_SHOW, RevisionKey(revision=said.revision))
    context.show(document, document.toml.splitlines)
    return Exit.DONE


async def export(context: Context, _said: argparse.Namespace) -> int:
    """The document with its passwords."""
    from appliance.api.contract import CONFIG_EXPORT
    from appliance.api.wire import Empty

    document = await context.ask(CONFIG_EXPORT, Empty())
    context.show(document, document.toml.splitlines)
    return Exit.DONE


async def show_diff(context: Context, _said: argparse.Namespace) -> int:
    """What the candidate changes."""
    from appliance.api.contract import CONFIG_CANDIDATE
    from appliance.api.wire import Empty

    return _candidate(context, await context.ask(CONFIG_CANDIDATE, Empty()))


async def import_document(context: Context, said: argparse.Namespace) -> int:
    """Make a document the candidate."""
    from appliance.api.contract import CONFIG_EDIT, Document

    try:
        toml = sys.stdin.read() if said.file == "-" else Path(said.file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        text = "The file {file} cannot be read."
        raise BranchboxError(Problem(text=text, args={"file": said.file}, original=str(error))) from None
    return _candidate(context, await context.ask(CONFIG_EDIT, Document(toml=toml)))


async def show_plan(context: Context, _said: argparse.Namespace) -> int:
    """What applying would do."""
    from appliance.api.contract import CONFIG_PLAN
    from appliance.api.wire import Empty

    plan = await context.ask(CONFIG_PLAN, Empty())
    context.show(plan, lambda: _plan(plan))
    return Exit.PROBLEMS if plan.problems else Exit.DONE


async def apply_candidate(context: Context, said: argparse.Namespace) -> int:
    """Plan, ask, apply."""
    from appliance.api.contract import CONFIG_APPLY, CONFIG_PLAN, Apply
    from appliance.api.wire import Empty

    if not said.yes:
        plan = await context.ask(CONFIG_PLAN, Empty())
        print("\n".join(_plan(plan)), file=sys.stderr)
        if plan.problems:
            return Exit.PROBLEMS
        if not _sure(_("Apply this now?")):
            return Exit.PROBLEMS
    applied = await context.ask(CONFIG_APPLY, Apply(why=said.why, confirm_within=said.confirm_within))
    return _applied(context, applied)


async def rollback(context: Context, said: argparse.Namespace) -> int:
    """Apply an earlier revision again."""
    from appliance.api.contract import CONFIG_ROLLBACK, Rollback

    if not said.yes and not _sure(_("Apply revision {number} again now?").format(number=said.revision)):
        return Exit.PROBLEMS
    wanted = Rollback(revision=said.revision, why=said.why, confirm_within=said.confirm_within)
    return _applied(context, await context.ask(CONFIG_ROLLBACK, wanted))


async def confirm(context: Context, _said: argparse.Namespace) -> int:
    """Keep the revision that waits."""
    from appliance.api.contract import CONFIG_CONFIRM

    state = await context.ask(CONFIG_CONFIRM, confirmation(os.environ))
    words = _("Confirmed: revision {number} stays in force.").format(number=state.revision)
    context.show(state, lambda: [words])
    return Exit.DONE


async def revert(context: Context, _said: argparse.Namespace) -> int:
    """Go back from the revision that waits."""
    from appliance.api.contract import CONFIG_REVERT, Why

    applied = await context.ask(CONFIG_REVERT, Why(why="by hand"))
    words = _("Gone back: revision {number} is in force again.").format(number=applied.revision)
    context.show(applied, lambda: [say_all(problem) for problem in applied.problems] or [words])
    return Exit.PROBLEMS if applied.problems else Exit.DONE


async def show_revisions(context: Context, _said: argparse.Namespace) -> int:
    """Every revision."""
    from appliance.api.contract import CONFIG_REVISIONS
    from appliance.api.wire import Empty

    revisions = await context.ask(CONFIG_REVISIONS, Empty())
    context.show(revisions, lambda: _revisions(context, revisions))
    return Exit.DONE


def _candidate(context: Context, candidate: Candidate) -> int:
    def words() -> Iterable[str]:
        yield from map(change_words, candidate.changes)
        if not candidate.changes and not candidate.problems:
            yield _("Nothing is changed.")
        for problem in candidate.problems:
            yield _("problem: {words}").format(words=_placed(problem))

    context.show(candidate, words)
    return Exit.PROBLEMS if candidate.problems else Exit.DONE


def _placed(problem: Problem) -> str:
    line = _("line {number}, ").format(number=problem.line) if problem.line is not None else ""
    return line + say_all(problem)


def change_words(change: Change) -> str:
    """A change as one sentence in the language of now."""
    from appliance.site.diff import describe

    return say(describe(change, _))


def _plan(plan: Plan) -> Iterable[str]:
    yield from map(change_words, plan.changes)
    for problem in plan.problems:
        yield _("problem: {words}").format(words=_placed(problem))
    if plan.problems:
        return
    if not plan.changes:
        yield _("Nothing is changed.")
        return
    yield _("checked by a trial start: 0 errors, 0 warnings, {time}").format(time=seconds(plan.trial_seconds))
    yield _("reloads: {modules}").format(modules=", ".join(plan.reloads) or DASH)
    calls = plan.calls_up if plan.calls_up is not None else DASH
    yield _("Calls up now: {count}. None is touched.").format(count=calls)
    for file in plan.files:
        yield f"{file.path}  +{file.added} -{file.removed}"


def _applied(context: Context, applied: Applied) -> int:
    def words() -> Iterable[str]:
        if applied.problems:
            yield _("Not applied; what was in force still is.")
            yield from map(say_all, applied.problems)
            return
        steps = "  ".join(f"{_(step.name)} {seconds(step.seconds)}" for step in applied.steps)
        left = duration(applied.deadline - context.now) if applied.deadline is not None else DASH
        yield _("Revision {number} is in force.").format(number=applied.revision) + f"  {steps}".rstrip()
        yield _("Confirm within {time} (branchbox config confirm), or it goes back by itself.").format(time=left)
        if applied.move is not None:
            yield where_to(applied.move)

    context.show(applied, words)
    return Exit.PROBLEMS if applied.problems else Exit.DONE


def _revisions(context: Context, revisions: Revisions) -> Iterable[str]:
    rows = []
    for revision in revisions.revisions:
        state = _("in force") if revision.current else ""
        if not revision.confirmed:
            state = _("unconfirmed")
        when = moment(revision.at, context.zone, context.now)
        rows.append((str(revision.number), state, when, revision.by, revision.why))
    heads = ((_("No."), "right"), (_("State"), "left"), (_("When"), "left"), (_("Who"), "left"), (_("Why"), "left"))
    yield from table(heads, rows)  # type: ignore[arg-type]  # mypy widens the literals


def _sure(question: str) -> bool:
    """Ask on the terminal; without one the answer is no."""
    if not sys.stdin.isatty():
        print(_("Nobody is there to ask: say --yes."), file=sys.stderr)
        return False
    print(question, _("y or n:"), end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
