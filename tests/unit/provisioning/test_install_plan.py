"""Which disks the installer offers, what it says of them, and what it would do."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.api.disks import Disk, DiskContent, EarlierBox, InstallOn, InstallStep
from appliance.site.problems import BranchboxError, Problem
from provisioning import blockdevices
from provisioning.blockdevices import BlockDevice
from provisioning.install import disks, layout, plan
from provisioning.install.layout import Layout
from provisioning.install.plan import Order

MACHINES = Path(__file__).parent / "machines"
DEVICES = blockdevices.parse((MACHINES / "disks.json").read_text())
STICK = next(device for device in DEVICES if device.name == "sde")
EARLIER = EarlierBox(site_name="Wenzhou North", site_code="WZN", version="1.3.0", recordings=12400)


def wanted() -> Layout:
    found = layout.of_disk(STICK)
    assert found is not None
    return found


def shown(machine: str = "disks", earlier: EarlierBox = EARLIER) -> dict[str, Disk]:
    devices = blockdevices.parse((MACHINES / f"{machine}.json").read_text())
    return {disk.name: disk for disk in disks.of_devices(devices, "sde", wanted(), lambda _: earlier)}


def order(**wish: object) -> Order:
    return plan.order(InstallOn.model_validate(wish), tuple(shown().values()), source="sde", slot="A", layout=wanted())


def refused(**wish: object) -> str:
    with pytest.raises(BranchboxError) as told:
        order(**wish)
    return str(told.value)


def test_fixed_disks_are_offered_and_the_stick_never() -> None:
    assert shown().keys() == {"sda", "sdb", "nvme0n1", "sdc", "sdd"}


def test_a_disk_is_told_in_human_terms() -> None:
    kingston = shown()["sda"]
    assert (kingston.vendor, kingston.model, kingston.bus) == ("", "KINGSTON SA400S37240G", "sata")
    assert kingston.content is DiskContent.BRANCHBOX
    assert kingston.earlier == EARLIER
    assert shown()["sdb"].content is DiskContent.WINDOWS
    assert shown()["nvme0n1"].content is DiskContent.EMPTY
    assert shown()["sdd"].content is DiskContent.LINUX


def test_a_disk_that_does_not_fit_says_why() -> None:
    assert "sectors of 4096 bytes" in str(shown()["sdc"].problem)
    assert "too small: the box needs 7 GB" in str(shown()["sdd"].problem)
    assert shown()["sdb"].problem is None


def test_an_installation_that_broke_off_is_no_earlier_box() -> None:
    broken = (MACHINES / "disks.json").read_text().replace('"fstype":"ext4","label":"data"', '"fstype":null')
    found = disks.of_devices(blockdevices.parse(broken), "sde", wanted(), lambda _: EARLIER)
    assert (found[0].name, found[0].content, found[0].earlier) == ("sda", DiskContent.UNFINISHED, None)


def test_an_earlier_box_with_another_layout_cannot_be_kept() -> None:
    other = (
        (MACHINES / "disks.json")
        .read_text()
        .replace('"size":1610612736,"fstype":"squashfs"', '"size":999292928,"fstype":"squashfs"', 1)
    )
    found = disks.of_devices(blockdevices.parse(other), "sde", wanted(), lambda _: EARLIER)
    assert found[0].earlier is not None
    assert found[0].earlier.problem == disks.OTHER_LAYOUT


def test_a_mirrored_pair_of_an_earlier_box_is_one_disk_and_a_foreign_array_s_member_is_itself() -> None:
    found = shown("mirror")
    assert found.keys() == {"md127", "sdc"}
    assert found["md127"].members == ("sda", "sdb")
    assert found["md127"].content is DiskContent.BRANCHBOX


def test_an_empty_disk_is_installed_on_without_typing() -> None:
    made = order(disks=("nvme0n1",))
    assert made.steps == plan.FRESH
    assert made.steps[0] is InstallStep.UNBOOT
    assert made.steps[-1] is InstallStep.LOADER


def test_a_disk_that_holds_something_wants_its_name_typed() -> None:
    assert "What is on sdb would be lost. Type sdb" in refused(disks=("sdb",))
    assert "would be lost" in refused(disks=("sdb",), typed="sda")
    assert order(disks=("sdb",), typed=" sdb ").disks == ("sdb",)


def test_what_is_kept_needs_no_typing_and_no_new_table() -> None:
    made = order(disks=("sda",), keep=True)
    assert InstallStep.TABLE not in made.steps
    assert made.steps[0] is InstallStep.CHECK_DATA


def test_keeping_is_refused_where_there_is_nothing_to_keep() -> None:
    assert "no earlier box on nvme0n1" in refused(disks=("nvme0n1",), keep=True)
    assert "not on a new pair" in refused(disks=("sda", "nvme0n1"), keep=True)
    stands_against = EARLIER.model_copy(update={"problem": Problem(text="The disk is too old.")})
    with pytest.raises(BranchboxError, match="too old"):
        plan.order(
            InstallOn(disks=("sda",), keep=True),
            tuple(shown(earlier=stands_against).values()),
            source="sde",
            slot="A",
            layout=wanted(),
        )


def test_two_disks_become_a_mirror_before_the_table_is_written() -> None:
    made = order(disks=("sdb", "nvme0n1"), typed="sdb")
    assert made.mirror
    assert made.steps.index(InstallStep.MIRROR) == made.steps.index(InstallStep.TABLE) - 1
    assert made.serials == ("WCC2", "S64")


def test_a_pair_is_two_disks_that_fit() -> None:
    assert "two different disks" in refused(disks=("sdb", "sdb"), typed="sdb sdb")
    assert "too small" in refused(disks=("nvme0n1", "sdd"), typed="sdd")
    assert "no disk sdx any more" in refused(disks=("sdx",))


def test_the_table_is_the_stick_s_with_fresh_names_and_data_behind() -> None:
    script = wanted().script().splitlines()
    assert script[0] == "label: gpt"
    assert script[1] == 'start=2048, size=2048, type=21686148-6449-6e6f-744e-656564454649, name="bios"'
    assert script[-1] == 'start=6950912, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, name="data"'
    assert not any("uuid" in line for line in script)


def test_sizes_are_read_off_what_is_copied() -> None:
    head = b"hsqs" + bytes(36) + (12345).to_bytes(8, "little") + bytes(64)
    assert layout.squashfs_size(head) == 16384
    superblock = (
        b"verity\0\0" + bytes(56) + (4096).to_bytes(4, "little") * 2 + (129 * 128).to_bytes(8, "little") + bytes(20)
    )
    assert layout.verity_size(superblock) == (1 + 129 + 2 + 1) * 4096
    for wrong in (b"", b"x" * 512):
        with pytest.raises(ValueError, match="no "):
            layout.squashfs_size(wrong)
        with pytest.raises(ValueError, match="no "):
            layout.verity_size(wrong)


def test_partitions_are_named_as_the_kernel_does() -> None:
    assert isinstance(STICK, BlockDevice)
    assert [part.label for part in wanted().parts] == list(layout.PARTS)
