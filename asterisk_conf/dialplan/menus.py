"""One context per menu: greet, wait for a key, ask again, give up.

What a caller does is counted: silence and wrong keys each for itself, and every greeting of the whole call, so that
keys that lead in a circle end too.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import Mark
from appliance.site.models import Menu, SiteDocument
from appliance.site.rules.menus import in_range
from appliance.site.types import Destination, Kind
from asterisk_conf.dialplan import closures, hours, places
from asterisk_conf.dialplan.steps import Expression, Step, context, do, goto, mark
from asterisk_conf.syntax import Section

_ROUNDS = "BB_ROUNDS"
"""Channel variable: how many greetings this call has heard, of all menus."""
MOST_ROUNDS = 100
_SILENT = "BB_SILENT"
_WRONG = "BB_WRONG"
"""Channel variables: how often this menu was met with silence, or with a wrong key."""
_FROM = "BB_FROM_"
"""Channel variable, with a menu's name behind: the menu whose key led there."""
_DIGIT_SECONDS = 3
"""How long the next digit of a phone's number may take."""
_AGAIN, _TOO_MANY = "again", "too-many"


def contexts(document: SiteDocument) -> Iterator[Section]:
    """The menus."""
    for menu in document.menus:
        yield context(places.menu(menu.name), dict(_extensions(menu, document)), of=f"menu {menu.name}")


def _extensions(menu: Menu, document: SiteDocument) -> Iterator[tuple[str, tuple[Step, ...]]]:
    here = places.menu(menu.name)
    yield "s", tuple(_greet(menu, here))
    for key, destination in menu.choices.items():
        yield key, (mark(Mark.CHOICE, f"{menu.name}/{key}"), *_go_on(menu, destination))
    if menu.extensions:
        for phone in document.extensions:
            if in_range(phone.number, menu.extensions):
                choice = mark(Mark.CHOICE, f"{menu.name}/{phone.number}")
                yield phone.number, (choice, goto(places.EXTENSIONS, phone.number))
    yield "t", _silent(menu, here)
    yield "i", _wrong(menu, here)
    if menu.hours:
        yield (
            places.CLOSED,
            (
                mark(Mark.CLOSED, menu.hours),
                *_leave_or_say(menu.closed_goes_to, places.PROMPT_CLOSED),
            ),
        )
    yield (
        _TOO_MANY,
        (mark(Mark.MENU_LEFT, f"{menu.name}/rounds"), *places.say_and_hang_up(places.PROMPT_GOODBYE)),
    )


def _greet(menu: Menu, here: str) -> Iterator[Step]:
    if menu.closure:
        yield closures.unless_open(menu.closure)
    if menu.hours:
        yield from hours.unless_open(menu.hours, f"{here},{places.CLOSED},1")
    yield mark(Mark.MENU, menu.name)
    yield do("Answer")
    if menu.extensions:
        yield do("Set", Expression(f"TIMEOUT(digit)={_DIGIT_SECONDS}"))
    yield do("Set", Expression(f"{_SILENT}=0"))
    yield do("Set", Expression(f"{_WRONG}=0"))
    yield do("Set", Expression(f"{_ROUNDS}=$[0${{{_ROUNDS}}} + 1]"), label=_AGAIN)
    yield do("GotoIf", Expression(f"$[${{{_ROUNDS}}} > {MOST_ROUNDS}]?{here},{_TOO_MANY},1"))
    yield do("Background" if menu.barge_in else "Playback", menu.greeting)
    yield do("WaitExten", menu.wait)


def _go_on(menu: Menu, to: Destination) -> tuple[Step, ...]:
    here = places.menu(menu.name)
    again = do("Goto", here, "s", _AGAIN)
    match to.kind:
        case Kind.MENU:
            return (do("Set", Expression(f"{_FROM}{to.name}={menu.name}")), *places.leave_by(to))
        case Kind.AGAIN:
            return (again,)
        case Kind.BACK:
            before = f"{_FROM}{menu.name}"
            return (
                do("GotoIf", Expression(f'$["${{{before}}}" = ""]?{here},s,{_AGAIN}')),
                do("Goto", Expression(f"{places.menu('')}${{{before}}}"), "s", 1),
            )
        case Kind.LANGUAGE:
            speak = do("Set", Expression(f"CHANNEL(language)={to.name}"))
            return (speak, *(_go_on(menu, menu.language_goes_to) if menu.language_goes_to else (again,)))
    return places.leave_by(to)


def _silent(menu: Menu, here: str) -> tuple[Step, ...]:
    return (
        mark(Mark.NO_INPUT, menu.name),
        do("Set", Expression(f"{_SILENT}=$[${{{_SILENT}}} + 1]")),
        *((do("Playback", menu.no_choice_prompt),) if menu.no_choice_prompt else ()),
        do("GotoIf", Expression(f"$[${{{_SILENT}}} < {menu.tries}]?{here},s,{_AGAIN}")),
        mark(Mark.MENU_LEFT, f"{menu.name}/silence"),
        *_leave_or_say(menu.no_choice, places.PROMPT_GOODBYE),
    )


def _wrong(menu: Menu, here: str) -> tuple[Step, ...]:
    return (
        mark(Mark.WRONG_INPUT, Expression(f"{menu.name}/${{FILTER(0-9*#,${{INVALID_EXTEN}})}}")),
        do("Set", Expression(f"{_WRONG}=$[${{{_WRONG}}} + 1]")),
        do("Playback", menu.wrong_prompt),
        do("GotoIf", Expression(f"$[${{{_WRONG}}} < {menu.wrong_tries}]?{here},s,{_AGAIN}")),
        mark(Mark.MENU_LEFT, f"{menu.name}/wrong"),
        *_leave_or_say(menu.wrong_goes_to or menu.no_choice, places.PROMPT_GOODBYE),
    )


def _leave_or_say(to: Destination | None, prompt: str) -> tuple[Step, ...]:
    return places.leave_by(to) if to else places.say_and_hang_up(prompt)
