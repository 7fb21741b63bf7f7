"""What is recorded, and how long it is kept."""

from __future__ import annotations

from appliance.site.models import Recording
from tui.forms.fields import Form, switch, text, whole
from tui.i18n import N_

FORM = Form(
    "recording",
    "recording",
    Recording,
    "",
    N_("Recording"),
    (
        switch("enabled", help=N_("Off: nothing is recorded, whatever numbers and queues say.")),
        switch("incoming", help=N_("Every call of the outside, whatever its number says.")),
        switch("outgoing", help=N_("Every call to the outside.")),
        switch("internal", help=N_("Every call between the branch's own phones.")),
        text("keep_days", needed=False, help=N_("Days after which a recording goes; empty: when room is needed.")),
        whole("keep_free", help=N_("Percent of the disk: below it the oldest recordings without a hold go.")),
    ),
)
