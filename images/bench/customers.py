"""How soon a desk finds a customer among 200,000, and a call among a million."""

from __future__ import annotations

import json
from pathlib import Path

from images.bench.figures import Figure, median, p95
from images.box import Box

CUSTOMERS, CALLS = 200_000, 1_000_000
SUPERVISOR = "supervisor"
PROGRAM = Path(__file__).with_name("crowd.py")
PYTHON = ["/opt/branchbox/bin/python", "-P", "-"]


def measure(box: Box) -> list[Figure]:
    """Fill the database with core off, start it, ask over its socket. Raises Failure."""
    program = PROGRAM.read_text()
    box.run(["systemctl", "stop", "branchbox-core"])
    filling = box.as_user("branchbox", [*PYTHON, "fill", str(CUSTOMERS), str(CALLS)], stdin=program, timeout=3600)
    filled: dict[str, float] = json.loads(filling.out)
    box.run(["systemctl", "start", "branchbox-core"])
    asked: dict[str, list[float]] = json.loads(
        box.as_user(SUPERVISOR, [*PYTHON, "ask"], stdin=program, timeout=600).out
    )
    slowest = max((name for name in asked if name.startswith("search ")), key=lambda name: p95(asked[name]))
    searches = [seconds for name, taken in asked.items() if name.startswith("search ") for seconds in taken]
    how = f"{CUSTOMERS:,} customers and {CALLS:,} calls, asked over core's socket as a desk does"
    each = 1000 / CUSTOMERS
    return [
        Figure("customers, search", 1000 * p95(searches), "ms", f"p95 of all kinds of search; {how}", aim="< 50 ms"),
        Figure("customers, slowest search", 1000 * p95(asked[slowest]), "ms", f"p95 of {slowest!r}", aim="< 50 ms"),
        Figure("customers, a file", 1000 * median(asked["file"]), "ms", "one customer with its last calls, median"),
        *(
            Figure(name, 1000 * median(taken), "ms", "a page of 50, median")
            for name, taken in asked.items()
            if name.startswith("calls")
        ),
        Figure("customers, judged", each * filled["judged"], "ms each", "rows of a CSV file in GB18030"),
        Figure("customers, stored", each * filled["stored"], "ms each", "the same rows, 500 a transaction"),
        Figure("customers, indexed", each * filled["indexed"], "ms each", "the same, for the search"),
    ]
