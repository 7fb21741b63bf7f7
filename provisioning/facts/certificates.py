"""When the box's own certificates end."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

from appliance.api.laid_down import CertificateFacts
from provisioning.run import run

PLACES = (
    "etc/branchbox/**/*.pem",
    "var/lib/branchbox/noc/*.pem",
    "var/lib/branchbox/tls/*.pem",
    "etc/asterisk/keys/*.pem",
)
"""Where parts of the box keep certificates; keys beside them are none."""
PATIENCE = 10.0
_BEGINS = b"-----BEGIN CERTIFICATE-----"


def found(root: Path) -> Iterator[CertificateFacts]:
    """Each file's first certificate, by openssl's word."""
    for path in sorted({path for place in PLACES for path in root.glob(place)}):
        if not path.is_file() or _BEGINS not in path.read_bytes():
            continue
        said = run(["openssl", "x509", "-noout", "-enddate", "-in", str(path)], timeout=PATIENCE, check=False).out
        if said.startswith("notAfter="):
            ends = float(ssl.cert_time_to_seconds(said.strip().removeprefix("notAfter=")))
            yield CertificateFacts(file=f"/{path.relative_to(root)}", ends=ends)
