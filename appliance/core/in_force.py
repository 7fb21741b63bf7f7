"""The site document in force, as host says it: kept here because every request asks for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import NoReturn

from appliance.api import verbs
from appliance.api.client import Client
from appliance.api.wire import Empty
from appliance.site import document
from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError, Problem
from appliance.telephony.picture import NO_FACTS, SiteFacts

log = logging.getLogger(__name__)

NOT_SET_UP = Problem(
    text="This box is not set up yet. Answer the questions on its own screen, or plug in a stick with a site.toml."
)

LOOK_AGAIN = 3.0
"""Seconds after which a revision that host brought back by itself is noticed."""


class InForce:
    """The document in force and its revision; None until host has answered once, and on a box that is not set up.

    `changed` is called when another one came into force.
    """

    def __init__(self, host: Client, changed: Callable[[], None]) -> None:
        self._host = host
        self._changed = changed
        self._silent = False
        self.heard = False
        """Whether host has answered once."""
        self.document: SiteDocument | None = None
        self.revision: int | None = None
        self.facts: SiteFacts = NO_FACTS

    @property
    def not_set_up(self) -> bool:
        """Whether this is a box before its first revision, as host says."""
        return self.heard and self.document is None

    def known(self) -> SiteDocument:
        """The document in force. Raises BranchboxError while it is not known."""
        return self.document or self._unknown()

    def _unknown(self) -> NoReturn:
        if self.not_set_up:
            raise BranchboxError(NOT_SET_UP)
        raise BranchboxError(
            Problem(
                text="The configuration in force is not known, because branchbox-host does not answer. "
                "Calls go on; try again in a moment."
            )
        )

    async def refresh(self) -> None:
        """Ask host, and read the document when its revision is another. Raises BranchboxError."""
        state = await self._host.call(verbs.STATE, Empty())
        if state.current == self.revision and (self.document is not None or state.current is None):
            if not self.heard:
                log.info("this box is not set up yet")
            self.heard = True
            return
        stored = await self._host.call(verbs.READ, verbs.RevisionNumber(revision=state.current))
        read, problems = document.parse(stored.toml)
        if read is None:
            raise BranchboxError(*problems)
        for problem in problems:
            # A rule that is younger than the revision: it stays in force, and may be edited.
            log.warning("revision %s: %s", stored.revision, problem)
        self.document, self.revision, self.facts = read, stored.revision, SiteFacts.of(read)
        self.heard = True
        self._changed()
        log.info("revision %s is in force", stored.revision)

    async def keep(self) -> None:
        """Refresh from time to time until cancelled."""
        while True:
            try:
                await self.refresh()
                self._silent = False
            except BranchboxError as error:
                log.log(logging.DEBUG if self._silent else logging.WARNING, "no word from branchbox-host: %s", error)
                self._silent = True
            await asyncio.sleep(LOOK_AGAIN)
