"""The words that site documents are made of: names, numbers, destinations, time spans.

Each type refuses what could mean something to Asterisk, TOML or a shell. Texts that people
write (`Label`) may hold any printable character, Chinese included, but no control characters.
"""

from __future__ import annotations

import ipaddress
import re
import zoneinfo
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, GetCoreSchemaHandler, StringConstraints
from pydantic_core import PydanticCustomError, core_schema

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
"""A slug: a lower-case letter, then letters, digits, `-`, `_`; 32 at most."""

ExtensionNumber = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{2,5}$")]
"""An internal number: 3 to 6 digits, not starting with 0."""

Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,15}$")]
"""What a carrier sends: 2 to 15 digits."""

Did = Annotated[str, StringConstraints(pattern=r"^(\+[1-9][0-9]{6,14}|[1-9][0-9]{2,5})$")]
"""A number of the public network: E.164 with `+`, or a short service code (96296, 12345)."""

Timeslots = Annotated[
    str,
    StringConstraints(
        pattern=r"^([1-9]|[12][0-9]|3[01])(-([1-9]|[12][0-9]|3[01]))?(,([1-9]|[12][0-9]|3[01])(-([1-9]|[12][0-9]|3[01]))?)*$"
    ),
]
"""Time slots of an E1 line, single or from the first to the last, both included: `1-15,17-31`."""

OptionName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,64}$")]
OptionValue = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9@.,:/!_+-]{1,128}$")]

DialPattern = Annotated[str, StringConstraints(pattern=r"^([0-9XZN]|\[[0-9]+(-[0-9])?\]){1,20}[.!]?$")]
"""Digits, X for any, Z for 1 to 9, N for 2 to 9, `[3-9]` for one of several; `.` at the end for one digit and more,
`!` for any or none."""

Prefix = Annotated[str, StringConstraints(pattern=r"^[0-9*#+]{0,15}$")]
"""What is put before a number, or nothing."""

PromptName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}(/[a-z0-9][a-z0-9_-]{0,63})?$")]
"""A prompt's name without language or ending, one folder deep at most: `branchbox/welcome`."""

PhoneCode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]?$")]
"""What phones dial behind a code such as `*05`: 1 to 99."""

NumberRange = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{2,5}-[1-9][0-9]{2,5}$")]
"""Internal numbers from the first to the last, both included: `8000-8099`."""

UpsDriver = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{1,31}$")]
"""A driver of NUT by its program's name."""

DevicePath = Annotated[str, StringConstraints(pattern=r"^(auto|/(dev|var/lib/nut)/[A-Za-z0-9_-][A-Za-z0-9._-]{0,63})$")]
"""Where a UPS hangs: `auto` (USB), or a device. NUT's own test driver reads a file of /var/lib/nut."""

HexId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{4}$")]
"""A USB vendor's or product's id: 051d."""

SshKey = Annotated[
    str,
    StringConstraints(
        pattern=r"^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa|sk-ssh-ed25519@openssh\.com) "
        r"[A-Za-z0-9+/]{40,2048}={0,3}( [A-Za-z0-9@._-]{1,64})?$"
    ),
]
"""One public key in OpenSSH's format, without options."""


def _printable(text: str) -> str:
    if any(not ch.isprintable() for ch in text):
        raise PydanticCustomError("label", "holds a character that cannot be printed")
    if text != text.strip():
        raise PydanticCustomError("label", "begins or ends with a space")
    return text


Label = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_printable)]
"""A text for people, 1 to 64 printable characters in any language."""


PromptText = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_printable)]
"""What a prompt says, 1 to 500 printable characters."""


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise PydanticCustomError("network", "is no address or network (192.0.2.0/24)") from None


IpNetwork = Annotated[str, AfterValidator(_network)]
"""An IPv4 or IPv6 address or network in CIDR notation."""


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise PydanticCustomError("address", "is no address (192.0.2.7)") from None


IpAddress = Annotated[str, AfterValidator(_address)]
"""An IPv4 or IPv6 address."""


def _interface(text: str) -> str:
    try:
        if "/" not in text:
            raise ValueError
        return str(ipaddress.ip_interface(text))
    except ValueError:
        raise PydanticCustomError("interface", "is no address with its prefix length (192.0.2.7/24)") from None


IpInterface = Annotated[str, AfterValidator(_interface)]
"""An address with the prefix length of its network: `192.0.2.7/24`."""

PortName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{1,14}$")]
"""A network port as the kernel names it."""

_HOST = re.compile(r"^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$")


def _host(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        if _HOST.fullmatch(text):
            return text
        raise PydanticCustomError("host", "is no host name or address") from None


HostName = Annotated[str, AfterValidator(_host)]
"""A DNS name or an IP address."""


def _time_zone(text: str) -> str:
    if text not in zoneinfo.available_timezones():
        raise PydanticCustomError("time_zone", "is no time zone (Asia/Shanghai)")
    return text


TimeZone = Annotated[str, AfterValidator(_time_zone)]
"""A zone of the IANA time zone database."""

_TIME = re.compile(r"^([01][0-9]|2[0-3]):[0-5][0-9]$")


def _time_of_day(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise PydanticCustomError("time_of_day", "is no time of day (03:30)")
    return text


TimeOfDay = Annotated[str, AfterValidator(_time_of_day)]
"""A minute of the day in local time: `03:30`."""

_SPAN = re.compile(r"^([01][0-9]|2[0-3]):([0-5][0-9])-(([01][0-9]|2[0-3]):([0-5][0-9])|24:00)$")


def _time_span(text: str) -> str:
    if not _SPAN.fullmatch(text) or text[:5] >= text[6:]:
        raise PydanticCustomError("time_span", "is no span of one day (08:30-12:00)")
    return text


TimeSpan = Annotated[str, AfterValidator(_time_span)]
"""`HH:MM-HH:MM` within one day, local time; the end is not included; `24:00` ends a day."""


class Kind(StrEnum):
    """What a call can be sent to."""

    QUEUE = "queue"
    MENU = "menu"
    EXTENSION = "extension"
    VOICEMAIL = "voicemail"
    OUTSIDE = "outside"
    PROMPT = "prompt"
    OPERATOR = "operator"
    TEST = "test"
    HANGUP = "hangup"
    LANGUAGE = "language"
    BACK = "back"
    AGAIN = "again"


KEYS_ONLY = frozenset({Kind.LANGUAGE, Kind.BACK, Kind.AGAIN})
"""What only the key of a menu can do: it needs a menu to come back to."""


_TARGET_NAMES = {
    Kind.QUEUE: re.compile(r"^[a-z][a-z0-9_-]{0,31}$"),
    Kind.MENU: re.compile(r"^[a-z][a-z0-9_-]{0,31}$"),
    Kind.EXTENSION: re.compile(r"^[1-9][0-9]{2,5}$"),
    Kind.VOICEMAIL: re.compile(r"^[1-9][0-9]{2,5}$"),
    Kind.OUTSIDE: re.compile(r"^[0-9]{3,20}$"),
    Kind.PROMPT: re.compile(r"^[a-z0-9][a-z0-9_-]{0,63}(/[a-z0-9][a-z0-9_-]{0,63})?$"),
    Kind.OPERATOR: re.compile(r"^$"),
    Kind.TEST: re.compile(r"^$"),
    Kind.HANGUP: re.compile(r"^$"),
    Kind.LANGUAGE: re.compile(r"^(en|zh)$"),
    Kind.BACK: re.compile(r"^$"),
    Kind.AGAIN: re.compile(r"^$"),
}


@dataclass(frozen=True)
class Destination:
    """Where a call goes next: `queue:repair`, `menu:main`, `extension:8021`,
    `voicemail:8021`, `outside:13805770001` (as the carrier takes it), `prompt:branchbox/closed`
    (played, then hung up), `operator`, `test` (the box itself, for whoever tries a line) or `hangup`; for a
    menu's key also `language:zh`, `back` and `again`."""

    kind: Kind
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> Destination:
        """Read `kind:name`; raises ValueError when it is neither."""
        kind_text, _, name = text.partition(":")
        try:
            kind = Kind(kind_text)
        except ValueError:
            raise ValueError(text) from None
        if not _TARGET_NAMES[kind].fullmatch(name):
            raise ValueError(text)
        return cls(kind, name)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else str(self.kind)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        def validate(value: object) -> Destination:
            if isinstance(value, Destination):
                return value
            try:
                if isinstance(value, str):
                    return cls.parse(value)
            except ValueError:
                pass
            raise PydanticCustomError(
                "destination",
                "is no destination (queue:NAME, menu:NAME, extension:NUMBER, voicemail:NUMBER, outside:NUMBER, "
                "prompt:NAME, operator, test, hangup)",
            )

        return core_schema.no_info_plain_validator_function(validate, serialization=core_schema.to_string_ser_schema())
