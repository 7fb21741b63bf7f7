from __future__ import annotations

import pytest

from images.apt import Mirror, mirror_of
from images.wheels import for_box

BOOKWORM = """\
bookworm-security http://mirror.example/debian-security/
bookworm http://mirror.example/debian/
bookworm-updates http://mirror.example/debian/
nodistro http://other.example/repo/
"""


def test_the_box_is_built_from_the_machines_own_mirror() -> None:
    found = mirror_of(BOOKWORM)
    assert found == Mirror("http://mirror.example/debian/", "http://mirror.example/debian-security/")
    assert found.trixie() == [
        "deb http://mirror.example/debian/ trixie main",
        "deb http://mirror.example/debian/ trixie-updates main",
        "deb http://mirror.example/debian/ trixie-backports main",
        "deb http://mirror.example/debian-security/ trixie-security main",
    ]


@pytest.mark.parametrize("targets", ["", "noble http://archive.example/ubuntu/\n"])
def test_a_machine_without_debian_sources_is_told(targets: str) -> None:
    assert mirror_of(targets) is None


LOCK = """\
# made by a tool
alpha==1.2.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via beta
beta==3 ; python_full_version >= '3.12' \\
    --hash=sha256:cc
gamma==4 ; sys_platform == 'win32' \\
    --hash=sha256:dd
delta-x==5 ; python_full_version < '3.12' \\
    --hash=sha256:ee
"""


def test_the_lock_is_read_for_the_boxs_python_not_for_ours() -> None:
    assert for_box(LOCK) == {
        "alpha": "alpha==1.2.0 --hash=sha256:aa --hash=sha256:bb",
        "beta": "beta==3 --hash=sha256:cc",
    }
