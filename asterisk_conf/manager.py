"""manager.conf: AMI for core, on loopback, without shell, files or commands."""

from __future__ import annotations

from collections.abc import Iterator

from asterisk_conf.generator import Generator, Source
from asterisk_conf.syntax import Option, Section, section

USER = "branchbox"
PORT = 5038
NOISE = (
    "TestEvent",
    "VarSet",
    "RTCPSent",
    "RTCPReceived",
    "HangupRequest",
    "SoftHangupRequest",
    "NewConnectedLine",
)
"""Events that the live picture does without."""


def sections(source: Source) -> Iterator[Section]:
    """[general] and core's user."""
    yield section(
        "general",
        ("enabled", True),
        ("webenabled", False),
        ("bindaddr", "127.0.0.1"),
        ("port", PORT),
        ("displayconnects", False),
        Option("disabledevents", ",".join(NOISE), "never made, so never paid for"),
    )
    yield section(
        USER,
        ("secret", source.secrets.ami),
        ("deny", "0.0.0.0/0.0.0.0"),
        ("permit", "127.0.0.1/255.255.255.255"),
        Option(
            "read",
            "system,call,agent,dialplan,reporting,user",
            "dialplan for Newexten: which menu, which queue; user: orders",
        ),
        Option("write", "system,call,agent,user,originate,reporting", "no command, no config; user: messages"),
        Option("writetimeout", "5000", "milliseconds"),
        Option(
            "eventfilter(action(exclude),name(Newexten),header(Priority),method(regex))",
            "^([2-9]|[1-9][0-9]+)$",
            "the first step of each context is news, the others are not",
        ),
    )


GENERATOR = Generator("manager.conf", "manager reload", sections)
