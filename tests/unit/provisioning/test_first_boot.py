"""What sticks bring to a new box: read once while they are plugged in, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.api.sticks import Stick
from provisioning import first_boot, sticks
from provisioning.first_boot import FirstBootVerbs

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBranchboxTestKeyBranchboxTestKeyBranchb li"


@dataclass
class Ports:
    """USB ports: each stick is a folder."""

    root: Path
    plugged: list[Stick] = field(default_factory=list)
    mounts: int = 0

    def plug(self, name: str, **files: str) -> None:
        """Plug a stick in; `site_toml` is the file site.toml."""
        folder = self.root / name / "branchbox"
        folder.mkdir(parents=True)
        for file, text in files.items():
            (folder / file.replace("_", ".")).write_text(text)
        self.plugged.append(
            Stick(name=name, label=name.upper(), vendor="", model="", size=1, file_system="vfat", write_protected=False)
        )

    @contextmanager
    def mounted(self, stick: Stick, *, write: bool = False) -> Iterator[Path]:
        assert not write
        self.mounts += 1
        yield self.root / stick.name


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ports:
    made = Ports(tmp_path)
    monkeypatch.setattr(sticks, "sticks", lambda: tuple(made.plugged))
    monkeypatch.setattr(sticks, "mounted", made.mounted)
    return made


def verbs() -> FirstBootVerbs:
    return FirstBootVerbs(lambda _port, _address: None)


def test_a_site_file_comes_with_the_hash_beside_it(ports: Ports) -> None:
    ports.plug("sdb1", site_toml="[site]\n", recovery_hash="$6$abc\n")
    ports.plug("sdc1", other_txt="x")
    [file] = verbs().site_files().files
    assert (file.stick, file.toml, file.recovery_hash) == ("SDB1 (sdb1)", "[site]\n", "$6$abc")


def test_a_stick_is_read_once_for_as_long_as_it_is_plugged_in(ports: Ports) -> None:
    ports.plug("sdb1", site_toml="[site]\n")
    looking = verbs()
    assert looking.site_files() == looking.site_files() == looking.site_files()
    assert ports.mounts == 1
    was = ports.plugged.pop()
    assert looking.site_files().files == ()
    ports.plugged.append(was)
    (ports.root / "sdb1/branchbox/site.toml").write_text("[network]\n")
    assert looking.site_files().files[0].toml == "[network]\n"


def test_a_file_that_is_no_text_is_told_and_the_other_sticks_are_read(ports: Ports) -> None:
    ports.plug("sdb1", site_toml="x")
    (ports.root / "sdb1/branchbox/site.toml").write_bytes(b"\xff\xfe\x00")
    ports.plug("sdc1", site_toml="[site]\n")
    bad, good = verbs().site_files().files
    assert (good.stick, good.problems) == ("SDC1 (sdc1)", ())
    assert "no text in UTF-8" in str(bad.problems[0])


def test_keys_of_all_sticks_are_listed_line_by_line(ports: Ports) -> None:
    ports.plug("sdb1", li_pub=f"# of Li\n{KEY}\n\n")
    ports.plug("sdc1", wang_pub=KEY)
    assert [(key.file, key.key) for key in first_boot.stick_keys()] == [("li.pub", KEY), ("wang.pub", KEY)]
