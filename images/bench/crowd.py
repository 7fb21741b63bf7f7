"""Customers as Wenzhou has them, calls of years, and what a desk asks of both."""

from __future__ import annotations

import random
from collections.abc import Iterator

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


CALLS = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
INSERT INTO calls (linkedid, started, ended, direction, caller, caller_name, called, menu_path, queue, agent, waited,
                   talked, held, outcome, hangup_cause)
SELECT 'WZN-' || (:now - i * 60) || '.' || i, :now - i * 60, :now - i * 60 + 200, 'in',
       '1' || substr(abs(random()) || '0000000000', 1, 10), '', '96296', '1', 'repair', '80' || (10 + i % 30), i % 90,
       i % 400, 0, CASE i % 9 WHEN 0 THEN 'abandoned' ELSE 'answered' END, 16
FROM n
"""
"""A call a minute, back from now."""
