"""Everything that the NOC gets of health, in one place: polls, the file for SNMP, notifications.

`renew` runs in the thread that looks; polls are answered in the loop. A page is made when the first poll of a look
asks for it: nobody asks, nothing is made; a thousand ask, it is made once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.api.picture import Picture
from appliance.health.noc import answers, settings, tree
from appliance.health.noc.answers import OLDEST, Page
from appliance.health.noc.server import Polls
from appliance.health.noc.settings import Read

log = logging.getLogger("branchbox.health")

SNMP_ON = Path("/etc/snmp/snmpd.conf.d/noc.conf")
SNMP_FILE = Path("/run/branchbox/noc/snmp")


@dataclass(frozen=True)
class Looked:
    """A picture, and when it was taken by the monotonic clock."""

    picture: Picture
    at: float


class Outlet:
    """What is given to the NOC. `todo` is what to do by check; `sequence` the number of the last notification."""

    def __init__(
        self,
        todo: Mapping[str, str],
        sequence: Callable[[], int],
        *,
        snmp_file: Path = SNMP_FILE,
        snmp_on: Path = SNMP_ON,
        settings_file: Path = settings.FILE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._todo = todo
        self._sequence = sequence
        self._snmp_file = snmp_file
        self._snmp_on = snmp_on
        self._settings_file = settings_file
        self._clock = clock
        self._looked: Looked | None = None
        self._made: tuple[Looked, dict[str, Page]] | None = None
        self._read: Read | None = None
        self._complained = False
        self.polls = Polls(self.ready)

    def snmp(self) -> bool:
        """Whether SNMP is on."""
        return self._snmp_on.exists()

    def renew(self, picture: Picture) -> None:
        """A look was taken."""
        self._looked = Looked(picture, self._clock())
        if self.snmp():
            text = tree.rendered(picture, at=self._looked.at, sequence=self._sequence())
            fresh = self._snmp_file.with_suffix(".new")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(self._snmp_file)
        try:
            self._read = settings.read(self._settings_file)
            self._complained = False
        except (OSError, ValueError, KeyError):
            if not self._complained:
                log.exception("what was written about polls of the NOC cannot be read")
            self._complained = True

    async def follow(self) -> None:
        """Answer polls the way that the settings say now."""
        if self._read is not None:
            await self.polls.follow(self._read)

    def ready(self) -> tuple[dict[str, Page], float] | None:
        """The pages of the last look and how old it is; None when it is too old to be told."""
        looked = self._looked
        if looked is None or (age := self._clock() - looked.at) > OLDEST:
            return None
        if self._made is None or self._made[0] is not looked:
            named = self._named(looked.picture)
            self._made = looked, answers.pages(named, self._todo, dict(self.polls.answered))
        return self._made[1], age

    def _named(self, picture: Picture) -> Picture:
        """With the branch's name, which the settings bring along while health knows none."""
        known = self.polls.settings
        if picture.site_code or known is None:
            return picture
        return picture.model_copy(update={"site_code": known.box, "site_name": known.name})
