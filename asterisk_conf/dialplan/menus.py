"""One context per menu: greet, wait for a key, ask again, give up."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import Mark
from appliance.site.models import Menu, SiteDocument
from asterisk_conf.dialplan import places
from asterisk_conf.dialplan.steps import Expression, Step, context, do, goto, mark
from asterisk_conf.syntax import Section

_ROUND = "BB_ROUND"
"""Channel variable: how often the caller has heard this menu."""


def contexts(document: SiteDocument) -> Iterator[Section]:
    """The menus. A key that nobody may press and a silent caller both cost one round."""
    for menu in document.menus:
        yield context(places.menu(menu.name), _extensions(menu), of=f"menu {menu.name}")


def _extensions(menu: Menu) -> dict[str, tuple[Step, ...]]:
    here = places.menu(menu.name)
    greeting: tuple[Step, ...] = (
        mark(Mark.MENU, menu.name),
        do("Answer"),
        do("Set", Expression(f"{_ROUND}=0")),
        do("Set", Expression(f"{_ROUND}=$[${{{_ROUND}}} + 1]"), label="again"),
        do("Background", menu.greeting),
        do("WaitExten", menu.wait),
    )
    choices = {
        key: (mark(Mark.CHOICE, f"{menu.name}/{key}"), *places.leave_by(destination))
        for key, destination in menu.choices.items()
    }
    give_up = places.leave_by(menu.no_choice) if menu.no_choice else places.say_and_hang_up(places.PROMPT_GOODBYE)
    silent = (do("GotoIf", Expression(f"$[${{{_ROUND}}} < {menu.tries}]?{here},s,again")), *give_up)
    invalid = (do("Playback", places.PROMPT_INVALID), goto(here, "t"))
    return {"s": greeting, **choices, "t": silent, "i": invalid}
