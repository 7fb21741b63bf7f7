"""Keys that sign bundles and releases.

A developer's machine makes its own authority and signing key, once, in the cache; an image that trusts them says so on
its screen. Real keys stay offline: their folder is named on the command line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from images.disk.tools import Bench
from images.run import die

YEARS = 30


@dataclass(frozen=True)
class Keys:
    """A folder with authority.pem (what boxes trust), signing.pem and signing.key."""

    folder: Path
    development: bool

    @property
    def keyring(self) -> str:
        """The certificate that boxes trust."""
        return (self.folder / "authority.pem").read_text()

    @property
    def certificate(self) -> Path:
        """The signing key's certificate."""
        return self.folder / "signing.pem"

    @property
    def key(self) -> Path:
        """The signing key itself."""
        return self.folder / "signing.key"


def given(folder: Path) -> Keys:
    """Keys that somebody keeps elsewhere. Raises Failure when one is missing."""
    for name in ("authority.pem", "signing.pem", "signing.key"):
        if not (folder / name).is_file():
            die(f"{folder} has no {name}.", hint="docs/image.md says what a folder of keys holds.")
    return Keys(folder, development=False)


def development(bench: Bench, folder: Path) -> Keys:
    """This machine's own keys, made now unless they are there."""
    keys = Keys(folder, development=True)
    if keys.certificate.exists():
        return keys
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    make(bench, folder, "Branchbox development")
    return keys


def make(bench: Bench, folder: Path, name: str) -> None:
    """An authority and a signing key that it vouches for; the certificate is written last."""
    days = str(YEARS * 366)
    authority, vouched = folder / "authority.key", folder / "signing.csr"
    _new_key(bench, authority)
    bench.run(
        ["openssl", "req", "-x509", "-new", "-key", authority, "-days", days, "-subj", f"/CN={name} authority",
         "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", folder / "authority.pem"]
    )  # fmt: skip
    _new_key(bench, folder / "signing.key")
    bench.run(
        ["openssl", "req", "-new", "-key", folder / "signing.key", "-subj", f"/CN={name} signing", "-out", vouched]
    )
    extensions = folder / "signing.ext"
    extensions.write_text("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n")
    bench.run(
        ["openssl", "x509", "-req", "-in", vouched, "-CA", folder / "authority.pem", "-CAkey", authority,
         "-CAcreateserial", "-days", days, "-extfile", extensions, "-out", folder / "signing.new"]
    )  # fmt: skip
    (folder / "signing.new").rename(folder / "signing.pem")


def _new_key(bench: Bench, path: Path) -> None:
    path.touch(mode=0o600)
    bench.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path])
    path.chmod(0o600)
