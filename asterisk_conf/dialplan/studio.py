"""Recording by phone: speak, hear, keep or again; what is kept waits in AstDB until host has filed it.

Each take is a file of its own, so what callers hear now is never written over. Nothing here needs a service of ours.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import SecretStr

from appliance.site.exchange import PROMPT_KEPT, STUDIO, TAKES, Code, Mark
from appliance.site.models import Language, Prompt, SiteDocument
from appliance.site.rules.prompts import languages
from asterisk_conf.dialplan import pins, places
from asterisk_conf.dialplan.steps import Expression, Step, context, do, goto, mark
from asterisk_conf.syntax import Section

TAKE = "take"
"""Subroutine: records `BB_TAKE` until the person is content; returns `KEPT` or `DROPPED`."""
KEPT, DROPPED = "kept", "dropped"
LONGEST_SECONDS = 180
_STUDIO = "studio"

_SPEAK = "branchbox/record-speak"
_REVIEW = "branchbox/record-review"
_LANGUAGE = "branchbox/record-language"
_SAVED = "branchbox/record-saved"


def contexts(document: SiteDocument) -> Iterator[Section]:
    """The subroutine, and one extension for each prompt that can be recorded by phone."""
    recorded = [(prompt, *code) for prompt in document.prompts if (code := _code(prompt))]
    if recorded or document.closures:
        yield context(TAKE, {"s": _take()})
    if recorded:
        spoken = languages(document)
        yield context(_STUDIO, dict(each for one in recorded for each in _record(*one, spoken)))


def codes(document: SiteDocument) -> dict[str, tuple[Step, ...]]:
    """What phones dial."""
    return {
        Code.RECORD_PROMPT + code[0]: (mark(Mark.CODE, Code.RECORD_PROMPT), goto(_STUDIO, code[0]))
        for prompt in document.prompts
        if (code := _code(prompt))
    }


def _take() -> tuple[Step, ...]:
    key = "BB_KEY"
    return (
        do("Playback", _SPEAK),
        do("Record", Expression("${BB_TAKE}.wav"), 0, LONGEST_SECONDS),
        do("Playback", Expression("${BB_TAKE}"), label="hear"),
        do("Read", key, _REVIEW, 1, "", 3, pins.KEY_SECONDS),
        do("GotoIf", Expression(f'$["${{{key}}}" = "1"]?keep')),
        do("GotoIf", Expression(f'$["${{{key}}}" = "2"]?hear')),
        do("GotoIf", Expression(f'$["${{{key}}}" = "3"]?{TAKE},s,1')),
        do("Return", DROPPED),
        do("Return", KEPT, label="keep"),
    )


def _code(prompt: Prompt) -> tuple[str, SecretStr] | None:
    """A prompt's number and PIN, when it can be recorded by phone."""
    return (prompt.number, prompt.pin) if prompt.number and prompt.pin else None


def _record(
    prompt: Prompt, number: str, pin: SecretStr, spoken: tuple[Language, ...]
) -> Iterator[tuple[str, tuple[Step, ...]]]:
    yield pins.extension(number, pin, f"prompt {prompt.name}")
    yield number, (*pins.ask(_STUDIO, number), *_which(spoken), *_keep(prompt.name, number))


def _which(spoken: tuple[Language, ...]) -> Iterator[Step]:
    """2 is English, any other key Chinese."""
    if len(spoken) == 1:
        yield do("Set", Expression(f"BB_LANGUAGE={spoken[0]}"))
        return
    yield do("Read", "BB_KEY", _LANGUAGE, 1, "", 3, pins.KEY_SECONDS)
    yield do("Set", Expression(f"BB_LANGUAGE={Language.ZH}"))
    yield do("GotoIf", Expression('$["${BB_KEY}" != "2"]?chosen'))
    yield do("Set", Expression(f"BB_LANGUAGE={Language.EN}"))
    yield do("NoOp", label="chosen")


def _keep(prompt: str, number: str) -> tuple[Step, ...]:
    return (
        do("Set", Expression(f"BB_TAKE={STUDIO}/prompt-{number}-${{EPOCH}}")),
        do("Gosub", TAKE, "s", 1),
        do("GotoIf", Expression(f'$["${{GOSUB_RETVAL}}" != "{KEPT}"]?done')),
        do("Set", Expression(f"DB({TAKES}/{prompt}/${{BB_LANGUAGE}})=${{BB_TAKE}}")),
        do("UserEvent", PROMPT_KEPT, Expression(f"Prompt: {prompt}")),
        do("Playback", _SAVED),
        do("Playback", places.PROMPT_GOODBYE, label="done"),
        do("Hangup"),
    )
