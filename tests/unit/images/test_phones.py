"""What baresip's control port says becomes what a phone does."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from images.phones import Handset, Line
from images.run import Failure, poll, start


class Baresip:
    """The other end of a control port: says what baresip would."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def say(self, **said: Any) -> None:
        text = json.dumps(said).encode()
        # In two pieces: a stream has no borders.
        whole = b"%d:%s," % (len(text), text)
        self._line.sendall(whole[:5])
        self._line.sendall(whole[5:])

    def event(self, kind: str, call: str = "1", **more: Any) -> None:
        self.say(event=True, type=kind, id=call, **more)


@pytest.fixture
def ends(tmp_path: Path) -> Iterator[tuple[Handset, Baresip]]:
    ours, theirs = socket.socketpair()
    process = start(["true"], log=tmp_path / "baresip.log")
    phone = Handset("8001", 1200, tmp_path, process, ours)
    phone.listen()
    yield phone, Baresip(theirs)
    theirs.close()
    phone.close()


def soon(phone: Handset, line: Line) -> bool:
    return poll(lambda: phone.line is line, seconds=5, every=0.01)


def test_a_phone_rings_talks_and_is_free_again(ends: tuple[Handset, Baresip]) -> None:
    phone, baresip = ends
    assert phone.line is Line.FREE
    for kind, line in (
        ("CALL_INCOMING", Line.RINGS),
        ("CALL_ESTABLISHED", Line.TALKS),
        ("CALL_CLOSED", Line.FREE),
    ):
        baresip.event(kind)
        assert soon(phone, line)


def test_a_second_call_rings_beside_the_first(ends: tuple[Handset, Baresip]) -> None:
    phone, baresip = ends
    baresip.event("CALL_ESTABLISHED", "1")
    baresip.event("CALL_INCOMING", "2")
    assert soon(phone, Line.RINGS)
    baresip.event("CALL_CLOSED", "2")
    assert soon(phone, Line.TALKS)


def test_keys_of_the_other_end_are_kept_in_order(ends: tuple[Handset, Baresip]) -> None:
    phone, baresip = ends
    for key in "45#":
        baresip.event("CALL_DTMF_START", param=key)
    assert poll(lambda: phone.keys == "45#", seconds=5)


def test_what_baresip_refuses_is_said(ends: tuple[Handset, Baresip]) -> None:
    phone, baresip = ends
    baresip.say(response=True, ok=False, data="no call", token="1")
    assert poll(lambda: "1" in phone._replies, seconds=5)
    with pytest.raises(Failure, match="cannot accept: no call"):
        phone.answer()


def test_what_a_phone_heard_is_read_though_the_call_goes_on(ends: tuple[Handset, Baresip], tmp_path: Path) -> None:
    phone, _ = ends
    length_not_known_yet = b"data" + bytes(4)
    (tmp_path / "dump-2026-dec.wav").write_bytes(
        b"RIFF____WAVEfmt " + bytes(20) + length_not_known_yet + b"\x01\x00" * 100 + b"\x01"
    )
    assert phone._sound() == (1,) * 100
