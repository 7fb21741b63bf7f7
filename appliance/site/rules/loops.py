"""No call goes round for ever.

Followed is what happens without the caller's doing: a menu's silence, wrong keys, hours and closure, and a queue's
three ways to overflow and closure. A round that takes a key is the caller's own, and ends with the dialplan's limit of
rounds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from appliance.site.models import Menu, Queue, SiteDocument
from appliance.site.places import Place
from appliance.site.rules.fault import Fault
from appliance.site.types import Destination, Kind

Node = tuple[Kind, str]
Way = tuple[Place, Destination]
Steps = Mapping[Node, tuple[tuple[Place, Node], ...]]


def steps(document: SiteDocument) -> Steps:
    """Where each menu and queue sends calls on by itself, and the place that says so."""
    closed: dict[str, Way] = {
        closure.name: (("closures", index, "goes_to"), closure.goes_to)
        for index, closure in enumerate(document.closures)
        if closure.goes_to
    }
    found: dict[Node, tuple[tuple[Place, Node], ...]] = {}
    for index, menu in enumerate(document.menus):
        ways = [*_of_menu(index, menu), *([closed[menu.closure]] if menu.closure in closed else [])]
        found[Kind.MENU, menu.name] = tuple((place, _node(to, document)) for place, to in ways)
    for index, queue in enumerate(document.queues):
        ways = [*_of_queue(index, queue)]
        ways += [closed[queue.closure]] if queue.closure in closed else []
        found[Kind.QUEUE, queue.name] = tuple((place, _node(to, document)) for place, to in ways)
    return found


def _of_queue(index: int, queue: Queue) -> Iterator[Way]:
    for field in ("overflow", "full_goes_to", "empty_goes_to"):
        to: Destination | None = getattr(queue, field)
        if to:
            yield ("queues", index, field), to


def _of_menu(index: int, menu: Menu) -> Iterator[Way]:
    for field in ("no_choice", "wrong_goes_to", "closed_goes_to"):
        to: Destination | None = getattr(menu, field)
        if to:
            yield ("menus", index, field), to


def _node(to: Destination, document: SiteDocument) -> Node:
    if to.kind is Kind.OPERATOR and document.dialing.operator:
        to = document.dialing.operator
    return to.kind, to.name


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
