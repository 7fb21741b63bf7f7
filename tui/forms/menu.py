"""A menu, and what its keys lead to."""

from __future__ import annotations

from collections.abc import Callable

from appliance.site.models import Menu, SiteDocument
from tui.forms.fields import Field, Form, destination, named, prompt, switch, text, whole
from tui.i18n import N_
from tui.widgets.entry import Option
from tui.words import word

KEYS = "1234567890*#"


def _key(key: str) -> Field:
    plain = destination(
        "choices",
        key,
        needed=False,
        label=N_("key"),
        help=N_("Where this key leads; none when unused. back: the menu before; again: the greeting once more."),
    )

    def options(document: SiteDocument) -> list[Option]:
        only = [(value, _word_of(value)) for value in ("back", "again", "language:zh", "language:en")]
        return [*(plain.options(document) if plain.options else ()), *only]

    return Field(
        plain.path,
        plain.help,
        needed=False,
        options=options,
        free=True,
        label=plain.label,
        show=plain.show,
        say=plain.say,
    )


def _word_of(value: str) -> Callable[[], str]:
    kind, _colon, name = value.partition(":")
    return lambda: " ".join(filter(None, (word(kind), name)))


FORM = Form(
    "menu",
    "menus",
    Menu,
    "name",
    N_("Menus"),
    (
        text("name", help=N_("Small letters, digits, - and _; numbers use it to send calls here.")),
        text("label", help=N_("What people read on screens and in reports.")),
        prompt("greeting", help=N_("The announcement that callers hear: branchbox/welcome")),
        *(_key(key) for key in KEYS),
        text(
            "extensions",
            needed=False,
            help=N_("Phones whose number callers may dial here, from the first to the last: 8000-8099"),
        ),
        switch("barge_in", help=N_("Callers need not wait for the end of the greeting.")),
        destination(
            "language_goes_to",
            needed=False,
            help=N_("Where callers go who chose a language; none: this menu again, in that language."),
        ),
        whole("wait", unit="s", help=N_("How long to wait for a key after the greeting.")),
        whole("tries", help=N_("How often the greeting is played before giving up.")),
        prompt("no_choice_prompt", needed=False, help=N_("What callers hear who pressed nothing.")),
        destination("no_choice", needed=False, help=N_("Where callers go who pressed nothing; none hangs up.")),
        whole("wrong_tries", help=N_("How often a caller may press a key that leads nowhere.")),
        prompt("wrong_prompt", help=N_("What callers hear after such a key.")),
        destination(
            "wrong_goes_to",
            needed=False,
            help=N_("Where callers go after too many such keys; none: as without a choice."),
        ),
        named("hours", collection="hours", key="name", needed=False, help=N_("When it is open; none means always.")),
        destination("closed_goes_to", needed=False, help=N_("Where calls go outside these hours.")),
        named(
            "closure",
            collection="closures",
            key="name",
            needed=False,
            help=N_("What closes it for a while by phone code."),
        ),
    ),
    ("label", "greeting"),
)
