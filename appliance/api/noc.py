"""What the NOC gets of this box, and by what it knows it."""

from __future__ import annotations

from appliance.api.contract import STAFF
from appliance.api.wire import Empty, Message, method
from appliance.site.models import Role

OID = "1.3.6.1.4.1.8072.9999.9999.47"
"""Where BRANCHBOX-MIB hangs. Branchbox has no enterprise number of IANA yet: a place in Net-SNMP's playpen. The MIB
says the same in one line, and a test holds that it does."""


class Certificate(Message):
    """What pollers are shown; the times are epoch seconds."""

    own: bool
    """Made by the box itself, which then is renewed by itself."""
    fingerprint: str
    """SHA-256, `AB:CD:...`."""
    ends: float
    names: tuple[str, ...]
    trust: str = ""
    """The authority that pollers are given when the box made its own, in PEM."""
    trust_fingerprint: str = ""


class NocState(Message):
    """What is on."""

    https: bool
    port: int
    certificate: Certificate | None = None
    """None while nothing is served, or it cannot be read."""
    by_token: bool = False
    by_certificate: bool = False
    snmp: bool = False
    snmp_user: str = ""
    snmp_runs: bool = False
    receivers: tuple[str, ...] = ()
    syslog: str = ""
    """The receiver; empty for none."""
    syslog_runs: bool = False
    networks: tuple[str, ...] = ()
    """Who may poll."""


NOC_STATE = method("noc/state", Empty, NocState, STAFF | {Role.NOC})
