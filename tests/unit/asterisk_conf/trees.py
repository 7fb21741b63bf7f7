"""Menu trees made up at random, as branches might draw them: deep, crossed, closed, in two languages."""

from __future__ import annotations

import random

from pydantic import SecretStr

from appliance.site.models import (
    OUTSIDE_CLASSES,
    Agent,
    Callbacks,
    CallRoute,
    Closure,
    Day,
    Dialing,
    DidNumber,
    Empty,
    Extension,
    Hours,
    Language,
    Menu,
    Prompt,
    Queue,
    QueueMember,
    Site,
    SiteDocument,
    Survey,
    Trunk,
    Way,
)
from appliance.site.types import Destination

KEYS = "1234567890*#"
_DAYS: tuple[Day, ...] = ("mon", "sat")


OUTSIDE = CallRoute(name="outside", label="x", classes=OUTSIDE_CLASSES, ways=(Way(trunk="carrier"),))
"""Everything by one trunk."""


def to(text: str) -> Destination:
    return Destination.parse(text)


def tree(seed: int) -> SiteDocument:
    """A document that the rules accept. What happens by itself leads to later menus and queues only, so it ends; keys
    lead anywhere."""
    dice = random.Random(seed)  # noqa: S311  (no secret: the same seed is the same tree)
    menus = [f"m{place}" for place in range(dice.randint(1, 8))]
    queues = [f"q{place}" for place in range(dice.randint(1, 3))]
    ends = ["extension:8001", "extension:8002", "voicemail:8001", "prompt:branchbox/closed", "hangup", "operator"]

    def later(place: int) -> Destination | None:
        """For what happens without the caller."""
        choices = [*ends, *(f"menu:{name}" for name in menus[place + 1 :]), *(f"queue:{name}" for name in queues)]
        return to(dice.choice(choices)) if dice.random() < 0.6 else None

    def menu(place: int, name: str) -> Menu:
        keys = dice.sample(KEYS, dice.randint(1, 8))
        anywhere = [*ends, *(f"menu:{each}" for each in menus), *(f"queue:{each}" for each in queues)]
        only = ["back", "again", "language:zh", "language:en"]
        choices = {key: to(dice.choice(only if dice.random() < 0.3 else anywhere)) for key in keys}
        speaks = any(str(choice).startswith("language") for choice in choices.values())
        hours = dice.choice(["office", None])
        return Menu(
            name=name,
            label="x",
            greeting=dice.choice(["branchbox/welcome", "own"]),
            choices=choices,
            extensions=dice.choice([None, None, "8000-8009"]),
            barge_in=dice.random() < 0.8,
            language_goes_to=to(f"menu:{dice.choice(menus)}") if speaks and dice.random() < 0.5 else None,
            tries=dice.randint(1, 5),
            no_choice_prompt=dice.choice([None, "branchbox/no-choice"]),
            no_choice=later(place),
            wrong_tries=dice.randint(1, 5),
            wrong_goes_to=later(place),
            hours=hours,
            closed_goes_to=later(place) if hours else None,
            closure=dice.choice(["storm", None, None]),
        )

    def queue(place: int, name: str) -> Queue:
        ways = [None, to("voicemail:8001"), to("extension:8002"), to("outside:13805770001")]
        ways += [to(f"queue:{other}") for other in queues[place + 1 :]]
        return Queue(
            name=name,
            label="x",
            survey=dice.choice(list(Survey)),
            overflow=dice.choice(ways),
            full_goes_to=dice.choice(ways),
            empty=dice.choice(list(Empty)),
            empty_goes_to=dice.choice(ways),
            message_to=dice.choice([None, "8001"]),
            callback=dice.random() < 0.5,
            last_agent=dice.choice([0, 20]),
            closure=dice.choice(["storm", None]),
            members=(QueueMember(agent="8001"),),
        )

    return SiteDocument(
        site=Site(name="x", code="T1", language=dice.choice(list(Language))),
        dialing=Dialing(operator=to(dice.choice(["extension:8001", "queue:q0"]))),
        callbacks=Callbacks(other_number=dice.random() < 0.5),
        trunks=(Trunk(name="carrier", label="x", host="192.0.2.7", addresses=("192.0.2.7",)),),
        routes=(OUTSIDE,),
        dids=(
            DidNumber(number="96296", label="x", goes_to=to("menu:m0"), closure="storm", priority=dice.choice([0, 5])),
        ),
        hours=(Hours(name="office", label="x", week=dict.fromkeys(_DAYS, ("08:00-12:00",))),),
        closures=(
            Closure(
                name="storm",
                label="x",
                number="1",
                pin=SecretStr("2468"),
                goes_to=dice.choice([None, to("voicemail:8001"), to("extension:8002")]),
            ),
        ),
        prompts=(Prompt(name="own", label="x", texts={Language.EN: "x", Language.ZH: "x"}),),
        menus=tuple(menu(place, name) for place, name in enumerate(menus)),
        queues=tuple(queue(place, name) for place, name in enumerate(queues)),
        agents=(Agent(number="8001", name="x", extension="8002"),),
        extensions=(
            Extension(number="8001", name="x", password=SecretStr("x" * 12), voicemail_pin=SecretStr("1357")),
            Extension(number="8002", name="x", password=SecretStr("x" * 12)),
        ),
    )
