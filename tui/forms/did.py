"""A number that the outside calls."""

from __future__ import annotations

from appliance.site.models import DidNumber
from tui.forms.fields import Form, destination, named, switch, text, whole
from tui.i18n import N_

FORM = Form(
    "did",
    "dids",
    DidNumber,
    "number",
    N_("Numbers"),
    (
        text("number", help=N_("With + and country code (+8657788120003), or a short service number (96296).")),
        text(
            "received_as", needed=False, help=N_("The digits that the carrier sends, when they differ from the number.")
        ),
        text("label", help=N_("What people read on screens and in reports.")),
        destination("goes_to", help=N_("Where calls to this number go. Enter shows what there is.")),
        named("hours", collection="hours", key="name", needed=False, help=N_("When it is open; none means always.")),
        destination("closed_goes_to", needed=False, help=N_("Where calls go outside these hours.")),
        named(
            "closure",
            collection="closures",
            key="name",
            needed=False,
            help=N_("What closes it for a while by phone code."),
        ),
        switch("record", help=N_("Calls to this number are recorded, when recording is on for the site.")),
        whole("priority", help=N_("Place in queues of callers of this number: 0 to 20, higher first.")),
    ),
    ("label", "goes_to"),
)
