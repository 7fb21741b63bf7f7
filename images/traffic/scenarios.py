"""SIPp's scenarios and input files, made from who calls and who answers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from images.traffic.audio import A_LAW, Key, rtp, tone, write_capture

HERE = Path(__file__).parent
CAPTURE, STREAM = ".pcap", ".alaw"
REJECTIONS = (400, 403, 404, 408, 480, 484, 486, 487, 488, 500, 502, 503, 600, 603)


@dataclass(frozen=True)
class Callers:
    """Callers who behave alike. Times are seconds."""

    first_number: int
    """Number of the first; the others count up from it."""
    count: int
    did: str
    """Digits as the carrier sends them."""
    key: str = ""
    """What they press; empty for nothing."""
    press_after: float = 1.5
    """From the answer to the key; they send their tone before and after."""
    patience: float = 120
    """From the answer until they hang up, unless the other side does."""
    every: float = 0.2
    """Between the beginnings of two calls."""
    streamed: bool = False
    """Let SIPp itself stream the tone: cheap enough for hundreds of calls, but no key can be pressed."""


@dataclass(frozen=True)
class Phone:
    """A phone that answers. `tone` is what its person says, in Hz."""

    user: str
    password: str
    tone: int


@dataclass(frozen=True)
class Phones:
    """Phones that behave alike. Times are seconds."""

    phones: tuple[Phone, ...]
    rings: float = 1.0
    """From the first ring to the answer."""
    talks: float = 20
    """From the answer until they hang up, unless the other side does."""
    streamed: bool = False
    """As for callers."""


def milliseconds(seconds: float) -> str:
    """A time as SIPp's attributes want it."""
    return str(max(1, round(seconds * 1000)))


def fill(template: str, **words: str) -> str:
    """A scenario with its `{word}`s filled in; SIPp's own brackets are left alone."""
    text = (HERE / template).read_text()
    for word, value in words.items():
        text = text.replace("{" + word + "}", value)
    return text


def write_inputs(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write SIPp's input file, which only its owner may read: it may hold passwords."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write("SEQUENTIAL\n")
        out.writelines(";".join(row) + ";\n" for row in rows)


def _choose(which: Iterable[int]) -> str:
    return "\n".join(
        f'    <test assign_to="is{number}" variable="which" compare="equal" value="{number}"/>' for number in which
    )


def _play(sounds: dict[int, Path]) -> str:
    def action(path: Path) -> str:
        return f'rtp_stream="{path},-1,{A_LAW}"' if path.suffix == STREAM else f'play_pcap_audio="{path}"'

    return "\n".join(
        f'  <nop condexec="is{which}"><action><exec {action(path)}/></action></nop>' for which, path in sounds.items()
    )


def _write_sound(path: Path, frequency: int, seconds: float, keys: Sequence[Key] = ()) -> Path:
    """Write a tone for SIPp to stream (`STREAM`) or to play packet by packet."""
    if path.suffix == STREAM:
        path.write_bytes(b"".join(tone(frequency)) * 10)
    else:
        write_capture(path, rtp(frequency, seconds, keys, ssrc=0x0CA10000 + frequency))
    return path


def write_callers(folder: Path, callers: Callers, tones: Sequence[int]) -> tuple[Path, Path]:
    """Write scenario, input file and streams of a group, one tone for each caller; gives the first two."""
    keys = [Key(callers.press_after, callers.key)] if callers.key else []
    if keys and callers.streamed:
        raise ValueError("a streamed tone cannot hold a key")
    # The tone outlasts the caller's patience, so that silence in a recording is never SIPp's.
    seconds, suffix = callers.patience + 5, STREAM if callers.streamed else CAPTURE
    sounds = {each: _write_sound(folder / f"caller-{each}{suffix}", each, seconds, keys) for each in sorted(set(tones))}
    scenario = folder / "caller.xml"
    scenario.write_text(
        fill(
            "caller.xml",
            choose=_choose(sounds),
            play=_play(sounds),
            patience_ms=milliseconds(callers.patience),
            rejections="\n".join(
                f'  <recv response="{code}" optional="true" next="rejected"><action>'
                f'<log message="rejected|[timestamp]|[call_id]|{code}"/></action></recv>'
                for code in REJECTIONS
            ),
        )
    )
    inputs = folder / "callers.csv"
    write_inputs(inputs, ((str(callers.first_number + n), callers.did, str(tone)) for n, tone in enumerate(tones)))
    return scenario, inputs


@dataclass(frozen=True)
class PhoneFiles:
    """What SIPp needs for a group of phones."""

    register: Path
    deregister: Path
    answer: Path
    inputs: Path


def write_phones(folder: Path, phones: Phones, *, expires: int) -> PhoneFiles:
    """Write the scenarios, input file and tones of a group of phones. `expires` is in seconds."""
    seconds, suffix = phones.talks + 5, STREAM if phones.streamed else CAPTURE
    sounds = {
        int(each.user): _write_sound(folder / f"phone-{each.user}{suffix}", each.tone, seconds)
        for each in phones.phones
    }
    stay = f'  <pause milliseconds="{milliseconds(expires * 0.4)}"/>\n  <nop next="again"/>'
    files = PhoneFiles(folder / "register.xml", folder / "deregister.xml", folder / "answer.xml", folder / "phones.csv")
    files.register.write_text(fill("phone.xml", expires=str(expires), stay=stay))
    files.deregister.write_text(fill("phone.xml", expires="0", stay=""))
    files.answer.write_text(
        fill(
            "answer.xml",
            choose=_choose(sounds),
            play=_play(sounds),
            ring_ms=milliseconds(phones.rings),
            talk_ms=milliseconds(phones.talks),
        )
    )
    # SIPp fills fields into this word only when the whole word is one.
    words = ((p.user, f"[authentication username={p.user} password={p.password}]") for p in phones.phones)
    write_inputs(files.inputs, words)
    return files
