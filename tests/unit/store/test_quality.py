"""Who sounds bad, and since when."""

from __future__ import annotations

from peewee import SqliteDatabase

from appliance.api.contract import LegQuality
from appliance.store import quality


def leg(
    party: str, mos: float | None, at: float = 100.0, *, trunk: bool = False, loss: float | None = 0.0
) -> LegQuality:
    return LegQuality(
        at=at,
        channel=f"PJSIP/{party}-0000000a",
        party=party,
        trunk=trunk,
        codec="alaw",
        from_loss=loss,
        from_jitter=0.002,
        from_mos=mos,
        to_loss=None,
        to_jitter=None,
        to_mos=None,
        round_trip=None,
        mos=mos,
    )


def test_a_call_gives_its_legs_back_and_is_not_stored_twice(database: SqliteDatabase) -> None:
    legs = (leg("8001", 4.4), leg("carrier", None, trunk=True))
    for _ in range(2):
        quality.put(database, {"WZN-1.1": legs, "WZN-2.1": ()})
    assert quality.of_call(database, "WZN-1.1") == legs
    assert quality.of_call(database, "WZN-2.1") == ()


def test_the_worst_come_first_and_the_unknown_last(database: SqliteDatabase) -> None:
    quality.put(
        database,
        {
            "WZN-1.1": (leg("8001", 4.4), leg("carrier", 3.0, trunk=True)),
            "WZN-1.2": (leg("8002", 2.0), leg("carrier", 4.0, trunk=True, loss=0.1)),
            "WZN-1.3": (leg("8003", None), leg("8002", None)),
            "WZN-1.4": (leg("8001", 1.0, at=999.0),),
        },
    )
    told = quality.parties(database, 0.0, 200.0)
    assert [(one.party, one.mos) for one in told] == [("8002", 2.0), ("carrier", 3.5), ("8001", 4.4), ("8003", None)]
    trunk = told[1]
    assert (trunk.legs, trunk.known, trunk.worst, trunk.bad) == (2, 2, 3.0, 1)
    assert (trunk.from_loss, trunk.to_loss, trunk.round_trip) == (0.05, None, None)
    assert (told[0].legs, told[0].known) == (2, 1)


def test_a_phone_and_a_trunk_of_one_name_are_two(database: SqliteDatabase) -> None:
    quality.put(database, {"WZN-1.1": (leg("8001", 4.0), leg("8001", 2.0, trunk=True))})
    assert len(quality.parties(database, 0.0, 200.0)) == 2
    assert quality.last(database, 0.0, 5) == {("8001", False): [4.0], ("8001", True): [2.0]}


def test_only_the_newest_known_legs_judge(database: SqliteDatabase) -> None:
    legs = {
        f"WZN-{at}.1": (leg("8001", mos, at=at),) for at, mos in ((10.0, 1.0), (20.0, 2.0), (30.0, 3.0), (40.0, None))
    }
    quality.put(database, legs)
    assert quality.last(database, 15.0, 5) == {("8001", False): [3.0, 2.0]}
    assert quality.last(database, 0.0, 1) == {("8001", False): [3.0]}


def test_a_day_without_a_known_call_is_not_known(database: SqliteDatabase) -> None:
    quality.put(
        database,
        {
            "WZN-1.1": (leg("8001", 4.0, at=100.0), leg("carrier", 2.0, at=100.0, trunk=True)),
            "WZN-1.2": (leg("8001", None, at=250.0),),
        },
    )
    first, second, third = quality.days(database, (0.0, 200.0, 300.0, 400.0), None, False)
    assert (first.legs, first.known, first.mos, first.bad) == (2, 2, 3.0, 1)
    assert (second.legs, second.known, second.mos) == (1, 0, None)
    assert (third.legs, third.mos) == (0, None)
    (of_trunk,) = quality.days(database, (0.0, 200.0), "carrier", True)
    assert (of_trunk.legs, of_trunk.mos) == (1, 2.0)
