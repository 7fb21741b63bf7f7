"""When something is open."""

from __future__ import annotations

from appliance.site.models import Hours
from tui.forms.fields import Field, Form, switch, text
from tui.i18n import N_

DAYS = {
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
}


def _day(day: str) -> Field:
    return Field(
        ("week", day),
        N_("Open from-to, spaces between several: 08:30-12:00 13:30-17:30. Empty: closed. 00:00-24:00: all day."),
        label=DAYS[day],
        needed=False,
        show=lambda spans: " ".join(spans or ()),
        read=lambda said: tuple(said.replace(",", " ").split()),
    )


FORM = Form(
    "hours",
    "hours",
    Hours,
    "name",
    N_("Hours"),
    (
        text("name", help=N_("Small letters, digits, - and _; numbers name it.")),
        text("label", help=N_("What people read on screens and in reports.")),
        *(_day(day) for day in DAYS),
        switch("keeps_holidays", help=N_("Closed on holidays, open on make-up working days.")),
    ),
    ("label", "keeps_holidays"),
)
