"""Recorded calls at once until RTP is lost: our Asterisk against a hand-written minimal one."""

from __future__ import annotations

import dataclasses
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from images.bench.figures import Figure, median
from images.bench.load import password, traffic
from images.bench.memory import SERVICES
from images.bench.site import DIRECT, PHONE
from images.box import Box
from images.run import die, poll
from images.steps import say
from images.traffic import Callers, Phones

STEP, LIMIT = 40, 480
SETTLE_SECONDS, WINDOW_SECONDS = 3.0, 6.0
LOST = 0.005
"""A share of missing packets above this is loss; one missing packet in 200 is just audible."""
OFFERED = 0.98
"""When SIPp can send less than this share, the machine measures SIPp."""
PACKETS_PER_CALL = 100.0
"""Per second and direction of flow: two legs of 50."""
MINIMAL = Path(__file__).parent / "minimal"
MINIMAL_PASSWORD = "minimal-8021"  # noqa: S105  # of a phone that exists for this measurement only
AIM = 0.97


@dataclass(frozen=True)
class Sample:
    """One step: calls that were up, packets per second in and out of the box, CPU of Asterisk in s per s."""

    calls: int
    into: float
    out: float
    cpu: float
    whole: float = 1.0
    """Packets out for each packet in when none is lost: Asterisk adds a little RTCP."""

    @property
    def lost(self) -> float:
        """Share of the packets that came in and did not go out."""
        return 1 - self.out / (self.into * self.whole)

    @property
    def offered(self) -> float:
        """Share of the packets that SIPp was able to send."""
        return self.into / (self.calls * PACKETS_PER_CALL)


@dataclass(frozen=True)
class Ramp:
    """All steps up to the first with loss."""

    steps: tuple[Sample, ...]

    @property
    def capacity(self) -> int:
        """Calls at the last step without loss."""
        return max((step.calls for step in self.steps if step.lost <= LOST), default=0)

    @property
    def reached(self) -> bool:
        """Whether a limit of the exchange was seen at all."""
        return self.capacity < LIMIT

    @property
    def cpu_per_call(self) -> float:
        """Asterisk's CPU milliseconds per call-second, over the steps without loss."""
        return median([1000 * step.cpu / step.calls for step in self.steps if step.lost <= LOST] or [0.0])


def _udp(box: Box) -> tuple[int, int]:
    if box.running is None:
        die("The box is switched off.")
    names, values = (
        line.split()[1:]
        for line in Path(f"/proc/{box.running.leader.pid}/net/snmp").read_text().splitlines()
        if line.startswith("Udp:")
    )
    counts = dict(zip(names, map(int, values), strict=True))
    return counts["InDatagrams"] + counts["InErrors"], counts["OutDatagrams"]


def _cpu(box: Box) -> float:
    pid = box.run(["pidof", "asterisk"]).out.split()[0]
    fields = box.run(["cat", f"/proc/{pid}/stat"]).out.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100  # user and system time in 1/100 s, proc(5)


def ramp(box: Box, secret: str) -> Ramp:
    """Add calls in steps until packets are lost. Raises Failure when calls do not come up."""
    steps: list[Sample] = []
    with traffic(box) as calls:
        phone = calls.phone(0, PHONE, secret)
        calls.answer(Phones((phone,), rings=0.05, talks=900, streamed=True))
        while not steps or (steps[-1].lost <= LOST and steps[-1].calls < LIMIT):
            up = (len(steps) + 1) * STEP
            first = 13910000000 + up
            calls.call(Callers(first, STEP, DIRECT, patience=900, every=0.05, streamed=True))
            poll(lambda up=up: sum(c.answered is not None for c in calls.placed()) == up, seconds=20, every=0.5)  # type: ignore[misc]  # bound now
            time.sleep(SETTLE_SECONDS)
            step = _window(box, sum(c.answered is not None and c.ended is None for c in calls.placed()))
            # The first step is far from any loss.
            whole = steps[0].whole if steps else step.out / step.into
            if step.calls < up or step.offered < OFFERED:
                say(f"{up} calls: only {step.calls} are up, SIPp sends {step.offered:.1%}. ")
                break  # more of them prove nothing
            steps.append(dataclasses.replace(step, whole=whole))
            say(f"{steps[-1].calls} calls {steps[-1].lost:.2%} lost, ")
    if not steps:
        die("Not even the first step's calls came up.")
    return Ramp(tuple(steps))


def _window(box: Box, calls: int) -> Sample:
    if calls == 0:
        die("No call came up.")
    began, (into, out), cpu = time.monotonic(), _udp(box), _cpu(box)
    time.sleep(WINDOW_SECONDS)
    seconds, (into_after, out_after), cpu_after = time.monotonic() - began, _udp(box), _cpu(box)
    return Sample(calls, (into_after - into) / seconds, (out_after - out) / seconds, (cpu_after - cpu) / seconds)


@contextmanager
def minimal(box: Box) -> Iterator[None]:
    """The minimal Asterisk runs in the box in place of ours and of our services."""
    box.run(["systemctl", "stop", "asterisk", *SERVICES])
    box.run(
        ["install", "-d", "-o", "asterisk", "-g", "asterisk", "/run/minimal", "/var/spool/asterisk/minimal/monitor"]
    )
    for file in MINIMAL.glob("*.conf"):
        box.run(["tee", f"/run/minimal/{file.name}"], stdin=file.read_text())
    box.run(
        [
            "systemd-run",
            "--unit=minimal",
            "--property=User=asterisk",
            "--property=LimitNOFILE=65536",
            "asterisk",
            "-f",
            "-C",
            "/run/minimal/asterisk.conf",
        ]
    )
    try:
        booted = ["asterisk", "-C", "/run/minimal/asterisk.conf", "-rx", "core waitfullybooted"]
        if not poll(lambda: "fully booted" in box.run(booted, check=False).out, seconds=30):
            die("The minimal Asterisk does not start.", hint="./dev logs minimal")
        yield
    finally:
        box.run(["systemctl", "stop", "minimal"], check=False)
        shutil.rmtree(box.path("/var/spool/asterisk/minimal"), ignore_errors=True)
        box.run(["systemctl", "start", "asterisk", *SERVICES])


def measure(box: Box) -> list[Figure]:
    """Ours, then the minimal one, on the same box with the same calls. Raises Failure."""
    ours = ramp(box, password(box, PHONE))
    with minimal(box):
        theirs = ramp(box, MINIMAL_PASSWORD)
        if not any(box.path("/var/spool/asterisk/minimal/monitor").glob("*.raw")):
            die("The minimal Asterisk recorded nothing: there is nothing to compare with.")
    how = (
        f"calls from the trunk to one phone, both sides sending, recorded on two channels; {STEP} more each step, "
        f"{WINDOW_SECONDS:.0f} s each; loss is more than {LOST:.1%} of the packets missing at the "
        "box's way out, compared with the first step"
    )
    note = "" if ours.reached and theirs.reached else f"; stopped at {LIMIT} without loss"
    return [
        Figure("recorded calls without loss, ours", ours.capacity, "calls", how + note),
        Figure("recorded calls without loss, minimal", theirs.capacity, "calls", f"the same with {MINIMAL.name}/"),
        Figure(
            "recorded calls, ours by minimal", ours.capacity / max(theirs.capacity, 1), "", "ratio", aim=f">= {AIM}"
        ),
        Figure("CPU per recorded call, ours", ours.cpu_per_call, "ms/s", "CPU of Asterisk, median of steps"),
        Figure("CPU per recorded call, minimal", theirs.cpu_per_call, "ms/s", "CPU of Asterisk, median of steps"),
        Figure(
            "CPU per recorded call, minimal by ours",
            theirs.cpu_per_call / max(ours.cpu_per_call, 0.001),
            "",
            "ratio; steadier than the count of calls on a busy machine",
            aim=f">= {AIM}",
        ),
        *(
            Figure(f"RTP at {step.calls} calls, {who}", 100 * step.lost, "% lost", f"SIPp sent {step.offered:.2%}")
            for who, each in (("ours", ours), ("minimal", theirs))
            for step in each.steps[-2:]
        ),
    ]
