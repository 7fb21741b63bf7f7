"""The verbs on the branch's own announcements."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from appliance.api import verbs
from appliance.api.prompts import Origin, PromptKey
from appliance.api.server import Routes
from appliance.api.sticks import FileKind
from appliance.api.verbs import INCOMING_PROMPT, KeepTake, Shelf, TakeIn
from appliance.api.wire import Empty
from appliance.site.exchange import STATE, STUDIO
from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError, Problem
from provisioning import files, sounds, stickfiles, sticks
from provisioning.announcements import Announcements, Source
from provisioning.sounds import Workshop


class PromptVerbs:
    """Answers what is there, what was recorded, what is imported, and going back to the box's voice."""

    def __init__(
        self,
        announcements: Announcements,
        workshop: Workshop,
        in_force: Callable[[], SiteDocument | None],
        *,
        studio: Path = Path(STUDIO),
        received: Path = Path(STATE) / "core" / INCOMING_PROMPT,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._announcements = announcements
        self._workshop = workshop
        self._in_force = in_force
        self._studio = studio
        self._received = received
        self._clock = clock

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's verbs."""
        routes.method(verbs.PROMPTS, self._list)
        routes.method(verbs.PROMPTS_KEEP, self._keep)
        routes.method(verbs.PROMPTS_IMPORT, self._import)
        routes.method(verbs.PROMPTS_SPEAK, self._speak)

    async def _list(self, _caller: str, _takes: Empty) -> Shelf:
        return await asyncio.to_thread(self._announcements.shelf)

    async def _keep(self, _caller: str, wish: KeepTake) -> Shelf:
        return await asyncio.to_thread(self.keep, wish)

    async def _import(self, _caller: str, wish: TakeIn) -> Shelf:
        return await asyncio.to_thread(self.take_in, wish)

    async def _speak(self, _caller: str, wish: PromptKey) -> Shelf:
        return await asyncio.to_thread(self.speak, wish)

    def keep(self, wish: KeepTake) -> Shelf:
        """File what somebody recorded by phone. Raises BranchboxError."""
        self._known(wish)
        take = self._studio / f"{wish.take}.wav"
        try:
            sound = self._workshop.made_of(sounds.read(take))
            self._announcements.put(
                wish.name, wish.language, sound, Source(Origin.RECORDED, self._clock(), take=wish.take)
            )
            files.remove(take)
        except OSError as error:
            raise _unfiled(error) from error
        return self._announcements.shelf()

    def take_in(self, wish: TakeIn) -> Shelf:
        """Take in a file of a stick, or what core received. Raises BranchboxError."""
        self._known(wish)
        try:
            sound = self._workshop.made_of(self._file(wish))
            self._announcements.put(wish.name, wish.language, sound, Source(Origin.IMPORTED, self._clock(), by=wish.by))
        except OSError as error:
            raise _unfiled(error) from error
        return self._announcements.shelf()

    def speak(self, wish: PromptKey) -> Shelf:
        """Go back to the box's voice. Raises BranchboxError."""
        document = self._known(wish)
        self._announcements.speak(document, wish.name, wish.language)
        return self._announcements.shelf()

    def _file(self, wish: TakeIn) -> bytes:
        if wish.stick is None or wish.file is None:
            return sounds.read(self._received)
        stick = sticks.find(wish.stick)
        with sticks.mounted(stick) as root:
            return stickfiles.read(root, FileKind.PROMPT, wish.file)

    def _known(self, wish: PromptKey) -> SiteDocument:
        document = self._in_force()
        if document is None or wish.name not in {prompt.name for prompt in document.prompts}:
            text = "There is no announcement {name} in force: make it under Announcements and apply that first."
            raise BranchboxError(Problem(text=text, args={"name": wish.name}))
        return document


def _unfiled(error: OSError) -> BranchboxError:
    return BranchboxError(
        Problem(text="The announcement could not be filed. Try again.", original=error.strerror or str(error))
    )
