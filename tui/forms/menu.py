"""A one-level menu."""

from __future__ import annotations

from appliance.site.models import Menu
from tui.forms.fields import Form, destination, text, whole
from tui.i18n import N_

KEYS = "1234567890*#"

FORM = Form(
    "menu",
    "menus",
    Menu,
    "name",
    N_("Menus"),
    (
        text("name", help=N_("Small letters, digits, - and _; numbers use it to send calls here.")),
        text("label", help=N_("What people read on screens and in reports.")),
        text("greeting", help=N_("The announcement that callers hear: branchbox/welcome")),
        *(
            destination(
                "choices", key, needed=False, label=N_("key"), help=N_("Where this key leads; none when unused.")
            )
            for key in KEYS
        ),
        whole("wait", unit="s", help=N_("How long to wait for a key after the greeting.")),
        whole("tries", help=N_("How often the greeting is played before giving up.")),
        destination("no_choice", needed=False, help=N_("Where callers go who pressed nothing; none hangs up.")),
    ),
    ("label", "greeting"),
)
