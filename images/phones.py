"""SIP phones that nobody here wrote: one baresip each, in the operator's namespace, driven over its control port.

    with Handsets(box.network.operator) as phones:
        agent = phones.add("8001", password, tone=1200)     # registered
        agent.wait(Line.RINGS); agent.answer()
        agent.press("5"); agent.hold(); agent.resume(); agent.hang_up()
        share(agent.hears(1.0), 440)                         # tests.lab.sound

What baresip's control port takes and says is in its modules/ctrl_tcp: netstrings of JSON.
"""

from __future__ import annotations

import json
import shutil
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any

from pyroute2 import netns

from images.network import BOX_ADDRESS, PHONES_ADDRESS
from images.run import Failure, Popen, end_with_us, poll, start, tail

RATE = 8000
"""Samples a second of what a phone hears."""
SIP, RTP, CONTROL = 5400, 34000, 6400
"""First ports; each phone has the next two of SIP, ten of RTP, one of control."""
PATIENCE = 10.0
"""Seconds for an answer of baresip, and for what a key does."""

_CONFIG = """\
sip_listen {address}:{sip}
net_interface {address}
rtp_ports {rtp}-{rtp_last}
call_max_calls 4
audio_path /nonexistent
audio_source ausine,{tone}
ausrc_srate 48000
ausrc_channels 2
snd_path {folder}
statmode_default off
module_path /usr/lib/baresip/modules
module g711.so
module ausine.so
module auresamp.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
"""


class Line(StrEnum):
    """What a phone does."""

    FREE = "free"
    RINGS = "rings"
    CALLS = "calls"
    TALKS = "talks"


_AFTER = {
    "CALL_INCOMING": Line.RINGS,
    "CALL_OUTGOING": Line.CALLS,
    "CALL_RINGING": Line.CALLS,
    "CALL_PROGRESS": Line.CALLS,
    "CALL_ESTABLISHED": Line.TALKS,
}


@dataclass
class Handset:
    """One phone; `tone` is what it says, in Hz."""

    number: str
    tone: int
    folder: Path
    process: Popen[bytes]
    control: socket.socket
    calls: dict[str, Line] = field(default_factory=dict)
    """Its calls by SIP's Call-ID."""
    keys: str = ""
    """What the other end has pressed."""
    caller: str = ""
    """Who called last, as SIP's From has it."""
    rang: float = 0.0
    """When that was, by `time.monotonic`."""
    registered: bool | None = None
    """None until the box has said."""
    _replies: dict[str, dict[str, Any]] = field(default_factory=dict)
    _asked: int = 0

    def listen(self) -> None:
        """Follow what baresip says, until it ends."""
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def line(self) -> Line:
        """What it does now; a call that rings comes first."""
        states = list(self.calls.values())
        return next((state for state in (Line.RINGS, Line.CALLS, Line.TALKS) if state in states), Line.FREE)

    def wait(self, wanted: Line, seconds: float = PATIENCE) -> None:
        """Wait until it does that. Raises Failure when it does not in time."""
        if not poll(lambda: self.line is wanted, seconds=seconds, every=0.02):
            raise Failure(f"phone {self.number} {self.line} after {seconds:g} s, not {wanted}\n{self._log()}")

    def register(self, password: str | None, *, answers: bool = False) -> None:
        """Tell the box where it is, if there is a password; with `answers` it takes every call by itself.

        Raises Failure when refused.
        """
        mode = "auto" if answers else "manual"
        known = "regint=0" if password is None else f"regint=60;auth_pass={password}"
        self._do("uanew", f"<sip:{self.number}@{BOX_ADDRESS}>;audio_codecs=pcma;{known};answermode={mode}")
        if password is None:
            return
        if not poll(lambda: self.registered is not None, seconds=PATIENCE) or not self.registered:
            raise Failure(f"phone {self.number} did not register\n{self._log()}")

    def also(self, *numbers: str) -> None:
        """Take calls for these numbers too, as a carrier does."""
        for number in numbers:
            self._do("uanew", f"<sip:{number}@{BOX_ADDRESS}>;audio_codecs=pcma;regint=0;answermode=manual")

    def answer(self) -> None:
        """Take the call that rings."""
        self._do("accept")
        self.wait(Line.TALKS)

    def dial(self, number: str) -> None:
        """Begin a call; it is not waited for."""
        self._do("dial", f"sip:{number}@{BOX_ADDRESS}")

    def hang_up(self) -> None:
        """End the call in hand, or refuse the one that rings."""
        self._do("hangup")

    def hold(self) -> None:
        """Put the call in hand on hold."""
        self._do("hold")

    def resume(self) -> None:
        """Go on with it. Bookworm's baresip (1.0.0) then talks, but `hears` nothing before its next call."""
        self._do("resume")

    def press(self, keys: str) -> None:
        """Press keys, as RFC 4733 events."""
        for key in keys:
            self._do("sndcode", key)

    def hears(self, seconds: float) -> Sequence[int]:
        """So many seconds of what it hears from now on, 16-bit samples at `RATE`; fewer when nothing comes any more.

        While no packet comes there is no sample: silence is what the exchange sends, not what it leaves out.
        """
        before = len(self._sound())
        poll(lambda: len(self._sound()) >= before + round(seconds * RATE), seconds=seconds + 2, every=0.05)
        return self._sound()[before:][: round(seconds * RATE)]

    def close(self) -> None:
        """Deregister and end."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=PATIENCE)
        self.control.close()

    # --- within ---

    def _sound(self) -> Sequence[int]:
        """The newest file of what it heard; its header is not true before the end of the call."""
        files = sorted(self.folder.glob("dump*dec.wav"), key=lambda path: path.stat().st_mtime_ns)
        if not files:
            return ()
        _riff, found, data = files[-1].read_bytes().partition(b"data")
        data = data[4:] if found else b""
        return struct.unpack(f"<{len(data) // 2}h", data[: len(data) // 2 * 2])

    def _do(self, command: str, parameters: str = "") -> None:
        self._asked += 1
        token = str(self._asked)
        text = json.dumps({"command": command, "params": parameters, "token": token}).encode()
        self.control.sendall(b"%d:%s," % (len(text), text))
        if not poll(lambda: token in self._replies, seconds=PATIENCE, every=0.01):
            raise Failure(f"phone {self.number} does not answer to {command}\n{self._log()}")
        reply = self._replies.pop(token)
        if not reply.get("ok"):
            raise Failure(f"phone {self.number} cannot {command}: {reply.get('data')}\n{self._log()}")

    def _listen(self) -> None:
        left = b""
        while data := self._received():
            left += data
            while (length := left.partition(b":")[0]).isdigit() and len(left) > len(length) + 1 + int(length):
                begin = len(length) + 1
                self._heard(json.loads(left[begin : begin + int(length)]))
                left = left[begin + int(length) + 1 :]

    def _received(self) -> bytes:
        try:
            return self.control.recv(65536)
        except OSError:
            return b""  # closed

    def _heard(self, said: dict[str, Any]) -> None:
        kind, call = said.get("type", ""), said.get("id", "")
        if said.get("response"):
            self._replies[said.get("token", "")] = said
        elif kind in _AFTER:
            self.calls[call] = _AFTER[kind]
            if kind == "CALL_INCOMING":
                self.caller, self.rang = said.get("peeruri", ""), time.monotonic()
        elif kind == "CALL_CLOSED":
            self.calls.pop(call, None)
        elif kind == "CALL_DTMF_START":
            self.keys += said.get("param", "")
        elif kind in {"REGISTER_OK", "REGISTER_FAIL"}:
            self.registered = kind == "REGISTER_OK"

    def _log(self) -> str:
        return tail(self.folder / "baresip.log")


class Handsets:
    """Phones in one namespace; use it as a context."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace
        self._root = Path(tempfile.mkdtemp(prefix="branchbox-phones-"))
        self._phones: list[Handset] = []

    def __enter__(self) -> Handsets:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for phone in self._phones:
            phone.close()
        shutil.rmtree(self._root)

    def add(
        self,
        number: str,
        password: str | None,
        *,
        tone: int,
        answers: bool = False,
        address: str = PHONES_ADDRESS,
        port: int | None = None,
    ) -> Handset:
        """A phone that has registered; without a password one that only calls, and is called at a `port` that the box
        knows. Raises Failure."""
        place = len(self._phones)
        folder = self._root / number
        folder.mkdir()
        config = _CONFIG.format(
            address=address,
            sip=port or SIP + 2 * place,
            rtp=RTP + 10 * place,
            rtp_last=RTP + 10 * place + 9,
            tone=tone,
            folder=folder,
            control=CONTROL + place,
        )
        (folder / "config").write_text(config)
        for empty in ("accounts", "contacts"):
            (folder / empty).touch()
        # A phone is a machine of its own: what this one computes does not make it stutter.
        argv: list[str | Path] = ["ip", "netns", "exec", self._namespace, "chrt", "--rr", "1", "baresip", "-f", folder]
        process = start(argv, log=folder / "baresip.log", before=end_with_us)
        phone = Handset(number, tone, folder, process, self._connect(CONTROL + place, folder))
        phone.listen()
        self._phones.append(phone)
        phone.register(password, answers=answers)
        return phone

    def _connect(self, port: int, folder: Path) -> socket.socket:
        """A connection made inside the namespace: a socket stays where it was made (network_namespaces(7))."""
        made: list[socket.socket] = []

        def inside() -> None:
            netns.setns(self._namespace)
            poll(lambda: bool(made) or self._try(port, made), seconds=PATIENCE)

        thread = threading.Thread(target=inside)
        thread.start()
        thread.join()
        if not made:
            raise Failure(f"baresip did not start\n{tail(folder / 'baresip.log')}")
        return made[0]

    def _try(self, port: int, made: list[socket.socket]) -> bool:
        try:
            made.append(socket.create_connection(("127.0.0.1", port), timeout=None))
        except OSError:
            return False
        return True
