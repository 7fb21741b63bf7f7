"""How soon a desk finds a customer among 200,000, and a call among a million."""

from __future__ import annotations

import json
import time

from images.bench import crowd
from images.bench.figures import Figure, median, p95
from images.bench.site import MANAGER
from images.box import Box
from images.run import die, poll

CUSTOMERS, CALLS = 200_000, 1_000_000
TIMES = 20
SUPERVISOR = "supervisor"
HOUR = 3600.0
Wanted = dict[str, object]
LIST: Wanted = {"limit": 50}
_CALLS = """
import json, sqlite3, sys
statement, values = json.load(sys.stdin)
with sqlite3.connect("/var/lib/branchbox/core/site.db") as database:
    database.execute(statement, values)
"""
_ASK = """
import json, socket, sys, time
times, questions = json.load(sys.stdin)
def ask(method, takes):
    body = json.dumps(takes).encode()
    with socket.socket(socket.AF_UNIX) as link:
        link.connect("/run/branchbox/core/api.sock")
        link.sendall(f"POST /{method} HTTP/1.1\\r\\nHost: box\\r\\nContent-Length: {len(body)}\\r\\n"
                     "Connection: close\\r\\n\\r\\n".encode() + body)
        head, _, said = b"".join(iter(lambda: link.recv(65536), b"")).partition(b"\\r\\n\\r\\n")
    if b" 200 " not in head.splitlines()[0]:
        sys.exit(f"{method}: {said!r}")
    return json.loads(said)
taken = []
for method, takes in questions:
    for _ in range(times):
        began = time.perf_counter()
        answer = ask(method, takes)
        taken.append(time.perf_counter() - began)
json.dump([taken, answer], sys.stdout)
"""


def ask(box: Box, *questions: tuple[str, Wanted], times: int = TIMES) -> tuple[list[float], dict[str, object]]:
    """Seconds of each question, so many times each, over core's socket as a desk does; and the last answer."""
    said = box.as_user(SUPERVISOR, ["python3", "-c", _ASK], stdin=json.dumps([times, questions]), timeout=600).out
    taken, answer = json.loads(said)
    return taken, answer


def fill(box: Box) -> tuple[float, float]:
    """Take the customers in by the command, write the calls with core off; gives seconds until stored, until found."""
    file = "\n".join(crowd.lines(CUSTOMERS))
    last = file.rpartition("\n")[2].split(",")[1]
    began = time.monotonic()
    box.as_user(MANAGER, ["branchbox", "customers", "import", "--why", "bench"], stdin=file, timeout=HOUR)
    stored = time.monotonic() - began
    the_last = ("customers/search", Wanted({"text": last[-8:]}))
    if not poll(lambda: bool(ask(box, the_last, times=1)[1]["customers"]), seconds=HOUR, every=1):
        die("The last customer is not found an hour after it was stored.")
    found = time.monotonic() - began
    box.run(["systemctl", "stop", "branchbox-core"])
    wanted = json.dumps([crowd.CALLS, {"count": CALLS, "now": int(time.time())}])
    box.as_user("branchbox", ["python3", "-c", _CALLS], stdin=wanted, timeout=HOUR)
    box.run(["systemctl", "start", "branchbox-core"], timeout=HOUR)
    return stored, found


def measure(box: Box) -> list[Figure]:
    """Fill the database, ask. Raises Failure."""
    stored, found = fill(box)
    searches = {text: ask(box, ("customers/search", {"text": text}))[0] for text in crowd.QUERIES}
    slowest = max(searches, key=lambda text: p95(searches[text]))
    first = ask(box, ("customers/search", {"text": "13"}), times=1)[1]["customers"]
    key = first[0]["id"] if isinstance(first, list) else None
    pages: dict[str, Wanted] = {
        "calls, newest": LIST,
        "calls of a piece of a number": {**LIST, "number": "13805772046"},
        "calls of an agent": {**LIST, "agent": "8012"},
    }
    how = f"{CUSTOMERS:,} customers and {CALLS:,} calls, asked over core's socket as a desk does, {TIMES} times each"
    every = [seconds for taken in searches.values() for seconds in taken]
    return [
        Figure("customers, search", 1000 * p95(every), "ms", f"p95 of all kinds of search; {how}", aim="< 50 ms"),
        Figure("customers, slowest search", 1000 * p95(searches[slowest]), "ms", f"p95 of {slowest!r}", aim="< 50 ms"),
        Figure("customers, a file", 1000 * median(ask(box, ("customers/show", {"id": key}))[0]), "ms",
               "one customer with its last calls, median"),
        *(
            Figure(name, 1000 * median(ask(box, ("calls/list", wanted))[0]), "ms", "a page of 50, median")
            for name, wanted in pages.items()
        ),
        Figure("customers, taken in", CUSTOMERS / stored, "per s", "`branchbox customers import` of a CSV file"),
        Figure("customers, all of them found", found, "s", "from the command until the last one is found"),
    ]  # fmt: skip
