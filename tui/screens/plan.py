"""SETUP > Plan: a change, before it happens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from appliance.site import labels
from appliance.site.problems import BranchboxError
from tui import look
from tui.arrival import where_to
from tui.format import DASH, duration, seconds
from tui.i18n import N_, _, n_, say
from tui.screens.page import Page
from tui.widgets.cells import ends, fit, line, wrap
from tui.widgets.entry import Entry
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.contract import Applied, Plan
    from appliance.site.diff import Change

CONFIRM_WITHIN = 300
"""Seconds that an applied change waits to be confirmed."""


class PlanScreen(Page):
    """What applying the candidate would do, proved by a trial start; then the apply itself."""

    DEFAULT_CSS = """
    PlanScreen #reason { height: 1; }
    PlanScreen #reason Painted { width: 27; }
    PlanScreen #why { width: 1fr; }
    """
    CRUMBS = N_("SETUP > Plan")
    ANSWERS = N_(
        "What the change is, before it happens: each changed thing, what the trial start of the exchange said, what is "
        "reloaded, and which lines of which files change (v). Write why, then y applies it. Nothing is final before c: "
        "without it the box goes back by itself."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "apply", N_("Apply")),
        Binding("v", "lines", N_("View lines")),
        Binding("w", "why", N_("Why"), show=False),
        Binding("escape", "leave", N_("Back to editing")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._plan: Plan | None = None
        self._applied: Applied | None = None
        self._since: float | None = None
        """Since when the box is applying."""

    def summary(self) -> str:
        """Whose candidate, and how much of it."""
        config = self.picture.config
        if self._plan is None or config is None or self._applied is not None:
            return ""
        changes = n_("{n} change", "{n} changes", len(self._plan.changes))
        return _("candidate by {who}, {changes}").format(who=config.candidate_by or DASH, changes=changes)

    def body(self) -> Iterable[Widget]:
        """The plan, then the reason."""
        with Scroll():
            yield Painted(self._draw, id="plan")
        with Horizontal(id="reason"):
            yield Painted(lambda _width: [line(" " + _("Why (goes into the log):") + " ")], id="reason-label")
            yield Entry(id="why")

    # --- core -----------------------------------------------------------------------------

    def load(self) -> None:
        """Ask for the plan; the box makes a trial start for it."""
        from appliance.api.contract import CONFIG_PLAN
        from appliance.api.wire import Empty

        if self._applied is None:
            self.ask(CONFIG_PLAN, Empty(), self._came)

    def _came(self, plan: Plan) -> None:
        self._plan = plan
        self.loaded = True
        self.repaint()
        self.refresh_bindings()

    def action_apply(self) -> None:
        """Apply, once there is a reason."""
        from appliance.api.contract import CONFIG_APPLY, Apply

        why = self.query_one(Entry).text[:200]
        if not why:
            self.query_one(Entry).focus()
            self.notice(_("First write why, then Enter, then y."))
            return
        self._since = self.now
        self.refresh_bindings()
        self.repaint()
        self.ask(CONFIG_APPLY, Apply(why=why, confirm_within=CONFIRM_WITHIN), self._done, self._failed)

    def _done(self, applied: Applied) -> None:
        self._since = None
        self._applied = applied
        self.ours.feed_now()
        self.repaint()
        self.refresh_bindings()
        if applied.problems:
            self.trouble(applied.problems)
        else:
            said = _("Revision {number} is in force. Try it; then c confirms, or it goes back by itself.")
            moved = " " + where_to(applied.move) if applied.move else ""
            self.notice(said.format(number=applied.revision) + moved)

    def _failed(self, error: BranchboxError) -> None:
        self._since = None
        self.ours.feed_now()
        self.repaint()
        self.refresh_bindings()
        self.trouble(error.problems)

    # --- keys -----------------------------------------------------------------------------

    def on_input_submitted(self) -> None:
        """The reason is written: y works again."""
        self.query_one(Scroll).focus()
        if self.query_one(Entry).text and self.check_action("apply", ()):
            self.notice(_("y applies the change now."))

    def action_why(self) -> None:
        """Write the reason."""
        self.query_one(Entry).focus()

    def action_lines(self) -> None:
        """The changed lines of the generated files."""
        from tui.screens.difflines import DiffLines

        if self._plan is not None:
            self.app.push_screen(DiffLines(self._plan.files))

    def action_leave(self) -> None:
        """Out of the reason first, then back; the setup asks core anew."""
        if self.query_one(Entry).has_focus:
            self.query_one(Scroll).focus()
            return
        self.app.pop_screen()
        if isinstance(self.app.screen, Page):
            self.app.screen.load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Apply only what can be applied, once."""
        if action == "back":
            return False
        if action == "apply":
            ready = self._plan is not None and bool(self._plan.changes) and not self._plan.problems
            return ready and self._applied is None and self._since is None
        if action == "lines":
            return self._plan is not None and bool(self._plan.files)
        return super().check_action(action, parameters)

    # --- drawing --------------------------------------------------------------------------

    def _draw(self, width: int) -> list[Text]:
        if self._plan is None:
            return [line((" " + _("Checking the candidate by a trial start of the exchange ..."), look.QUIET))]
        plan = self._plan
        if not plan.changes and not plan.problems:
            return [
                line((" " + _("Nothing is changed: the candidate is what is in force. Esc leads back."), look.QUIET))
            ]
        lines = [change_line(change, width) for change in plan.changes]
        lines.append(line())
        if plan.problems:
            count = n_("{n} problem", "{n} problems", len(plan.problems))
            lines.append(line(_headed(_("CHECKED")), (count, look.BAD)))
            for problem in plan.problems:
                if problem.where:
                    lines.append(line((f" {problem.where}", look.HEAD)))
                lines += [line((f"   {part}", look.BAD)) for part in wrap(say(problem), width - 4)]
                if problem.original:
                    lines.append(line((f"   {problem.original}", look.QUIET)))
            return [*lines, line(), line(" " + _("This cannot be applied. Esc leads back to editing."))]
        checked = _("by a trial start of the exchange: 0 errors, 0 warnings")
        lines.append(ends(line(_headed(_("CHECKED")), checked), line(seconds(plan.trial_seconds) + " "), width))
        reloads = ", ".join(plan.reloads) if plan.reloads else _("nothing")
        up = _("Calls up now: {count}. None is touched.").format(
            count=plan.calls_up if plan.calls_up is not None else DASH
        )
        lines.append(line(_headed(_("RELOADS")), f"{reloads}.   {up}"))
        files = "    ".join(f"{file.path} +{file.added} -{file.removed}" for file in plan.files) or _("none changed")
        lines.append(ends(line(_headed(_("FILES")), files), line(_("v view lines") + " "), width))
        return [*lines, line(), *self._state(width)]

    def _state(self, width: int) -> list[Text]:
        if self._since is not None:
            took = duration(self.now - self._since)
            return [line((" " + _("Applying ... {time}. Calls go on.").format(time=took), look.WARN))]
        if self._applied is not None:
            steps = "   ".join(f"{_(step.name)} {seconds(step.seconds)}" for step in self._applied.steps)
            head = _("NOT APPLIED") if self._applied.problems else _("APPLIED")
            return [line(" ", (head, look.BAD if self._applied.problems else look.HEAD), f"  {steps}")]
        config = self.picture.config
        back = config.revision if config is not None and config.revision is not None else DASH
        words = _("If you do not confirm within {time} the box goes back to revision {number} by itself.")
        move = self._plan.move if self._plan else None
        if move is None:
            return [line(" " + words.format(time=duration(CONFIRM_WITHIN), number=back))]
        waits = words.format(time=duration(move.seconds), number=back)
        return [line(" " + waits), *(line((" " + part, look.WARN)) for part in wrap(where_to(move), width - 2))]


def _headed(label: str) -> tuple[str, str]:
    return f" {fit(label, 9)}", look.HEAD


def change_line(change: Change, width: int) -> Text:
    """`queue repair       ring each agent     15 s -> 20 s`."""
    thing = f"{word(labels.kind(change.kind))} {change.key}".rstrip()
    what, values = _what(change)
    first, second = (24, 26) if width >= 100 else (19, 20)
    return line(" " + fit(thing, first - 1) + " ", fit(what, second - 1) + " ", values)


def _what(change: Change) -> tuple[str, str]:
    field = word(labels.field(change.kind, change.field)) if change.field else ""
    item = word(change.item) if change.item else ""
    before, after = word(change.before), word(change.after)
    if not change.field:
        return word(change.verb), after if change.verb == "added" else before
    if labels.ORDER in (change.field, change.item):
        return f"{field} {item}".strip(), word("changed")
    if change.item and change.verb != "changed":
        return f"{field} {word(change.verb)}", f"{item} {after if change.verb == 'added' else before}"
    if not change.before and not change.after:
        return field, word(change.verb)
    return f"{field} {item}".rstrip(), f"{before or DASH} -> {after or DASH}"
