"""The disk image's table, GRUB's patched places, RAUC's manifest."""

from __future__ import annotations

import configparser
import struct

from images.disk import bundle, grub, layout
from images.places import PROJECT

RAUC = PROJECT / "ansible/roles/boot/files/rauc.conf"


def test_partitions_follow_one_another_and_the_image_ends_behind_the_last() -> None:
    end = layout.MIB
    for partition in layout.PARTITIONS:
        assert layout.offset(partition.label) == end
        end += layout.room(partition.label)
    assert layout.disk_size() == end + layout.MIB


def test_the_esp_is_where_grub_looks_for_its_configuration() -> None:
    number = [each.label for each in layout.PARTITIONS].index("esp") + 1
    assert f"(,gpt{number})/grub" == grub.PREFIX


def test_grub_starts_the_boot_partitions_of_the_table() -> None:
    labels = [each.label for each in layout.PARTITIONS]
    configuration = grub.CONFIGURATION.read_text()
    a, b = labels.index("boot-a") + 1, labels.index("boot-b") + 1
    assert f'"$1" = A ]; then set part="$disk,gpt{a}"; else set part="$disk,gpt{b}"' in configuration


def test_the_same_content_has_the_same_identities_and_another_has_others() -> None:
    assert layout.table("one") == layout.table("one")
    assert layout.table("one") != layout.table("two")


def test_every_slot_of_the_updater_is_a_partition_of_the_table() -> None:
    slots = configparser.ConfigParser()
    slots.read(RAUC)
    devices = {slots[name]["device"].rpartition("/")[2] for name in slots.sections() if name.startswith("slot.")}
    assert devices == {"boot-a", "boot-b", "system-a", "system-b"}
    assert devices <= {each.label for each in layout.PARTITIONS}


def test_a_bundle_is_for_the_machines_that_take_it() -> None:
    slots, manifest = configparser.ConfigParser(), configparser.ConfigParser()
    slots.read(RAUC)
    manifest.read_string(bundle.manifest("1.2.3"))
    assert manifest["update"]["compatible"] == slots["system"]["compatible"]
    assert manifest["update"]["version"] == "1.2.3"
    assert manifest["bundle"]["format"] == slots["system"]["bundle-formats"] == "verity"


def test_the_first_sector_leads_to_grubs_core_and_the_core_to_its_rest() -> None:
    code = grub.first_sector(bytes(512), 1 << 20)
    assert len(code) == 440, "the partition table behind it is not GRUB's"
    assert struct.unpack_from("<Q", code, 0x5C) == (2048,)
    assert struct.unpack_from("<Q", grub.located(bytes(1024), 1 << 20), 0x1F4) == (2049,)


def test_an_environment_block_is_one_that_grub_takes() -> None:
    text = grub.block("ORDER=A B")
    assert len(text) == 1024
    assert text.startswith("# GRUB Environment Block\nORDER=A B\n#")
