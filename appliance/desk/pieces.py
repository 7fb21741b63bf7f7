"""Customers cut into what can be searched, and what is typed into a query for it.

SQLite's FTS5 with pieces of ours: its own trigram tokenizer finds nothing for one or two characters, and a key table
with every end of every text would have some forty rows a customer. At 200,000 customers every kind of query takes a few
milliseconds (docs/bench.md). Chinese runs become overlapping pairs, digits overlapping triples, each with its shorter
ends, so that a piece of any length is one prefix or one phrase; words of letters are found by their beginning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.api.customers import CustomerFacts
from appliance.desk.numbers import Numbering
from appliance.desk.pinyin import typed

TAIL = 4
"""Digits that callers say of a number, and all that a person who sees numbers masked can search by."""
_RUN = re.compile(r"(?P<han>[㐀-鿿豈-﫿\U00020000-\U0003ffff]+)|(?P<digits>[0-9]+)|(?P<word>[^\W\d_]+)")
_NUMBER = re.compile(r"[+(]?[0-9][0-9 ()+-]*")


@dataclass(frozen=True)
class Pieces:
    """A customer's row in the search index, one text for each of its columns."""

    start: str
    """Whole names as they may be typed, without spaces: a search that begins one ranks before the rest."""
    name: str
    rest: str
    numbers: str


@dataclass(frozen=True)
class Query:
    """What to ask the index: `start` and `anywhere` are FTS5 expressions, empty when nothing can match;
    `number` is what may be a whole number, `tail` its last digits."""

    start: str
    anywhere: str
    number: str = ""
    tail: str = ""


def pieces(facts: CustomerFacts, numbering: Numbering) -> Pieces:
    """Cut a customer up; numbers are canonical."""
    ways = typed(facts.name)
    joined = _joined(facts.name)
    return Pieces(
        start=" ".join(dict.fromkeys([joined, *(part for way in ways for part in way)])),
        name=" ".join([*_cut(facts.name), *dict.fromkeys(way.whole for way in typed(facts.name[1:]))]),
        rest=" ".join(piece for text in (facts.organisation, facts.address, *facts.tags) for piece in _cut(text)),
        numbers=" ".join(piece for each in facts.numbers for piece in _grams(numbering.digits(each.number), 3)),
    )


def query(text: str, *, masked: bool = False) -> Query:
    """What somebody typed, as a question to the index. `masked`: of digits only the last four count, and only as the
    end of a number, so that nobody can guess a number together."""
    said = _folded(text).strip()
    if _NUMBER.fullmatch(said) and (digits := re.sub(r"\D", "", said)):
        tail = digits[-TAIL:] if len(digits) >= TAIL and (masked or len(digits) == TAIL) else ""
        spoken = "" if masked else _any_number(said, digits)
        return Query("", spoken, "" if masked else said, tail)
    columns = "{start name rest}" if masked else "{start name rest numbers}"
    terms = [term for word in said.split() for term in _terms(word)]
    joined = _joined(said)
    return Query(
        start=f'start : "{joined}" *' if joined else "",
        anywhere=" AND ".join(f"{columns} : ({term})" for term in terms),
    )


def _any_number(said: str, digits: str) -> str:
    """Digits in a number, or as an address has them (3-401)."""
    found = [f"{{rest numbers}} : ({term})" for term in _terms(digits)]
    if said != digits:
        found.append("(" + " AND ".join(f"rest : ({term})" for term in _terms(said)) + ")")
    if digits.startswith("00"):
        return found[0]
    if digits.startswith("0") and len(digits) > 1:  # somebody's habit, or a carrier's, before a mobile number
        found += [f"numbers : ({term})" for term in _terms(digits.lstrip("0"))]
    return " OR ".join(found)


def _terms(word: str) -> Iterator[str]:
    for run in _RUN.finditer(word):
        text, size = run[0], {"han": 2, "digits": 3, "word": 0}[run.lastgroup or "word"]
        if size and len(text) >= size:
            phrase = " ".join(text[at : at + size] for at in range(len(text) - size + 1))
            yield f'"{phrase}"'
        else:
            yield f'"{text}" *'


def _cut(text: str) -> Iterator[str]:
    for run in _RUN.finditer(_folded(text)):
        match run.lastgroup:
            case "han":
                yield from _grams(run[0], 2)
            case "digits":
                yield from _grams(run[0], 3)
            case _:
                yield run[0]


def _grams(text: str, size: int) -> Iterator[str]:
    yield from (text[at : at + size] for at in range(len(text)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _joined(text: str) -> str:
    return "".join(run[0] for run in _RUN.finditer(_folded(text)))
