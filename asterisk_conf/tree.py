"""All files of one Asterisk, in the order in which a change of them takes effect."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.site.exchange import Directories
from appliance.site.models import SiteDocument
from asterisk_conf import (
    asterisk,
    chan_dahdi,
    features,
    manager,
    modules,
    parking,
    pjsip,
    queues,
    records,
    say,
    system,
    voicemail,
)
from asterisk_conf.dialplan import generator as dialplan
from asterisk_conf.generator import Generator, Secrets, Source
from asterisk_conf.syntax import write

GENERATORS: tuple[Generator, ...] = (
    asterisk.GENERATOR,
    modules.GENERATOR,
    *system.GENERATORS,
    *records.GENERATORS,
    manager.GENERATOR,
    voicemail.GENERATOR,
    # Whom calls go to comes before the ways there.
    pjsip.GENERATOR,
    queues.GENERATOR,
    features.GENERATOR,
    parking.GENERATOR,
    say.GENERATOR,
    dialplan.GENERATOR,
    chan_dahdi.GENERATOR,
)

RELOADS: Mapping[str, str] = {each.file: each.reload for each in GENERATORS if each.reload}
"""File -> Asterisk CLI command that makes a new version effective while calls go on.
Files that need a restart are absent. Run the commands in this order."""


def render(document: SiteDocument, directories: Directories, secrets: Secrets, *, lines: bool = True) -> dict[str, str]:
    """Every file's text by its name in `directories.etc`. Pure; raises BranchboxError for a value
    that Asterisk's syntax cannot say. `lines` as in `Source`."""
    source = Source(document, directories, secrets, lines)
    made = ((each, tuple(each.sections(source))) for each in GENERATORS)
    return {each.file: write(sections) for each, sections in made if sections or not each.optional}
