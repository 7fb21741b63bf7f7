"""What a generator of one of Asterisk's files is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from appliance.site.exchange import Directories
from appliance.site.models import SiteDocument
from asterisk_conf.syntax import Section


@dataclass(frozen=True)
class Secrets:
    """What the files need beside the document: made on the box, never exported."""

    ami: str = field(repr=False)
    """Password of core's AMI user."""


@dataclass(frozen=True)
class Source:
    """Everything that a generator may look at."""

    document: SiteDocument
    directories: Directories
    secrets: Secrets
    lines: bool = True
    """Whether this Asterisk may open lines by cards: one at a time can, so a trial start may not."""


@dataclass(frozen=True)
class Generator:
    """One file: its name, what makes Asterisk take a new version of it, and its sections."""

    file: str
    reload: str | None
    """Asterisk CLI command; None when only a restart makes the file effective."""
    sections: Callable[[Source], Iterable[Section]]
    optional: bool = False
    """Left out while it has no section."""
