"""What is known of updates, as sentences: the same on the screen and as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui import look
from tui.format import DASH, duration, moment, size
from tui.i18n import _, say

if TYPE_CHECKING:
    from appliance.api.updates import Checked, Outcome, Progress, Slot, UpdateState
    from appliance.site.problems import Problem


@dataclass(frozen=True)
class Fact:
    """A sentence with its style, and the original words that belong beneath."""

    words: str
    style: str = look.PLAIN
    original: str = ""


def waits(state: UpdateState) -> bool:
    """Whether an update was installed that does not run yet."""
    last = state.last
    if last is None or last.result != "installed":
        return False
    return any(slot.name == last.slot and not slot.running and slot.good for slot in state.slots)


def slot_words(slot: Slot, state: UpdateState, zone: str, now: float) -> str:
    """`system A   1.4.0   passed its test   installed 14:20:11`."""
    if slot.running:
        tested = state.tested
        words = _("tests itself ...")
        if tested is not None and tested.slot == slot.name and tested.version == slot.version:
            words = _("passed its test") if not tested.problems else _("did not pass its test")
    else:
        words = _("can be started") if slot.good else _("cannot be started")
    said = [_("system {slot}").format(slot=slot.name), slot.version or DASH, words]
    if slot.installed is not None:
        said.append(_("installed {time}").format(time=moment(slot.installed, zone, now)))
    if slot.next and not slot.running:
        said.append(_("starts next"))
    return "   ".join(said)


def facts(state: UpdateState, zone: str, now: float) -> Iterator[Fact]:
    """Everything that a person must know, the worst first."""
    if state.development:
        yield Fact(_("Made with a developer's keys: not for a branch."), look.WARN)
    if state.unable is not None:
        yield _of(state.unable, look.WARN)
    if (fell := state.fell_back) is not None:
        words = _("The update to {version} did not work; the box went back to {old} by itself at {time}.")
        when = moment(fell.at, zone, now)
        yield Fact(words.format(version=fell.version, old=fell.back_to, time=when), look.BAD)
        yield from (_of(problem, look.WARN) for problem in fell.problems)
    if state.tested is not None:
        yield from (_of(problem, look.BAD) for problem in state.tested.problems)
    if state.last is not None and state.progress is None:
        yield from _outcome(state.last, waits(state), zone, now)


def checked_facts(checked: Checked) -> Iterator[Fact]:
    """What a look into a bundle gave."""
    words = _("{version} cannot be installed:") if checked.problems else _("{version} can be installed.")
    yield Fact(words.format(version=checked.version or _("This")), look.HEAD)
    yield from (_of(problem, look.WARN) for problem in checked.problems)


def progress_words(progress: Progress) -> str:
    """`Installing 1.5.0 into system B, asked by zhang`."""
    return _("Installing {version} into system {slot}, asked by {who}").format(
        version=progress.version, slot=progress.slot, who=progress.by
    )


def progress_rate(progress: Progress) -> str:
    """`11.4 MB/s   0:40 left`; empty while nothing is known."""
    said = []
    if progress.rate is not None:
        said.append(_("{size}/s").format(size=size(int(progress.rate))))
    if progress.left is not None:
        said.append(_("{time} left").format(time=duration(progress.left)))
    return "   ".join(said)


def _outcome(last: Outcome, waiting: bool, zone: str, now: float) -> Iterator[Fact]:
    when = moment(last.at, zone, now)
    if last.result == "failed":
        words = _("{version} was not installed ({time}):").format(version=last.version, time=when)
        yield Fact(words, look.WARN)
        if last.problem is not None:
            yield _of(last.problem, look.WARN)
    elif last.result == "cancelled":
        yield Fact(_("The installation of {version} was cancelled ({time}).").format(version=last.version, time=when))
    elif waiting:
        words = _("{version} is installed and waits to be started when calls allow it.")
        yield Fact(words.format(version=last.version), look.HEAD)


def _of(problem: Problem, style: str) -> Fact:
    return Fact(say(problem), style, problem.original)
