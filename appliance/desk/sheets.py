"""Rows out of a stranger's file: CSV in the encodings and with the separators that offices here use, or XLSX."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import itertools
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.site.problems import BranchboxError, Problem

Rows = Iterator[tuple[str, ...]]

ENCODINGS = ("utf-8-sig", "gb18030")
"""Tried in turn; a byte order mark of UTF-16 goes first. Excel saves GB18030 on a Chinese Windows."""
SEPARATORS = (",", ";", "\t")
UNPACKED = 512 * 1024 * 1024
"""Bytes that an XLSX may hold once unpacked: a small file can hold terabytes."""
CELL = 1000
"""Characters of a cell."""
COLUMNS = 64
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Sheet:
    """A file of rows, and how it is written; `separator` is empty for XLSX."""

    path: Path
    encoding: str
    separator: str

    @contextmanager
    def rows(self) -> Iterator[Rows]:
        """Its rows, the heading first, empty ones at their places. Raises BranchboxError when it is damaged."""
        try:
            if self.separator:
                with self.path.open(encoding=self.encoding, newline="") as text:
                    csv.field_size_limit(CELL * 10)
                    yield (tuple(_cell(value) for value in row) for row in csv.reader(text, delimiter=self.separator))
            else:
                with _workbook(self.path) as rows:
                    yield rows
        except (csv.Error, UnicodeError, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
            raise BranchboxError(
                Problem(
                    text="The file cannot be read to its end. Save it again on an office PC as CSV or XLSX.",
                    original=str(error),
                )
            ) from error


def recognised(path: Path, name: str) -> Sheet:
    """How a file is written. Raises BranchboxError for one that is neither text nor XLSX, or packed like a trap."""
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(b"PK"):
        _look_into(path)
        return Sheet(path, "xlsx", "")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        text = "{file} is a workbook of the old kind (.xls). Save it as .xlsx or CSV, then take it in."
        raise BranchboxError(Problem(text=text, args={"file": name}))
    for encoding in ("utf-16",) if head.startswith(_MARKS) else ENCODINGS:
        if (first := _first_line(path, encoding)) is not None:
            return Sheet(path, encoding, max(SEPARATORS, key=first.count))
    text = "{file} is no text in UTF-8 or GB18030. Save it on an office PC as CSV (UTF-8) or XLSX."
    raise BranchboxError(Problem(text=text, args={"file": name}))


def _first_line(path: Path, encoding: str) -> str | None:
    """The first line, when all of the file is text of that encoding."""
    try:
        with path.open(encoding=encoding, newline="") as text:
            first = text.readline(CELL * COLUMNS)
            while text.read(1 << 20):
                pass
    except UnicodeError:
        return None
    return None if "\0" in first else first


def _look_into(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(each.file_size for each in packed.infolist())
            sheets = [each for each in packed.namelist() if each.startswith("xl/worksheets/")]
    except zipfile.BadZipFile as error:
        text = "The workbook is damaged. Save it again on an office PC, then take it in."
        raise BranchboxError(Problem(text=text, original=str(error))) from error
    if size > UNPACKED:
        text = "The workbook would unpack to more than {limit} MB. It is not what its name says; nothing was read."
        raise BranchboxError(Problem(text=text, args={"limit": str(UNPACKED // 1024**2)}))
    if not sheets:
        raise BranchboxError(Problem(text="The file is no workbook: there is no sheet in it."))


@contextmanager
def _workbook(path: Path) -> Iterator[Rows]:
    from openpyxl import load_workbook  # noqa: PLC0415  # 10 MB that only this kind of file needs

    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        # Some programs write a wrong size into the sheet: the rows themselves say.
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=COLUMNS, values_only=True)
        yield (_without_ends(tuple(_cell(value) for value in row)) for row in rows)
    finally:
        book.close()


def _without_ends(cells: tuple[str, ...]) -> tuple[str, ...]:
    """A sheet is as wide as its reader says: cells that nobody filled are none."""
    last = max((place for place, cell in enumerate(cells, 1) if cell), default=0)
    return cells[:last]


def _cell(value: Any) -> str:
    """A cell as text: whole numbers without .0, days as 2019-05-18; one too long comes cut, and is told later."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case dt.datetime():
            return value.date().isoformat()
    return str(value).strip()[: CELL + 1]


def preview(sheet: Sheet, count: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The heading and the first rows. Raises BranchboxError when there is no heading."""
    with sheet.rows() as rows:
        heading = next(rows, ())
        first = list(itertools.islice(rows, count))
    if not any(heading):
        raise BranchboxError(Problem(text="The file is empty: its first row must name the columns."))
    if len(heading) > COLUMNS:
        text = "The file has more than {count} columns. Keep those of the customers and save it again."
        raise BranchboxError(Problem(text=text, args={"count": str(COLUMNS)}))
    return heading, first
