"""The branch's own announcements on the disk: the box speaks what nobody has recorded, before a change is in force.

Host is the folder's one writer (decision 0021): `LANGUAGE/NAME.wav`, 8 kHz, 16 bit, one channel, and `sources.json`,
the texts that were spoken. Asterisk looks there first (`sounds_search_custom_dir`). A file changes in one step.
"""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

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

Speak = Callable[[str, Language, Path], None]
"""Writes a text as sound into a file."""


class Announcements:
    """Everything in the folder; `speak` makes sound of a text."""

    def __init__(self, folder: Path, speak: Speak, files_of: Access = ACCESS, folders_of: Access = FOLDERS) -> None:
        self._folder = folder
        self._speak = speak
        self._files_of = files_of
        self._folders_of = folders_of

    def prepare(self, document: SiteDocument) -> tuple[Problem, ...]:
        """Speak what this document says and the folder does not have; problems are told, each with its announcement."""
        problems: list[Problem] = []
        sources = self._sources()
        for name, language, text in _texts(document):
            path = self._folder / language / f"{name}.wav"
            known = sources.get(f"{language}/{name}")
            if known == text and path.is_file():
                continue
            try:
                self._file(path, text, language)
            except (BranchboxError, OSError) as error:
                problems.append(_unspoken(name, language, str(error)))
                continue
            # After the sound: a power cut between the two speaks it once more.
            sources[f"{language}/{name}"] = text
            files.write_whole(self._folder / SOURCES, json.dumps(sources, ensure_ascii=False, indent=1), self._files_of)
            LOG.info("announcement %s spoken in %s", name, language)
        return tuple(problems)

    def _file(self, path: Path, text: str, language: Language) -> None:
        place = self._folder
        for part in ("", *path.relative_to(self._folder).parts[:-1]):
            place /= part
            files.make_folder(place, self._folders_of)
        fresh = path.with_name(f".{path.name}.new")
        self._speak(text, language, fresh)
        files.put_in_place(fresh, path, self._files_of)

    def _sources(self) -> dict[str, str]:
        """By `LANGUAGE/NAME`: the text that was spoken."""
        try:
            read = json.loads((self._folder / SOURCES).read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return {str(key): str(value) for key, value in read.items()} if isinstance(read, Mapping) else {}


def espeak(text: str, language: Language, target: Path) -> None:
    """Speak a text as the box's own prompts are spoken: telephone band, even level. Raises CommandFailed."""
    voice, rate = VOICES[language]
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.wav"
        run(["espeak-ng", "-v", voice, "-s", rate, "-w", str(raw), "--stdin"], timeout=_SECONDS, stdin=text)
        form = ["-t", "wav", "-r", "8000", "-c", "1", "-b", "16"]
        run(["sox", str(raw), *form, str(target), "highpass", "200", "norm", "-6"], timeout=_SECONDS)


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
