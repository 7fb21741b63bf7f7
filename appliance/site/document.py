"""The site document as TOML: read, checked, written, and its passwords filled in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from pydantic import SecretStr, ValidationError

from appliance.site import faults, older, places, rules, secrets, toml_writer
from appliance.site.models import Language, SiteDocument
from appliance.site.objects import MASK
from appliance.site.problems import BranchboxError, Problem


class DocumentError(BranchboxError):
    """The text is no valid site document: one problem for each fault."""


def parse(text: str) -> tuple[SiteDocument | None, tuple[Problem, ...]]:
    """Read a document and check it; never raises.

    The document is None when it does not fit the models; one with problems of `rules` is
    given with them. Problems know their line in `text`.
    """
    try:
        data = _tables(text)
    except DocumentError as error:
        return None, error.problems
    lines = places.lines(text)
    try:
        document = SiteDocument.model_validate(data)
    except ValidationError as error:
        return None, tuple(faults.problems(error, data, lines))
    return document, rules.problems(document, lines)


def load(text: str) -> SiteDocument:
    """Read a valid document; raises `DocumentError` with one problem for each fault."""
    document, problems = parse(text)
    if document is None or problems:
        raise DocumentError(*problems)
    return document


def dump(document: SiteDocument) -> str:
    """The document as TOML with its passwords in clear: for files of root and exports that ask for it."""
    return toml_writer.write(document, SecretStr.get_secret_value)


def dump_masked(document: SiteDocument) -> str:
    """The document as TOML with `********` for every password."""
    return toml_writer.write(document, lambda secret: MASK)


def fill_secrets(document: SiteDocument, previous: SiteDocument | None, *, generate: bool = False) -> SiteDocument:
    """Replace every `********` by the password of the same object in `previous`.

    Where there was none: a fresh random one when `generate`, else `DocumentError`. A trunk's
    password is never made up: only the carrier knows it.
    """
    try:
        return secrets.filled(document, previous, generate=generate)
    except secrets.SecretMissing as missing:
        raise DocumentError(*missing.problems) from None


def example(language: Language | str) -> str:
    """The example branch in a language, as TOML with `********` for its passwords."""
    name = f"branch-{Language(language).value}.toml"
    return (resources.files("appliance.site") / "examples" / name).read_text(encoding="utf-8")


_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def _tables(text: str) -> Mapping[str, Any]:
    try:
        text.encode("utf-8")
        return older.converted(tomllib.loads(text))
    except RecursionError:
        raise DocumentError(Problem(text="The text is no TOML: it is nested too deeply.")) from None
    except ValueError as error:
        raise DocumentError(_syntax(error, text)) from None


def _syntax(error: ValueError, text: str) -> Problem:
    original = str(error).encode("ascii", "backslashreplace").decode()
    if isinstance(error, UnicodeError):
        return Problem(text="The text holds half a character: write it anew.")
    at = _AT.search(original)
    line, column = (at[1], at[2]) if at and at[1] else (str(text.count("\n") + 1), None)
    if column is None:
        return Problem(text="The text ends in the middle of something.", line=int(line), original=_AT.sub("", original))
    return Problem(
        text="This is no TOML at column {column}. Look for a missing quote, bracket or = here or just before.",
        line=int(line),
        args={"column": column},
        original=_AT.sub("", original),
    )
