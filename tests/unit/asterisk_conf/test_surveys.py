"""The question after the call, and recording by phone: walked on the small Asterisk, whatever is pressed."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from appliance.site.exchange import STUDIO, SURVEY_FEATURE, SURVEY_KEYS, SURVEY_WISH, SURVEY_WISHED
from appliance.site.models import SiteDocument, Survey
from tests.unit.asterisk_conf.interpreter import HANG_UP, SILENT, Act, Heard, Walk, World, presses
from tests.unit.asterisk_conf.reading import Step, dialplan, sections
from tests.unit.asterisk_conf.trees import tree

ACTS = st.lists(st.sampled_from([*"0123456789*#", SILENT, HANG_UP]), max_size=12)
ASK, AGAIN, THANKS = "branchbox/survey-ask", "branchbox/survey-again", "branchbox/survey-thanks"


def branch(survey: Survey) -> SiteDocument:
    document = tree(0)
    queue = document.queues[0].model_copy(update={"survey": survey, "closure": None})
    return document.model_copy(update={"queues": (queue, *document.queues[1:])})


PLANS = {survey: dialplan(branch(survey)) for survey in Survey}


def called(survey: Survey, *acts: Act, wish: bool = False, world: World | None = None) -> list[Heard]:
    walk = Walk(PLANS[survey], world or World(), presses(*acts))
    if wish:
        walk.shared[SURVEY_WISH] = SURVEY_WISHED
    return walk.run("queue-q0")


def marks(heard: Iterable[Heard]) -> list[str]:
    return [text for what, text in heard if what == "mark" and text.startswith(("BB_SURVEY", "BB_SCORE"))]


def sounds(heard: Iterable[Heard]) -> list[str]:
    return [text for what, text in heard if what == "sound"]


@pytest.mark.parametrize("key", "12345")
def test_the_caller_s_mark_is_written_down(key: str) -> None:
    heard = called(Survey.ALWAYS, key)
    assert marks(heard) == ["BB_SURVEY,q0", f"BB_SCORE,q0/{key}"]
    assert sounds(heard) == [ASK, THANKS]
    assert heard[-1] == ("end", "box")


@pytest.mark.parametrize("wrong", ["0", "9", "*", "#", SILENT])
def test_another_key_or_none_is_asked_again_and_then_let_go(wrong: str) -> None:
    assert marks(called(Survey.ALWAYS, wrong, "4")) == ["BB_SURVEY,q0", "BB_SCORE,q0/4"]
    heard = called(Survey.ALWAYS, wrong, wrong, wrong)
    assert marks(heard) == ["BB_SURVEY,q0"]
    assert sounds(heard) == [ASK, AGAIN, ASK, AGAIN, ASK, "branchbox/goodbye"]


def test_a_queue_asks_only_as_the_document_says() -> None:
    assert marks(called(Survey.NEVER, "5", wish=True)) == []
    assert marks(called(Survey.WISH, "5")) == []
    assert marks(called(Survey.WISH, "5", wish=True)) == ["BB_SURVEY,q0", "BB_SCORE,q0/5"]


def test_an_agent_without_a_desk_wishes_it_by_keys() -> None:
    document = branch(Survey.WISH)
    plan = dialplan(document)
    plan["bridge"] = {"s": [Step("Hangup", "", "")]}
    talk = Walk(plan, World(), presses(), variables={"BRIDGEPEER": "PJSIP/trunk-carrier-00000001"})
    talk.stack.append((("bridge", "s", 0), {}))
    talk.run(SURVEY_FEATURE)
    assert talk.shared == {SURVEY_WISH: SURVEY_WISHED}
    (features,) = (each for each in sections(document, "features.conf") if each.name == "applicationmap")
    assert features.one(SURVEY_FEATURE) == f"{SURVEY_KEYS},self,Gosub({SURVEY_FEATURE},s,1)"


@pytest.mark.parametrize("survey", Survey)
def test_phones_watch_for_those_keys_only_where_they_are_for_something(survey: Survey) -> None:
    document = branch(survey)
    others = tuple(queue.model_copy(update={"survey": Survey.NEVER}) for queue in document.queues[1:])
    document = document.model_copy(update={"queues": (document.queues[0], *others)})
    phone = next(each for each in sections(document, "pjsip.conf") if each.name == "8002")
    (features,) = (each for each in phone.all("set_var") if each.startswith("DYNAMIC_FEATURES="))
    assert (SURVEY_FEATURE in features) is (survey is Survey.WISH)


@pytest.mark.parametrize("status", ["TIMEOUT", "FULL"])
def test_whom_no_agent_answered_is_not_asked(status: str) -> None:
    heard = called(Survey.ALWAYS, "5", world=World(queue_status=status, dial_status="BUSY"))
    assert marks(heard) == []


@given(ACTS)
@settings(max_examples=300, deadline=None)
def test_whatever_is_pressed_the_question_ends(acts: list[Act]) -> None:
    heard = called(Survey.ALWAYS, *acts)
    assert heard[-1].what == "end"
    assert sum(text == ASK for text in sounds(heard)) <= 3
    assert len([mark for mark in marks(heard) if mark.startswith("BB_SCORE")]) <= 1


# --- *06 ------------------------------------------------------------------------------------------


def studio() -> SiteDocument:
    document = tree(0)
    prompt = document.prompts[0].model_copy(update={"number": "1", "pin": SecretStr("2468")})
    return document.model_copy(update={"prompts": (prompt,)})


STUDIO_PLAN = dialplan(studio())


def recorded(*acts: Act) -> Walk:
    walk = Walk(STUDIO_PLAN, World(), presses(*acts))
    walk.variables["EPOCH"] = "1795298063"
    walk.run("phones", "*061")
    return walk


LANGUAGE = () if "record-language" not in str(STUDIO_PLAN) else ("1",)


def test_a_take_is_kept_after_hearing_it() -> None:
    walk = recorded(*"2468#", *LANGUAGE, "#", "1")
    (value,) = walk.db.values()
    assert value == f"{STUDIO}/prompt-1-1795298063"
    assert ("record", f"{value}.wav") in walk.heard and ("sound", value) in walk.heard


def test_without_the_pin_nothing_is_recorded() -> None:
    walk = recorded(*"1111#", *"2222#", *"3333#")
    assert walk.db == {} and not any(what == "record" for what, _ in walk.heard)


def test_a_take_that_nobody_keeps_changes_nothing() -> None:
    assert recorded(*"2468#", *LANGUAGE, "#", SILENT, SILENT, SILENT).db == {}
    assert recorded(*"2468#", *LANGUAGE, HANG_UP).db == {}


def test_a_take_can_be_recorded_again() -> None:
    walk = recorded(*"2468#", *LANGUAGE, "#", "3", "#", "1")
    assert sum(what == "record" for what, _ in walk.heard) == 2 and len(walk.db) == 1


@given(ACTS)
@settings(max_examples=300, deadline=None)
def test_whatever_is_pressed_recording_ends_or_goes_on_at_a_key(acts: list[Act]) -> None:
    walk = recorded(*"2468#", *LANGUAGE, *acts)
    assert walk.heard[-1].what == "end"
