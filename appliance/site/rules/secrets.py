"""Passwords that scanners cannot guess and phones can send. `********` is judged when it is filled."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import SecretStr

from appliance.site.models import SiteDocument
from appliance.site.places import Place
from appliance.site.rules.fault import Fault
from appliance.site.secrets import MIN_SIP_PASSWORD, is_masked

# What Asterisk's configuration reads as a comment, an escape or a variable.
_MISREAD = frozenset('\\;"${}')


def _writable(secret: str) -> bool:
    return secret.isascii() and secret.isprintable() and " " not in secret and not _MISREAD & set(secret)


def sip_passwords(document: SiteDocument) -> Iterator[Fault]:
    """Phones' passwords are long enough; all passwords can be written into Asterisk's files."""
    for index, extension in enumerate(document.extensions):
        if is_masked(extension.password):
            continue
        text = extension.password.get_secret_value()
        if len(text) < MIN_SIP_PASSWORD:
            yield Fault(
                ("extensions", index, "password"),
                "The SIP password is weak: {least} characters at least.",
                {"least": str(MIN_SIP_PASSWORD)},
            )
        if not _writable(text):
            yield Fault(("extensions", index, "password"), *_UNWRITABLE)
    for index, trunk in enumerate(document.trunks):
        if trunk.password is not None and not _writable(trunk.password.get_secret_value()):
            yield Fault(("trunks", index, "password"), *_UNWRITABLE)


_UNWRITABLE = (
    "The password may hold letters, digits and signs, but no spaces and none of {signs} .",
    {"signs": '\\ ; " $ { }'},
)


def mailbox_pins(document: SiteDocument) -> Iterator[Fault]:
    """A mailbox PIN is 4 to 10 digits that a stranger would not try first."""
    for index, extension in enumerate(document.extensions):
        yield from _pin(("extensions", index, "voicemail_pin"), extension.voicemail_pin, extension.number)


def agent_pins(document: SiteDocument) -> Iterator[Fault]:
    """So is an agent's."""
    for index, agent in enumerate(document.agents):
        yield from _pin(("agents", index, "pin"), agent.pin, agent.number)


def code_pins(document: SiteDocument) -> Iterator[Fault]:
    """So are those of closures and prompts."""
    for index, closure in enumerate(document.closures):
        yield from _pin(("closures", index, "pin"), closure.pin, closure.number)
    for index, prompt in enumerate(document.prompts):
        yield from _pin(("prompts", index, "pin"), prompt.pin, prompt.number)


def _pin(place: Place, secret: SecretStr | None, number: str | None) -> Iterator[Fault]:
    if secret is None or is_masked(secret):
        return
    pin = secret.get_secret_value()
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 10):
        yield Fault(place, "A PIN is 4 to 10 digits.")
    elif len(set(pin)) == 1 or pin == number:
        yield Fault(place, "This PIN is the first that a stranger would try: choose another.")


RULES = (sip_passwords, mailbox_pins, agent_pins, code_pins)
