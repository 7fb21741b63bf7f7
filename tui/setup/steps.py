"""The questions in order, and which is the first that is open."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from appliance.site.draft import Step

if TYPE_CHECKING:
    from appliance.api.setup import SetupState
    from tui.screens.page import Page

QUESTIONS: tuple[tuple[Step, str], ...] = (
    (Step.LANGUAGE, "language.LanguageQuestion"),
    (Step.SITE, "site.SiteQuestion"),
    (Step.NETWORK, "network.NetworkQuestion"),
    (Step.TIME, "time.TimeQuestion"),
    (Step.PEOPLE, "people.PeopleQuestion"),
    (Step.RECOVERY, "recovery.RecoveryQuestion"),
    (Step.LINES, "lines.LinesQuestion"),
    (Step.PHONES, "phones.PhonesQuestion"),
    (Step.POWER, "power.PowerQuestion"),
    (Step.NOC, "noc.NocQuestion"),
)
"""A question, and its screen below `tui.setup`: loaded when it is asked."""
COUNT = len(QUESTIONS)


def first_open(state: SetupState, start: int = 0) -> int:
    """The number of the first question without an answer, from `start` on; `COUNT` when there is none."""
    done = set(state.answered) | ({Step.RECOVERY} if state.recovery else set())
    if Step.NOC in done:
        done.add(Step.POWER)  # it only shows something: who answered the one after it has seen it
    return next((at for at in range(start, COUNT) if QUESTIONS[at][0] not in done), COUNT)


def screen_of(number: int) -> Page:
    """A question's screen, made anew; the summary behind the last."""
    if number >= COUNT:
        from tui.setup.summary import Summary

        return Summary()
    module, _dot, name = QUESTIONS[number][1].partition(".")
    make: Callable[[], Page] = getattr(import_module(f"tui.setup.{module}"), name)
    return make()
