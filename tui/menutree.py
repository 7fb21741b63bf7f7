"""The ways of calls as a tree: number, closure and hours, menus, their keys, where those end. Pure.

What is wrong stands behind the branch in words: a menu that nobody gets to, one that no key leads out of, and a key
that leads back to a menu above it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.site.models import Menu, SiteDocument
from appliance.site.types import Destination, Kind

LOOP, NO_WAY_OUT, UNREACHED, SHOWN_ABOVE = "loop", "no-way-out", "unreached", "shown-above"
"""Words about a branch; `tui.words` says them."""
SILENCE, WRONG, CLOSED, CHOSEN, CLOSURE, HOURS, DIALLED = (
    "silence",
    "wrong",
    "closed",
    "chosen",
    "closure",
    "hours",
    "dialled",
)
"""What leads on where no key does."""


@dataclass(frozen=True)
class Branch:
    """One line: `lines` are the strokes before it, `by` the key or what leads here, `to` what is here."""

    lines: str
    by: str
    kind: str
    name: str
    note: str = ""

    @property
    def opens(self) -> tuple[str, str] | None:
        """The collection and key of the object that is here; None when there is none to edit."""
        field = {
            "did": "dids",
            "menu": "menus",
            "queue": "queues",
            "extension": "extensions",
            "voicemail": "extensions",
        }
        field |= {"closure": "closures", "hours": "hours", "prompt": "prompts"}
        return (field[self.kind], self.name) if self.kind in field and self.name else None


Ways = list[tuple[str, str, str]]
"""What leads on, and the kind and name of where it leads."""


def branches(document: SiteDocument) -> tuple[Branch, ...]:
    """Every number with what its calls can come to, then the menus that no number leads to."""
    drawing = _Drawing(document)
    found: list[Branch] = []
    for did in document.dids:
        found.append(Branch("", "", "did", did.number))
        ways: Ways = [(CLOSURE, "closure", did.closure)] if did.closure else []
        ways += [(HOURS, "hours", did.hours)] if did.hours else []
        ways.append(("", did.goes_to.kind, did.goes_to.name))
        ways += [(CLOSED, did.closed_goes_to.kind, did.closed_goes_to.name)] if did.closed_goes_to else []
        found += drawing.below(ways, "", ())
    for menu in document.menus:
        if menu.name not in drawing.drawn:
            drawing.drawn.add(menu.name)
            found.append(Branch("", "", "menu", menu.name, UNREACHED))
            found += drawing.below(_ways(menu), "", (menu.name,))
    return tuple(found)


class _Drawing:
    """Draws each menu once; `drawn` are those that are."""

    def __init__(self, document: SiteDocument) -> None:
        self._menus = {menu.name: menu for menu in document.menus}
        self._stuck = frozenset(name for name in self._menus if not _leads_out(name, self._menus))
        self.drawn: set[str] = set()

    def below(self, ways: Ways, lines: str, path: tuple[str, ...]) -> Iterator[Branch]:
        """What leads on, behind these strokes; `path` are the menus above."""
        for place, (by, kind, name) in enumerate(ways):
            stroke, under = ("└ ", "  ") if place == len(ways) - 1 else ("├ ", "│ ")
            menu = self._menus.get(name) if kind == Kind.MENU else None
            if menu is None or name in self.drawn:
                note = "" if menu is None else LOOP if name in path else SHOWN_ABOVE
                yield Branch(lines + stroke, by, kind, name, note)
                continue
            self.drawn.add(name)
            yield Branch(lines + stroke, by, kind, name, NO_WAY_OUT if name in self._stuck else "")
            yield from self.below(_ways(menu), lines + under, (*path, name))


def _ways(menu: Menu) -> Ways:
    ways: Ways = [(CLOSURE, "closure", menu.closure)] if menu.closure else []
    ways += [(HOURS, "hours", menu.hours)] if menu.hours else []
    ways += [(key, to.kind, to.name) for key, to in menu.choices.items()]
    ways += [(DIALLED, "extension", menu.extensions)] if menu.extensions else []
    by_itself: tuple[tuple[str, Destination | None], ...] = (
        (CHOSEN, menu.language_goes_to),
        (SILENCE, menu.no_choice),
        (WRONG, menu.wrong_goes_to),
        (CLOSED, menu.closed_goes_to),
    )
    return [*ways, *((by, to.kind, to.name) for by, to in by_itself if to)]


def _leads_out(name: str, menus: dict[str, Menu]) -> bool:
    """Whether a caller who presses keys can come to anything but menus from here."""
    seen, waiting = {name}, [menus[name]]
    while waiting:
        menu = waiting.pop()
        if menu.extensions:
            return True
        ways = [*menu.choices.values(), *([menu.language_goes_to] if menu.language_goes_to else [])]
        for to in ways:
            if to.kind not in {Kind.MENU, Kind.BACK, Kind.AGAIN, Kind.LANGUAGE}:
                return True
            if to.kind is Kind.MENU and to.name in menus and to.name not in seen:
                seen.add(to.name)
                waiting.append(menus[to.name])
    return False
