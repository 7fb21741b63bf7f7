"""The branch's name and code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from appliance.site.draft import Step
from tui.forms import Field
from tui.forms.fields import text
from tui.i18n import N_
from tui.setup.question import Question


class SiteQuestion(Question):
    """Which branch this is."""

    STEP = Step.SITE
    TITLE = N_("Branch")
    WORDS = N_("The name stands at the head of every screen; the code before every call's number.")
    ANSWERS = N_("Which branch this is. The name may be Chinese; the code is 2 to 8 capital letters or digits.")

    def fields(self) -> Iterable[tuple[Field, str]]:
        """Name and code."""
        site = self.part("site")
        yield (
            text("name", label=N_("Name"), help=N_("The branch's name, at the head of every screen.")),
            _said(site, "name"),
        )
        yield text("code", label=N_("Code"), help=N_("2 to 8 capital letters or digits.")), _said(site, "code")

    def answer(self) -> Mapping[str, Any]:
        """The code in capitals, however it was written."""
        given = {"name": self.value("name"), "code": self.value("code").upper()}
        return {"site": {name: value for name, value in given.items() if value}}


def _said(table: Mapping[str, Any], name: str) -> str:
    return str(table.get(name, ""))
