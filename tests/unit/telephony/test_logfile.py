"""Following a log file through appending, rotation and accidents."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.telephony.logfile import GONE, Chunk, Position, read

NOW = 1_795_000_000.0
LONG_AGO = NOW - 60


class Log:
    """A log file on disk and a reader that takes whatever is whole."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "queue_log"
        self.position: Position | None = None
        self.notices: list[str] = []

    def write(self, text: str, name: str = "queue_log", at: float = NOW) -> None:
        path = self.path.with_name(name)
        with path.open("a") as opened:
            opened.write(text)
        os.utime(path, (at, at))

    def rotate(self, name: str = "queue_log.1", at: float = LONG_AGO) -> None:
        renamed = self.path.rename(self.path.with_name(name))
        os.utime(renamed, (at, at))

    def next(self, limit: int = 1000) -> Chunk | None:
        return read(self.path, self.position, NOW, limit)

    def read(self, limit: int = 1000) -> str:
        """Everything that is there, batch by batch."""
        text = ""
        while chunk := self.next(limit):
            text += chunk.data.decode()
            self.position = chunk.read_to(len(chunk.data))
            if chunk.notice:
                self.notices.append(chunk.notice)
        return text


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


def test_a_file_that_is_not_there_is_empty(log: Log) -> None:
    assert log.read() == ""


def test_lines_are_read_once(log: Log) -> None:
    log.write("a\nb\n")
    assert log.read() == "a\nb\n"
    assert log.read() == ""
    log.write("c\n")
    assert log.read() == "c\n"


def test_a_line_is_left_until_it_is_whole(log: Log) -> None:
    log.write("a\nhal")
    assert log.read() == "a\n"
    log.write("f\n")
    assert log.read() == "half\n"


def test_reading_is_bounded(log: Log) -> None:
    log.write("0123456\n" * 10)
    chunk = log.next(limit=20)
    assert chunk is not None
    assert chunk.data == b"0123456\n" * 2
    assert log.read(limit=20) == "0123456\n" * 10


def test_a_line_longer_than_a_batch_does_not_stop_the_reader(log: Log) -> None:
    log.write("x" * 50 + "\nnext\n")
    assert log.read(limit=20).endswith("\nnext\n")


def test_a_rotated_file_is_finished_before_the_new_one_begins(log: Log) -> None:
    log.write("a\n")
    log.read()
    log.write("b\n")
    log.rotate()
    log.write("c\n")
    assert log.read() == "b\nc\n"
    assert log.read() == ""


@pytest.mark.parametrize("names", [("queue_log.2", "queue_log.1"), ("queue_log-20261119", "queue_log-20261120")])
def test_several_rotations_while_nobody_read(log: Log, names: tuple[str, str]) -> None:
    log.write("a\n")
    log.read()
    log.write("b\n")
    log.rotate(names[0], LONG_AGO - 2)
    log.write("c\n")
    log.rotate(names[1], LONG_AGO - 1)
    log.write("d\n")
    assert log.read() == "b\nc\nd\n"


def test_the_renamed_file_is_still_written_until_the_exchange_reopens(log: Log) -> None:
    log.write("a\n")
    log.read()
    log.rotate()
    log.write("b\n", "queue_log.1")
    assert log.read() == "b\n"
    log.write("c\n")
    log.write("late\n", "queue_log.1")
    assert log.read() == "late\n"  # written a moment ago: more may follow, so the new file waits
    os.utime(log.path.with_name("queue_log.1"), (LONG_AGO, LONG_AGO))
    assert log.read() == "c\n"


def test_a_line_torn_at_the_end_of_a_rotated_file_is_given_and_passed(log: Log) -> None:
    log.write("a\ntorn")
    assert log.read() == "a\n"
    log.rotate()
    log.write("b\n")
    assert log.read() == "tornb\n"


def test_a_first_start_reads_the_rotated_files_too(log: Log) -> None:
    log.write("a\n")
    log.rotate()
    log.write("b\n")
    assert log.read() == "a\nb\n"


def test_compressed_files_are_not_read(log: Log) -> None:
    log.write("\x1f\n", "queue_log.2.gz", LONG_AGO)
    log.write("a\n")
    assert log.read() == "a\n"


def test_an_emptied_file_is_noticed_and_read_from_its_beginning(log: Log) -> None:
    log.write("a\nb\n")
    log.read()
    log.path.write_text("")
    log.write("c\n")
    assert log.read() == "c\n"
    assert log.notices == [GONE]


def test_an_emptied_file_is_noticed_even_when_it_is_longer_now(log: Log) -> None:
    log.write("a\n")
    log.read()
    log.path.write_text("")
    log.write("other\nlines\n")
    assert log.read() == "other\nlines\n"
    assert len(log.notices) == 1


def test_a_copied_log_goes_on_where_it_was(log: Log) -> None:
    log.write("a\nb\n")
    log.read()
    text = log.path.read_text()
    log.path.rename(log.path.with_name("elsewhere"))
    log.write(text + "c\n")
    assert log.read() == "c\n"


def test_copying_and_emptying_loses_and_repeats_nothing(log: Log) -> None:
    log.write("a\n")
    log.read()
    log.write("b\n")
    log.write(log.path.read_text(), "queue_log.1", LONG_AGO)
    log.path.write_text("")
    log.write("c\n")
    assert log.read() == "b\nc\n"


def test_a_deleted_file_does_not_bring_back_what_was_read(log: Log) -> None:
    log.write("a\n")
    log.read()
    log.rotate()
    log.write("b\n", at=NOW - 30)
    assert log.read() == "b\n"
    log.path.unlink()
    log.write("c\n")
    assert log.read() == "c\n"


def test_a_new_file_with_the_inode_of_a_deleted_one_hides_no_rotated_file(log: Log) -> None:
    log.write("a\n", at=LONG_AGO - 9)
    log.read()
    log.write("b\n", "queue_log.1", LONG_AGO)
    log.path.write_text("")  # the same inode, another file
    log.write("c\n")
    assert log.read() == "b\nc\n"


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("write"), st.text("ab\n", min_size=1, max_size=12)),
            st.tuples(st.just("rotate"), st.just("")),
            st.tuples(st.just("read"), st.just("")),
        ),
        max_size=20,
    ),
    limit=st.integers(16, 40),
)
def test_whatever_happens_every_line_is_read_once_and_in_order(
    steps: list[tuple[str, str]], limit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = Log(tmp_path_factory.mktemp("log"))
    written, seen, rotations = "", "", 0
    log.write("first\n")
    written += "first\n"
    for step, text in steps:
        if step == "write":
            line = f"{len(written)}{text}\n"
            log.write(line)
            written += line
        elif step == "rotate" and log.path.exists():
            rotations += 1
            log.rotate(f"queue_log.{100 - rotations}", LONG_AGO + rotations)
        elif step == "read":
            seen += log.read(limit)
    if not log.path.exists():
        log.write("last\n")
        written += "last\n"
    assert seen + log.read(limit) == written
