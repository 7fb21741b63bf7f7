"""The first phones: a range of numbers with made-up names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from appliance.site import answers
from appliance.site.draft import Step
from appliance.site.models import Language
from tui.forms import Field
from tui.forms.fields import text
from tui.i18n import N_, _
from tui.setup.question import Question
from tui.words import word


class PhonesQuestion(Question):
    """Which phones there are."""

    STEP = Step.PHONES
    TITLE = N_("Phones")
    WORDS = N_(
        "Internal numbers in a row. The box makes a password for each; the list comes after the setup. Names and "
        "single numbers are changed later under Setup."
    )
    ANSWERS = N_(
        "How many phones there are, and the number of the first. The service number rings the first 20 of them at once "
        "until a technician makes queues. Phones that may call outside dial 9 first."
    )

    def fields(self) -> Iterable[tuple[Field, str]]:
        """First number, how many, outside."""
        held = self.entries("extensions")
        yield (
            text("number", label=N_("First number"), help=N_("3 to 6 digits, not beginning with 0 or 9.")),
            str(held[0].get("number", "8001") if held else "8001"),
        )
        yield text("count", label=N_("How many"), help=N_("1 to 200.")), str(len(held) or 10)
        if self.entries("trunks"):
            yield (
                Field(
                    ("outside",),
                    N_("They dial 9 before the number. Abroad: later, by a permission under Setup."),
                    options=lambda _document: [("yes", lambda: word("yes")), ("no", lambda: word("no"))],
                    label=N_("May call outside"),
                ),
                "yes" if not held or held[0].get("permission") else "no",
            )

    def answer(self) -> Mapping[str, Any]:
        """Phones, and the queue that the service number rings."""
        language = Language(self.part("site").get("language", "en"))
        outside = bool(self.entries("trunks")) and self.value("outside") == "yes"
        return answers.phones(language, self.value("number"), int(self.value("count")), outside=outside)

    def action_next(self) -> None:
        """A number of phones that the box can have."""
        count = self.value("count")
        if not count.isdecimal() or not 1 <= int(count) <= answers.MOST_PHONES:
            self.row("count").control.focus()
            self.notice(_("Write how many phones there are: 1 to {most}.").format(most=answers.MOST_PHONES), bad=True)
            return
        super().action_next()
