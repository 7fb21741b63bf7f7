"""What callers are to hear exists, and in every language that they can be in."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.models import Language, SiteDocument
from appliance.site.places import Place
from appliance.site.rules.fault import Fault
from appliance.site.rules.references import destinations
from appliance.site.types import Kind

SHIPPED = frozenset(
    f"branchbox/{name}"
    for name in (
        "welcome",
        "closed",
        "closed-for-now",
        "goodbye",
        "invalid",
        "no-choice",
        "all-busy",
        "unavailable",
        "refused",
        "no-line",
        "no-power",
        "leave-message",
        "waiting-message",
        "waiting-callback",
        "waiting-both",
        "callback-to",
        "callback-right",
        "callback-right-or-other",
        "callback-number",
        "callback-not",
        "callback-booked",
        "callback-already",
    )
)
"""Those of `asterisk_conf/prompts.toml` that are meant for callers; a test holds that they are there."""


def prompts_used(document: SiteDocument) -> Iterator[tuple[Place, str]]:
    """Every place of the document that names a prompt."""
    for index, menu in enumerate(document.menus):
        yield ("menus", index, "greeting"), menu.greeting
        if menu.no_choice_prompt:
            yield ("menus", index, "no_choice_prompt"), menu.no_choice_prompt
        yield ("menus", index, "wrong_prompt"), menu.wrong_prompt
    for index, closure in enumerate(document.closures):
        yield ("closures", index, "announcement"), closure.announcement
    yield ("power", "announcement"), document.power.announcement
    for place, destination in destinations(document):
        if destination.kind is Kind.PROMPT:
            yield place, destination.name


def prompts_are_there(document: SiteDocument) -> Iterator[Fault]:
    """What callers are to hear is shipped with the box or an announcement of the document."""
    own = {prompt.name for prompt in document.prompts}
    for place, name in prompts_used(document):
        if name not in own | SHIPPED:
            yield Fault(
                place,
                "There is no announcement {name}: make it under Announcements, or use one of the box's "
                "(branchbox/welcome).",
                {"name": name},
            )


def prompts_speak_every_language(document: SiteDocument) -> Iterator[Fault]:
    """An announcement has a text in each language that callers can be in: nobody meets silence, and nobody hears the
    English one instead of the box's Chinese, because Asterisk tries every language of ours first."""
    spoken = languages(document)
    for index, prompt in enumerate(document.prompts):
        for language in spoken:
            if language not in prompt.texts:
                yield Fault(
                    ("prompts", index),
                    "Callers can hear this in language {language}, and nothing is said there: add texts.{language}.",
                    {"language": language.value},
                )


def languages(document: SiteDocument) -> tuple[Language, ...]:
    """The languages that a caller can be in: the site's, and those that a key chooses."""
    chosen = {Language(to.name) for menu in document.menus for to in menu.choices.values() if to.kind is Kind.LANGUAGE}
    return tuple(language for language in Language if language in chosen or language is document.site.language)


RULES = (prompts_are_there, prompts_speak_every_language)
