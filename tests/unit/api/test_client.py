"""The client's end of the wire, against a server whose bytes come as they please."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.api import client as clients
from appliance.api.client import Client
from appliance.api.wire import Empty, Message, Refused, Unreachable, method, stream
from appliance.site.problems import BranchboxError


class Said(Message):
    words: str


ASK = method("ask/it", Empty, Said, {"x"})
FOLLOW = stream("follow/it", Said, {"x"})
LINES = tuple(Said(words=words) for words in ("one", "二", "", "four " * 2000))


def answer(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


def chunked(bodies: Sequence[bytes]) -> bytes:
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(body), body) for body in bodies)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + pieces + b"0\r\n\r\n"


@asynccontextmanager
async def saying(pieces: Sequence[bytes], *, then_silent: bool = False, timeout: float = 5) -> AsyncIterator[Client]:
    """A server that says these bytes to whoever asks, one piece after the other."""

    async def said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        if then_silent:
            await reader.read()
        writer.close()

    with TemporaryDirectory() as folder:
        path = Path(folder) / "api.sock"
        server = await asyncio.start_unix_server(said, path)
        yield Client(path, timeout=timeout)
        server.close()


def cut(whole: bytes, places: Sequence[int]) -> list[bytes]:
    at = [0, *sorted(place % (len(whole) + 1) for place in places), len(whole)]
    return [whole[start:end] for start, end in pairwise(at)]


CUTS = st.lists(st.integers(0, 10_000), max_size=6)


@given(words=st.text(max_size=300), places=CUTS)
def test_an_answer_is_whole_wherever_it_was_cut(words: str, places: list[int]) -> None:
    async def asked() -> Said:
        async with saying(cut(answer(Said(words=words).model_dump_json().encode()), places)) as client:
            return await client.call(ASK, Empty())

    assert asyncio.run(asked()).words == words


@given(places=CUTS, sizes=st.lists(st.integers(1, 4000), min_size=1, max_size=5))
def test_a_stream_s_messages_are_whole_wherever_they_were_cut(places: list[int], sizes: list[int]) -> None:
    text = b"".join(line.model_dump_json().encode() + b"\n" for line in LINES)
    bodies: list[bytes] = []
    at = 0
    while at < len(text):
        size = sizes[len(bodies) % len(sizes)]
        bodies.append(text[at : at + size])
        at += size

    async def followed() -> list[Said]:
        async with saying(cut(chunked(bodies), places)) as client:
            return [said async for said in client.follow(FOLLOW)]

    assert tuple(asyncio.run(followed())) == LINES


async def test_a_large_answer_comes_whole() -> None:
    large = Said(words="x" * 5_000_000)
    async with saying([answer(large.model_dump_json().encode())]) as client:
        assert await client.call(ASK, Empty()) == large


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200", answer(b'{"words": "half"}')[:-4], b"220 mail\r\n\r\n"])
async def test_who_goes_in_the_middle_was_not_there(said: bytes) -> None:
    async with saying([said]) as client:
        with pytest.raises(Unreachable, match="does not answer"):
            await client.call(ASK, Empty())


async def test_a_stream_that_breaks_off_says_so_after_what_it_said() -> None:
    whole = chunked([line.model_dump_json().encode() + b"\n" for line in LINES])
    heard = []
    async with saying([whole[:-5]]) as client:
        with pytest.raises(Unreachable):
            async for said in client.follow(FOLLOW):
                heard.append(said)
    assert tuple(heard) == LINES


async def test_silence_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "HEARTBEAT", 0.05)
    first = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with saying([first], then_silent=True) as client:
        with pytest.raises(Unreachable):
            await anext(client.follow(FOLLOW))
    async with saying([], then_silent=True, timeout=0.05) as client:
        with pytest.raises(Unreachable):
            await client.call(ASK, Empty())


async def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="does not answer"):
        await Client(tmp_path / "api.sock").call(ASK, Empty())


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        ("403 Forbidden", b'{"problems": [{"text": "No."}]}', Refused, "No."),
        ("409 Conflict", b'{"problems": [{"text": "Full."}]}', BranchboxError, "Full."),
        ("500 Internal Server Error", b"oh", BranchboxError, "Its journal says why"),
    ],
)
async def test_what_stands_against_it_is_told(status: str, body: bytes, kind: type[BranchboxError], says: str) -> None:
    async with saying([answer(body, status)]) as client:
        with pytest.raises(kind, match=says):
            await client.call(ASK, Empty())
        with pytest.raises(kind, match=says):
            await anext(client.follow(FOLLOW))
