"""What is in the image, as an SPDX 2.3 document: Debian's packages and Python's distributions."""

from __future__ import annotations

import datetime
import email
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from images.rootfs import stacked
from images.steps import Step

DISTRIBUTIONS = "opt/branchbox/lib/python3.*/site-packages/*.dist-info/METADATA"
DPKG_STATUS = "var/lib/dpkg/status"
UNKNOWN = "NOASSERTION"
NAME = "sbom.spdx.json"


@dataclass(frozen=True, order=True)
class Package:
    """Something with a version of its own; `kind` is the type of its package URL."""

    kind: str
    name: str
    version: str
    architecture: str = ""
    licence: str = UNKNOWN

    @property
    def purl(self) -> str:
        """Its package URL (github.com/package-url/purl-spec)."""
        version = self.version.replace("+", "%2B").replace(":", "%3A")
        if self.kind == "deb":
            return f"pkg:deb/debian/{self.name}@{version}?arch={self.architecture}&distro=trixie"
        return f"pkg:{self.kind}/{self.name.lower().replace('_', '-')}@{version}"


def debian(status: str) -> list[Package]:
    """The installed packages of a dpkg status file."""
    found = []
    for paragraph in status.split("\n\n"):
        fields = dict(re.findall(r"^([A-Za-z-]+): (.*)$", paragraph, re.MULTILINE))
        if fields.get("Status", "").endswith(" installed"):
            found.append(Package("deb", fields["Package"], fields["Version"], fields["Architecture"]))
    return sorted(found)


def python(metadata: Iterable[str]) -> list[Package]:
    """The distributions whose METADATA files these are."""
    parsed = [email.message_from_string(text) for text in metadata]
    return sorted(
        Package("pypi", each["Name"], each["Version"], licence=each["License-Expression"] or UNKNOWN) for each in parsed
    )


def document(packages: Iterable[Package], version: str, root_hash: str, time: int) -> str:
    """The SPDX document of an image; the same content gives the same text."""
    listed = [
        {
            "SPDXID": f"SPDXRef-{index}",
            "name": package.name,
            "versionInfo": package.version,
            "downloadLocation": UNKNOWN,
            "licenseConcluded": UNKNOWN,
            "licenseDeclared": package.licence,
            "filesAnalyzed": False,
            "externalRefs": [
                {
                    "referenceCategory": "PACKAGE-MANAGER",
                    "referenceType": "purl",
                    "referenceLocator": package.purl,
                }
            ],
        }
        for index, package in enumerate(packages, start=1)
    ]
    image = {
        "SPDXID": "SPDXRef-image",
        "name": "branchbox",
        "versionInfo": version,
        "downloadLocation": UNKNOWN,
        "licenseConcluded": UNKNOWN,
        "licenseDeclared": UNKNOWN,
        "filesAnalyzed": False,
        "comment": f"dm-verity root hash {root_hash}",
    }
    contains = [
        {"spdxElementId": "SPDXRef-image", "relationshipType": "CONTAINS", "relatedSpdxElement": each["SPDXID"]}
        for each in listed
    ]
    describes = {
        "spdxElementId": "SPDXRef-DOCUMENT",
        "relationshipType": "DESCRIBES",
        "relatedSpdxElement": "SPDXRef-image",
    }
    whole = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"branchbox-{version}",
        "documentNamespace": f"urn:branchbox:{version}:{root_hash}",
        "creationInfo": {
            "created": datetime.datetime.fromtimestamp(time, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creators": ["Tool: branchbox-image"],
        },
        "packages": [image, *listed],
        "relationships": [describes, *contains],
    }
    return json.dumps(whole, indent=1) + "\n"


def step(layers: tuple[Path, ...], version: str, root_hash: str, time: int) -> Step:
    """The document of a root's layers."""

    def make(place: Path, log: Path) -> None:
        with stacked("sbom", layers, place / "top") as tree:
            packages = debian((tree / DPKG_STATUS).read_text())
            packages += python(path.read_text() for path in tree.glob(DISTRIBUTIONS))
        with log.open("a") as file:
            file.write(f"{len(packages)} packages\n")
        (place / NAME).write_text(document(packages, version, root_hash, time))

    return Step("sbom", (*(layer.name for layer in layers), version, root_hash, str(time), Path(__file__)), make)
