"""Who waits keeps the place, whatever key they press and wherever they overflow to."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from appliance.site import rules
from appliance.site.exchange import CALLBACK_DIALS, CALLBACK_WAITS
from appliance.site.models import (
    Agent,
    Callbacks,
    Customers,
    DidNumber,
    Empty,
    Extension,
    Queue,
    QueueMember,
    Site,
    SiteDocument,
    Trunk,
)
from appliance.site.types import Destination
from tests.unit.asterisk_conf.interpreter import SILENT, Act, Heard, Walk, World
from tests.unit.asterisk_conf.reading import Step, dialplan, sections
from tests.unit.asterisk_conf.trees import OUTSIDE

NOW = 1795298063
MOBILE = "13805772046"


def branch(callbacks: Callbacks | None = None, **repair: object) -> SiteDocument:
    queue = Queue.model_validate(
        {
            "name": "repair",
            "label": "x",
            "members": (QueueMember(agent="8001"),),
            "message_to": "8001",
            "callback": True,
            "overflow": "queue:billing",
            **repair,
        }
    )
    document = SiteDocument(
        site=Site(name="x", code="T1"),
        routes=(OUTSIDE,),
        customers=Customers(area_code="0577"),
        callbacks=callbacks or Callbacks(),
        trunks=(Trunk(name="carrier", label="x", host="192.0.2.7", addresses=("192.0.2.7",)),),
        dids=(DidNumber(number="96296", label="x", goes_to=Destination.parse("queue:repair"), priority=5),),
        queues=(queue, Queue(name="billing", label="x")),
        agents=(Agent(number="8001", name="x", extension="8101"),),
        extensions=(
            Extension(number="8001", name="x", password=SecretStr("x" * 12), voicemail_pin=SecretStr("1357")),
            Extension(number="8101", name="x", password=SecretStr("x" * 12)),
        ),
    )
    assert rules.check(document) == ()
    return document


def call(document: SiteDocument, acts: Iterable[Act] = (), world: World | None = None) -> Walk:
    """A call to 96296 that does these things, then nothing, until it ends."""
    doing = iter(acts)
    world = dataclasses.replace(world or World(queue_status="TIMEOUT"), keys={"repair": "keys-repair"})
    walk = Walk(dialplan(document), world, lambda: next(doing, SILENT))
    walk.run("did-96296", most=500)
    return walk


def said(walk: Walk, what: str) -> list[str]:
    return [text for kind, text in walk.heard if kind == what]


# --- keys while one waits ------------------------------------------------------------------------


def test_callers_are_told_the_keys_that_there_are() -> None:
    told = {
        ("8001", True): "branchbox/waiting-both",
        ("8001", False): "branchbox/waiting-message",
        (None, True): "branchbox/waiting-callback",
    }
    for (message_to, callback), prompt in told.items():
        (queue,) = (
            each
            for each in sections(branch(message_to=message_to, callback=callback), "queues.conf")
            if each.name == "repair"
        )
        assert queue.one("periodic-announce") == prompt
        assert queue.one("context") == "keys-repair"


def test_a_queue_without_keys_says_none() -> None:
    document = branch(message_to=None, callback=False)
    (queue,) = (each for each in sections(document, "queues.conf") if each.name == "repair")
    assert queue.one("periodic-announce-frequency") == "0"
    assert queue.all("context") == []
    assert "keys-repair" not in dialplan(document)


def test_2_leaves_a_message() -> None:
    walk = call(branch(), "2")
    assert said(walk, "mark")[-2:] == ["BB_QUEUE_KEY,repair/2", "BB_VOICEMAIL,8001"]
    assert said(walk, "talk")[-1] == "VoiceMail"


@pytest.mark.parametrize("key", ["1", "4", "#", SILENT])
def test_any_other_key_goes_on_waiting(key: str) -> None:
    assert not [mark for mark in said(call(branch(), [key]), "mark") if "KEY" in mark]


# --- call-back -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("came", "dialled"),
    [
        (MOBILE, MOBILE),
        (f"+86{MOBILE}", MOBILE),
        (f"0086{MOBILE}", MOBILE),
        (f"86{MOBILE}", MOBILE),
        (f"0{MOBILE}", MOBILE),
        ("88120003", "88120003"),
        ("057788120003", "88120003"),
        ("+8657788120003", "88120003"),
    ],
)
def test_3_and_1_books_one_call_back_in_the_callers_place(came: str, dialled: str) -> None:
    walk = call(branch(), "31", World(number=came, queue_status="TIMEOUT"))
    assert walk.db[f"callback/{dialled}"] == f"repair*{NOW}*05*0*0*T-1.1"
    assert said(walk, "mark")[-1] == f"BB_CALLBACK,repair/{dialled}"
    assert said(walk, "originate") == [
        f"Local/{dialled}@{CALLBACK_WAITS}/n,exten,{CALLBACK_DIALS},{dialled},1,604800,a"
    ]
    assert said(walk, "sound")[-2:] == ["branchbox/callback-right", "branchbox/callback-booked"]
    assert walk.heard[-1] == Heard("end", "box")


@pytest.mark.parametrize(
    "number", ["", "anonymous", "010110", "110", "95588", "01012345678", "+4930901820", "00881612345"]
)
def test_numbers_that_may_not_be_called_are_not(number: str) -> None:
    walk = call(branch(), "3", World(number=number, queue_status="TIMEOUT"))
    assert said(walk, "originate") == []
    assert "branchbox/callback-not" in said(walk, "sound")
    assert [text for text in said(walk, "talk") if text.startswith("repair")] != []  # and goes on waiting


@given(st.text(alphabet="0123456789+", max_size=20))
def test_whatever_number_a_caller_claims_nothing_else_is_dialled(number: str) -> None:
    walk = call(_BRANCH, "31", World(number=number, queue_status="TIMEOUT"))
    for text in said(walk, "originate"):
        dialled = text.removeprefix("Local/").partition("@")[0]
        assert (len(dialled) in {7, 8} and dialled[0] in "2345678") or (len(dialled) == 11 and dialled[:2] in _MOBILES)


_BRANCH = branch()
_MOBILES = {f"1{digit}" for digit in range(3, 10)}


def test_a_caller_may_key_another_number_where_that_is_allowed() -> None:
    other = branch(Callbacks(other_number=True))
    walk = call(other, [*"32", *"13905770001", "#", "1"])
    assert list(walk.db) == ["callback/13905770001"]
    walk = call(other, [*"32", *"110", "#", *"13905770001", "#", "1"])
    assert "branchbox/callback-not" in said(walk, "sound")
    assert list(walk.db) == ["callback/13905770001"]
    assert list(call(branch(), [*"32", *"13905770001", "#", "1"]).db) == []


def test_who_is_to_be_called_back_already_is_told_so() -> None:
    walk = call(branch(), "31", World(queue_status="TIMEOUT", db={f"callback/{MOBILE}": "repair*1*0*0*0*T-0.1"}))
    assert said(walk, "originate") == []
    assert said(walk, "sound")[-1] == "branchbox/callback-already"
    assert said(walk, "mark")[-1] == f"BB_CALLBACK,repair/{MOBILE}"  # and did not give up waiting


def waits(row: str, line: tuple[tuple[int, int], ...] = ()) -> Walk:
    """What the half does that waits in the caller's place, until an agent answers."""
    world = World(db={f"callback/{MOBILE}": row}, waiting={"repair": line})
    walk = Walk(dialplan(branch()), world, lambda: SILENT)
    walk.run(CALLBACK_WAITS, MOBILE, most=200)
    return walk


def test_a_call_back_waits_where_the_caller_would() -> None:
    walk = waits(f"repair*{NOW - 40}*0*0*0*T-0.1", ((NOW - 100, 0), (NOW - 50, 0), (NOW - 10, 0)))
    assert said(walk, "talk") == ["repair,,,branchbox/callback-agent,,,,,3"]
    assert said(walk, "mark")[:2] == ["BB_CALLS_BACK,T-0.1", "BB_QUEUE,repair"]


def test_a_call_back_of_a_queue_that_is_gone_is_forgotten() -> None:
    walk = waits(f"sales*{NOW}*0*0*0*T-0.1")
    assert walk.db == {}
    assert said(walk, "talk") == []


def over(row: str) -> Walk:
    """The agent is gone and nobody was reached: what the hangup handler does."""
    plan = dialplan(branch())
    plan["after"] = {"s": [Step("Hangup", "", "")]}
    walk = Walk(plan, World(db={f"callback/{MOBILE}": row}), lambda: SILENT, variables={"ARG1": MOBILE})
    walk.stack.append((("after", "s", 0), {}))
    walk.run(CALLBACK_DIALS, "over", most=50)
    return walk


def test_nobody_is_reached_so_it_is_tried_again_after_the_pause() -> None:
    walk = over("repair*7*0*0*0*T-0.1")
    assert walk.db == {f"callback/{MOBILE}": f"repair*7*0*1*{NOW + 600}*T-0.1"}
    assert len(said(walk, "originate")) == 1


def test_after_the_last_try_it_is_over() -> None:
    walk = over("repair*7*0*2*0*T-0.1")
    assert walk.db == {}
    assert said(walk, "originate") == []
    assert said(walk, "mark") == [f"BB_CALLBACK_OVER,{MOBILE}"]


def talks(caller: str, *, is_callback: bool = False) -> Walk:
    """An agent's channel as it is connected with a caller."""
    plan = dialplan(branch())
    plan["after"] = {"s": [Step("Hangup", "", "")]}
    variables = {"BB_CALLER": caller} | ({"BB_IS_CALLBACK": "yes"} if is_callback else {})
    walk = Walk(plan, World(db={f"callback/{MOBILE}": "repair*7*0*1*0*T-0.1"}), lambda: SILENT, variables=variables)
    walk.stack.append((("after", "s", 0), {}))
    walk.run("callback-talked", most=50)
    return walk


@pytest.mark.parametrize("caller", [MOBILE, f"+86{MOBILE}", f"0{MOBILE}"])
def test_who_calls_again_and_is_answered_is_not_called_back(caller: str) -> None:
    walk = talks(caller)
    assert walk.db == {}
    assert said(walk, "hangup") == [f"Local/{MOBILE}@{CALLBACK_WAITS},a"]
    assert said(walk, "mark") == [f"BB_CALLBACK_DROPPED,{MOBILE}"]


@pytest.mark.parametrize("caller", ["13905770001", "110", ""])
def test_another_s_call_drops_nobody_s_call_back(caller: str) -> None:
    walk = talks(caller)
    assert f"callback/{MOBILE}" in walk.db
    assert said(walk, "hangup") == said(walk, "mark") == []


def test_a_call_back_does_not_drop_itself() -> None:
    assert said(talks(MOBILE, is_callback=True), "hangup") == []
    assert waits(f"repair*{NOW}*0*0*0*T-0.1").variables["BB_IS_CALLBACK"] == "yes"


# --- priority, last agent, overflow --------------------------------------------------------------


@pytest.mark.parametrize(("db", "priority"), [({}, "5"), ({f"vip/{MOBILE}": "9"}, "9"), ({f"vip/{MOBILE}": "2"}, "5")])
def test_the_higher_of_number_and_customer_counts(db: dict[str, str], priority: str) -> None:
    assert call(branch(), world=World(db=db)).variables["QUEUE_PRIO"] == priority


@pytest.mark.parametrize(
    ("last", "ready", "rung"),
    [
        (f"8001*{NOW - 60}", "1", True),
        (f"8001*{NOW - 60}", "0", False),
        (f"8001*{NOW - 40 * 86400}", "1", False),
        (f"8009*{NOW - 60}", "1", False),
        ("", "1", False),
    ],
)
def test_the_last_agent_is_rung_first_if_free_and_of_this_queue(last: str, ready: str, rung: bool) -> None:
    db = {f"last/{MOBILE}": last} if last else {}
    walk = call(branch(last_agent=20), world=World(db=db, ready=ready, queue_status="TIMEOUT"))
    assert ("last.8001,,,,20" in said(walk, "talk")) is rung
    assert any(text.startswith("repair,") for text in said(walk, "talk"))
    assert said(walk, "mark").count("BB_QUEUE,repair") == 1  # the wait is one


@pytest.mark.parametrize(
    ("status", "end"),
    [
        ("TIMEOUT", "BB_QUEUE,billing"),
        ("FULL", "BB_VOICEMAIL,8001"),
        ("JOINEMPTY", "BB_OUTSIDE,13805770001"),
        ("LEAVEEMPTY", "BB_OUTSIDE,13805770001"),
    ],
)
def test_each_reason_has_its_own_way_out(status: str, end: str) -> None:
    document = branch(full_goes_to="voicemail:8001", empty_goes_to="outside:13805770001", empty=Empty.NOBODY_FREE)
    walk = call(document, world=World(queue_status=status))
    marks = said(walk, "mark")
    assert marks[marks.index(f"BB_OVERFLOW,repair/{status}") + 1] == end


def test_who_overflows_stands_where_the_time_waited_says() -> None:
    line = {"billing": ((NOW - 30, 9), (NOW - 20, 5), (NOW, 5), (NOW + 5, 5), (NOW + 9, 0))}
    walk = call(branch(), world=World(queue_status="TIMEOUT", waiting=line))
    assert said(walk, "talk")[-1].startswith("billing,")
    assert said(walk, "talk")[-1].endswith(",,,,4")


@given(st.lists(st.tuples(st.integers(NOW - 99, NOW + 99), st.integers(0, 9)), max_size=12))
def test_nobody_stands_before_whoever_waited_longer_and_matters_as_much(line: list[tuple[int, int]]) -> None:
    line.sort(key=lambda one: (-one[1], one[0]))
    walk = call(_BRANCH, world=World(queue_status="TIMEOUT", waiting={"repair": tuple(line)}))
    place = int(next(text for text in said(walk, "talk") if text.startswith("repair,")).rpartition(",")[2])
    assert all(priority > 5 or since <= NOW for since, priority in line[: place - 1] if priority >= 5)
    assert all(priority < 5 or since > NOW for since, priority in line[place - 1 :])
