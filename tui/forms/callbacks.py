"""Callers who are called back instead of waiting."""

from __future__ import annotations

from appliance.site.models import Callbacks
from tui.forms.fields import Form, named, switch, whole, words
from tui.i18n import N_

FORM = Form(
    "callbacks",
    "callbacks",
    Callbacks,
    "",
    N_("Call-backs"),
    (
        words(
            "numbers",
            help=N_(
                "What may be called back, with commas between: digits, X any, Z 1-9, N 2-9, [3-9]: 1[3-9]XXXXXXXXX"
            ),
        ),
        switch("other_number", help=N_("Callers may key another number than the one they call from.")),
        whole("tries", help=N_("How often a customer who does not answer is called.")),
        whole("pause", unit="min", help=N_("Time between two tries.")),
        named("hours", collection="hours", key="name", needed=False, help=N_("Nobody is called back outside these.")),
    ),
)
