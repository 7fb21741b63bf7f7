"""The NOC's ways in: nobody without a key, nothing on that nobody may reach."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import SecretStr

from appliance.site.models import SiteDocument
from appliance.site.places import Place
from appliance.site.rules.fault import Fault
from appliance.site.secrets import is_masked

SHORTEST_TOKEN = 24
SHORTEST_PASSWORD = 12
"""RFC 3414 wants 8 at least; keys are made of these words alone."""
_MISREAD = frozenset("\\\"'#")
"""What snmpd.conf or a header of HTTP would read as something else."""


def somebody_may_poll(document: SiteDocument) -> Iterator[Fault]:
    """What is on has networks that it is open to."""
    for part, on in (("noc", document.noc.https), ("snmp", document.snmp.enabled)):
        if on and not document.network.noc:
            yield Fault(
                (part,),
                "Nobody could poll this: name the networks of the NOC in the network's settings, or switch it off.",
            )


def polls_have_a_way_in(document: SiteDocument) -> Iterator[Fault]:
    """A token or a certificate; the box's own certificate with its key."""
    noc = document.noc
    if noc.https and noc.token is None and noc.client_authority is None:
        yield Fault(
            ("noc",),
            "Anybody in the NOC's networks could poll: write a token, or the authority of pollers' certificates.",
        )
    if noc.earlier_token is not None and noc.token is None:
        yield Fault(("noc", "earlier_token"), "An earlier token wants a new one beside it: write the new one as token.")
    if noc.client_names and noc.client_authority is None:
        yield Fault(("noc", "client_names"), "Names of pollers need the authority that signed their certificates.")
    if (noc.certificate is None) != (noc.key is None):
        yield Fault(
            ("noc", "certificate" if noc.certificate is None else "key"),
            "A certificate and its key belong together: add the other one, or remove both.",
        )
    for name in ("token", "earlier_token"):
        yield from _word(("noc", name), getattr(noc, name), SHORTEST_TOKEN)


def snmp_is_proved_and_encrypted(document: SiteDocument) -> Iterator[Fault]:
    """Two passwords that are not the same."""
    snmp = document.snmp
    for name in ("auth_password", "privacy_password"):
        secret: SecretStr | None = getattr(snmp, name)
        if snmp.enabled and secret is None:
            yield Fault(("snmp", name), "SNMPv3 wants two passwords, one to prove who asks and one for AES: add it.")
        yield from _word(("snmp", name), secret, SHORTEST_PASSWORD)
    both = snmp.auth_password, snmp.privacy_password
    if both[0] is not None and both[0] == both[1] and not is_masked(both[0]):
        yield Fault(("snmp", "privacy_password"), "The two passwords of SNMPv3 are the same: choose another one.")


def _word(place: Place, secret: SecretStr | None, least: int) -> Iterator[Fault]:
    if secret is None or is_masked(secret):
        return
    text = secret.get_secret_value()
    if len(text) < least:
        yield Fault(place, "This is too short to be safe: {least} characters at least.", {"least": str(least)})
    if not (text.isascii() and text.isprintable()) or " " in text or _MISREAD & set(text):
        yield Fault(
            place,
            "It may hold letters, digits and signs, but no spaces and none of {signs} .",
            {"signs": "\\ \" ' #"},
        )


RULES = (somebody_may_poll, polls_have_a_way_in, snmp_is_proved_and_encrypted)
