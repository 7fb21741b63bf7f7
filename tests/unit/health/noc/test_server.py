"""Polls over real TLS: who is let in, what is told of an old picture, and that slow clients hold nobody up."""

from __future__ import annotations

import asyncio
import hashlib
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from appliance.health.noc import server
from appliance.health.noc.answers import PLAIN, Page
from appliance.health.noc.server import Polls
from appliance.health.noc.settings import read
from images.run import run

TOKEN = "a-token-of-24-characters"
PORT = 19443
Answer = tuple[int, dict[str, str], str]


def made(folder: Path, name: str, *more: str) -> None:
    """A key and a certificate by openssl."""
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    files = ("-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem")
    run(["openssl", "req", "-x509", *curve, *files, "-days", "2", "-subj", f"/CN={name}", *more])


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    made(folder, "box", "-addext", "subjectAltName=IP:127.0.0.1")
    made(folder, "pollers")
    for name in ("prometheus", "stranger"):
        made(folder, name, "-CA", str(folder / "pollers.pem"), "-CAkey", str(folder / "pollers.key"))
    made(folder, "forger")
    return folder


class World:
    """The server with a look that a test can age, and a client."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.old = False
        self.polls = Polls(lambda: None if self.old else ({path: Page(PLAIN, b"well\n") for path in server.PATHS}, 1.4))

    async def follow(self, **more: object) -> None:
        settings = {
            "box": "WZN",
            "name": "Branch",
            "port": PORT,
            "certificate": str(self.folder / "box.pem"),
            "key": str(self.folder / "box.key"),
            "tokens": [hashlib.sha256(TOKEN.encode()).hexdigest()],
            "clients": None,
            "client_names": [],
        }
        file = self.folder / "https.json"
        file.unlink(missing_ok=True)
        file.write_text(json.dumps(settings | more))
        await self.polls.follow(read(file))

    async def dial(self, certificate: str = "", most: ssl.TLSVersion | None = None) -> Client:
        context = ssl.create_default_context(cafile=str(self.folder / "box.pem"))
        if most is not None:
            context.set_ciphers("ALL:@SECLEVEL=0")  # the client would, if the server did
            context.minimum_version = context.maximum_version = most
        if certificate:
            context.load_cert_chain(self.folder / f"{certificate}.pem", self.folder / f"{certificate}.key")
        return Client(*await asyncio.open_connection("127.0.0.1", PORT, ssl=context))


class Client:
    """A client by hand: nothing between the test and the wire."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def say(self, text: str) -> None:
        self.writer.write(text.encode())
        await self.writer.drain()

    async def ask(self, path: str = "/health", token: str = TOKEN, method: str = "GET") -> Answer:
        shown = f"Authorization: Bearer {token}\r\n" if token else ""
        await self.say(f"{method} {path} HTTP/1.1\r\nHost: box\r\n{shown}\r\n")
        return await self.heard()

    async def heard(self) -> Answer:
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 5)).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await self.reader.readexactly(int(headers["content-length"]))
        return int(head[0].split()[1]), headers, body.decode()

    async def closed(self) -> bool:
        try:
            return await asyncio.wait_for(self.reader.read(1), 5) == b""
        except OSError:
            return True


@asynccontextmanager
async def served(folder: Path, **more: object) -> AsyncIterator[World]:
    world = World(folder)
    await world.follow(**more)
    try:
        yield world
    finally:
        await world.polls.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Patience of a moment."""
    monkeypatch.setattr(server, "REQUEST_SECONDS", 0.2)
    monkeypatch.setattr(server, "IDLE_SECONDS", 0.2)
    yield


async def test_a_poller_with_the_token_gets_the_page_and_its_age(certificates: Path) -> None:
    async with served(certificates) as world:
        client = await world.dial()
        status, headers, body = await client.ask()
        assert (status, body, headers["age"], headers["cache-control"]) == (200, "well\n", "1", "no-store")
        assert (await client.ask("/metrics?x=1"))[0] == 200, "the connection goes on"
        assert world.polls.answered == {200: 2}


@pytest.mark.parametrize("token", ["", "another-token-of-24-char", TOKEN + "x", "é"])
async def test_nobody_else_is_told_anything(certificates: Path, token: str) -> None:
    async with served(certificates) as world:
        status, headers, body = await (await world.dial()).ask(token=token)
        assert status == 401
        assert headers["www-authenticate"] == 'Bearer realm="branchbox"'
        assert "well" not in body


async def test_the_earlier_token_is_taken_while_there_is_one(certificates: Path) -> None:
    both = [hashlib.sha256(each.encode()).hexdigest() for each in ("the-new-token-of-24-chars", TOKEN)]
    async with served(certificates, tokens=both) as world:
        assert (await (await world.dial()).ask())[0] == 200
        await world.follow(tokens=both[:1])
        assert (await (await world.dial()).ask())[0] == 401


async def test_a_certificate_of_the_pollers_authority_opens_without_a_token(certificates: Path) -> None:
    async with served(certificates, tokens=[], clients=str(certificates / "pollers.pem")) as world:
        assert (await (await world.dial("prometheus")).ask(token=""))[0] == 200
        for bad in ("forger", ""):
            with pytest.raises((ssl.SSLError, OSError, asyncio.IncompleteReadError)):
                await (await world.dial(bad)).ask()


async def test_only_named_pollers_are_let_in_where_names_stand(certificates: Path) -> None:
    more = {"clients": str(certificates / "pollers.pem"), "client_names": ["Prometheus"]}
    async with served(certificates, **more) as world:
        assert (await (await world.dial("prometheus")).ask(token=""))[0] == 200
        assert (await (await world.dial("stranger")).ask(token=""))[0] == 401
        assert (await (await world.dial("stranger")).ask())[0] == 200, "its token is as good"


async def test_a_picture_that_is_too_old_is_told_to_nobody(certificates: Path) -> None:
    async with served(certificates) as world:
        world.old = True
        for path in server.PATHS:
            status, _, body = await (await world.dial()).ask(path)
            assert status == 503
            assert "stuck" in body


async def test_other_paths_and_methods_are_refused_in_words(certificates: Path) -> None:
    async with served(certificates) as world:
        assert (await (await world.dial()).ask("/"))[0] == 404
        assert (await (await world.dial()).ask(method="DELETE"))[0] == 405
        client = await world.dial()
        await client.say("nonsense\r\n\r\n")
        assert (await client.heard())[0] == 400
        client = await world.dial()
        await client.say("GET / HTTP/1.1\r\nHost: " + "x" * 20_000 + "\r\n\r\n")
        assert (await client.heard())[0] == 431


async def test_old_tls_is_not_spoken(certificates: Path) -> None:
    async with served(certificates) as world:
        with pytest.warns(DeprecationWarning), pytest.raises((ssl.SSLError, ConnectionResetError)):
            await world.dial(most=ssl.TLSVersion.TLSv1_1)
        assert (await (await world.dial(most=ssl.TLSVersion.TLSv1_2)).ask())[0] == 200


@pytest.mark.usefixtures("quick")
async def test_a_slow_client_is_left_and_an_idle_one_goes(certificates: Path) -> None:
    async with served(certificates) as world:
        slow, idle = await world.dial(), await world.dial()
        await slow.say("GET /health HTTP/1.1\r\nHost")
        assert await slow.closed()
        assert await idle.closed()


async def test_the_longest_idle_makes_room_for_a_new_one(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST", 2)
    async with served(certificates) as world:
        first, second = await world.dial(), await world.dial()
        for client in (first, second):
            assert (await client.ask())[0] == 200
        third = await world.dial()
        assert (await third.ask())[0] == 200
        assert await first.closed()
        assert (await second.ask())[0] == 200


async def test_a_certificate_that_does_not_fit_its_key_is_told_and_tried_again(certificates: Path) -> None:
    async with served(certificates, key=str(certificates / "forger.key")) as world:
        assert "KEY_VALUES_MISMATCH" in world.polls.trouble.upper()
        await world.follow()
        assert world.polls.trouble == ""
        assert (await (await world.dial()).ask())[0] == 200


async def test_nobody_is_served_when_polls_are_off(certificates: Path) -> None:
    async with served(certificates) as world:
        await world.polls.follow(read(certificates / "gone.json"))
        with pytest.raises(OSError):
            await world.dial()
