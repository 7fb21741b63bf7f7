"""The document's passwords: kept where `********` stands, made where one is new."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from pydantic import SecretStr

from appliance.site import places
from appliance.site.models import Part, SiteDocument, Trunk
from appliance.site.objects import COLLECTIONS, MASK, SECRETS, SINGLES, Collection
from appliance.site.problems import BranchboxError, Problem

MIN_SIP_PASSWORD = 12
PASSWORD_LENGTH = 20
PIN_LENGTH = 6
TOKEN_LENGTH = 32
NEVER_MADE = frozenset({"key", "earlier_token"})
"""Of single parts: what somebody else has, too."""
# Without 0 O 1 l I: somebody will type it into a phone.
_ALPHABET = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class SecretMissing(BranchboxError):
    """`********` stands where no earlier password is known."""


def is_masked(secret: SecretStr | None) -> bool:
    """Whether `********` stands here instead of a password."""
    return secret is not None and secret.get_secret_value() == MASK


def password() -> str:
    """A fresh SIP password: 20 characters that a phone's keypad can write."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(PASSWORD_LENGTH))


def token() -> str:
    """A fresh token or passphrase for a machine: 32 characters."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(TOKEN_LENGTH))


def pin(number: str) -> str:
    """A fresh PIN: 6 digits, not all the same and not the phone's or agent's number."""
    while True:
        digits = "".join(secrets.choice("0123456789") for _ in range(PIN_LENGTH))
        if digits != number and len(set(digits)) > 1:
            return digits


def filled(document: SiteDocument, previous: SiteDocument | None, *, generate: bool) -> SiteDocument:
    """`document` with every `********` replaced; see `appliance.site.document.fill_secrets`."""
    missing: list[Problem] = []
    update: dict[str, Any] = {}
    for collection in COLLECTIONS:
        if collection.field in SECRETS:
            before = {collection.key_of(entry): entry for entry in collection.entries(previous)} if previous else {}
            entries = []
            for index, entry in enumerate(collection.entries(document)):
                known = before.get(collection.key_of(entry))
                fresh = dict(_replacements(collection, entry, known, generate))
                missing += (_missing(document, collection, index, name) for name in fresh if fresh[name] is None)
                entries.append(entry.model_copy(update=fresh) if fresh else entry)
            update[collection.field] = tuple(entries)
    for single in SINGLES:
        part = getattr(document, single)
        fresh = dict(_of_single(single, part, getattr(previous, single, None), generate))
        missing += (_nothing_to_keep(f"{single}.{name}") for name in fresh if fresh[name] is None)
        update[single] = part.model_copy(update=fresh) if fresh else part
    if missing:
        raise SecretMissing(*missing)
    return document.model_copy(update=update)


def _replacements(
    collection: Collection, entry: Part, known: Part | None, generate: bool
) -> Iterator[tuple[str, SecretStr | None]]:
    for name in SECRETS[collection.field]:
        if not is_masked(getattr(entry, name)):
            continue
        old = getattr(known, name, None)
        if old is not None and not is_masked(old):
            yield name, old
        elif generate and not isinstance(entry, Trunk):
            yield name, SecretStr(password() if name == "password" else pin(collection.key_of(entry)))
        else:
            yield name, None


def _of_single(single: str, part: Part, known: Part | None, generate: bool) -> Iterator[tuple[str, SecretStr | None]]:
    for name in SECRETS.get(single, ()):
        if is_masked(getattr(part, name)):
            old = getattr(known, name, None)
            made = SecretStr(token()) if generate and name not in NEVER_MADE else None
            yield name, made if old is None or is_masked(old) else old


def _nothing_to_keep(where: str) -> Problem:
    return Problem(text="There is no earlier password to keep here: write one instead of ********.", where=where)


def _missing(document: SiteDocument, collection: Collection, index: int, name: str) -> Problem:
    entry = collection.entries(document)[index]
    text = (
        "Only the carrier knows this password: write it instead of ********."
        if isinstance(entry, Trunk)
        else "There is no earlier password to keep here: write one instead of ********."
    )
    data = {collection.field: [{collection.key: collection.key_of(each)} for each in collection.entries(document)]}
    return Problem(text=text, where=places.said((collection.field, index, name), data))
