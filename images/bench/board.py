"""How soon a supervisor's board shows what a phone does, beside a bare reader of Asterisk's manager."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from images.bench.figures import Figure, median, p95, spread
from images.bench.load import password, queue_calls, traffic
from images.bench.screen import Terminal, argv
from images.box import Box
from images.phones import Handsets, Line

CALLS = 30
TIMES = 20
SUPERVISOR = "supervisor"
CALLER, CALLED = "8022", "8023"
F10 = b"\x1b[21~"
PATIENCE = 5.0
RINGS = "BUSY"
"""What a phone is for the manager as soon as it rings (`device_state_busy_at`)."""
_READER = f"""
import socket
secret = open("/var/lib/branchbox/secrets/ami").read().strip()
manager = socket.create_connection(("127.0.0.1", 5038))
manager.sendall(f"Action: Login\\r\\nUsername: branchbox\\r\\nSecret: {{secret}}\\r\\nEvents: on\\r\\n\\r\\n".encode())
device = ""
for line in manager.makefile():
    name, _, value = line.strip().partition(": ")
    if name == "Event" and value == "FullyBooted":
        print("reading", flush=True)
    if name == "Device":
        device = value
    if name == "State" and device == "PJSIP/{CALLED}":
        print(value, flush=True)
"""
"""Prints what a phone does as soon as the manager says so: nothing could be sooner."""


def measure(box: Box) -> list[Figure]:
    """From a key at a phone to the board, with 30 calls up. Raises Failure."""
    manager: list[float] = []
    board: list[float] = []
    with (
        traffic(box) as calls,
        Handsets(box.network.operator) as phones,
        Terminal(argv(box, SUPERVISOR)) as screen,
        Terminal(box.inside(["python3", "-c", _READER])) as reader,
        ThreadPoolExecutor(2) as beside,
    ):
        caller = phones.add(CALLER, password(box, CALLER), tone=440)
        called = phones.add(CALLED, password(box, CALLED), tone=700)
        queue_calls(calls, box, CALLS, 13920000001, 120)
        screen.until("TODAY", 20)
        screen.press(F10)
        screen.until(f"{CALLS} calls", 20)
        reader.until("reading", 20)

        def timed(act: Callable[[], None], said: str, painted: str) -> None:
            for each in (screen, reader):
                each.forget()
            soon = beside.submit(reader.until, said, PATIENCE)
            late = beside.submit(screen.until, painted, PATIENCE)
            act()
            manager.append(soon.result())
            board.append(late.result())

        for _ in range(TIMES):
            timed(lambda: caller.dial(CALLED), RINGS, f"{CALLS + 1} calls")
            called.wait(Line.RINGS)
            timed(caller.hang_up, "NOT_INUSE", f"{CALLS} calls")
            called.wait(Line.FREE)
    between = [late - soon for late, soon in zip(board, manager, strict=True)]
    how = f"{len(board)} times a phone calls another or gives up, {CALLS} calls up, board on a pty of 80x24"
    return [
        Figure("phone to manager, p95", 1000 * p95(manager), "ms", f"{how}; a bare reader of AMI; {spread(manager)} s"),
        Figure("phone to board, p95", 1000 * p95(board), "ms", f"the same changes, until painted; {spread(board)} s"),
        Figure("AMI event to board, p95", 1000 * p95(between), "ms", f"the difference; {spread(between)} s"),
        Figure("phone to board by phone to manager", p95(board) / p95(manager), "", "ratio of the two p95"),
        Figure("the same, of the medians", median(board) / median(manager), "", "ratio"),
    ]
