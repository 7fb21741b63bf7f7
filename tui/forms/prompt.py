"""Announcements of the branch's own, and what is closed for a while."""

from __future__ import annotations

from appliance.site.models import Closure, Prompt
from tui.forms.fields import Form, destination, prompt, secret, text
from tui.i18n import N_

PROMPTS = Form(
    "prompt",
    "prompts",
    Prompt,
    "name",
    N_("Announcements"),
    (
        text(
            "name",
            help=N_("Small letters, digits, - and _; or the name of one of the box's, to be heard instead of it."),
        ),
        text("label", help=N_("What people read on screens and in reports.")),
        text("texts", "zh", needed=False, label=N_("Chinese"), help=N_("What the box says until somebody records it.")),
        text("texts", "en", needed=False, label=N_("English"), help=N_("What the box says until somebody records it.")),
        text("number", needed=False, help=N_("1 to 99: phones dial it behind *06 to record this.")),
        secret("pin", needed=False, help=N_("4 to 10 digits, asked before recording by phone.")),
    ),
    ("label", "number"),
)

CLOSURES = Form(
    "closure",
    "closures",
    Closure,
    "name",
    N_("Closures"),
    (
        text("name", help=N_("Small letters, digits, - and _; numbers, menus and queues name it.")),
        text("label", help=N_("What people read on screens and in reports.")),
        prompt("announcement", help=N_("What callers hear, unless one is recorded when it is closed.")),
        destination("goes_to", needed=False, help=N_("Where callers go after the announcement; none hangs up.")),
        text("number", help=N_("1 to 99: phones dial it behind *05 to close and to open.")),
        secret("pin", help=N_("4 to 10 digits, asked before closing and opening by phone.")),
    ),
    ("label", "number"),
    {"announcement": "branchbox/closed-for-now"},
)
