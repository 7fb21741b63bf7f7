"""Logs of calls that never were, in Asterisk's own format, for tests and for measuring ingest."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from appliance.site.exchange import Directories
from appliance.store.database import open_site_db
from appliance.telephony.ingest import Ingest

START = 1_795_000_000.0

Line = tuple[float, str, str]
"""When it is written, to which log (cel, cdr, queue), the line."""


def directories(root: Path) -> Directories:
    """An Asterisk's directories below `root`, with the folders of its logs made."""
    folder = PurePosixPath(root)
    made = Directories(etc=folder, var=folder, spool=folder, run=folder, log=folder / "log")
    for path in (made.cel_csv, made.cdr_csv, made.queue_log):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    return made


def logs_of(made: Directories) -> dict[str, Path]:
    """The paths of the three logs by their names in `Line`."""
    return {"cel": Path(made.cel_csv), "cdr": Path(made.cdr_csv), "queue": Path(made.queue_log)}


def _csv(*values: object) -> str:
    return ",".join('"' + str(value).replace('"', '""') + '"' for value in values)


class _Call:
    """Writes down one call to the queue `repair` as Asterisk would."""

    def __init__(self, number: int, at: float) -> None:
        self.number = number
        self.linkedid = f"WZN-{at:.0f}.{number * 10}"
        self.name = f"PJSIP/trunk-carrier-{number * 10:08x}"
        self.number_of_caller = f"1380577{number % 10000:04d}"
        self.lines: list[Line] = []

    def cel(self, at: float, kind: str, phone: tuple[str, str] | None = None, extra: str = "") -> None:
        """An event of the caller's channel, or of a phone's (uniqueid, name)."""
        uniqueid, name = phone or (self.linkedid, self.name)
        num = name.partition("/")[2].partition("-")[0] if phone else self.number_of_caller
        context = "phones" if phone else "from-trunk-carrier"
        head = (kind, f"{at:.6f}", self.linkedid, uniqueid, name)
        self.lines.append((at, "cel", _csv(*head, num, "王", "96296", context, "", "", "", extra)))

    def mark(self, at: float, kind: str, text: str) -> None:
        self.cel(at, kind, extra=f'{{"extra":"{text}"}}')

    def queue(self, at: float, agent: str, event: str, *data: object) -> None:
        self.lines.append((at, "queue", "|".join(map(str, (int(at), self.linkedid, "repair", agent, event, *data)))))

    def hang_up(self, at: float, phone: tuple[str, str] | None = None, by: str = "", cause: int = 0) -> None:
        self.cel(at, "HANGUP", phone, f'{{"hangupcause":{cause},"hangupsource":"{by}","dialstatus":""}}')
        self.cel(at, "CHAN_END", phone)

    def arrive(self, at: float) -> None:
        self.cel(at, "CHAN_START")
        self.mark(at + 0.001, "BB_DID", "96296")
        self.cel(at + 0.002, "ANSWER")
        self.mark(at + 0.003, "BB_MENU", "main")
        self.cel(at + 0.004, "STREAM_BEGIN", extra='{"sound":"branchbox/welcome","format":"slin","language":"en"}')
        self.cel(at + 1.05, "STREAM_END")
        self.mark(at + 1.1, "BB_CHOICE", "main/1")
        self.mark(at + 1.2, "BB_QUEUE", "repair")
        self.queue(at + 1.2, "NONE", "ENTERQUEUE", "", self.number_of_caller, 1)
        self.music(at + 1.201)

    def music(self, at: float) -> None:
        self.cel(at, "STREAM_BEGIN", extra='{"class":"default"}')

    def phone(self, ring: int, agent: str, at: float) -> tuple[str, str]:
        counter = self.number * 10 + ring + 1
        return f"WZN-{at:.0f}.{counter}", f"PJSIP/{agent}-{counter:08x}"

    def miss(self, at: float, agent: str, phone: tuple[str, str]) -> None:
        self.hang_up(at, phone)
        self.queue(at, agent, "RINGNOANSWER", 3000)

    def talk(self, at: float, until: float, agent: str, phone: tuple[str, str]) -> None:
        bridge = f'{{"bridge_id":"b{self.number}","bridge_technology":"simple_bridge"}}'
        self.cel(at, "ANSWER", phone)
        self.cel(at + 0.0005, "STREAM_END")
        self.queue(at, agent, "CONNECT", 2, phone[0], 1)
        self.cel(at + 0.001, "BRIDGE_ENTER", phone, bridge)
        self.cel(at + 0.002, "BRIDGE_ENTER", extra=bridge)
        self.cel(until, "BRIDGE_EXIT", extra=bridge)
        self.cel(until + 0.001, "BRIDGE_EXIT", phone, bridge)
        self.hang_up(until + 0.002, phone, self.name, 16)
        self.queue(until, agent, "COMPLETECALLER", 2, 6, 1)

    def leave(self, began: float, at: float) -> None:
        self.hang_up(at, by=self.name)
        self.cel(at, "LINKEDID_END")
        times = (f"{began:.6f}", f"{began + 0.002:.6f}", f"{at:.6f}")
        who = (self.linkedid, self.linkedid, self.number, self.number_of_caller, "96296", "queue-repair", self.name)
        self.lines.append((at + 0.001, "cdr", _csv(*who, "", "Queue", *times, 9, 9, "ANSWERED")))


def call(number: int, at: float, chance: random.Random) -> list[Line]:
    """One call to a queue: answered, answered after a miss, or abandoned."""
    told = _Call(number, at)
    told.arrive(at)
    now, rings, answered = at + 1.25, chance.choice([1, 1, 2]), chance.random() < 0.8
    for ring in range(rings):
        agent = str(chance.randint(8001, 8010))
        phone = told.phone(ring, agent, now)
        told.cel(now, "CHAN_START", phone)
        if ring + 1 == rings and answered:
            picked_up = now + chance.uniform(0.5, 2.9)
            now = picked_up + chance.uniform(1.0, 60.0)
            told.talk(picked_up, now, agent, phone)
        else:
            told.miss(now + 3.1, agent, phone)
            now += 4.1
    if not answered:
        told.cel(now, "STREAM_END")
        told.queue(now, "NONE", "ABANDON", 1, 1, 4)
    told.leave(at, now + 0.003)
    return told.lines


def calls(count: int, seed: int = 1) -> list[Line]:
    """The lines of `count` calls that overlap, in the order in which they are written."""
    chance = random.Random(seed)  # noqa: S311 - the same calls each time
    lines = [line for number in range(count) for line in call(number, START + number * 0.7, chance)]
    return sorted(lines, key=lambda line: line[0])


def write(made: Directories, lines: list[Line]) -> None:
    """Append the lines to their logs."""
    paths = logs_of(made)
    for role, path in paths.items():
        with path.open("a") as opened:
            opened.writelines(text + "\n" for _, where, text in lines if where == role)


def passes(ingest: Ingest) -> Iterator[int]:
    """Step until nothing is left."""
    while done := ingest.step():
        yield done


def measure_ingest(folder: Path, count: int) -> float:
    """Log lines per second that a catch-up after `count` calls reaches on this machine."""
    made = directories(folder)
    write(made, calls(count))
    ingest = Ingest(open_site_db(folder / "site.db"), made)
    began = time.perf_counter()
    stored = sum(passes(ingest))
    return stored / (time.perf_counter() - began)
