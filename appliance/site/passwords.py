"""What a person's password must be, told while it is written; the box's word lists come on top. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from appliance.site.problems import Problem

SHORTEST = 12
LONGEST = 128
_FEWEST_DIFFERENT = 6


def problems(password: str, *, login: str = "", name: str = "") -> tuple[Problem, ...]:
    """What stands against a password, as far as it can be told without a dictionary."""
    found = []
    if any(unicodedata.category(letter) == "Cc" for letter in password):
        found.append(Problem(text="The password holds a character that no keyboard writes: write it anew."))
    if len(password) < SHORTEST:
        found.append(
            Problem(
                text="The password is too short: {least} characters at least, {count} so far.",
                args={"least": str(SHORTEST), "count": str(len(password))},
            )
        )
    elif len(set(password.casefold())) < _FEWEST_DIFFERENT:
        found.append(Problem(text="The password repeats itself: use more different characters."))
    if _holds(password, (login, *re.split(r"\W+", name))):
        found.append(Problem(text="The password holds your login or name: a stranger would try that first."))
    if len(password) > LONGEST:
        found.append(Problem(text="The password is too long: {most} characters at most.", args={"most": str(LONGEST)}))
    return tuple(found)


def letters_of(password: str) -> tuple[str, ...]:
    """The words that would make a password the guess of a list: its letters, and the word that they repeat.

    `Password1234!` and `password-password` both give `password`; pwscore takes either for strong.
    """
    letters = "".join(letter for letter in password.casefold() if letter.isalpha())
    repeated = (letters[:size] for size in range(3, len(letters) // 2 + 1) if len(letters) % size == 0)
    whole = (word for word in repeated if word * (len(letters) // len(word)) == letters)
    return (letters, *whole) if letters else ()


def _holds(password: str, words: Sequence[str]) -> bool:
    folded = password.casefold()
    return any(len(word) > 2 and word.casefold() in folded for word in words)
