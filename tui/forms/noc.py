"""What the NOC gets: polls over HTTPS, SNMPv3, the log."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from appliance.site.models import Noc, Snmp, SnmpAuth, Syslog
from tui.forms.fields import Field, Form, one_of, secret, switch, text, whole, words
from tui.i18n import N_


def _one_line(value: Any) -> str:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")
    return " ".join(text.split())


def pem(*path: str, help: str) -> Field:
    """Certificates, pasted as one line: the document puts the white space right."""
    return Field(path, help, needed=False, show=_one_line)


NOC = Form(
    "noc",
    "noc",
    Noc,
    "",
    N_("NOC: polls"),
    (
        switch("https", help=N_("/health and /metrics over HTTPS, for the NOC's networks only (Network).")),
        whole("port", help=N_("TCP port, usually 9443.")),
        secret("token", needed=False, help=N_("What pollers send as bearer token: 24 characters at least.")),
        secret(
            "earlier_token",
            needed=False,
            help=N_("Taken as well, until all pollers have the new one; then remove it."),
        ),
        pem("client_authority", help=N_("For mutual TLS: who signs the pollers' certificates, in PEM, pasted whole.")),
        words("client_names", help=N_("Names on pollers' certificates, with commas; empty: all of that authority.")),
        words(
            "names", help=N_("Names that pollers call the box by, with commas; its own and its addresses are known.")
        ),
        pem("certificate", help=N_("In PEM, pasted whole; empty: the box makes its own and renews it.")),
        Field(
            ("key",),
            N_("The key of that certificate, in PEM without a password, pasted whole."),
            needed=False,
            show=_one_line,
            read=SecretStr,
        ),
    ),
)

SNMP = Form(
    "snmp",
    "snmp",
    Snmp,
    "",
    N_("NOC: SNMP"),
    (
        switch("enabled", help=N_("SNMPv3 on UDP port 161, for the NOC's networks only (Network).")),
        text("user", help=N_("The one user, who may read: small letters, digits, - and _.")),
        one_of("auth", values=[each.value for each in SnmpAuth], help=N_("How the user proves who it is.")),
        secret("auth_password", needed=False, help=N_("The user's password: 12 characters at least.")),
        secret("privacy_password", needed=False, help=N_("Another one, for encryption with AES-128.")),
        words("receivers", help=N_("Machines that alarms are sent to, UDP port 162, with commas.")),
        switch("confirmed", help=N_("Yes: informs, sent three times at most until confirmed. No: traps, sent once.")),
    ),
)

SYSLOG = Form(
    "syslog",
    "syslog",
    Syslog,
    "",
    N_("NOC: log"),
    (
        text("receiver", needed=False, help=N_("Where alarms, logins and changes are sent, by TLS; empty: nowhere.")),
        whole("port", help=N_("TCP port, usually 6514.")),
        text("receiver_name", needed=False, help=N_("The name on its certificate, if it is another one.")),
        pem("authority", help=N_("Who signed its certificate, in PEM, pasted whole; empty: the public authorities.")),
    ),
)
