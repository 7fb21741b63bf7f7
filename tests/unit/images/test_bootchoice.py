"""Which slot GRUB takes next: RAUC's backend on a real environment block."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from images.disk.grub import block
from images.places import PROJECT
from images.run import Result, run

BOOTCHOICE = PROJECT / "ansible/roles/boot/files/tools/bootchoice"
FRESH = ("ORDER=A B", "A_OK=1", "A_TRY=3", "B_OK=0", "B_TRY=0")
"""As the image is made: slot B is empty."""


class Choice:
    """A grubenv, and what bootchoice says about it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "grubenv"
        self.boot = folder / "boot.json"
        self.holds(*FRESH)

    def holds(self, *settings: str) -> None:
        self.file.write_text(block(*settings))

    @property
    def settings(self) -> tuple[str, ...]:
        return tuple(line for line in self.file.read_text().splitlines() if "=" in line)

    def call(self, *words: str) -> Result:
        paths = {"BRANCHBOX_GRUBENV": str(self.file), "BRANCHBOX_BOOT_JSON": str(self.boot)}
        return run(["sh", BOOTCHOICE, *words], env=paths, check=False)

    def ask(self, *words: str) -> str:
        done = self.call(*words)
        assert done.code == 0, done.err
        return done.out.strip()


@pytest.fixture
def choice(tmp_path: Path) -> Choice:
    return Choice(tmp_path)


def test_a_fresh_image_starts_slot_a_and_knows_b_as_empty(choice: Choice) -> None:
    assert choice.ask("get-primary") == "A"
    assert choice.ask("get-state", "A") == "good"
    assert choice.ask("get-state", "B") == "bad"


def test_an_installed_slot_is_next_with_three_tries_and_the_old_one_behind_it(choice: Choice) -> None:
    choice.ask("set-state", "B", "bad")
    choice.ask("set-primary", "B")
    assert choice.settings == ("ORDER=B A", "A_OK=1", "A_TRY=3", "B_OK=1", "B_TRY=3")
    assert choice.ask("get-primary") == "B"


@pytest.mark.parametrize(("left", "primary", "state"), [("3", "B", "good"), ("1", "B", "good"), ("0", "A", "bad")])
def test_a_slot_without_tries_left_gives_way_to_the_other(choice: Choice, left: str, primary: str, state: str) -> None:
    choice.holds("ORDER=B A", "A_OK=1", "A_TRY=3", "B_OK=1", f"B_TRY={left}")
    assert choice.ask("get-primary") == primary
    assert choice.ask("get-state", "B") == state


def test_a_good_start_gives_all_tries_back(choice: Choice) -> None:
    choice.holds("ORDER=B A", "A_OK=1", "A_TRY=3", "B_OK=1", "B_TRY=1")
    choice.ask("set-state", "B", "good")
    assert choice.settings == ("ORDER=B A", "A_OK=1", "A_TRY=3", "B_OK=1", "B_TRY=3")


def test_a_bad_slot_is_left_out_until_it_is_chosen_again(choice: Choice) -> None:
    choice.holds("ORDER=B A", "A_OK=1", "A_TRY=3", "B_OK=1", "B_TRY=3")
    choice.ask("set-state", "B", "bad")
    assert choice.ask("get-primary") == "A"
    choice.ask("set-primary", "B")
    assert choice.ask("get-primary") == "B"


def test_with_nothing_left_the_first_in_order_is_named_as_grub_will_take_it(choice: Choice) -> None:
    choice.holds("ORDER=B A", "A_OK=0", "A_TRY=0", "B_OK=1", "B_TRY=0")
    assert choice.ask("get-primary") == "B"


def test_the_block_is_overwritten_where_it_lies_and_keeps_its_size(choice: Choice) -> None:
    before = choice.file.stat()
    with choice.file.open() as held:
        choice.ask("set-primary", "B")
        # The same file, not a new one under its name: GRUB and the FAT know its place.
        assert held.read() == choice.file.read_text()
    after = choice.file.stat()
    assert (after.st_ino, after.st_size) == (before.st_ino, 1024)
    text = choice.file.read_text()
    assert text.startswith("# GRUB Environment Block\n")
    assert text.rstrip("#").endswith("\n")
    assert text.index("B_TRY") < 512, "what changes must lie in one sector"


@pytest.mark.parametrize("damage", ["", "#" * 1024, "ORDER=C\nA_OK=7\nA_TRY=x\n", "\0" * 1024])
def test_a_damaged_block_reads_as_after_an_installation_and_is_whole_after_a_choice(
    choice: Choice, damage: str
) -> None:
    choice.file.write_text(damage)
    assert choice.ask("get-primary") == "A"
    choice.ask("set-state", "B", "bad")
    assert choice.settings == ("ORDER=A B", "A_OK=1", "A_TRY=3", "B_OK=0", "B_TRY=0")
    assert choice.file.stat().st_size == 1024


def test_the_slot_that_runs_is_the_one_it_was_started_from(choice: Choice) -> None:
    choice.boot.write_text(json.dumps({"slot": "B", "mode": "box"}))
    assert choice.ask("get-current") == "B"


@pytest.mark.parametrize(
    "words",
    [(), ("get-state",), ("get-state", "C"), ("set-state", "A", "fine"), ("set-primary", "a"), ("get-current",)],
)
def test_nonsense_is_refused_in_words_and_changes_nothing(choice: Choice, words: tuple[str, ...]) -> None:
    before = choice.file.read_bytes()
    done = choice.call(*words)
    assert done.code != 0
    assert done.err.strip()
    assert choice.file.read_bytes() == before
