"""Ways to the site's private key, one per person, as a disk's encryption has them. Pure but for randomness.

A slot is a person's own X25519 pair. Its private half is locked with argon2id of a passphrase that only the person
knows (libsodium's crypto_pwhash, then crypto_secretbox); the site's private key is sealed to its public half once
somebody who has that key admits the person. So nobody needs another's passphrase, and a passphrase changes without the
others.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from nacl import bindings as sodium
from nacl.exceptions import CryptoError

OPERATIONS = 6
MEMORY = 64 * 1024 * 1024
"""Bytes and rounds of argon2id: half a second on a small box, and as much memory as all of it can spare."""
_KEY = sodium.crypto_secretbox_KEYBYTES
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters and digits that nobody confuses on paper: 5 bits each."""
_GROUPS, _GROUP = 6, 5


class WrongPassphrase(Exception):
    """The passphrase does not open this slot."""


class NotAdmitted(Exception):
    """The passphrase is right, but nobody has let this slot to the site's key yet."""


@dataclass(frozen=True)
class Slot:
    """All in hexadecimal digits but the two costs; `site_key` is empty until the person is admitted."""

    operations: int
    memory: int
    salt: str
    public: str
    locked: str
    site_key: str = ""


def new_slot(passphrase: str, *, operations: int = OPERATIONS, memory: int = MEMORY) -> Slot:
    """A slot that opens nothing yet."""
    public, secret = sodium.crypto_box_keypair()
    salt = secrets.token_bytes(sodium.crypto_pwhash_SALTBYTES)
    slot = Slot(operations, memory, salt.hex(), public.hex(), "")
    nonce = secrets.token_bytes(sodium.crypto_secretbox_NONCEBYTES)
    locked = nonce + sodium.crypto_secretbox(secret, nonce, _stretched(slot, passphrase))
    return replace(slot, locked=locked.hex())


def admitted(slot: Slot, site_secret: bytes) -> Slot:
    """The slot, from now on a way to the site's private key."""
    return replace(slot, site_key=sodium.crypto_box_seal(site_secret, bytes.fromhex(slot.public)).hex())


def opened(slot: Slot, passphrase: str) -> bytes:
    """The site's private key. Raises `WrongPassphrase` and `NotAdmitted`."""
    locked = bytes.fromhex(slot.locked)
    nonce, box = locked[: sodium.crypto_secretbox_NONCEBYTES], locked[sodium.crypto_secretbox_NONCEBYTES :]
    try:
        secret = sodium.crypto_secretbox_open(box, nonce, _stretched(slot, passphrase))
    except CryptoError as error:
        raise WrongPassphrase from error
    if not slot.site_key:
        raise NotAdmitted
    opened: bytes = sodium.crypto_box_seal_open(bytes.fromhex(slot.site_key), bytes.fromhex(slot.public), secret)
    return opened


def new_recovery_code() -> str:
    """150 bits in six groups of five, for paper."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def as_typed(code: str) -> str:
    """A recovery code as it was printed, however it was typed: in small letters, without dashes, with spaces."""
    letters = "".join(letter for letter in code.upper() if letter in _ALPHABET)
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def _stretched(slot: Slot, passphrase: str) -> bytes:
    key: bytes = sodium.crypto_pwhash_alg(
        _KEY,
        passphrase.encode(),
        bytes.fromhex(slot.salt),
        slot.operations,
        slot.memory,
        sodium.crypto_pwhash_ALG_ARGON2ID13,
    )
    return key
