"""Who is let in: a bearer token (RFC 6750), or a certificate of the pollers' authority. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from appliance.health.noc.settings import Settings

_BEARER = b"bearer "


def admits(settings: Settings, authorization: bytes | None, certificate: Mapping[str, Any] | None) -> bool:
    """Whether a poll is answered; `certificate` was verified by TLS already."""
    if certificate and settings.clients is not None and _named(settings.client_names, certificate):
        return True
    if authorization is None or authorization[: len(_BEARER)].lower() != _BEARER:
        return False
    shown = hashlib.sha256(authorization[len(_BEARER) :].strip()).hexdigest()
    # Every one is compared: the time says nothing about which.
    return any([hmac.compare_digest(shown, known) for known in settings.tokens])  # noqa: C419  # all of them, see above


def _named(wanted: Sequence[str], certificate: Mapping[str, Any]) -> bool:
    return not wanted or not {name.lower() for name in wanted}.isdisjoint(_names(certificate))


def _names(certificate: Mapping[str, Any]) -> Iterator[str]:
    """Its common name and alternative names, as `ssl.SSLSocket.getpeercert` gives them."""
    yield from (value.lower() for part in certificate.get("subject", ()) for key, value in part if key == "commonName")
    yield from (value.lower() for _kind, value in certificate.get("subjectAltName", ()))
