"""SIPp processes in the operator's namespace: callers over the trunk, phones that answer."""

from __future__ import annotations

import json
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from images.run import Failure, Popen, end_with_us, poll, run, start, tail
from images.traffic import records, scenarios
from images.traffic.records import AnsweredCall, PlacedCall
from images.traffic.scenarios import Callers, Phone, Phones

EXPIRES = 300
CALLER_TONES = range(400, 1000, 10)
PHONE_TONES = range(1200, 3400, 40)


SAY_GOODBYE = """
import json, socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
    for address, port, call in json.load(sys.stdin):
        line.sendto(f"MESSAGE sip:caller SIP/2.0\\r\\nTo: <sip:caller>\\r\\nCall-ID: {call}\\r\\nCSeq: 9 MESSAGE\\r\\n"
                    "Content-Length: 0\\r\\n\\r\\n".encode(), (address, port))
"""


@dataclass(frozen=True)
class Network:
    """Where the box is, and whence to call it. Addresses are of the lab's network."""

    namespace: str
    box: str = "10.77.0.1"
    port: int = 5060
    carrier: str = "10.77.0.2"
    """Calls come from here."""
    phones: str = "10.77.0.3"
    """Phones register from here."""


@dataclass
class Group:
    """One running SIPp."""

    folder: Path
    process: Popen[bytes]
    port: int
    tones: dict[str, int]
    callers: Callers | None = None
    again: list[str | Path] = field(default_factory=list)
    """What deregisters its phones; empty for callers."""

    @property
    def log(self) -> str:
        """What its scenarios have logged so far."""
        path = self.folder / "calls.log"
        return path.read_text() if path.exists() else ""

    @property
    def running(self) -> bool:
        """Whether SIPp still runs."""
        return self.process.poll() is None


class Traffic:
    """Calls to the box and phones that answer them; use it as a context."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._root = Path(tempfile.mkdtemp(prefix="branchbox-traffic-"))
        self._callers: list[Group] = []
        self._phones: list[Group] = []
        self._tones = 0
        self._carrier: Popen[bytes] | None = None

    def __enter__(self) -> Traffic:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def be_the_carrier(self) -> None:
        """Answer the box's question whether the trunk is there, until closed."""
        folder = self._root / "carrier"
        folder.mkdir()
        network = self._network
        argv: list[str | Path] = [
            "sipp", f"{network.box}:{network.port}", "-i", network.carrier, "-p", "5060",
            "-sf", scenarios.HERE / "carrier.xml", "-nostdin", "-watchdog_interval", "0",
        ]  # fmt: skip
        self._carrier = self._start(folder, argv)

    def phone(self, number: int, user: str, password: str) -> Phone:
        """A phone with the tone of its place in a row."""
        return Phone(user, password, PHONE_TONES[number % len(PHONE_TONES)])

    def answer(self, phones: Phones, *, within: float = 15) -> None:
        """Register phones that answer from now on. Raises Failure when one cannot within so many seconds."""
        folder = self._folder()
        files = scenarios.write_phones(folder, phones, expires=EXPIRES)
        common = self._argv(files.inputs, self._network.phones, len(phones.phones), 0.02)
        group = Group(
            folder,
            self._start(folder, [*common, "-sf", files.register, "-oocsf", files.answer]),
            self._port(),
            {phone.user: phone.tone for phone in phones.phones},
            again=[*common, "-sf", files.deregister],
        )
        self._phones.append(group)
        wanted = group.tones.keys()
        if not poll(lambda: records.registered(group.log) >= wanted or not group.running, seconds=within) or (
            not group.running
        ):
            missing = ", ".join(sorted(wanted - records.registered(group.log)))
            raise Failure(f"phones {missing} did not register at {self._network.box}\n{self._errors(group)}")

    def call(self, callers: Callers) -> Group:
        """Begin the calls of a group."""
        folder = self._folder()
        tones = [CALLER_TONES[(self._tones + n) % len(CALLER_TONES)] for n in range(callers.count)]
        self._tones += callers.count
        scenario, inputs = scenarios.write_callers(folder, callers, tones)
        argv = [*self._argv(inputs, self._network.carrier, callers.count, callers.every), "-sf", scenario]
        numbers = (str(callers.first_number + n) for n in range(callers.count))
        group = Group(folder, self._start(folder, argv), self._port(), dict(zip(numbers, tones, strict=True)), callers)
        self._callers.append(group)
        return group

    @property
    def calling(self) -> bool:
        """Whether some callers are not through yet."""
        return any(group.running for group in self._callers)

    def wait(self, seconds: float) -> None:
        """Wait until every caller is through. Raises Failure when some are not in time."""
        if not poll(lambda: not self.calling, seconds=seconds):
            left = [call.caller for call in self.placed() if call.ended is None]
            raise Failure(f"after {seconds:g} s these callers are not through: {', '.join(left)}")

    def placed(self) -> list[PlacedCall]:
        """What the callers saw, until now."""
        return [
            call
            for group in self._callers
            if (callers := group.callers)
            for call in records.placed(
                group.log, pressed=callers.key, press_after=callers.press_after, tones=group.tones
            )
        ]

    def answered(self) -> list[AnsweredCall]:
        """What the phones saw, until now."""
        return [call for group in self._phones for call in records.answered(group.log, tones=group.tones)]

    def words(self) -> str:
        """What every SIPp has said, for messages."""
        groups = [*self._phones, *self._callers]
        return "\n".join(f"{group.folder.name}: {group.log[-1500:]}\n{self._errors(group)}" for group in groups)

    def close(self) -> None:
        """Hang up all calls, deregister the phones, remove all files."""
        self._hang_up()
        callers = [group.process for group in self._callers]
        others = [*(group.process for group in self._phones), *((self._carrier,) if self._carrier else ())]
        for process in (*callers, *others):
            if process.poll() is None:
                process.terminate()
            process.wait(timeout=10)
        for group in self._phones:
            # A box that is gone has nothing to deregister from.
            run(self._inside(group.again), timeout=20, check=False)
        shutil.rmtree(self._root)

    def _hang_up(self) -> None:
        """Callers say goodbye: the box would keep the calls of a SIPp that just goes."""
        for group in self._callers:
            if group.running:
                group.process.send_signal(signal.SIGUSR1)  # no new calls
        up = [
            [self._network.carrier, group.port, call]
            for group in self._callers
            if group.running
            for call in records.going_on(group.log)
        ]
        if up:
            run(self._inside([sys.executable, "-c", SAY_GOODBYE]), stdin=json.dumps(up), timeout=20)
            poll(lambda: not self.calling, seconds=5)

    def _folder(self) -> Path:
        folder = self._root / str(len(self._callers) + len(self._phones))
        folder.mkdir()
        return folder

    def _port(self) -> int:
        """The SIP port of the next group."""
        return 5200 + 2 * (len(self._callers) + len(self._phones))

    def _argv(self, inputs: Path, address: str, count: int, every: float) -> list[str | Path]:
        group = len(self._callers) + len(self._phones)
        network = self._network
        return [
            "sipp", f"{network.box}:{network.port}",
            "-i", address, "-p", str(self._port()), "-mi", address, "-mp", str(30000 + 4 * group),
            "-inf", inputs, "-m", str(count), "-l", str(count), "-r", "1", "-rp", scenarios.milliseconds(every),
            "-aa", "-nostdin", "-watchdog_interval", "0",
        ]  # fmt: skip

    def _inside(self, argv: list[str | Path]) -> list[str | Path]:
        # Callers and phones are machines of their own: what this one computes does not make them stutter.
        return ["ip", "netns", "exec", self._network.namespace, "chrt", "--rr", "1", *argv]

    def _start(self, folder: Path, argv: list[str | Path]) -> Popen[bytes]:
        traces: list[str | Path] = [
            "-trace_logs", "-log_file", folder / "calls.log", "-trace_err", "-error_file", folder / "errors.log",
        ]  # fmt: skip
        return start(self._inside([*argv, *traces]), log=folder / "screen.log", cwd=folder, before=end_with_us)

    def _errors(self, group: Group) -> str:
        return tail(group.folder / "errors.log") or tail(group.folder / "screen.log")
