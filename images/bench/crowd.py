"""Fills a branch's database with customers as Wenzhou has them and with calls of years; asks it as a desk does.

A program of the box, run by `images.bench.customers` with the box's own Python: `fill CUSTOMERS CALLS` as core's user
while core is off, `ask` as an agent while it is on. What was measured is printed as JSON.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from appliance.api import contract, customers
from appliance.api.client import Client
from appliance.api.contract import CallFilter
from appliance.api.customers import CustomerKey, CustomerWanted
from appliance.api.imports import Duplicates
from appliance.desk import columns, keeping, sheets, taking_in
from appliance.desk.keeping import Desk
from appliance.desk.numbers import Numbering
from appliance.store.customer_import import Stage
from appliance.store.customers import Signature
from appliance.store.database import open_site_db

DATABASE = Path("/var/lib/branchbox/core/site.db")
SOCKET = Path("/run/branchbox/core/api.sock")
TIMES = 20
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
"""One of each kind: pinyin, initials, pieces of names, numbers and addresses, with many, few or no answers."""


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


_CALLS = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
INSERT INTO calls (linkedid, started, ended, direction, caller, caller_name, called, menu_path, queue, agent, waited,
                   talked, held, outcome, hangup_cause)
SELECT 'WZN-' || (:now - i * 60) || '.' || i, :now - i * 60, :now - i * 60 + 200, 'incoming',
       '1' || substr(abs(random()) || '0000000000', 1, 10), '', '96296', '1', 'repair', '80' || (10 + i % 30), i % 90,
       i % 400, 0, CASE i % 9 WHEN 0 THEN 'abandoned' ELSE 'answered' END, 16
FROM n
"""
"""A call a minute, back from now."""


def fill(count: int, calls: int) -> dict[str, float]:
    """Take in a file of customers, index them, add calls; gives seconds."""
    taken = {}
    desk = Desk(Numbering("CN", "0577", "9"))
    with tempfile.TemporaryDirectory(dir=DATABASE.parent) as folder:
        path = Path(folder) / "customers.csv"
        path.write_text("\n".join(lines(count)), encoding="gb18030")
        database, stage = open_site_db(DATABASE), Stage(Path(folder) / "stage.db")
        sheet = sheets.recognised(path, path.name)
        fields = columns.guessed(sheets.preview(sheet, 1)[0])
        signed = Signature("bench", 1.0)

        def index() -> None:
            while keeping.index_waiting(database, desk):
                pass

        steps: dict[str, Callable[[], object]] = {
            "judged": lambda: taking_in.judge(database, sheet, fields, desk, stage, lambda _rows: None),
            "stored": lambda: taking_in.store(database, stage, Duplicates.SKIP, signed, lambda _rows: None),
            "indexed": index,
            "calls": lambda: database.execute_sql(_CALLS, {"count": calls, "now": int(time.time())}),
        }
        for name, step in steps.items():
            began = time.perf_counter()
            step()
            taken[name] = time.perf_counter() - began
        stage.close()
        database.close()
    return taken


async def asked() -> dict[str, list[float]]:
    """Seconds of each question, `TIMES` times: by the door that desks use."""
    client = Client(SOCKET)
    first = (await client.call(customers.SEARCH, CustomerWanted(text="13"))).customers[0]
    questions: dict[str, Callable[[], Awaitable[object]]] = {
        **{
            f"search {text}": lambda text=text: client.call(customers.SEARCH, CustomerWanted(text=text))  # type: ignore[misc]  # bound now
            for text in QUERIES
        },
        "file": lambda: client.call(customers.SHOW, CustomerKey(id=first.id)),
        "calls, newest": lambda: client.call(contract.CALLS_LIST, CallFilter(limit=50)),
        "calls of a number": lambda: client.call(contract.CALLS_LIST, CallFilter(number="13805772046", limit=50)),
        "calls of an agent": lambda: client.call(contract.CALLS_LIST, CallFilter(agent="8012", limit=50)),
    }
    taken: dict[str, list[float]] = {}
    for name, question in questions.items():
        for _ in range(TIMES):
            began = time.perf_counter()
            await question()
            taken.setdefault(name, []).append(time.perf_counter() - began)
    return taken


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fill", customers_wanted, calls_wanted]:
            json.dump(fill(int(customers_wanted), int(calls_wanted)), sys.stdout)
        case _:
            json.dump(asyncio.run(asked()), sys.stdout)
