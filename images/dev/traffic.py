"""`./dev traffic`: life for every screen. Callers press through the menu, agents answer, some give up."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.site.models import SiteDocument
from appliance.site.types import Kind
from images.box import Box
from images.run import die
from images.traffic import Callers, Network, Phones, Traffic

FIRST_NUMBER = 13905770000
TALK_SECONDS = 20.0
PATIENCE_SECONDS = 180.0
GIVE_UP_SECONDS = 8.0
ONE_IN = 10
"""One caller of so many gives up while waiting."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be asked for."""
    parser.add_argument("--calls", type=int, default=30, metavar="N", help="calls to place (default: 30)")
    parser.add_argument("--agents", type=int, default=6, metavar="M", help="agents who answer (default: 6)")
    parser.add_argument("--minutes", type=float, default=3, help="time over which they are spread (default: 3)")


def main(options: argparse.Namespace) -> int:
    """Place the calls at a running box."""
    box = Box.find(options.box)
    if box is None or not box.alive:
        die(f"The box {options.box} is not running.", hint="./dev up --detach")
    place(box, calls=options.calls, agents=options.agents, minutes=options.minutes)
    return 0


@dataclass(frozen=True)
class Way:
    """How a caller reaches a queue: the digits to dial and the key to press (empty when none)."""

    did: str
    key: str


def ways(document: SiteDocument) -> tuple[Way, ...]:
    """All ways from a DID to a queue, directly or by a menu."""
    menus = {menu.name: menu for menu in document.menus}

    def of() -> Iterator[Way]:
        for did in document.dids:
            if did.goes_to.kind is Kind.QUEUE:
                yield Way(did.digits, "")
            elif did.goes_to.kind is Kind.MENU:
                choices = menus[did.goes_to.name].choices
                yield from (Way(did.digits, key) for key, to in choices.items() if to.kind is Kind.QUEUE)

    return tuple(of())


def plan(document: SiteDocument, calls: int, seconds: float) -> list[Callers]:
    """Groups of callers that together place `calls` calls, spread over so many seconds."""
    found = ways(document)
    if not found:
        die("No DID of the box leads to a queue.", hint="Give one: goes_to = queue:NAME or menu:NAME.")
    giving_up = calls // ONE_IN
    shares = [(calls - giving_up + place) // len(found) for place in range(len(found))]
    groups, number = [], FIRST_NUMBER
    for way, count, patience in [
        *((way, share, PATIENCE_SECONDS) for way, share in zip(found, shares, strict=True)),
        (found[0], giving_up, GIVE_UP_SECONDS),
    ]:
        if count:
            groups.append(Callers(number, count, way.did, way.key, patience=patience, every=max(0.2, seconds / count)))
        number += count
    return groups


def place(box: Box, *, calls: int, agents: int, minutes: float) -> None:
    """Place `calls` calls within `minutes`, answered by `agents` agents. Raises Failure."""
    document = box.document
    secrets = {phone.number: phone.password.get_secret_value() for phone in document.extensions}
    lines = [agent.extension for agent in document.agents][:agents]
    if len(lines) < agents:
        die(f"The box has {len(lines)} agents, not {agents}.", hint=f"./dev traffic --agents {len(lines)}")
    with Traffic(Network(box.network.operator)) as traffic:
        traffic.be_the_carrier()
        traffic.answer(
            Phones(
                tuple(traffic.phone(place, line, secrets[line]) for place, line in enumerate(lines)),
                rings=2,
                talks=TALK_SECONDS,
            )
        )
        print(f"{agents} agents are signed in; {calls} callers in {minutes:g} min. Ctrl+C ends it.", flush=True)
        for group in plan(document, calls, minutes * 60):
            traffic.call(group)
        latest = time.monotonic() + minutes * 60 + PATIENCE_SECONDS + TALK_SECONDS
        try:
            while traffic.calling and time.monotonic() < latest:
                time.sleep(5)
                print(say(traffic), flush=True)
        except KeyboardInterrupt:
            print("Ended.")


def say(traffic: Traffic) -> str:
    """One line: where the calls are."""
    placed, answered = traffic.placed(), traffic.answered()
    talked = [call for call in answered if call.answered is not None]
    talking = [call for call in talked if call.ended is None]
    over = [call for call in placed if call.ended is not None]
    return (
        f"placed {len(placed)}  in menu or waiting {len(placed) - len(over) - len(talking)}  "
        f"talking {len(talking)}  answered {len(talked)}  over {len(over)}"
    )
