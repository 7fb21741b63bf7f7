"""What the box tries out by itself."""

from __future__ import annotations

from appliance.site.models import Drill, DrillKind
from tui.forms.fields import Form, named, one_of, text, words
from tui.i18n import N_

FORM = Form(
    "drill",
    "drills",
    Drill,
    "name",
    N_("Drills"),
    (
        text("name", help=N_("Small letters, digits, - and _.")),
        text("label", help=N_("What people read on screens and in reports.")),
        one_of(
            "kind",
            values=tuple(DrillKind),
            help=N_("A test call by a trunk; calling out without it; or whether a backup could be restored."),
        ),
        named(
            "trunk",
            collection="every_trunk",
            key="name",
            needed=False,
            help=N_("By which trunk the test call goes out, or which one is as if lost."),
        ),
        text(
            "number",
            needed=False,
            help=N_("Whom it calls: a number of ours that leads to the test number, or any that answers and sounds."),
        ),
        words("days", help=N_("mon, tue, wed, thu, fri, sat, sun; empty for every day.")),
        text("at", help=N_("Local time, at a quiet hour: 03:30")),
    ),
    ("label", "kind", "at"),
    {"at": "03:30"},
)
