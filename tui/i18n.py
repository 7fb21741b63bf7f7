"""The language that this terminal speaks now.

One process serves one person, so the language is the process's. English texts are the keys;
`locale/LANGUAGE/LC_MESSAGES/branchbox.mo` holds the others, made by `python -m tui.locale`.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from pathlib import Path

from appliance.site.problems import Problem

DOMAIN = "branchbox"
FOLDER = Path(__file__).parent / "locale"
LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "简体中文"}
"""Every language with its own name for itself."""

_spoken: dict[str, gettext.NullTranslations] = {"now": gettext.NullTranslations()}
_codes: dict[str, str] = {"now": "en"}
_held: set[str] = set()


def hold(language: str) -> None:
    """Speak this language whatever is asked for: the terminal has no letters for another."""
    _held.clear()
    _held.add(language)
    use(language)


def release() -> None:
    """Speak what is asked for again."""
    _held.clear()


def held() -> bool:
    """Whether the language cannot be changed on this terminal."""
    return bool(_held)


def use(language: str) -> None:
    """Speak this language from now on; one that has no translation is English."""
    language = next(iter(_held), language)
    _codes["now"] = language if language in LANGUAGES else "en"
    _spoken["now"] = gettext.translation(DOMAIN, FOLDER, [_codes["now"]], fallback=True)


def language() -> str:
    """The code of the language spoken now."""
    return _codes["now"]


def from_environment(environment: Mapping[str, str]) -> str:
    """The language that LC_ALL, LC_MESSAGES or LANG ask for; English when they say nothing of ours."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name, ""):
            code = value.split("_")[0].split(".")[0].lower()
            return code if code in LANGUAGES else "en"
    return "en"


def _(text: str) -> str:
    """A text in the language spoken now."""
    return _spoken["now"].gettext(text) if text else ""


def n_(one: str, many: str, count: int) -> str:
    """A text that depends on a count, with `{n}` filled in."""
    return _spoken["now"].ngettext(one, many, count).format(n=count)


def N_(text: str) -> str:  # noqa: N802  (gettext's customary name for "translate later")
    """Mark a text for translation where it is declared; `_` translates it where it is shown."""
    return text


class _Gaps(dict[str, str]):
    """A field that nobody filled stands as itself rather than hide the whole message."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def say(problem: Problem) -> str:
    """What is wrong and what to do next, without the place and the original words."""
    return _(problem.text).format_map(_Gaps(problem.args))


def say_all(problem: Problem) -> str:
    """A problem with its place before it and the original words after it, as one line."""
    place = f"{problem.where}: " if problem.where else ""
    return place + say(problem) + (f" [{problem.original}]" if problem.original else "")
