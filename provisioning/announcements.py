"""The branch's own announcements on the disk: recorded, imported, or spoken by the box before a change is in force.

Host is the folder's one writer (decision 0021): `LANGUAGE/NAME.wav`, 8 kHz, 16 bit, one channel, and `sources.json`,
where each comes from. Asterisk looks there first (`sounds_search_custom_dir`). A file changes in one step.
"""

from __future__ import annotations

import json
import logging
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from appliance.api.prompts import Origin
from appliance.api.verbs import Announcement, Shelf
from appliance.site.models import Language, SiteDocument
from appliance.site.problems import BranchboxError, Problem
from provisioning import files
from provisioning.files import Access
from provisioning.run import run

LOG = logging.getLogger("branchbox.host")

FOLDER = Path("/var/lib/branchbox/prompts")
ACCESS = Access(0, 0, 0o644)
FOLDERS = Access(0, 0, 0o755)
SOURCES = "sources.json"
VOICES = {Language.EN: ("en-us", "150"), Language.ZH: ("cmn", "190")}
"""espeak-ng's voice and words per minute; as for the box's own prompts (`images.prompts`)."""
_SECONDS = 30.0
"""For one text of 500 letters, on a slow box."""
_HEADER, _BYTES_A_SECOND = 44, 16_000

Speak = Callable[[str, Language, Path], None]
"""Writes a text as sound into a file."""


@dataclass(frozen=True)
class Source:
    """Where a sound comes from: `text` when it was spoken, `take` the last recording by phone that was filed."""

    origin: Origin
    at: float
    by: str = ""
    text: str = ""
    take: str = ""


class Announcements:
    """Everything in the folder; `speak` makes sound of a text."""

    def __init__(
        self,
        folder: Path,
        speak: Speak,
        clock: Callable[[], float],
        files_of: Access = ACCESS,
        folders_of: Access = FOLDERS,
    ) -> None:
        self._folder = folder
        self._speak = speak
        self._clock = clock
        self._files_of = files_of
        self._folders_of = folders_of
        self._turn = threading.Lock()

    def prepare(self, document: SiteDocument) -> tuple[Problem, ...]:
        """Speak what this document says and the folder does not have; problems are told, each with its announcement.

        What was recorded or imported stays.
        """
        problems: list[Problem] = []
        with self._turn:
            for name, language, text in _texts(document):
                known = self._sources().get(_key(name, language))
                stays = known is not None and (known.origin is not Origin.SPOKEN or known.text == text)
                if stays and self._path(name, language).is_file():
                    continue
                try:
                    self._say(name, language, text, known)
                except (BranchboxError, OSError) as error:
                    problems.append(_unspoken(name, language, str(error)))
        return tuple(problems)

    def shelf(self) -> Shelf:
        """What is there."""
        sounds = []
        for key, source in sorted(self._sources().items()):
            language, _, name = key.partition("/")
            path = self._path(name, Language(language))
            if path.is_file():
                seconds = max(0.0, (path.stat().st_size - _HEADER) / _BYTES_A_SECOND)
                facts = {"origin": source.origin, "at": source.at, "by": source.by, "take": source.take}
                sounds.append(Announcement(name=name, language=Language(language), seconds=seconds, **facts))
        return Shelf(sounds=tuple(sounds))

    def put(self, name: str, language: Language, sound: bytes, source: Source) -> None:
        """Let callers hear this from now on; the take that was filed last stays known. Raises OSError."""
        with self._turn:
            known = self._sources().get(_key(name, language))
            if not source.take and known is not None:
                source = replace(source, take=known.take)
            self._file(name, language, lambda fresh: _write(fresh, sound))
            self._note(name, language, source)

    def speak(self, document: SiteDocument, name: str, language: Language) -> None:
        """Go back to the box's own voice. Raises BranchboxError, also when the document has no text for it."""
        text = next((text for each, spoken, text in _texts(document) if (each, spoken) == (name, language)), None)
        if text is None:
            raise BranchboxError(
                Problem(
                    text="The document has no text for {name} in language {language}: write one under Announcements "
                    "and apply it, then try again.",
                    args={"name": name, "language": language.value},
                )
            )
        with self._turn:
            try:
                self._say(name, language, text, self._sources().get(_key(name, language)))
            except (BranchboxError, OSError) as error:
                raise BranchboxError(_unspoken(name, language, str(error))) from error

    def _say(self, name: str, language: Language, text: str, known: Source | None) -> None:
        self._file(name, language, lambda fresh: self._speak(text, language, fresh))
        take = known.take if known else ""
        self._note(name, language, Source(Origin.SPOKEN, self._clock(), text=text, take=take))

    def _path(self, name: str, language: Language) -> Path:
        return self._folder / language / f"{name}.wav"

    def _file(self, name: str, language: Language, write: Callable[[Path], None]) -> None:
        path = self._path(name, language)
        place = self._folder
        for part in ("", *path.relative_to(self._folder).parts[:-1]):
            place /= part
            files.make_folder(place, self._folders_of)
        fresh = path.with_name(f".{path.name}.new")
        write(fresh)
        files.put_in_place(fresh, path, self._files_of)

    def _note(self, name: str, language: Language, source: Source) -> None:
        # After the sound: a power cut between the two has it made or filed once more.
        sources = {**self._sources(), _key(name, language): source}
        written = {key: asdict(each) for key, each in sorted(sources.items())}
        files.write_whole(self._folder / SOURCES, json.dumps(written, ensure_ascii=False, indent=1), self._files_of)
        LOG.info("announcement %s in %s: %s", name, language, source.origin)

    def _sources(self) -> dict[str, Source]:
        """By `LANGUAGE/NAME`; one that makes no sense is not known."""
        try:
            read = json.loads((self._folder / SOURCES).read_text())
        except (FileNotFoundError, ValueError):
            return {}
        entries = read.items() if isinstance(read, Mapping) else ()
        return {key: source for key, entry in entries if (source := _source(entry)) is not None}


def espeak(text: str, language: Language, target: Path) -> None:
    """Speak a text as the box's own prompts are spoken: telephone band, even level. Raises CommandFailed."""
    voice, rate = VOICES[language]
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.wav"
        run(["espeak-ng", "-v", voice, "-s", rate, "-w", str(raw), "--stdin"], timeout=_SECONDS, stdin=text)
        form = ["-t", "wav", "-r", "8000", "-c", "1", "-b", "16"]
        run(["sox", str(raw), *form, str(target), "highpass", "200", "norm", "-6"], timeout=_SECONDS)


def _key(name: str, language: Language) -> str:
    return f"{language}/{name}"


def _write(path: Path, sound: bytes) -> None:
    path.write_bytes(sound)


def _source(entry: Any) -> Source | None:
    try:
        return Source(**{**entry, "origin": Origin(entry["origin"])})
    except (KeyError, TypeError, ValueError):
        return None


def _texts(document: SiteDocument) -> Iterator[tuple[str, Language, str]]:
    for prompt in document.prompts:
        for language, text in prompt.texts.items():
            yield prompt.name, language, text


def _unspoken(name: str, language: Language, original: str) -> Problem:
    return Problem(
        text="The announcement {name} could not be spoken in language {language}: callers would hear nothing. "
        "Try again; if it stays so, look at the journal of branchbox-host.",
        args={"name": name, "language": language.value},
        original=original,
    )
