"""What nobody has recorded is spoken before a change is in force, once, and never half."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from appliance.api.prompts import Origin
from appliance.site import document as documents
from appliance.site.models import Language, SiteDocument
from appliance.site.problems import BranchboxError, Problem
from provisioning.announcements import SOURCES, Announcements, Source
from provisioning.files import Access

BRANCH = documents.load(documents.example("en"))


class Voice:
    """Speaks into a file, and remembers; `dumb` is a language that it cannot."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.dumb: Language | None = None

    def __call__(self, text: str, language: Language, target: Path) -> None:
        if language is self.dumb:
            raise BranchboxError(Problem(text="no voice"))
        self.said.append((language.value, text))
        target.write_text(f"sound of {text}")


@pytest.fixture
def voice() -> Voice:
    return Voice()


@pytest.fixture
def shelf(tmp_path: Path, voice: Voice) -> Announcements:
    mine = (os.getuid(), os.getgid())
    return Announcements(tmp_path / "prompts", voice, lambda: 1000.0, Access(*mine, 0o644), Access(*mine, 0o755))


def saying(name: str, **texts: str) -> SiteDocument:
    prompt = BRANCH.prompts[0].model_copy(update={"name": name, "texts": {Language(k): v for k, v in texts.items()}})
    return BRANCH.model_copy(update={"prompts": (prompt,)})


def test_every_text_becomes_a_sound_in_its_language(shelf: Announcements, tmp_path: Path) -> None:
    assert shelf.prepare(saying("main", en="Press 1.", zh="请按一。")) == ()
    assert (tmp_path / "prompts/en/main.wav").read_text() == "sound of Press 1."
    assert (tmp_path / "prompts/zh/main.wav").read_text() == "sound of 请按一。"
    assert (tmp_path / "prompts/en/main.wav").stat().st_mode & 0o777 == 0o644


def test_a_name_with_a_folder_stands_in_it(shelf: Announcements, tmp_path: Path) -> None:
    assert shelf.prepare(saying("branchbox/goodbye", en="Bye.")) == ()
    assert (tmp_path / "prompts/en/branchbox/goodbye.wav").is_file()


def test_only_what_changed_is_spoken_anew(shelf: Announcements, voice: Voice) -> None:
    shelf.prepare(saying("main", en="Press 1.", zh="请按一。"))
    voice.said.clear()
    shelf.prepare(saying("main", en="Press 2.", zh="请按一。"))
    assert voice.said == [("en", "Press 2.")]


def test_a_sound_that_is_gone_from_the_disk_is_spoken_again(shelf: Announcements, voice: Voice, tmp_path: Path) -> None:
    shelf.prepare(saying("main", en="Press 1."))
    (tmp_path / "prompts/en/main.wav").unlink()
    shelf.prepare(saying("main", en="Press 1."))
    assert len(voice.said) == 2


def test_what_cannot_be_spoken_is_told_and_the_rest_is_there(
    shelf: Announcements, voice: Voice, tmp_path: Path
) -> None:
    voice.dumb = Language.ZH
    (problem,) = shelf.prepare(saying("main", zh="请按一。", en="Press 1."))
    assert problem.args == {"name": "main", "language": "zh"} and "no voice" in problem.original
    assert [path.name for path in sorted((tmp_path / "prompts").rglob("*.wav"))] == ["main.wav"]
    assert set(json.loads((tmp_path / "prompts" / SOURCES).read_text())) == {"en/main"}


def test_a_list_that_is_damaged_costs_speaking_again(shelf: Announcements, voice: Voice, tmp_path: Path) -> None:
    shelf.prepare(saying("main", en="Press 1."))
    (tmp_path / "prompts" / SOURCES).write_text("{half")
    assert shelf.prepare(saying("main", en="Press 1.")) == ()
    assert len(voice.said) == 2


RECORDED = Source(Origin.RECORDED, 2000.0, take="prompt-1-1795298063")


def test_what_was_recorded_stays_when_the_text_changes(shelf: Announcements, voice: Voice, tmp_path: Path) -> None:
    shelf.prepare(saying("main", en="Press 1.", zh="请按一。"))
    shelf.put("main", Language.EN, b"my own voice", RECORDED)
    voice.said.clear()
    assert shelf.prepare(saying("main", en="Press 2.", zh="请按二。")) == ()
    assert voice.said == [("zh", "请按二。")]
    assert (tmp_path / "prompts/en/main.wav").read_bytes() == b"my own voice"


def test_a_recording_that_is_gone_from_the_disk_is_spoken(shelf: Announcements, voice: Voice, tmp_path: Path) -> None:
    shelf.put("main", Language.EN, b"my own voice", RECORDED)
    (tmp_path / "prompts/en/main.wav").unlink()
    shelf.prepare(saying("main", en="Press 1."))
    assert voice.said == [("en", "Press 1.")]


def test_the_shelf_says_where_each_sound_comes_from(shelf: Announcements) -> None:
    shelf.prepare(saying("main", en="Press 1."))
    shelf.put("main", Language.ZH, bytes(44 + 16_000 * 3), Source(Origin.IMPORTED, 2000.0, by="chenhua"))
    english, chinese = shelf.shelf().sounds
    assert (english.origin, english.at) == (Origin.SPOKEN, 1000.0)
    assert (chinese.origin, chinese.by, chinese.seconds) == (Origin.IMPORTED, "chenhua", 3.0)


def test_a_take_is_known_although_something_else_has_taken_its_place(shelf: Announcements) -> None:
    shelf.put("main", Language.EN, b"by phone", RECORDED)
    shelf.put("main", Language.EN, b"from a studio", Source(Origin.IMPORTED, 3000.0))
    shelf.speak(saying("main", en="Press 1."), "main", Language.EN)
    (sound,) = shelf.shelf().sounds
    assert (sound.origin, sound.take) == (Origin.SPOKEN, RECORDED.take)


def test_nothing_is_spoken_that_the_document_does_not_say(shelf: Announcements, tmp_path: Path) -> None:
    shelf.put("main", Language.EN, b"by phone", RECORDED)
    with pytest.raises(BranchboxError, match="has no text for main in language en"):
        shelf.speak(saying("main", zh="请按一。"), "main", Language.EN)
    assert (tmp_path / "prompts/en/main.wav").read_bytes() == b"by phone"
