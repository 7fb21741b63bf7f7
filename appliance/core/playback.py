"""Hearing a recording: on the listener's own phone, or as a file on the terminal's machine.

What is played lies decoded in a folder in memory (`exchange.PLAYBACK`) that only core and Asterisk reach, until the
phone hangs up. What is exported leaves piece by piece; no clear file is made for it.
"""

from __future__ import annotations

import array
import asyncio
import base64
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from appliance.api import recordings as page
from appliance.api.recordings import Export, Piece, Play, Playing, RecordingDetail, Ticket, TicketKey
from appliance.api.server import Routes
from appliance.core.in_force import InForce
from appliance.core.recording_key import RecordingKey
from appliance.core.ringing import not_answered, ring
from appliance.core.store import Store
from appliance.recorder import opus, sealed
from appliance.recorder.sealed import Broken, OtherKey
from appliance.recorder.wave import HEADER
from appliance.site.exchange import PLAYBACK_CONTEXT, PLAYBACK_FILE, PLAYBACK_FROM
from appliance.site.problems import BranchboxError, Problem
from appliance.store import recordings
from appliance.telephony.ami import NO_LINK
from appliance.telephony.amiwire import AmiRefused
from appliance.telephony.errand import Manager

log = logging.getLogger(__name__)

LONGEST = 4 * 3600.0
"""Seconds after which a playback's file goes, whatever the phone does."""
EXPORT_WAITS = 120.0
"""Seconds that an export waits for its reader."""
_WAV = ".wav"


@dataclass
class _Export:
    """An export that goes on: whose it is, and what is left of it."""

    login: str
    pieces: Iterator[bytes]
    used: float
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


class Playback:
    """Answers "hearing it"."""

    def __init__(
        self,
        *,
        store: Store,
        in_force: InForce,
        keys: RecordingKey,
        manager: Manager,
        shelves: Path,
        folder: Path,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._in_force = in_force
        self._keys = keys
        self._manager = manager
        self._shelves = shelves
        self._folder = folder
        self._clock = clock
        self._exports: dict[str, _Export] = {}
        self._calls: set[asyncio.Task[None]] = set()

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(page.RECORDINGS_PLAY, self._play)
        routes.method(page.RECORDINGS_EXPORT, self._export)
        routes.method(page.RECORDINGS_PIECE, self._piece)

    def clear(self) -> None:
        """Remove what an earlier core left in the folder."""
        for left in self._folder.glob("*"):
            left.unlink(missing_ok=True)

    async def close(self) -> None:
        """End what is being played, with its files."""
        for call in tuple(self._calls):
            call.cancel()
            with suppress(asyncio.CancelledError):
                await call
        self.clear()

    # --- on a phone -----------------------------------------------------------------------

    async def _play(self, login: str, wish: Play) -> Playing:
        if wish.phone not in {phone.number for phone in self._in_force.known().extensions}:
            raise BranchboxError(
                Problem(text="There is no phone {number}: give the number of your own.", args={"number": wish.phone})
            )
        detail = await self._there(wish.name)
        pieces = self._pieces(login, detail)
        file = self._folder / secrets.token_hex(12)
        try:
            await asyncio.to_thread(_decode, pieces, file, wish.name)
        except OSError as error:
            file.with_suffix(".sln").unlink(missing_ok=True)
            raise BranchboxError(
                Problem(
                    text="The recording could not be made ready for a phone. Try again when others have heard theirs.",
                    original=str(error),
                )
            ) from error
        answered: asyncio.Future[Playing] = asyncio.get_running_loop().create_future()
        call = asyncio.create_task(self._ring(wish, file, answered))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        playing = await answered
        if playing.answered:
            await self._accessed(login, wish, "played")
        return playing

    async def _ring(self, wish: Play, file: Path, answered: asyncio.Future[Playing]) -> None:
        """Ring and play; the file lives no longer than this."""
        leads_to = {
            "Context": PLAYBACK_CONTEXT,
            "Exten": "s",
            "Priority": "1",
            "Variable": f"{PLAYBACK_FILE}={file},{PLAYBACK_FROM}={int(wish.at * 1000)}",
        }
        try:
            async with ring(self._manager, wish.phone, leads_to) as rung:
                if not rung.answered:
                    answered.set_result(Playing(answered=False, problem=not_answered(rung)))
                    return
                answered.set_result(Playing(answered=True))
                async with asyncio.timeout(LONGEST):
                    await rung.over()
        except (OSError, TimeoutError, AmiRefused) as error:
            if not answered.done():
                answered.set_exception(BranchboxError(NO_LINK.model_copy(update={"original": repr(error)})))
        finally:
            file.with_suffix(".sln").unlink(missing_ok=True)
            if not answered.done():
                answered.set_exception(BranchboxError(NO_LINK))

    # --- as a file ------------------------------------------------------------------------

    async def _export(self, login: str, wish: Export) -> Ticket:
        detail = await self._there(wish.name)
        self._drop_idle()
        ticket = secrets.token_hex(16)
        self._exports[ticket] = _Export(login, self._pieces(login, detail), self._clock())
        await self._accessed(login, wish, "exported")
        return Ticket(ticket=ticket, file=wish.name.rpartition("/")[2].removesuffix(sealed.SUFFIX))

    async def _piece(self, login: str, key: TicketKey) -> Piece:
        self._drop_idle()
        export = self._exports.get(key.ticket)
        if export is None or export.login != login:
            raise BranchboxError(Problem(text="This export waited too long. Begin it again."))
        async with export.reading:
            export.used = self._clock()
            try:
                data = await asyncio.to_thread(_gathered, export.pieces)
            except BranchboxError:
                self._exports.pop(key.ticket, None)
                raise
        if not data:
            self._exports.pop(key.ticket, None)
        return Piece(data=base64.b64encode(data).decode())

    def _drop_idle(self) -> None:
        now = self._clock()
        self._exports = {ticket: export for ticket, export in self._exports.items() if now - export.used < EXPORT_WAITS}

    # --- the sound ------------------------------------------------------------------------

    async def _there(self, name: str) -> RecordingDetail:
        detail = await self._store.run(recordings.show, name)
        if detail is None:
            raise BranchboxError(Problem(text="There is no recording {name}.", args={"name": name}))
        if detail.found.removed is not None:
            raise BranchboxError(
                Problem(
                    text="This recording was removed ({why}): only its entry is left.",
                    args={"why": detail.found.removed_why or ""},
                )
            )
        return detail

    async def _accessed(self, login: str, wish: Play | Export, what: str) -> None:
        now = self._clock()
        await self._store.run(recordings.accessed, wish.name, now=now, by=login, what=what, why=wish.why)

    def _pieces(self, login: str, detail: RecordingDetail) -> Iterator[bytes]:
        """The clear bytes of its file. Raises BranchboxError when the caller has not opened the key."""
        name = detail.found.name
        if detail.found.sealed:
            return _opened(self._shelves / name, *self._keys.pair(login), name)
        return _plain(self._shelves / name, name)


def _opened(path: Path, public: bytes, secret: bytes, name: str) -> Iterator[bytes]:
    try:
        yield from sealed.opened(path, public, secret, name)
    except Broken as broken:
        raise BranchboxError(
            Problem(
                text="The file of {name} is damaged: from there on it cannot be trusted. Run the recordings' audit.",
                args={"name": name},
                original=str(broken),
            )
        ) from broken
    except OtherKey as other:
        raise BranchboxError(
            Problem(text="{name} was sealed for another box's key: it opens there only.", args={"name": name})
        ) from other
    except OSError as error:
        raise _unreadable(name, error) from error


def _plain(path: Path, name: str) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(sealed.PIECE):
                yield piece
    except OSError as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: OSError) -> BranchboxError:
    return BranchboxError(
        Problem(
            text="The file of {name} cannot be read. Run the recordings' audit.",
            args={"name": name},
            original=str(error),
        )
    )


def _gathered(pieces: Iterator[bytes]) -> bytes:
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        if len(gathered) + sealed.PIECE > page.PIECE:
            break
    return bytes(gathered)


def _decode(pieces: Iterator[bytes], file: Path, name: str) -> None:
    """Write what the pieces sound like as `FILE.sln`: both sides in one channel, 16 bits, 8000 Hz."""
    clear = file.with_suffix(".clear")
    try:
        with clear.open("wb") as target:
            for piece in pieces:
                target.write(piece)
        with file.with_suffix(".sln").open("wb") as target:
            for samples in _stereo(clear, wav=name.endswith(_WAV)):
                target.write(_mixed(samples))
    finally:
        clear.unlink(missing_ok=True)


def _stereo(clear: Path, *, wav: bool) -> Iterator[bytes]:
    """Whole samples of both channels."""
    left = b""
    for piece in _plain_samples(clear) if wav else opus.decode(clear, lambda: None):
        data = left + piece
        whole = len(data) // 4 * 4
        left = data[whole:]
        yield data[:whole]


def _plain_samples(clear: Path) -> Iterator[bytes]:
    with clear.open("rb") as file:
        file.seek(HEADER)
        while piece := file.read(sealed.PIECE):
            yield piece


def _mixed(samples: bytes) -> bytes:
    both = array.array("h", samples)
    # A sum, not a mean: one talks at a time, and a phone is quiet enough.
    return array.array(
        "h", [max(-32768, min(32767, a + b)) for a, b in zip(both[::2], both[1::2], strict=True)]
    ).tobytes()
