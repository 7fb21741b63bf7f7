"""The UPS, and what the box does when mains is gone."""

from __future__ import annotations

from appliance.site.models import Power, Ups
from tui.forms.fields import Field, Form, prompt, text, whole
from tui.forms.trunk import read_extra, show_extra
from tui.i18n import N_

POWER = Form(
    "power",
    "power",
    Power,
    "",
    N_("Power"),
    (
        whole("low_charge", help=N_("Percent of charge at which the box begins to switch off.")),
        whole("low_runtime", help=N_("Seconds left, as the UPS says, at which it begins.")),
        text(
            "longest",
            needed=False,
            help=N_("Seconds without mains until it begins anyway; empty: believe the UPS."),
        ),
        whole("drain", help=N_("Seconds that calls may go on then. New ones go out to emergency numbers only.")),
        prompt("announcement", help=N_("What a phone hears that calls out meanwhile.")),
        whole("needed", help=N_("UPSes that must have power for the box to run: 1 when either feeds it alone.")),
        text("test_every", needed=False, help=N_("Days between two battery tests; empty: none.")),
        text("test_at", help=N_("When a test that is due begins: 03:30.")),
    ),
)

UPSES = Form(
    "ups",
    "upses",
    Ups,
    "name",
    N_("UPSes"),
    (
        text("name", help=N_("Small letters, digits, - and _.")),
        text("label", help=N_("What people read on screens and in reports.")),
        text("driver", help=N_("As F6 Box, s UPS shows it: usbhid-ups for most, nutdrv_qx for many others.")),
        text("port", help=N_("auto for USB; else its device: /dev/ttyS0.")),
        text("vendor_id", needed=False, help=N_("USB id of the maker, four digits; empty: any.")),
        text("product_id", needed=False, help=N_("USB id of the model, four digits; empty: any.")),
        text("serial", needed=False, help=N_("The number on its back; needed with two of one make.")),
        text("battery_since", needed=False, help=N_("When its battery was fitted: 2026-10-01.")),
        Field(
            ("extra",),
            N_("Options of the driver that this UPS needs: pollinterval=5"),
            needed=False,
            show=show_extra,
            read=read_extra,
        ),
    ),
    ("label", "driver", "port"),
    {"driver": "usbhid-ups", "port": "auto"},
)
