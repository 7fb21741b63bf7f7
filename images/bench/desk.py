"""How soon an agent's screen shows who calls, and what thirty such screens cost."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from images.bench.figures import Figure, median, p95, spread
from images.bench.load import password, traffic
from images.bench.screen import Terminal, argv
from images.bench.site import DESKS, DID_OF_ALL, DID_OF_LAST, login_of
from images.box import Box
from images.network import CARRIER_ADDRESS
from images.phones import Handset, Handsets, Line
from images.run import die, poll
from images.traffic import Callers, Phones

TIMES = 20
CALLS = 30
CALLER = "13905770001"
PATIENCE = 10.0
QUIET = 20.0
"""Seconds for which screens are looked at while nothing but clocks moves."""
_SCREENS = """
import json, os, pathlib, pwd, sys
ticks = os.sysconf("SC_CLK_TCK")
found = []
for place in pathlib.Path("/proc").glob("[0-9]*"):
    try:
        if pwd.getpwuid(place.stat().st_uid).pw_name.startswith("desk8"):
            used = place.joinpath("stat").read_text().rpartition(")")[2].split()
            pss = next(int(line.split()[1]) for line in place.joinpath("smaps_rollup").open() if line[:4] == "Pss:")
            found.append([pss / 1024, (int(used[11]) + int(used[12])) / ticks])
    except (FileNotFoundError, ProcessLookupError, StopIteration):
        pass
json.dump(found, sys.stdout)
"""


def screens(box: Box) -> tuple[float, float]:
    """MB and processor seconds of everything that the agents at desks run."""
    found = json.loads(box.run(["python3", "-c", _SCREENS]).out)
    return sum(mb for mb, _ in found), sum(seconds for _, seconds in found)


@contextmanager
def busy_desks(box: Box) -> Iterator[tuple[Terminal, Handset, Handset]]:
    """Thirty agents at their screens, thirty calls up; the last agent's screen and telephone, and a customer's."""
    *others, last = DESKS
    with traffic(box) as calls, Handsets(box.network.operator) as phones, ExitStack() as desks:
        calls.answer(
            Phones(
                tuple(calls.phone(place, agent, password(box, agent)) for place, agent in enumerate(others)),
                rings=0.2,
                talks=900,
            )
        )
        customer = phones.add(CALLER, None, tone=440, address=CARRIER_ADDRESS)
        agent = phones.add(last, password(box, last), tone=1240)
        opened = [desks.enter_context(Terminal(argv(box, login_of(each)))) for each in DESKS]
        for each in opened:
            each.until("READY", 120)
        calls.call(Callers(13920000001, CALLS, DID_OF_ALL, patience=900, every=0.2))
        if not poll(lambda: sum(call.answered is not None for call in calls.answered()) == len(others), seconds=90):
            die(f"Not all of {len(others)} agents have a call.")
        yield opened[-1], agent, customer


def measure(box: Box) -> list[Figure]:
    """Twenty callers of one desk, one after the other, while the others talk. Raises Failure."""
    popped = []
    with busy_desks(box) as (screen, agent, customer), ThreadPoolExecutor(1) as beside:

        def painted() -> float:
            screen.until("RINGING", PATIENCE)
            return time.monotonic()

        _, used = screens(box)
        began = time.monotonic()
        time.sleep(QUIET)  # what is measured is a time
        memory, now = screens(box)
        quiet = (now - used) / (time.monotonic() - began)
        used, began = now, time.monotonic()
        for _ in range(TIMES):
            screen.forget()
            seen = beside.submit(painted)
            customer.dial(DID_OF_LAST)
            agent.wait(Line.RINGS)
            popped.append(seen.result() - agent.rang)
            customer.hang_up()
            agent.wait(Line.FREE)
            screen.until("READY", PATIENCE)
        _, now = screens(box)
        called = (now - used) / (time.monotonic() - began)
    how = f"{len(DESKS)} agents at screens of 80x24, {CALLS} calls up, {TIMES} callers of one desk"
    return [
        Figure(
            "desk, ringing to screen pop", 1000 * p95(popped), "ms",
            f"p95, from the phone's INVITE to the painted call; {how}; {spread(popped)} s", aim="<= 300 ms",
        ),
        Figure("desk, ringing to screen pop, median", 1000 * median(popped), "ms", "of the same"),
        Figure("desk, memory of a screen", memory / len(DESKS), "MB", "PSS of all of an agent's processes, mean",
               aim="<= 60 MB"),
        Figure("desks, processor, talking", 100 * quiet, "% of one CPU", f"30 screens, {CALLS} calls up, {QUIET:g} s"),
        Figure("desks, processor, one is called", 100 * called, "% of one CPU", "the same while one desk is called"),
    ]  # fmt: skip
