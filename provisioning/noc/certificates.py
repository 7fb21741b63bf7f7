"""The certificate that the box makes for the NOC's polls, and the small authority of its own that signs it.

Pollers are given the authority once. The certificate below it is made anew before it ends, and when the box gets
another name or address, and no poller has to be told. Follows openssl-req(1), openssl-x509(1) and RFC 5280.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from appliance.site.models import SiteDocument
from provisioning import files
from provisioning.files import Access
from provisioning.machine.machine import Run
from provisioning.machine.naming import hostname
from provisioning.run import run

DAYS = 397
"""What browsers and their like take at most."""
RENEWED = 60 * 86_400.0
"""Seconds before its end."""
AUTHORITY_DAYS = 20 * 365
"""Longer than a box lives."""
_SECONDS = 20.0
_SERVER, _AUTHORITY = "server", "authority"

_AUTHORITY_REQUEST = """[req]
prompt = no
distinguished_name = name
x509_extensions = extensions
[name]
CN = {name} NOC authority
[extensions]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
"""
_SERVER_REQUEST = """[req]
prompt = no
distinguished_name = name
x509_extensions = extensions
[name]
CN = {name}
[extensions]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = {names}
"""


@dataclass(frozen=True)
class Seen:
    """What a certificate says of itself; times are epoch seconds."""

    fingerprint: str
    names: frozenset[str]
    begins: float
    ends: float


class Certificates:
    """Those below `folder`; `reader` is the group that may read the server's key."""

    def __init__(
        self,
        folder: Path,
        owner: Access,
        reader: Callable[[], int],
        *,
        run: Run = run,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._owner = owner
        self._reader = reader
        self._run = run
        self._clock = clock

    def make_true(self, document: SiteDocument) -> None:
        """Make what is missing, about to end or of another name. Raises BranchboxError."""
        if not document.noc.https or document.noc.certificate is not None:
            return
        files.make_folder(self._folder, Access(self._owner.uid, self._owner.gid, 0o755))
        fresh = self._authority(hostname(document))
        known = None if fresh else self.seen(self.path(_SERVER))
        if known is None or known.names != names(document) or not self._good(known, RENEWED):
            self._serve(document)

    def path(self, name: str = _SERVER) -> Path:
        """The file of the server's certificate, or of the authority's."""
        return self._folder / f"{name}.pem"

    @property
    def authority(self) -> Path:
        """The authority's certificate: what pollers trust."""
        return self.path(_AUTHORITY)

    def seen(self, path: Path) -> Seen | None:
        """What the first certificate of a file says; None when there is none."""
        if not path.is_file():
            return None
        asked = ("-noout", "-dates", "-fingerprint", "-sha256", "-ext", "subjectAltName")
        done = self._run(("openssl", "x509", "-in", str(path), *asked), timeout=_SECONDS, check=False)
        return read(done.out) if done.code == 0 else None

    def _good(self, known: Seen, ahead: float) -> bool:
        # A box whose clock was wrong when it made this one has it begin in the future.
        return known.begins <= self._clock() < known.ends - ahead

    def _authority(self, name: str) -> bool:
        """Make an authority unless there is one; True when it is new."""
        known = self.seen(self.authority)
        if known is not None and self._good(known, RENEWED) and self._key(_AUTHORITY).is_file():
            return False
        self._new_key(_AUTHORITY, Access(self._owner.uid, self._owner.gid, 0o600))
        self._sign(_AUTHORITY, AUTHORITY_DAYS, _AUTHORITY_REQUEST.format(name=name), ())
        return True

    def _serve(self, document: SiteDocument) -> None:
        self._new_key(_SERVER, Access(self._owner.uid, self._reader(), 0o640))
        said = ", ".join(sorted(map(_alternative, names(document))))
        wanted = _SERVER_REQUEST.format(name=hostname(document), names=said)
        self._sign(_SERVER, DAYS, wanted, ("-CA", str(self.authority), "-CAkey", str(self._key(_AUTHORITY))))

    def _sign(self, name: str, days: int, request: str, by: tuple[str, ...]) -> None:
        order = ("openssl", "req", "-x509", "-new", "-sha256", "-config", "/dev/stdin", "-days", str(days))
        done = self._run((*order, "-key", str(self._key(name)), *by), timeout=_SECONDS, stdin=request)
        # Pollers compare with the authority, which comes along.
        chain = done.out + (self.authority.read_text() if by else "")
        files.write_whole(self.path(name), chain, Access(self._owner.uid, self._owner.gid, 0o644))

    def _new_key(self, name: str, access: Access) -> None:
        curve = ("-pkeyopt", "ec_paramgen_curve:P-256")
        made = self._run(("openssl", "genpkey", "-algorithm", "EC", *curve), timeout=_SECONDS)
        files.write_whole(self._key(name), made.out, access)

    def _key(self, name: str) -> Path:
        return self._folder / f"{name}.key"


def names(document: SiteDocument) -> frozenset[str]:
    """What pollers may call the box by."""
    fixed = (address.split("/")[0] for each in document.interfaces for address in each.addresses)
    return frozenset((hostname(document), *map(_canonical, (*document.noc.names, *fixed))))


def read(said: str) -> Seen:
    """What `openssl x509` said."""
    fields = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    alternative = said.partition("X509v3 Subject Alternative Name:")[2].strip().splitlines()
    held = [each.strip().partition(":") for each in (alternative[0].split(",") if alternative else ())]
    return Seen(
        fingerprint=next(value for name, value in fields.items() if name.lower().endswith("fingerprint")),
        names=frozenset(_canonical(value.strip()) for _kind, _colon, value in held),
        begins=_moment(fields["notBefore"]),
        ends=_moment(fields["notAfter"]),
    )


def _moment(text: str) -> float:
    """`Nov 24 00:20:00 2026 GMT`."""
    month, day, clock, year, _zone = text.split()
    return parsedate_to_datetime(f"{day} {month} {year} {clock} +0000").timestamp()


def _canonical(name: str) -> str:
    """openssl writes IPv6 addresses with capitals and all zeros."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name.lower()


def _alternative(name: str) -> str:
    try:
        return f"IP:{ipaddress.ip_address(name)}"
    except ValueError:
        return f"DNS:{name}"
