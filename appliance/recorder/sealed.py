"""A recording at rest: sealed for whoever holds the site's private key, in pieces that are opened one by one.

    MAGIC | key id, 16 | fresh key in a sealed box, 80 | stream header, 24 | pieces of up to 64 KiB + 17

Libsodium's crypto_box_seal (X25519, XSalsa20-Poly1305) and crypto_secretstream (XChaCha20-Poly1305). The recording's
name is authenticated with each piece, and the last piece says that it is the last: a file that was renamed, changed or
cut does not open. Whoever has the public key can seal: who sealed is the manifest's matter.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from nacl import bindings as sodium
from nacl.exceptions import CryptoError

MAGIC = b"branchbox recording 1\n"
SUFFIX = ".sealed"
PIECE = 64 * 1024
_KEY_ID = 16
_BOX = sodium.crypto_secretstream_xchacha20poly1305_KEYBYTES + sodium.crypto_box_SEALBYTES
_STREAM = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_EXTRA = sodium.crypto_secretstream_xchacha20poly1305_ABYTES
_FINAL = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_MESSAGE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE


class Broken(Exception):
    """The file is no sealed recording, or not as it was sealed; the text says how."""


class OtherKey(Exception):
    """The file was sealed for another key."""


def key_id(public: bytes) -> bytes:
    """What tells one public key from another in a file's head."""
    return hashlib.blake2b(public, digest_size=_KEY_ID, person=b"bb-recordings").digest()


def new_key() -> tuple[bytes, bytes]:
    """A fresh pair: public key and private key, 32 bytes each."""
    pair: tuple[bytes, bytes] = sodium.crypto_box_keypair()
    return pair


def seal(source: Path, target: Path, public: bytes, name: str, alive: Callable[[], None]) -> tuple[int, str]:
    """Write `target`, sealed for `public`, and force it to the disk; gives its size and SHA-256. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as clear, target.open("wb") as sealed:
        for part in _sealed_parts(clear, public, name.encode()):
            sealed.write(part)
            digest.update(part)
            size += len(part)
            alive()
        sealed.flush()
        os.fsync(sealed.fileno())
    return size, digest.hexdigest()


def _sealed_parts(clear: BinaryIO, public: bytes, name: bytes) -> Iterator[bytes]:
    key = sodium.crypto_secretstream_xchacha20poly1305_keygen()
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    stream = sodium.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    yield MAGIC + key_id(public) + sodium.crypto_box_seal(key, public) + stream
    piece = clear.read(PIECE)
    while True:
        following = clear.read(PIECE)
        tag = _MESSAGE if following else _FINAL
        yield sodium.crypto_secretstream_xchacha20poly1305_push(state, piece, name, tag)
        if not following:
            return
        piece = following


def opened(path: Path, public: bytes, secret: bytes, name: str) -> Iterator[bytes]:
    """The clear bytes, piece by piece, each authenticated before it is given.

    Raises `OtherKey`, `Broken` and OSError; what came before a `Broken` was right.
    """
    with path.open("rb") as file:
        head = file.read(len(MAGIC) + _KEY_ID)
        if not head.startswith(MAGIC) or len(head) < len(MAGIC) + _KEY_ID:
            raise Broken("no sealed recording")
        if head[len(MAGIC) :] != key_id(public):
            raise OtherKey
        box, stream = file.read(_BOX), file.read(_STREAM)
        try:
            key = sodium.crypto_box_seal_open(box, public, secret)
            state = sodium.crypto_secretstream_xchacha20poly1305_state()
            sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, stream, key)
        except (CryptoError, TypeError, ValueError) as error:
            raise Broken("its head was changed or cut") from error
        while piece := file.read(PIECE + _EXTRA):
            try:
                clear, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(state, piece, name.encode())
            except (CryptoError, TypeError, ValueError, RuntimeError) as error:
                raise Broken(f"changed or cut before byte {file.tell()}") from error
            yield clear
            if tag == _FINAL:
                if file.read(1):
                    raise Broken("something was added behind its end")
                return
        raise Broken("its end is missing")
