"""The branch's own announcements: what there is, hearing and importing it; what phones recorded is filed by host.

A take that somebody kept stands in AstDB until another takes its place; host knows which one it filed last. So what was
kept while core was down is found when it is up again, and nothing is filed twice.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from appliance.api import prompts as page
from appliance.api import verbs
from appliance.api.client import Client
from appliance.api.prompts import (
    LARGEST,
    ImportPrompt,
    Origin,
    PlayPrompt,
    PromptKey,
    PromptPiece,
    Prompts,
    PromptSound,
    PromptState,
    PromptUse,
)
from appliance.api.recordings import Playing
from appliance.api.server import Routes
from appliance.api.verbs import Announcement, KeepTake, Shelf, TakeIn
from appliance.api.wire import Empty
from appliance.core.in_force import InForce
from appliance.core.listening import Listening
from appliance.site.exchange import PROMPT_KEPT, STATE, STUDIO, TAKES
from appliance.site.models import Language, Prompt, SiteDocument
from appliance.site.objects import COLLECTIONS
from appliance.site.problems import BranchboxError, Problem
from appliance.site.rules.prompts import languages, prompts_used
from appliance.telephony import astdb
from appliance.telephony.ami import AmiLink
from appliance.telephony.errand import Manager

log = logging.getLogger(__name__)

LOOK_AGAIN = 60.0
"""Seconds after which takes are looked for although nobody said that there are some."""
FOLDER = PurePosixPath(STATE) / "prompts"


class OwnPrompts:
    """Answers the page on announcements, and has takes filed."""

    def __init__(
        self, *, in_force: InForce, host: Client, link: AmiLink, manager: Manager, listening: Listening, received: Path
    ) -> None:
        self._in_force = in_force
        self._host = host
        self._manager = manager
        self._listening = listening
        self._received = received
        self._news = asyncio.Event()
        self._in_vain: dict[str, str] = {}
        link.listen(PROMPT_KEPT, self._news.set)

    def add_to(self, routes: Routes) -> None:
        """Answer this page's methods."""
        routes.method(page.LIST, self._list)
        routes.method(page.PLAY, self._play)
        routes.method(page.BEGIN, self._begin)
        routes.method(page.PUT, self._put)
        routes.method(page.IMPORT, self._import)
        routes.method(page.SPEAK, self._speak)

    # --- what phones recorded -------------------------------------------------------------

    async def keep(self) -> None:
        """Have host file what was kept, until cancelled."""
        while True:
            try:
                await self.file_takes()
            except BranchboxError as error:
                log.debug("takes wait: %s", error)
            try:
                async with asyncio.timeout(LOOK_AGAIN):
                    await self._news.wait()
            except TimeoutError:
                continue
            finally:
                self._news.clear()

    async def file_takes(self) -> None:
        """Have host file each take that it does not have. One that it refuses is tried again when another is there."""
        takes = await astdb.read(self._manager, TAKES)
        known = {prompt.name for prompt in self._in_force.known().prompts}
        wanted = [each for each in map(_take, takes.items()) if each is not None and each.name in known]
        if not wanted:
            return
        shelf = await self._host.call(verbs.PROMPTS, Empty())
        filed = {(sound.name, sound.language): sound.take for sound in shelf.sounds}
        for each in wanted:
            key = f"{each.name}/{each.language}"
            if each.take in (filed.get((each.name, each.language)), self._in_vain.get(key)):
                continue
            try:
                await self._host.call(verbs.PROMPTS_KEEP, each)
                log.info("announcement %s in %s was recorded by phone", each.name, each.language)
            except BranchboxError as error:
                self._in_vain[key] = each.take
                log.warning("the take %s was not filed: %s", each.take, error)

    # --- for people -----------------------------------------------------------------------

    async def _list(self, _login: str, _: Empty) -> Prompts:
        return self._told(await self._host.call(verbs.PROMPTS, Empty()))

    async def _play(self, _login: str, wish: PlayPrompt) -> Playing:
        shelf = await self._host.call(verbs.PROMPTS, Empty())
        if not any((sound.name, sound.language) == (wish.name, wish.language) for sound in shelf.sounds):
            raise BranchboxError(
                Problem(
                    text="Nothing is there to hear of {name} in language {language}: record or import it.",
                    args={"name": wish.name, "language": wish.language.value},
                )
            )
        return await self._listening.ring(wish.phone, FOLDER / wish.language / wish.name)

    async def _begin(self, _login: str, _: Empty) -> Empty:
        self._received.unlink(missing_ok=True)
        self._received.touch(mode=0o600)
        return Empty()

    async def _put(self, _login: str, piece: PromptPiece) -> Empty:
        try:
            data = base64.b64decode(piece.data, validate=True)
        except binascii.Error as error:
            raise BranchboxError(Problem(text="This is no piece of a file.", original=str(error))) from error
        if not self._received.is_file():
            raise BranchboxError(Problem(text="There is no file to go on with. Begin again."))
        if self._received.stat().st_size + len(data) > LARGEST:
            self._received.unlink(missing_ok=True)
            text = "The file is larger than {size} MB: an announcement has at most {seconds} s."
            args = {"size": str(LARGEST // 1024**2), "seconds": str(page.LONGEST)}
            raise BranchboxError(Problem(text=text, args=args))
        with self._received.open("ab") as file:
            file.write(data)
        return Empty()

    async def _import(self, login: str, wish: ImportPrompt) -> Prompts:
        if wish.stick is None and not self._received.is_file():
            raise BranchboxError(Problem(text="There is no file. Begin again."))
        try:
            return self._told(await self._host.call(verbs.PROMPTS_IMPORT, TakeIn(**wish.model_dump(), by=login)))
        finally:
            self._received.unlink(missing_ok=True)

    async def _speak(self, _login: str, key: PromptKey) -> Prompts:
        return self._told(await self._host.call(verbs.PROMPTS_SPEAK, key))

    def _told(self, shelf: Shelf) -> Prompts:
        return told(self._in_force.known(), shelf)


def told(document: SiteDocument, shelf: Shelf) -> Prompts:
    """The document's announcements with what lies on the shelf. Pure."""
    used: dict[str, list[PromptUse]] = {}
    for (collection, index, *_field), name in prompts_used(document):
        use = _use(document, str(collection), index)
        if use not in used.setdefault(name, []):
            used[name].append(use)
    return Prompts(
        prompts=tuple(
            PromptState(
                name=prompt.name,
                label=prompt.label,
                number=prompt.number,
                sounds=tuple(_sounds(prompt, languages(document), shelf)),
                used=tuple(used.get(prompt.name, ())),
            )
            for prompt in document.prompts
        )
    )


def _sounds(prompt: Prompt, spoken: tuple[Language, ...], shelf: Shelf) -> Iterator[PromptSound]:
    there: dict[Language, Announcement] = {each.language: each for each in shelf.sounds if each.name == prompt.name}
    for language in Language:
        sound = there.get(language)
        if sound is not None:
            yield PromptSound(language=language, origin=sound.origin, seconds=sound.seconds, at=sound.at, by=sound.by)
        elif language in spoken or language in prompt.texts:
            yield PromptSound(language=language, origin=Origin.MISSING)


def _use(document: SiteDocument, collection: str, index: str | int) -> PromptUse:
    if not isinstance(index, int):
        return PromptUse(kind=collection, name=index)
    there = next(each for each in COLLECTIONS if each.field == collection)
    return PromptUse(kind=there.kind, name=there.key_of(there.entries(document)[index]))


def _take(entry: tuple[str, str]) -> KeepTake | None:
    """An entry of AstDB as host takes it; None for what is none of the studio's."""
    key, value = entry
    name, _, language = key.rpartition("/")
    path = PurePosixPath(value)
    try:
        return KeepTake(name=name, language=Language(language), take=path.name) if path.parent == STUDIO else None
    except ValueError:
        return None
