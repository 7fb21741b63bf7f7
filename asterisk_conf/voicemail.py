"""voicemail.conf: one mailbox for each extension that has a PIN."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.models import Extension
from asterisk_conf.generator import Generator, Source
from asterisk_conf.syntax import Option, Section, section

CONTEXT = "default"


def mailbox(extension: Extension) -> str | None:
    """An extension's mailbox as Asterisk names it; None when it has none."""
    return f"{extension.number}@{CONTEXT}" if extension.voicemail_pin else None


def sections(source: Source) -> Iterator[Section]:
    """[general] and the mailboxes. Names stay out: nothing here reads them."""
    yield section(
        "general",
        ("format", "wav"),
        Option("maxsecs", "300"),
        Option("minsecs", "2", "a click is no message"),
        Option("maxmsg", "100"),
        Option("maxlogins", "3"),
        Option("attach", "no"),
        Option("sendvoicemail", "no"),
        Option("forcename", "no"),
    )
    yield Section(
        CONTEXT,
        tuple(
            Option(extension.number, f"{extension.voicemail_pin.get_secret_value()},")
            for extension in source.document.extensions
            if extension.voicemail_pin
        ),
    )


GENERATOR = Generator("voicemail.conf", "voicemail reload", sections)
