"""The box's own prompts, spoken by espeak-ng: `LANGUAGE/NAME.wav`, 8 kHz, 16 bit, one channel."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

from images.places import PROJECT
from images.run import die, run
from images.steps import Step

ARCHIVE = "prompts.tar"
TEXTS = PROJECT / "asterisk_conf/prompts.toml"
VOICES = {"en": ("en-us", "150"), "zh": ("cmn", "190")}
"""espeak-ng's voice and words per minute for each language."""


def step() -> Step:
    """An archive of every prompt in the languages that it has a text for."""

    def make(place: Path, log: Path) -> None:
        texts: dict[str, dict[str, str]] = tomllib.loads(TEXTS.read_text())
        for name, spoken in texts.items():
            for language, text in spoken.items():
                if language not in VOICES:
                    die(f"{TEXTS.name}: prompt {name} has the language {language}, which no voice speaks.")
                _speak(text, language, place / language / f"{name}.wav", log)
        # No folders: sounds/en is a symlink to Debian's prompts, which tar would replace.
        files = sorted(path.relative_to(place) for path in place.rglob("*.wav"))
        run(
            [
                "tar", "--create", "--file", place / ARCHIVE, "--directory", place, "--sort=name", "--owner=root:0",
                "--group=root:0", "--mode=u=rwX,go=rX", *files,
            ],
            log=log,
        )  # fmt: skip
        for language in VOICES:
            shutil.rmtree(place / language)

    return Step("prompts", (TEXTS, repr(VOICES)), make)


def _speak(text: str, language: str, target: Path, log: Path) -> None:
    voice, rate = VOICES[language]
    target.parent.mkdir(parents=True, exist_ok=True)
    raw = target.with_suffix(".raw.wav")
    run(["espeak-ng", "-v", voice, "-s", rate, "-w", raw, "--stdin"], stdin=text, log=log)
    # Telephone band, and a level that is even from prompt to prompt without clipping.
    run(["sox", raw, "-r", "8000", "-c", "1", "-b", "16", target, "highpass", "200", "norm", "-6"], log=log)
    raw.unlink()
