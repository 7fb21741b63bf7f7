"""No call goes round for ever.

Followed are menu to menu by any key, and what happens without the caller's doing: a menu's
`no_choice` and a queue's `overflow`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from appliance.site.models import SiteDocument
from appliance.site.places import Place
from appliance.site.rules.fault import Fault
from appliance.site.types import Destination, Kind

Node = tuple[Kind, str]
Steps = Mapping[Node, tuple[tuple[Place, Node], ...]]


def steps(document: SiteDocument) -> Steps:
    """Where each menu and queue sends calls on, and the place that says so."""
    found: dict[Node, tuple[tuple[Place, Node], ...]] = {}
    for index, menu in enumerate(document.menus):
        ways: list[tuple[Place, Destination]] = [
            (("menus", index, "choices", key), to) for key, to in menu.choices.items() if to.kind is Kind.MENU
        ]
        if menu.no_choice:
            ways.append((("menus", index, "no_choice"), menu.no_choice))
        found[Kind.MENU, menu.name] = tuple((place, (to.kind, to.name)) for place, to in ways)
    for index, queue in enumerate(document.queues):
        if queue.overflow:
            to = queue.overflow
            found[Kind.QUEUE, queue.name] = ((("queues", index, "overflow"), (to.kind, to.name)),)
    return found


def no_loops(document: SiteDocument) -> Iterator[Fault]:
    """Each loop is told once, at the step that closes it, with its whole path."""
    graph = steps(document)
    finished: set[Node] = set()
    for start in graph:
        if start in finished:
            continue
        path: list[Node] = [start]
        waiting = [iter(graph[start])]
        while waiting:
            for place, node in waiting[-1]:
                if node in path:
                    loop = [*path[path.index(node) :], node]
                    yield Fault(
                        place,
                        "Calls can go round for ever: {path}. Send one of these somewhere else.",
                        {"path": " -> ".join(f"{kind} {name}" for kind, name in loop)},
                    )
                elif node in graph and node not in finished:
                    path.append(node)
                    waiting.append(iter(graph[node]))
                    break
            else:
                waiting.pop()
                finished.add(path.pop())


RULES = (no_loops,)
