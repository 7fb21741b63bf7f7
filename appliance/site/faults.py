"""What pydantic finds wrong with a site document, said so that a person can mend it."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from appliance.site import places
from appliance.site.models import SiteDocument
from appliance.site.problems import Problem

PATTERNS = {
    r"^[a-z][a-z0-9_-]{0,31}$": "This is no name: use small letters, digits, - and _, beginning with a letter.",
    r"^[1-9][0-9]{2,5}$": "This is no internal number: use 3 to 6 digits, not beginning with 0.",
    r"^[0-9]{2,15}$": "These are no digits of a carrier: use 2 to 15 digits.",
    r"^(\+[1-9][0-9]{6,14}|[1-9][0-9]{2,5})$": (
        "This is no number of the public network: use + and the country code (+8657788120003), "
        "or a short service number (96296)."
    ),
    r"^([1-9]|[12][0-9]|3[01])(-([1-9]|[12][0-9]|3[01]))?(,([1-9]|[12][0-9]|3[01])(-([1-9]|[12][0-9]|3[01]))?)*$": (
        "These are no time slots of an E1 line: write them like 1-15,17-31."
    ),
    r"^[a-z0-9_]{1,64}$": "This is no name of an option: use small letters, digits and _.",
    r"^[A-Za-z0-9@.,:/!_+-]{1,128}$": "This value holds a character that Asterisk would misread: remove it.",
    r"^[a-z0-9][a-z0-9_-]{0,63}(/[a-z0-9][a-z0-9_-]{0,63})?$": (
        "This is no prompt: write its name without ending, one folder at most (branchbox/welcome)."
    ),
    r"^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa|sk-ssh-ed25519@openssh\.com) "
    r"[A-Za-z0-9+/]{40,2048}={0,3}( [A-Za-z0-9@._-]{1,64})?$": (
        "This is no SSH public key: copy the one line of the .pub file, without options."
    ),
    r"^[a-z][a-z0-9]{1,14}$": "This is no network port: write it as the box shows it (eth0, enp1s0).",
    r"^[A-Z0-9]{2,8}$": "This is no branch code: use 2 to 8 capital letters or digits.",
    r"^([0-9XZN]|\[[0-9]+(-[0-9])?\]){3,20}$": (
        "These are no digits to call: write digits, X for any, Z for 1 to 9, N for 2 to 9, or [3-9]."
    ),
    r"^([0-9XZN]|\[[0-9]+(-[0-9])?\]){1,20}[.!]?$": (
        "These are no digits to call: write digits, X for any, Z for 1 to 9, N for 2 to 9, or [3-9]; . at the end for "
        "whatever follows."
    ),
    r"^[0-9*#+]{0,15}$": "This cannot be dialled: write digits, *, # or +, 15 at most.",
    r"^[0-9]$": "This must be one digit.",
    r"^[1-9]$": "This must be one digit, and not 0.",
    r"^[1-9][0-9]?$": "This is no number of a phone code: use 1 to 99.",
    r"^[1-9][0-9]{2,5}-[1-9][0-9]{2,5}$": "This is no range of internal numbers: write it like 8000-8099.",
    r"^[A-Z]{2}$": "This is no country: write its two capital letters (CN).",
    r"^[0-9]{2,5}$": "This is no area code: write it as people dial it (0577).",
    r"^[a-z][a-z0-9_-]{1,31}$": "This is no driver of NUT: use small letters, digits, - and _ (usbhid-ups).",
    r"^(auto|/(dev|var/lib/nut)/[A-Za-z0-9_-][A-Za-z0-9._-]{0,63})$": (
        "This is no place of a UPS: write auto for USB, or its device (/dev/ttyS0)."
    ),
    r"^[0-9a-f]{4}$": "This is no id of USB: write its four digits, small letters (051d).",
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": "This is no time of day: write it like 03:30.",
    r"^[0-9*#]$": "This is no key of a phone: use 0 to 9, * or #.",
    r"^[a-z][a-z0-9-]{1,30}$": "This is no login: use 2 to 31 small letters, digits and -, beginning with a letter.",
}
"""The sentence for each pattern of the models; a test holds that none is missing."""

OWN_TYPES = {
    "label": "This text holds a character that cannot be printed, or begins or ends with a space: remove it.",
    "network": "This is no address or network: write it like 192.0.2.0/24.",
    "address": "This is no address: write it like 192.0.2.7.",
    "interface": "This is no address with its prefix length: write it like 192.0.2.7/24.",
    "host": "This is no host name or address: write it like sip.example.com or 192.0.2.1.",
    "certificates": (
        "This is no certificate in PEM: copy all of it, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----."
    ),
    "private_key": (
        "This is no private key in PEM without a password: copy all of it, from -----BEGIN to the end of the END line."
    ),
    "time_zone": "This is no time zone: write it like Asia/Shanghai.",
    "time_of_day": "This is no time of day: write it like 03:30.",
    "time_span": "This is no span of one day: write it like 08:30-12:00.",
    "destination": (
        "This is no destination: write queue:NAME, menu:NAME, extension:NUMBER, voicemail:NUMBER, outside:NUMBER, "
        "prompt:NAME, operator or hangup; for a menu's key also language:zh, language:en, back or again."
    ),
}
"""The sentence for each error type that `appliance.site.types` raises itself."""

_TEXTS = {
    "string_type": 'This must be a text: write it in quotes ("8001").',
    "string_unicode": "This text holds a character that cannot be written: remove it.",
    "string_too_short": "This text is empty: write something.",
    "string_too_long": "This text is too long: {max_length} characters at most.",
    "too_short": "This list is empty: write at least one entry.",
    "greater_than_equal": "This number is too small: {ge} at least.",
    "less_than_equal": "This number is too large: {le} at most.",
    "int_type": "This must be a whole number, without quotes.",
    "int_parsing": "This must be a whole number, without quotes.",
    "int_from_float": "This must be a whole number, without quotes.",
    "bool_type": "This must be true or false, without quotes.",
    "bool_parsing": "This must be true or false, without quotes.",
    "enum": "This is none of the possible values: {expected}.",
    "literal_error": "This is none of the possible values: {expected}.",
    "tuple_type": "This must be a list: write [[{name}]] above a table, [ ] around values.",
    "dict_type": "This must be a table of its own.",
    "model_type": "This must be a table: write [{name}] above it.",
    "date_type": "This is no date: write it like 2026-10-01, without quotes.",
    "date_parsing": "This is no date: write it like 2026-10-01, without quotes.",
    "date_from_datetime_parsing": "This is no date: write it like 2026-10-01, without quotes.",
    "date_from_datetime_inexact": "This is no date: write it like 2026-10-01, without quotes.",
}


def problems(error: ValidationError, data: Mapping[str, Any], lines: Mapping[places.Place, int]) -> Iterator[Problem]:
    """One problem for each fault. Values are not repeated: some of them are passwords."""
    for detail in error.errors(include_url=False, include_input=False):
        yield _problem(detail, data, lines)


def _problem(detail: ErrorDetails, data: Mapping[str, Any], lines: Mapping[places.Place, int]) -> Problem:
    place = detail["loc"]
    context = detail.get("ctx", {})
    original = ""
    args: dict[str, str] = {}
    match detail["type"]:
        case "missing":
            text, args = "The setting {name} is missing: add it.", {"name": str(place[-1])}
        case "extra_forbidden":
            text, args = _unknown(place)
        case "string_pattern_mismatch" if context.get("pattern") in PATTERNS:
            text = PATTERNS[context["pattern"]]
        case own if own in OWN_TYPES:
            text = OWN_TYPES[own]
        case kind if kind in _TEXTS:
            text = _TEXTS[kind]
            known = {"name": str(place[0]), **context}
            args = {key: str(value) for key, value in known.items() if "{" + key + "}" in text}
        case _:
            text, original = "This value does not fit.", detail["msg"]
    return Problem(
        text=text, where=places.said(place, data), line=places.line_of(place, lines), args=args, original=original
    )


def _unknown(place: places.Place) -> tuple[str, dict[str, str]]:
    name = str(place[-1])
    near = difflib.get_close_matches(name, _fields(place[:-1]), n=1)
    if near:
        return "There is no setting {name}. Did you mean {near}?", {"name": name, "near": near[0]}
    return "There is no setting {name}: remove it.", {"name": name}


def _fields(place: places.Place) -> list[str]:
    model: type[BaseModel] = SiteDocument
    for step in place:
        if isinstance(step, str) and step in model.model_fields:
            model = _model_in(model.model_fields[step].annotation) or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in typing.get_args(annotation) if (found := _model_in(arg))), None)
