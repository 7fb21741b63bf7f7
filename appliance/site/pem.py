"""Certificates and keys as texts of the document: PEM (RFC 7468), however it was pasted.

A form has one line for it, and what comes by mail has its lines broken anywhere: white space is put right, what
stands outside of the blocks is dropped.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import ssl
import textwrap
from typing import Annotated

from pydantic import AfterValidator, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError

LONGEST = 20_000
_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----")
_CERTIFICATE = "CERTIFICATE"
_KEYS = {"PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"}
MASK = "********"


def _blocks(text: str) -> list[tuple[str, str]]:
    """The blocks of a text: what each is, and its lines as they should be."""
    found = []
    for kind, body in _BLOCK.findall(text):
        try:
            content = base64.b64decode("".join(body.split()), validate=True)
        except binascii.Error:
            return []
        lines = textwrap.wrap(base64.b64encode(content).decode(), 64)
        found.append((kind, "\n".join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----"])))
    return found


def _certificates(text: str) -> str:
    blocks = _blocks(text)
    whole = "\n".join(lines for _kind, lines in blocks)
    try:
        if not blocks or any(kind != _CERTIFICATE for kind, _lines in blocks):
            raise ValueError
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=whole)
    except (ValueError, ssl.SSLError):
        raise PydanticCustomError("certificates", "is no certificate in PEM") from None
    return whole


def _key(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if text == MASK:
        return secret
    blocks = [(kind, lines) for kind, lines in _blocks(text) if kind != "EC PARAMETERS"]
    if len(blocks) != 1 or blocks[0][0] not in _KEYS:
        raise PydanticCustomError("private_key", "is no private key in PEM")
    return SecretStr(blocks[0][1])


Certificates = Annotated[str, StringConstraints(max_length=LONGEST), AfterValidator(_certificates)]
"""One certificate or several."""

PrivateKey = Annotated[SecretStr, AfterValidator(_key)]
"""A key that no password protects: nobody is there to write it when the box starts."""


def fingerprint(certificates: str) -> str:
    """The SHA-256 of the first certificate, as people compare it: `AB:CD:...`."""
    first = _blocks(certificates)[0][1]
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(first)).hexdigest().upper()
    return ":".join(textwrap.wrap(digest, 2))
