"""What the image says that it contains."""

from __future__ import annotations

import json
from pathlib import Path

from images.disk.release import hand_out, sums
from images.disk.sbom import Package, debian, document, python

STATUS = """Package: asterisk
Status: install ok installed
Architecture: amd64
Version: 1:22.10.1+dfsg-1
Description: PBX
 Version: not this one

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0
"""
METADATA = "Metadata-Version: 2.4\nName: Typing_Extensions\nVersion: 4.1\nLicense-Expression: PSF-2.0\n\nVersion: 9\n"


def test_what_is_installed_is_listed_and_what_was_removed_is_not() -> None:
    assert debian(STATUS) == [Package("deb", "asterisk", "1:22.10.1+dfsg-1", "amd64")]


def test_pythons_distributions_come_with_their_licence() -> None:
    assert python([METADATA]) == [Package("pypi", "Typing_Extensions", "4.1", licence="PSF-2.0")]


def test_packages_are_named_as_scanners_look_them_up() -> None:
    assert debian(STATUS)[0].purl == "pkg:deb/debian/asterisk@1%3A22.10.1%2Bdfsg-1?arch=amd64&distro=trixie"
    assert python([METADATA])[0].purl == "pkg:pypi/typing-extensions@4.1"


def test_the_document_ties_every_package_to_the_image_and_the_image_to_its_hash() -> None:
    packages = [*debian(STATUS), *python([METADATA])]
    whole = json.loads(document(packages, "1.2.3", "abcd", 0))
    names = {each["SPDXID"]: each["name"] for each in whole["packages"]}
    contained = {names[each["relatedSpdxElement"]] for each in whole["relationships"][1:]}
    assert contained == {"asterisk", "Typing_Extensions"}
    assert whole["packages"][0]["comment"].endswith("abcd")
    assert whole["creationInfo"]["created"] == "1970-01-01T00:00:00Z"


def test_sums_are_lines_that_sha256sum_checks(tmp_path: Path) -> None:
    (tmp_path / "a.img").write_bytes(b"")
    assert sums([tmp_path / "a.img"]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.img\n"


def test_a_release_is_handed_out_whole_before_its_sums(tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    for name in ("SHA256SUMS", "SHA256SUMS.sig", "branchbox-1.img.zst"):
        (made / name).write_text(name)
    given = hand_out(made, tmp_path / "out")
    assert [path.name for path in given] == ["branchbox-1.img.zst", "SHA256SUMS", "SHA256SUMS.sig"]
