"""What fills the image, told by package."""

from __future__ import annotations

from pathlib import Path

from images.bench.contents import OTHER, largest


def put(tree: Path, name: str, size: int) -> None:
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)


def test_files_count_for_the_package_that_brought_them(tmp_path: Path) -> None:
    put(tmp_path, "usr/lib/modules/driver.ko", 3000)
    put(tmp_path, "usr/bin/tool", 2000)
    put(tmp_path, "opt/branchbox/lib/library.py", 1000)
    put(tmp_path, "etc/left", 500)
    put(tmp_path, "usr/share/man/page", 9000)
    notes = tmp_path / "var/lib/dpkg/info"
    notes.mkdir(parents=True)
    (notes / "kernel:amd64.list").write_text("/.\n/lib/modules/driver.ko\n")
    (notes / "tool.list").write_text("/usr/bin/tool\n/usr/share/man/page\n")
    shares = largest(tmp_path, {"usr/share/man", "var"}, 10)
    assert [(share.owner, share.raw) for share in shares] == [
        ("kernel", 3000),
        ("tool", 2000),
        ("our libraries (/opt/branchbox)", 1000),
        (OTHER, 500),
    ]
    assert all(0 < share.compressed < share.raw for share in shares)
