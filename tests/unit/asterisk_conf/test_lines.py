"""What lines by cards mean to DAHDI and to Asterisk, and that a box without them knows nothing of them."""

from __future__ import annotations

import pytest

from appliance.site.exchange import LIVE
from appliance.site.models import (
    OUTSIDE_CLASSES,
    AnalogueTrunk,
    CallerIdBy,
    CallRoute,
    Clock,
    E1Trunk,
    Hunting,
    LineCode,
    NumberType,
    Side,
    SiteDocument,
    Switch,
    Way,
)
from asterisk_conf import Secrets, render
from asterisk_conf.dahdi import system_conf
from tests.unit.asterisk_conf.interpreter import Walk, World
from tests.unit.asterisk_conf.reading import ReadSection, dialplan, sections, steps
from tests.unit.asterisk_conf.test_nothing_injects import BASE

E1 = E1Trunk(name="e1", label="Carrier's E1", ports=(1,))


def with_trunks(*trunks: E1Trunk | AnalogueTrunk) -> SiteDocument:
    """The example branch, calling out by the first of these."""
    return BASE.model_copy(
        update={
            "e1_trunks": tuple(each for each in trunks if isinstance(each, E1Trunk)),
            "analogue_trunks": tuple(each for each in trunks if isinstance(each, AnalogueTrunk)),
            "routes": (CallRoute(name="out", label="x", classes=OUTSIDE_CLASSES, ways=(Way(trunk=trunks[0].name),)),),
        }
    )


def line(trunk: E1Trunk | AnalogueTrunk) -> ReadSection:
    """The trunk's section of chan_dahdi.conf."""
    (found,) = (s for s in sections(with_trunks(trunk), "chan_dahdi.conf") if s.name == f"trunk-{trunk.name}")
    return found


def told(*trunks: E1Trunk | AnalogueTrunk, dynamic: tuple[int, ...] = ()) -> list[str]:
    """What DAHDI is told, without blanks and remarks."""
    text = system_conf(with_trunks(*trunks), dynamic) or ""
    return [row.replace(" ", "") for row in text.splitlines() if not row.startswith("#")]


def test_a_box_without_lines_by_cards_has_no_file_and_no_module_for_them() -> None:
    tree = render(BASE, LIVE, Secrets("s"))
    assert "chan_dahdi.conf" not in tree
    assert "chan_dahdi" not in tree["modules.conf"]
    assert system_conf(BASE) is None


def test_a_trial_start_leaves_the_lines_to_the_live_exchange_and_has_all_else() -> None:
    document = with_trunks(E1)
    live, trial = (render(document, LIVE, Secrets("s"), lines=lines) for lines in (True, False))
    assert "load = chan_dahdi.so" in live["modules.conf"]
    assert "chan_dahdi" not in trial["modules.conf"]
    assert live.keys() - trial.keys() == {"chan_dahdi.conf"}
    assert trial["extensions.conf"] == live["extensions.conf"]


@pytest.mark.parametrize(
    ("change", "option", "value"),
    [
        ({}, "signalling", "pri_cpe"),
        ({"side": Side.NET}, "signalling", "pri_net"),
        ({}, "switchtype", "euroisdn"),
        ({"switch": Switch.QSIG}, "switchtype", "qsig"),
        ({"called_type": NumberType.NATIONAL}, "pridialplan", "national"),
        ({"calling_type": NumberType.DYNAMIC}, "prilocaldialplan", "dynamic"),
        ({}, "overlapdial", "no"),
        ({"overlap_in": True}, "overlapdial", "incoming"),
        ({"overlap_out": True}, "overlapdial", "outgoing"),
        ({"overlap_in": True, "overlap_out": True}, "overlapdial", "both"),
        ({"sends_number": False}, "hidecallerid", "yes"),
        ({"echo_canceller": False}, "echocancel", "no"),
        ({}, "context", "from-trunk-e1"),
        ({}, "dahdichan", "1-15,17-31"),
        ({"ports": (2, 1)}, "dahdichan", "32-46,48-62,1-15,17-31"),
        ({"channels": "1-10"}, "dahdichan", "1-10"),
        ({"ports": (2,), "channels": "1-3,5,17-20"}, "dahdichan", "32-34,36,48-51"),
    ],
)
def test_an_e1_trunk(change: dict[str, object], option: str, value: str) -> None:
    assert line(E1.model_copy(update=change)).one(option) == value


def test_dahdi_is_told_framing_line_code_and_whose_clock_counts() -> None:
    second = E1Trunk(
        name="pbx", label="PBX", ports=(3,), clock=Clock.BOX, crc4=False, line_code=LineCode.AMI, echo_canceller=False
    )
    assert told(E1.model_copy(update={"ports": (1, 2)}), second) == [
        "loadzone=cn",
        "defaultzone=cn",
        "span=1,1,0,ccs,hdb3,crc4",
        "bchan=1-15,17-31",
        "dchan=16",
        "echocanceller=oslec,1-15,17-31",
        "span=2,2,0,ccs,hdb3,crc4",
        "bchan=32-46,48-62",
        "dchan=47",
        "echocanceller=oslec,32-46,48-62",
        "span=3,0,0,ccs,ami",
        "bchan=63-77,79-93",
        "dchan=78",
    ]


def test_a_span_without_a_card_has_no_framing_to_be_told() -> None:
    rows = told(E1.model_copy(update={"ports": (1, 2)}), dynamic=(1,))
    assert [row for row in rows if row.startswith("span=")] == ["span=2,1,0,ccs,hdb3,crc4"]
    assert "bchan=1-15,17-31" in rows


def test_an_analogue_line_brings_calls_to_its_number() -> None:
    trunk = AnalogueTrunk(name="fxo", label="Old line", channels=(33, 32), number=BASE.dids[0].number)
    assert steps(with_trunks(trunk), "from-trunk-fxo") == [f"Goto(did-{BASE.dids[0].digits},s,1)"]
    assert (line(trunk).one("signalling"), line(trunk).one("dahdichan")) == ("fxs_ks", "33,32")
    assert line(trunk).one("busydetect") == "yes"
    by_tones = trunk.model_copy(update={"caller_id": CallerIdBy.DTMF, "polarity": True})
    assert (line(by_tones).one("cidstart"), line(by_tones).one("busydetect")) == ("polarity", "no")
    assert told(trunk) == ["loadzone=cn", "defaultzone=cn", "fxsks=32-33", "echocanceller=oslec,32-33"]


@pytest.mark.parametrize(
    ("hunting", "letter"), [(Hunting.ASCENDING, "g"), (Hunting.DESCENDING, "G"), (Hunting.IN_TURN, "r")]
)
def test_a_call_out_takes_a_channel_of_the_trunks_group(hunting: Hunting, letter: str) -> None:
    second = E1Trunk(name="second", label="Second", ports=(2,), hunting=hunting)
    document = with_trunks(second, E1)
    dials = [step for step in steps(document, "way", "second") if step.startswith("Dial(")]
    assert dials and all(dial.startswith(f"Dial(DAHDI/{letter}1/${{ARG1}},") for dial in dials)
    groups = {s.name: s.one("group") for s in sections(document, "chan_dahdi.conf") if s.name != "channels"}
    assert groups == {"trunk-second": "1", "trunk-e1": "2"}


def sent_number(trunk: E1Trunk, own: str) -> str:
    """What a phone's call out shows as its number; `own` is the phone's own number or nothing."""
    walk = Walk(dialplan(with_trunks(trunk)), World(), lambda: "hang-up")
    walk.variables["BB_OWN_NUMBER"] = own
    dial = next(s for s in dialplan(with_trunks(trunk))["way"]["e1"] if s.application == "Dial")
    return walk.said(dial.arguments.partition(",${ARG3},")[2]).partition("b(")[0]


def test_the_number_sent_is_the_phones_own_else_the_trunks() -> None:
    trunk = E1.model_copy(update={"number": "057788120000"})
    assert sent_number(trunk, "88120003") == "f(88120003)"
    assert sent_number(trunk, "") == "f(057788120000)"
    assert sent_number(E1, "") == ""
    assert sent_number(trunk.model_copy(update={"sends_number": False}), "88120003") == ""


def test_a_phone_with_a_number_to_itself_knows_it() -> None:
    did = BASE.dids[1].model_copy(update={"goes_to": BASE.dids[1].goes_to.parse("extension:8002")})
    document = with_trunks(E1).model_copy(update={"dids": (BASE.dids[0], did)})
    phones = {s.name: s for s in sections(document, "pjsip.conf") if ("type", "endpoint") in s.options}
    assert f"BB_OWN_NUMBER={did.digits}" in phones["8002"].all("set_var")
    assert not [each for each in phones["8001"].all("set_var") if each.startswith("BB_OWN_NUMBER")]


def reached(document: SiteDocument, digits: str) -> str:
    """Where the digits that came so far lead on the E1 trunk; nothing while more are awaited."""
    walk = Walk(dialplan(document), World(), lambda: "hang-up")
    found = walk.found("from-trunk-e1", digits)
    return "" if found is None else f"{found[0].application}({found[0].arguments})"


def test_digits_that_come_one_by_one_are_awaited_until_a_number_is_whole_or_wrong() -> None:
    document = with_trunks(E1.model_copy(update={"overlap_in": True}))
    whole = BASE.dids[0].digits
    assert reached(document, whole) == f"Goto(did-{whole},s,1)"
    known = {each for each in dialplan(document)["from-trunk-e1"] if each[0] not in "_s"}
    for number in known:
        for length in range(1, len(number)):
            # Whoever dials no further is told so, and it is in the history.
            begun = number[:length]
            assert begun in known or reached(document, begun).startswith("CELGenUserEvent(BB_UNKNOWN_DID")
    for wrong in ("1", "9629#", f"{whole[:2]}0"):
        assert reached(document, wrong).startswith("CELGenUserEvent(BB_UNKNOWN_DID"), wrong


def test_without_overlap_an_unknown_number_is_refused_and_leaves_a_mark() -> None:
    assert reached(with_trunks(E1), "962961").startswith("CELGenUserEvent(BB_UNKNOWN_DID")
