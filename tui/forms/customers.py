"""How customers are graded and marked, how their numbers are read, and who sees those whole."""

from __future__ import annotations

from appliance.site.models import Customers, Grade
from tui.forms.fields import Form, text, whole, words
from tui.i18n import N_

CUSTOMERS = Form(
    "customers",
    "customers",
    Customers,
    "",
    N_("Customers"),
    (
        text("country", help=N_("Two capital letters (CN): where numbers without a country code are from.")),
        text("area_code", needed=False, help=N_("As in 0577: put before landline numbers without one.")),
        words("tags", help=N_("What customers can be marked with, with commas between.")),
        words(
            "masked_roles",
            help=N_("Who sees 138****2046: agent, supervisor, manager, technician, installer; commas between."),
        ),
    ),
)

GRADES = Form(
    "grade",
    "grades",
    Grade,
    "name",
    N_("Customer grades"),
    (
        text("name", help=N_("Small letters, digits, - and _; imports and exports use it.")),
        text("label", help=N_("What people read on screens and in reports.")),
        whole("priority", help=N_("0 to 20: callers with a higher one are answered first.")),
    ),
    ("label", "priority"),
)
