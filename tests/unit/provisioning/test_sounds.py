"""What comes from outside is recognised, decoded by sox, as loud as the box's own voice, or refused in words."""

from __future__ import annotations

import array
import io
import math
import os
import subprocess
import wave
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.api.prompts import Origin
from appliance.api.verbs import KeepTake, TakeIn
from appliance.site import document as documents
from appliance.site.models import Language
from appliance.site.problems import BranchboxError
from provisioning import loudness, sounds
from provisioning.announcements import Announcements
from provisioning.files import Access
from provisioning.loudness import MOST_GAIN, PEAK, TARGET
from provisioning.prompt_verbs import PromptVerbs
from provisioning.sounds import Workshop

MINE = (os.getuid(), os.getgid())


def tone(seconds: float, amplitude: float = 8000, rate: int = 8000, channels: int = 1) -> array.array[int]:
    one = (round(amplitude * math.sin(2 * math.pi * 440 * at / rate)) for at in range(int(seconds * rate)))
    return array.array("h", [sample for sample in one for _channel in range(channels)])


def wav(samples: array.array[int], rate: int = 8000, channels: int = 1) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return written.getvalue()


def samples_of(announcement: bytes) -> array.array[int]:
    with wave.open(io.BytesIO(announcement)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        return array.array("h", file.readframes(file.getnframes()))


def by_sox(source: Path, kind: str) -> bytes:
    """The locked room's own command, without the room."""
    argv = sounds.argv(source, kind, source, source)
    with source.open("rb") as file:
        sox = argv[argv.index("/usr/bin/sox") :]
        return subprocess.run(sox, stdin=file, capture_output=True, check=True).stdout  # noqa: S603  (made here)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "sound", by_sox, Access(*MINE, 0o600))


# --- loudness ------------------------------------------------------------------------------------


@given(st.floats(60, 32000), st.floats(0.1, 2.0), st.floats(0.0, 3.0))
@settings(max_examples=60, deadline=None)
def test_speech_becomes_as_loud_as_it_should_or_stops_at_a_limit(
    amplitude: float, seconds: float, pause: float
) -> None:
    sound = tone(seconds, amplitude) + array.array("h", bytes(2 * int(pause * 8000)))
    before = loudness.active_level(sound)
    after = loudness.levelled(sound)
    assert before is not None and after is not None and len(after) == len(sound)
    level = loudness.active_level(after)
    assert level is not None
    assert max(map(abs, after)) <= 32768 * 10 ** (PEAK / 20) + 1
    if before > TARGET - MOST_GAIN:
        assert level == pytest.approx(TARGET, abs=0.5)
    else:
        assert level == pytest.approx(before + MOST_GAIN, abs=1.0)


def test_pauses_do_not_make_it_louder() -> None:
    speech, pause = tone(1.0), array.array("h", bytes(2 * 8000 * 5))
    assert loudness.active_level(speech + pause) == pytest.approx(loudness.active_level(speech), abs=0.1)


@pytest.mark.parametrize("sound", [array.array("h"), array.array("h", bytes(32000)), tone(1.0, 3)])
def test_silence_has_no_level(sound: array.array[int]) -> None:
    assert loudness.active_level(sound) is None
    assert loudness.levelled(sound) is None


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16000, 1), (44100, 2), (48000, 2)])
def test_a_wav_of_any_rate_becomes_an_announcement(workshop: Workshop, rate: int, channels: int) -> None:
    made = samples_of(workshop.made_of(wav(tone(2.0, 3000, rate, channels), rate, channels)))
    assert len(made) / 8000 == pytest.approx(2.0, abs=0.02)
    assert loudness.active_level(made) == pytest.approx(TARGET, abs=0.5)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "neither a WAV nor an MP3"),
        (b"#!/bin/sh\nreboot\n", "neither a WAV nor an MP3"),
        (b"FORM\x00\x00\x00\x00AIFF", "neither a WAV nor an MP3"),
        (wav(array.array("h", bytes(32000))), "Nothing can be heard"),
        (wav(tone(181.0, 3000)), "longer than 180 s"),
    ],
    ids=["empty", "script", "another format", "silent", "long"],
)
def test_what_is_no_announcement_is_refused(workshop: Workshop, tmp_path: Path, data: bytes, says: str) -> None:
    with pytest.raises(BranchboxError, match=says):
        workshop.made_of(data)
    assert not (tmp_path / "sound").exists()


@pytest.mark.parametrize(
    ("beginning", "found"),
    [
        (b"RIFF\x24\x00\x00\x00WAVE", "wav"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00\x00\x00", "mp3"),
        (b"\xff\xfb\x90\x64" + bytes(8), "mp3"),
        (b"\xff\xf3\x40\xc4" + bytes(8), "mp3"),
        (b"\xff\xff\xff\xff" + bytes(8), None),
        (b"RIFF\x24\x00\x00\x00AVI ", None),
        (b"OggS" + bytes(8), None),
    ],
)
def test_a_file_is_what_its_first_bytes_say(beginning: bytes, found: str | None) -> None:
    assert sounds.kind(beginning) == found


def test_the_decoder_is_nobody_in_a_locked_room() -> None:
    argv = sounds.argv(Path("/run/a"), "mp3", Path("/run/b"), Path("/run/c"))
    for wall in ("DynamicUser=yes", "PrivateNetwork=yes", "ProtectSystem=strict", "CapabilityBoundingSet="):
        assert f"--property={wall}" in argv
    assert argv[argv.index("/usr/bin/sox") + 1 :][:3] == ["-t", "mp3", "-"]


@pytest.mark.parametrize("strange", ["a link", "a folder", "nothing"])
def test_only_a_file_is_read(tmp_path: Path, strange: str) -> None:
    place = tmp_path / "received"
    if strange == "a link":
        (tmp_path / "secret").write_text("hash")
        place.symlink_to(tmp_path / "secret")
    elif strange == "a folder":
        place.mkdir()
    with pytest.raises(OSError):
        sounds.read(place)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "LARGEST", 1024**2)
    (tmp_path / "received").write_bytes(bytes(1024**2 + 1))
    with pytest.raises(BranchboxError, match="larger than 1 MB"):
        sounds.read(tmp_path / "received")


# --- the verbs -----------------------------------------------------------------------------------

BRANCH = documents.load(documents.example("en"))
DOCUMENT = BRANCH.model_copy(
    update={"prompts": (BRANCH.prompts[0].model_copy(update={"name": "main", "texts": {Language.EN: "Press 1."}}),)}
)
TAKE = KeepTake(name="main", language=Language.EN, take="prompt-1-1795298063")


@pytest.fixture
def verbs(tmp_path: Path, workshop: Workshop) -> PromptVerbs:
    def speak(text: str, language: Language, target: Path) -> None:
        target.write_text(text)

    shelf = Announcements(tmp_path / "prompts", speak, lambda: 1000.0, Access(*MINE, 0o644), Access(*MINE, 0o755))
    (tmp_path / "studio").mkdir()
    return PromptVerbs(
        shelf,
        workshop,
        lambda: DOCUMENT,
        studio=tmp_path / "studio",
        received=tmp_path / "received",
        clock=lambda: 2000.0,
    )


def test_a_take_that_was_kept_is_filed_and_leaves_the_studio(verbs: PromptVerbs, tmp_path: Path) -> None:
    (tmp_path / "studio" / f"{TAKE.take}.wav").write_bytes(wav(tone(2.0)))
    (sound,) = verbs.keep(TAKE).sounds
    assert (sound.origin, sound.take, sound.at) == (Origin.RECORDED, TAKE.take, 2000.0)
    assert sound.seconds == pytest.approx(2.0, abs=0.02)
    assert list((tmp_path / "studio").iterdir()) == []


def test_a_take_that_is_a_link_is_left_alone(verbs: PromptVerbs, tmp_path: Path) -> None:
    (tmp_path / "shadow").write_text("root:hash")
    (tmp_path / "studio" / f"{TAKE.take}.wav").symlink_to(tmp_path / "shadow")
    with pytest.raises(BranchboxError, match="could not be filed"):
        verbs.keep(TAKE)
    assert not (tmp_path / "prompts").exists()


def test_what_core_received_is_taken_in_and_the_box_can_speak_again(verbs: PromptVerbs, tmp_path: Path) -> None:
    (tmp_path / "received").write_bytes(wav(tone(1.0, 500, 16000), 16000))
    (sound,) = verbs.take_in(TakeIn(name="main", language=Language.EN, by="chenhua")).sounds
    assert (sound.origin, sound.by) == (Origin.IMPORTED, "chenhua")
    (sound,) = verbs.speak(TakeIn(name="main", language=Language.EN, by="chenhua")).sounds
    assert sound.origin is Origin.SPOKEN
    assert (tmp_path / "prompts/en/main.wav").read_text() == "Press 1."


def test_a_name_that_the_document_does_not_have_is_refused(verbs: PromptVerbs, tmp_path: Path) -> None:
    (tmp_path / "received").write_bytes(wav(tone(1.0)))
    with pytest.raises(BranchboxError, match="no announcement other in force"):
        verbs.take_in(TakeIn(name="other", language=Language.EN, by="chenhua"))


@pytest.mark.parametrize("take", ["../../etc/shadow", "prompt-1-1/../x", "closure-storm-1795298063", ""])
def test_a_take_is_named_as_the_studio_names_them(take: str) -> None:
    with pytest.raises(ValueError, match="take"):
        KeepTake(name="main", language=Language.EN, take=take)
