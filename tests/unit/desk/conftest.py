"""A fresh site.db, and a branch in Wenzhou."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from peewee import SqliteDatabase

from appliance.desk.keeping import Desk
from appliance.desk.numbers import Numbering
from appliance.store.database import open_site_db


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    opened = open_site_db(tmp_path / "site.db")
    yield opened
    opened.close()


@pytest.fixture
def desk() -> Desk:
    return Desk(Numbering("CN", "0577", "9"), ("gold", "silver"), ("arrears", "new"))
