"""A SIP line to the carrier or head office."""

from __future__ import annotations

from typing import Any

from appliance.site.models import Trunk
from tui.forms.fields import Field, Form, secret, text, whole, words
from tui.i18n import N_


def read_extra(said: str) -> dict[str, str]:
    """`from_user=96296 trust_id_inbound=yes` as options."""
    return {name: value for name, _equals, value in (piece.partition("=") for piece in said.replace(",", " ").split())}


def show_extra(extra: Any) -> str:
    """The way back."""
    return " ".join(f"{name}={value}" for name, value in (extra or {}).items())


FORM = Form(
    "trunk",
    "trunks",
    Trunk,
    "name",
    N_("Trunks"),
    (
        text("name", help=N_("Small letters, digits, - and _.")),
        text("label", help=N_("What people read on screens and in reports.")),
        text("host", help=N_("The carrier's host name or address, where calls out are sent.")),
        whole("port", help=N_("UDP port at the carrier, usually 5060.")),
        words("addresses", help=N_("Addresses that the carrier's calls come from, with commas: 192.0.2.0/28")),
        text(
            "register_as", needed=False, help=N_("User name at the carrier; empty for a trunk that does not register.")
        ),
        secret("password", needed=False, help=N_("From the carrier. ******** keeps the one that is there.")),
        words("codecs", help=N_("In order of preference: alaw, ulaw, g722")),
        Field(
            ("extra",),
            N_("Options of the PJSIP endpoint that this carrier needs: from_user=96296"),
            needed=False,
            show=show_extra,
            read=read_extra,
        ),
    ),
    ("label", "host"),
    {"port": 5060},
)
