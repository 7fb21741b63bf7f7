"""Files of customers: every kind that offices have, every way to be wrong, whole or not at all."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook
from peewee import SqliteDatabase

from appliance.api.customers import CustomerFacts, CustomerNumber, Happening
from appliance.api.imports import Duplicates, ImportField
from appliance.desk import columns, finding, keeping, sheets, taking_in
from appliance.desk.keeping import Desk
from appliance.desk.taking_in import Judged
from appliance.site.problems import BranchboxError
from appliance.store import customer_import, customers
from appliance.store.customer_import import Stage
from appliance.store.customers import Signature
from appliance.store.database import open_site_db

LI = Signature("li", 100.0)
TEXT = (
    "姓名,手机号,固话,地址,标签\n王建国,13805772046,88881234转803,鹿城区学院路12号,new、arrears\n李娜,13900002046,,,\n"
)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path / "stage.db")
    yield made
    made.close()


def written(folder: Path, text: str, encoding: str = "utf-8") -> sheets.Sheet:
    path = folder / "customers.csv"
    path.write_bytes(text.encode(encoding))
    return sheets.recognised(path, path.name)


def judged(database: SqliteDatabase, sheet: sheets.Sheet, desk: Desk, stage: Stage) -> Judged:
    heading, _first = sheets.preview(sheet, 3)
    return taking_in.judge(database, sheet, columns.guessed(heading), desk, stage, lambda _rows: None)


def take(database: SqliteDatabase, sheet: sheets.Sheet, desk: Desk, stage: Stage, how: Duplicates) -> taking_in.Stored:
    judged(database, sheet, desk, stage)
    did = taking_in.store(database, stage, how, LI, lambda _rows: None)
    while keeping.index_waiting(database, desk):
        pass
    return did


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_text_is_read_whatever_office_wrote_it(tmp_path: Path, encoding: str, separator: str) -> None:
    sheet = written(tmp_path, TEXT.replace(",", separator), encoding)
    heading, first = sheets.preview(sheet, 5)
    assert heading == ("姓名", "手机号", "固话", "地址", "标签")
    assert first[0] == ("王建国", "13805772046", "88881234转803", "鹿城区学院路12号", "new、arrears")
    assert sheet.separator == separator


def test_a_workbook_is_read_with_numbers_that_excel_took_for_figures(tmp_path: Path) -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.append(["Name", "Phone", "Since"])
    page.append(["Wang", 13805772046.0, "2019-05"])
    book.save(tmp_path / "customers.xlsx")
    sheet = sheets.recognised(tmp_path / "customers.xlsx", "customers.xlsx")
    assert sheets.preview(sheet, 5) == (("Name", "Phone", "Since"), [("Wang", "13805772046", "2019-05")])


def test_a_workbook_that_unpacks_without_end_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w") as sheet,
    ):
        for _ in range(sheets.UNPACKED // 2**20 + 1):
            sheet.write(bytes(2**20))
    assert path.stat().st_size < 2**20
    with pytest.raises(BranchboxError, match="would unpack to more than"):
        sheets.recognised(path, path.name)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0rest", "old kind"),
        (b"PK\x03\x04rest", "damaged"),
        (b"\x81\x20\xff", "no text in UTF-8 or GB18030"),
        (b"\0\0\0\0", "no text"),
    ],
)
def test_what_is_no_list_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "customers.csv"
    path.write_bytes(content)
    with pytest.raises(BranchboxError, match=words):
        sheets.recognised(path, path.name)


def test_an_empty_file_says_that_its_first_row_names_the_columns(tmp_path: Path) -> None:
    with pytest.raises(BranchboxError, match="first row must name the columns"):
        sheets.preview(written(tmp_path, ""), 3)


def test_a_monstrous_cell_ends_the_reading_in_words(
    tmp_path: Path, database: SqliteDatabase, desk: Desk, stage: Stage
) -> None:
    sheet = written(tmp_path, f"name,phone\n{'x' * 20000},13805772046\n")
    with pytest.raises(BranchboxError, match="cannot be read to its end"):
        judged(database, sheet, desk, stage)


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (("姓名", "电话 1", "电话2", "备注"), ("name", "number", "number", "note")),
        (("Customer", "Phone", "Company", "Colour"), ("name", "number", "organisation", None)),
        (("客户姓名", "联系人"), ("name", None)),
    ],
)
def test_columns_are_known_by_their_headings(headings: tuple[str, ...], fields: tuple[str | None, ...]) -> None:
    assert columns.guessed(headings) == tuple(field and ImportField(field) for field in fields)


def test_a_file_becomes_customers_who_are_found(
    tmp_path: Path, database: SqliteDatabase, desk: Desk, stage: Stage
) -> None:
    did = take(database, written(tmp_path, TEXT, "gb18030"), desk, stage, Duplicates.SKIP)
    assert (did.added, did.updated) == (2, 0)
    [wang] = finding.find(database, desk.numbering, "wjg", 9).customers
    assert [(each.number, each.extension) for each in wang.facts.numbers] == [
        ("+8613805772046", ""),
        ("+8657788881234", "803"),
    ]
    assert wang.facts.tags == ("arrears", "new")
    assert [line.what for line in customers.history(database, [wang.id], 9)] == [Happening.IMPORTED]


def test_every_fault_is_told_with_its_row_and_column(
    tmp_path: Path, database: SqliteDatabase, desk: Desk, stage: Stage
) -> None:
    rows = (",13805772046,,,", "Wang,none,,,", "Li,,odd,,", "Sun,,,soon,", f"Xu,,,,{'x' * 1001}", "Wu,,,2019,")
    text = "\n".join(("Name,Phone,Tags,Since,Address", *rows))
    found = judged(database, written(tmp_path, text), desk, stage)
    assert (found.rows, found.faulty) == (6, 5)
    assert [(fault.row, fault.column) for fault in found.faults] == [
        (2, "Name"),
        (3, "Phone"),
        (4, "Tags"),
        (5, "Since"),
        (6, "Address"),
    ]


@pytest.mark.parametrize(
    ("how", "names", "numbers"),
    [
        (Duplicates.SKIP, ["Li Na", "Wang Jianguo"], 1),
        (Duplicates.UPDATE, ["Li Na", "Wang Jianguo"], 2),
        (Duplicates.NEW, ["Li Na", "Wang Jianguo", "wang jianguo"], 1),
    ],
)
def test_who_is_here_already_is_left_brought_up_to_date_or_made_anew(  # noqa: PLR0917 - cases and fixtures
    tmp_path: Path, database: SqliteDatabase, desk: Desk, stage: Stage, how: Duplicates, names: list[str], numbers: int
) -> None:
    facts = CustomerFacts(name="Wang Jianguo", address="old", numbers=(CustomerNumber(number="13805772046"),))
    here = keeping.add(database, desk, facts, Signature("min", 50.0))
    text = "name,phone,phone,address\nwang jianguo,138 0577 2046,88881234,new road\nLi Na,13805772046,,\n"
    take(database, written(tmp_path, text), desk, stage, how)
    found = finding.find(database, desk.numbering, "13805772046", 9).customers
    assert sorted(each.facts.name for each in found) == names
    after = keeping.known(database, here.id).facts
    assert len(after.numbers) == numbers
    assert after.address == ("new road" if how is Duplicates.UPDATE else "old")


def test_a_row_that_stands_in_the_file_twice_is_one_customer(
    tmp_path: Path, database: SqliteDatabase, desk: Desk, stage: Stage
) -> None:
    text = "name,phone\nWang,13805772046\nWang,138-0577-2046\n"
    assert take(database, written(tmp_path, text), desk, stage, Duplicates.SKIP).added == 1


def test_an_import_that_is_cancelled_or_fails_leaves_nothing(
    tmp_path: Path, database: SqliteDatabase, desk: Desk, stage: Stage
) -> None:
    rows = "".join(f"Wang {n},1380577{n:04}\n" for n in range(1200))
    judged(database, written(tmp_path, "name,phone\n" + rows), desk, stage)

    def stop(done: int) -> None:
        if done >= 500:
            raise taking_in.Cancelled

    with pytest.raises(taking_in.Cancelled):
        taking_in.store(database, stage, Duplicates.SKIP, LI, stop)
    assert customers.latest(database, 9) == []
    assert keeping.index_waiting(database, desk) == 0
    assert database.execute_sql("SELECT count(*) FROM customer_numbers").fetchone() == (0,)


def test_while_an_import_runs_others_write_and_see_nothing_of_it(
    tmp_path: Path, database: SqliteDatabase, desk: Desk, stage: Stage
) -> None:
    rows = "".join(f"Wang {n},1380577{n:04}\n" for n in range(1200))
    judged(database, written(tmp_path, "name,phone\n" + rows), desk, stage)
    ingest = open_site_db(tmp_path / "site.db")
    ingest.execute_sql("PRAGMA busy_timeout = 0")  # whoever had to wait would fail
    asked = []

    def meanwhile(done: int) -> None:
        with ingest.atomic():
            ingest.execute_sql("CREATE TABLE IF NOT EXISTS ingested (at)")
            ingest.execute_sql("INSERT INTO ingested VALUES (?)", (done,))
        asked.append(done)
        assert customers.latest(ingest, 9) == []
        assert customers.of_number(ingest, "+8613805770001") == []

    assert taking_in.store(database, stage, Duplicates.SKIP, LI, meanwhile).added == 1200
    assert asked == [0, 500, 1000]
    assert len(customers.latest(ingest, 2000)) == 1200
    ingest.close()


def test_what_a_power_cut_left_of_an_import_is_swept_away(
    tmp_path: Path, database: SqliteDatabase, desk: Desk, stage: Stage
) -> None:
    take(database, written(tmp_path, "name,phone\nLi Na,13805770001\n"), desk, stage, Duplicates.SKIP)
    facts = customers.get(database, customers.latest(database, 1))[0].facts
    customer_import.add_unseen(database, [(facts, "a note")] * 900, LI)  # and then the power went
    taking_in.sweep(database)
    assert len(customers.latest(database, 9)) == 1
    for table in ("customers", "customer_numbers", "customer_history"):
        assert database.execute_sql(f"SELECT count(*) FROM {table}").fetchone() == (1,)  # noqa: S608 - our own names
    assert database.execute_sql("SELECT count(*) FROM customer_notes").fetchone() == (0,)
