"""Customers as a branch in Wenzhou has them, as many as wanted.

By hand: `python -m tests.unit.desk.crowd [COUNT]` takes a file of them in and says how long everything took.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.api.imports import Duplicates
from appliance.desk import columns, finding, keeping, sheets, taking_in
from appliance.desk.keeping import Desk
from appliance.desk.numbers import Numbering
from appliance.store import customers
from appliance.store.customer_import import Stage
from appliance.store.customers import Signature
from appliance.store.database import open_site_db

_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔"
)
_GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂建国文华志玉红春梅海生荣新永福成德林云飞鹏辉宇浩然子轩欣怡"
_ROADS = (
    "学院路",
    "人民东路",
    "新城大道",
    "府前街",
    "五马街",
    "车站大道",
    "锦绣路",
    "温州大道",
    "江滨西路",
    "飞霞南路",
)
_MOBILES = ("138", "139", "150", "186", "177")
QUERIES = (
    "w", "wj", "wangjianguo", "王", "国", "王建", "建国", "2046", "1", "13", "138", "0577 8888", "13805772046",
    "学院路", "学院路12", "wang 2046", "王 学院路", "路市", "nobody",
)  # fmt: skip
"""One of every kind: pinyin, initials, pieces of names, numbers and addresses, with many, few or no answers."""


def lines(count: int, seed: int = 4) -> Iterator[str]:
    """A file of customers: the heading, then lines of CSV; the same people for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - not a secret
    yield "姓名,手机号,固定电话,地址"
    for _ in range(count):
        name = dice.choice(_FAMILY) + "".join(dice.choice(_GIVEN) for _ in range(dice.choice((1, 2, 2))))
        mobile = f"{dice.choice(_MOBILES)}{dice.randrange(10**8):08}"
        landline = f"8{dice.randrange(10**7):07}" if dice.random() < 0.5 else ""
        door = f"{dice.randrange(999)}号{dice.randrange(30)}-{dice.randrange(9)}-{dice.randrange(900)}"
        yield f"{name},{mobile},{landline},温州市鹿城区{dice.choice(_ROADS)}{door}"


def timed(what: str, work: Callable[[], object], times: int = 1) -> float:
    """Seconds, the middle of several; said."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    sys.stdout.write(f"{what:28} {1000 * statistics.median(taken):10.2f} ms\n")
    return statistics.median(taken)


def main(count: int) -> None:
    """Take in, index, search, look up."""
    desk = Desk(Numbering("CN", "0577", "9"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.csv"
        path.write_text("\n".join(lines(count)), encoding="gb18030")
        database, stage = open_site_db(Path(folder) / "site.db"), Stage(Path(folder) / "stage.db")
        sheet = sheets.recognised(path, path.name)
        fields = columns.guessed(sheets.preview(sheet, 1)[0])
        signed = Signature("bench", 1.0)
        timed("read and judged", lambda: taking_in.judge(database, sheet, fields, desk, stage, lambda _rows: None))
        timed("stored", lambda: taking_in.store(database, stage, Duplicates.SKIP, signed, lambda _rows: None))

        def index() -> None:
            while keeping.index_waiting(database, desk):
                pass

        timed("indexed", index)
        for text in QUERIES:
            timed(f"search {text}", lambda text=text: finding.find(database, desk.numbering, text, 50), 7)  # type: ignore[misc]  # mypy sees no defaults in Callable
        timed("who has a number", lambda: customers.of_number(database, "+8613805772046"), 100)
        size = sum(each.stat().st_size for each in Path(folder).glob("site.db*")) / 1e6
        sys.stdout.write(f"{'site.db':28} {size:10.0f} MB\n")
        stage.close()
        database.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
