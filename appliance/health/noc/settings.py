"""What branchbox-host wrote about polls, read anew when it changes."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from pathlib import Path

FILE = Path("/etc/branchbox-noc/https.json")
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2: forward secrecy and authenticated encryption alone. Those of TLS 1.3 are all sound."""


@dataclass(frozen=True)
class Settings:
    """How polls are answered. `tokens` are SHA-256 in hex; `clients` is the pollers' authority, if any."""

    box: str
    name: str
    port: int
    certificate: Path
    key: Path
    tokens: tuple[str, ...]
    clients: Path | None
    client_names: tuple[str, ...]

    def context(self) -> ssl.SSLContext:
        """The server's side of TLS. Raises OSError (ssl.SSLError is one) when certificate or key is unfit."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        made.set_ciphers(CIPHERS)
        made.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
        made.load_cert_chain(self.certificate, self.key)
        if self.clients is not None:
            made.load_verify_locations(self.clients)
            made.verify_mode = ssl.CERT_OPTIONAL if self.tokens else ssl.CERT_REQUIRED
        return made


State = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Read:
    """The settings, or None when nobody polls; `state` tells whether any file is another one than before."""

    settings: Settings | None
    state: State


def read(file: Path = FILE) -> Read:
    """What is to be done now. Raises OSError, ValueError, KeyError when the file cannot be understood."""
    try:
        given = json.loads(file.read_text())
    except FileNotFoundError:
        return Read(None, ())
    found = Settings(
        box=given["box"],
        name=given["name"],
        port=int(given["port"]),
        certificate=Path(given["certificate"]),
        key=Path(given["key"]),
        tokens=tuple(given["tokens"]),
        clients=Path(given["clients"]) if given["clients"] else None,
        client_names=tuple(given["client_names"]),
    )
    used = (file, found.certificate, found.key, *((found.clients,) if found.clients else ()))
    return Read(found, tuple(_state(each) for each in used))


def _state(path: Path) -> tuple[int, int]:
    """Files are replaced whole: another one has another number or another time."""
    try:
        seen = path.stat()
    except FileNotFoundError:
        return 0, 0
    return seen.st_ino, seen.st_mtime_ns
