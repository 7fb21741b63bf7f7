"""Calls to the outside as the rendered dialplan leads them: who may, by which ways, what comes when none takes it."""

from __future__ import annotations

from pydantic import SecretStr

from appliance.site import rules
from appliance.site.models import (
    CallRoute,
    Customers,
    E1Trunk,
    Extension,
    Hours,
    NumberClass,
    NumberGroup,
    Permission,
    Site,
    SiteDocument,
    Trunk,
    Way,
)
from asterisk_conf.dialplan.routes import ASIDE_SECONDS, FAILURES
from tests.unit.asterisk_conf.interpreter import SILENT, Walk, World
from tests.unit.asterisk_conf.reading import dialplan

MOBILE, ABROAD = "13805772046", "0012125551234"
NOW = 1795298063
CONGESTION, BUSY = ("CONGESTION", 42), ("BUSY", 17)


def branch() -> SiteDocument:
    """Abroad by head office in hours, else by the carrier; head office's own numbers; a phone for each permission."""
    document = SiteDocument(
        site=Site(name="x", code="T1"),
        customers=Customers(area_code="0577"),
        trunks=tuple(
            Trunk(name=name, label="x", host=f"192.0.2.{place}", addresses=(f"192.0.2.{place}",))
            for place, name in enumerate(("carrier", "hq", "spare"), 1)
        ),
        hours=(Hours(name="office", label="x", week={"mon": ("08:00-17:00",)}),),
        number_groups=(
            NumberGroup(name="hq", label="x", number_class=NumberClass.INTERNAL, patterns=("6XXX",)),
            NumberGroup(name="own", label="x", number_class=NumberClass.LOCAL, patterns=("0577X.",)),
        ),
        routes=(
            CallRoute(
                name="abroad",
                label="x",
                classes=(NumberClass.INTERNATIONAL,),
                hours="office",
                ways=(Way(trunk="hq", strip=2, prepend="+"),),
            ),
            CallRoute(name="houses", label="x", patterns=("6XXX",), ways=(Way(trunk="hq"),)),
            CallRoute(
                name="all",
                label="x",
                classes=(NumberClass.LOCAL, NumberClass.MOBILE, NumberClass.INTERNATIONAL),
                ways=(Way(trunk="carrier"), Way(trunk="hq", prepend="0")),
            ),
        ),
        permissions=(
            Permission(
                name="day",
                label="x",
                classes=(NumberClass.MOBILE,),
                hours="office",
                classes_in_hours=(NumberClass.INTERNATIONAL,),
            ),
        ),
        extensions=(
            Extension(number="8001", name="x", password=SecretStr("x" * 12)),
            Extension(number="8002", name="x", password=SecretStr("x" * 12), permission="day"),
        ),
    )
    assert rules.check(document) == ()
    return document


PLAN = dialplan(branch())


def dial(keys: str, permission: str = "day", world: World | None = None, context: str = "phones") -> Walk:
    walk = Walk(PLAN, world or World(), lambda: SILENT, variables={"BB_PERMISSION": permission})
    walk.run(context, keys, most=500)
    return walk


def tried(walk: Walk) -> list[str]:
    """What Dial was told, without its options."""
    return [text.split(",")[0] for what, text in walk.heard if what == "talk"]


def sounds(walk: Walk) -> list[str]:
    return [text for what, text in walk.heard if what == "sound"]


def test_the_first_way_takes_the_call() -> None:
    assert tried(dial(f"9{MOBILE}")) == [f"PJSIP/{MOBILE}@trunk-carrier"]


def test_congestion_goes_on_to_the_next_way_with_its_own_number_and_is_noted() -> None:
    walk = dial(f"9{MOBILE}", world=World(ends={"trunk-carrier": CONGESTION}))
    assert tried(walk) == [f"PJSIP/{MOBILE}@trunk-carrier", f"PJSIP/0{MOBILE}@trunk-hq"]
    assert ("mark", "BB_PASSED_BY,carrier/42") in walk.heard
    assert walk.db["failed/carrier"] == "1"


def test_what_the_called_party_says_is_the_end() -> None:
    for end in (BUSY, ("NOANSWER", 19), ("CHANUNAVAIL", 21), ("CHANUNAVAIL", 1)):
        walk = dial(f"9{MOBILE}", world=World(ends={"trunk-carrier": end}))
        assert tried(walk) == [f"PJSIP/{MOBILE}@trunk-carrier"], end
        assert "failed/carrier" not in walk.db


def test_a_line_without_a_free_circuit_has_not_failed() -> None:
    document = branch()
    line = E1Trunk(name="carrier", label="x", ports=(1,))
    plan = dialplan(document.model_copy(update={"trunks": document.trunks[1:], "e1_trunks": (line,)}))
    walk = Walk(plan, World(ends={"DAHDI/G1": ("CHANUNAVAIL", 34)}), lambda: SILENT)
    walk.run("call-out", MOBILE, most=500)
    assert tried(walk) == [f"DAHDI/G1/{MOBILE}", f"PJSIP/0{MOBILE}@trunk-hq"]
    assert "failed/carrier" not in walk.db


def test_a_carrier_that_says_503_has_failed() -> None:
    walk = dial(f"9{MOBILE}", world=World(ends={"trunk-carrier": ("CHANUNAVAIL", 34)}))
    assert len(tried(walk)) == 2
    assert walk.db["failed/carrier"] == "1"


def test_a_trunk_that_failed_some_times_in_a_row_is_set_aside() -> None:
    world = World(ends={"trunk-carrier": CONGESTION}, db={"failed/carrier": str(FAILURES - 1)})
    assert dial(f"9{MOBILE}", world=world).db["aside/carrier"] == str(NOW + ASIDE_SECONDS)
    aside = World(db={"failed/carrier": str(FAILURES), "aside/carrier": str(NOW + 1)})
    assert tried(dial(f"9{MOBILE}", world=aside)) == [f"PJSIP/0{MOBILE}@trunk-hq"]
    over = World(db={"failed/carrier": str(FAILURES), "aside/carrier": str(NOW)})
    assert tried(dial(f"9{MOBILE}", world=over)) == [f"PJSIP/{MOBILE}@trunk-carrier"]


def test_a_dead_trunk_is_passed_by_and_tried_in_the_end_when_nothing_else_took_the_call() -> None:
    dead = frozenset({"trunk-carrier"})
    assert tried(dial(f"9{MOBILE}", world=World(dead=dead))) == [f"PJSIP/0{MOBILE}@trunk-hq"]
    walk = dial(f"9{MOBILE}", world=World(dead=dead, ends={"trunk-hq": CONGESTION, "trunk-carrier": CONGESTION}))
    insisting = f"PJSIP/trunk-carrier/sip:{MOBILE}@192.0.2.1:5060"
    assert tried(walk) == [f"PJSIP/0{MOBILE}@trunk-hq", insisting]
    assert sounds(walk) == ["branchbox/no-line"]


def test_a_way_is_watched_while_there_is_another_one() -> None:
    watched = dial(f"9{MOBILE}", world=World(ends={"trunk-carrier": CONGESTION}))
    options = [text for what, text in watched.heard if what == "talk"]
    assert "b(leg^made^1(carrier^more))" in options[0]
    assert "b(leg^made^1(hq^))" in options[1]
    last = dial(f"9{MOBILE}", world=World(dead=frozenset({"trunk-carrier"})))
    assert "b(leg^made^1(hq^more))" in next(text for what, text in last.heard if what == "talk")


def test_what_a_phone_may_not_call_is_refused() -> None:
    for keys, permission in ((f"9{MOBILE}", ""), (f"9{MOBILE}", "gone"), ("988120003", "day")):
        walk = dial(keys, permission)
        assert (tried(walk), sounds(walk)) == ([], ["branchbox/refused"]), keys


def test_a_permission_of_hours_ends_with_them() -> None:
    assert tried(dial(f"9{ABROAD}")) == ["PJSIP/+12125551234@trunk-hq"]
    assert sounds(dial(f"9{ABROAD}", world=World(is_open=False))) == ["branchbox/refused"]


def test_a_route_outside_its_hours_leaves_the_number_to_the_next_one() -> None:
    walk = Walk(PLAN, World(is_open=False), lambda: SILENT)
    walk.run("call-out", ABROAD, most=500)
    assert tried(walk) == [f"PJSIP/{ABROAD}@trunk-carrier"]


def test_numbers_of_another_house_are_dialled_as_they_are_by_every_phone() -> None:
    assert tried(dial("6123", "")) == ["PJSIP/6123@trunk-hq"]


def test_the_sites_own_numbers_go_before_the_countrys_plan() -> None:
    walk = Walk(PLAN, World(), lambda: SILENT)
    walk.run("call-out", "0577123", most=500)
    assert walk.variables["BB_CLASS"] == "local"


def test_emergency_numbers_go_from_every_phone_with_and_without_the_prefix_by_every_trunk_in_turn() -> None:
    nobody = World(
        dead=frozenset({"trunk-hq"}),
        ends=dict.fromkeys(("trunk-carrier", "trunk-hq", "trunk-spare"), CONGESTION),
        db={"aside/carrier": str(NOW + 60)},
        is_open=False,
    )
    for keys in ("110", "9110"):
        assert tried(dial(keys, "")) == ["PJSIP/110@trunk-carrier"]
        every = tried(dial(keys, "", nobody))
        assert {text.partition("trunk-")[2].partition("/")[0] for text in every} == {"carrier", "hq", "spare"}


def test_a_transfer_reaches_what_the_phone_that_sends_it_may_call() -> None:
    assert tried(dial(f"9{MOBILE}", "", context="transfer-day"))
    assert sounds(dial(f"9{MOBILE}", "day", context="transfer")) == ["branchbox/refused"]
    assert tried(dial("120", "", context="transfer"))


def test_nothing_but_digits_reaches_a_trunk() -> None:
    assert tried(dial("900&PJSIP/8001")) == ["PJSIP/+8001@trunk-hq"]
    assert tried(dial("91380577x&2046", "day")) == [f"PJSIP/{MOBILE}@trunk-carrier"]
