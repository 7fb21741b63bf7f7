"""The branch itself: its name, calling out, holidays."""

from __future__ import annotations

from appliance.site.models import Dialing, Holiday, Site
from tui.forms.fields import Form, destination, one_of, text
from tui.i18n import N_

SITE = Form(
    "site",
    "site",
    Site,
    "",
    N_("Site"),
    (
        text("name", help=N_("The branch's name, at the head of every screen.")),
        text("code", help=N_("2 to 8 capital letters or digits.")),
        one_of("language", values=("en", "zh"), help=N_("Of announcements, and of people who chose none.")),
        text("time_zone", help=N_("As in Asia/Shanghai.")),
    ),
)

DIALING = Form(
    "dialing",
    "dialing",
    Dialing,
    "",
    N_("Calling out"),
    (
        text("outside_prefix", help=N_("The digit that phones dial before an outside number.")),
        destination(
            "operator", needed=False, help=N_("Who answers where a menu leads to the operator: a phone or a queue.")
        ),
    ),
)

HOLIDAYS = Form(
    "holiday",
    "holidays",
    Holiday,
    "first",
    N_("Holidays"),
    (
        text("first", help=N_("As in 2026-10-01.")),
        text("last", needed=False, help=N_("Empty for a single day.")),
        text("label", help=N_("What people read on screens and in reports.")),
        one_of(
            "works_as",
            values=("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
            needed=False,
            help=N_("None: a day off. Else a make-up working day with the hours of that weekday."),
        ),
    ),
    ("last", "label", "works_as"),
)
