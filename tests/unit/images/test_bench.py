"""The parts of the bench that only compute."""

from appliance.site import document as documents
from appliance.site.rules import check
from images.bench.figures import Figure, as_json, as_markdown, as_text, p95
from images.bench.ingest import Sample
from images.bench.media import Ramp
from images.bench.media import Sample as Step
from images.bench.site import DID, DIRECT, EXTENSIONS, KEY, PHONE, QUEUE, QUEUES, large


def test_the_measured_branch_is_as_large_as_it_says_and_obeys_the_rules() -> None:
    document = documents.fill_secrets(large(), None, generate=True)
    assert (len(document.extensions), len(document.queues)) == (EXTENSIONS, QUEUES)
    assert check(document) == ()
    goes_to = {did.digits: str(did.goes_to) for did in document.dids}
    assert goes_to[DIRECT] == f"extension:{PHONE}"
    assert goes_to[DID] == "menu:main"
    assert str(document.menus[0].choices[KEY]) == f"queue:{QUEUE}"


def test_a_call_is_copied_with_its_own_ids_caller_and_times() -> None:
    line = '"ANSWER","1795298087.500000","<A>","<B>","PJSIP/x","<CALLER>"'
    ((at, copied),) = Sample((line,)).again(3, 10.0)
    assert at == 1795298097.5
    assert copied == '"ANSWER","1795298097.500000","WZN-9000000000.6","WZN-9000000000.7","PJSIP/x","13900010003"'


def test_whole_seconds_stay_whole() -> None:
    ((_, copied),) = Sample(("1795298087|<A>|repair|8001|CONNECT|3|<B>|1",)).again(0, -0.4)
    assert copied.startswith("1795298087|WZN-9000000000.0|")


def test_of_a_hundred_values_five_exceed_the_p95() -> None:
    values = [float(n) for n in range(1, 101)]
    assert sum(value > p95(values) for value in values) == 5


def test_capacity_is_the_last_step_without_loss() -> None:
    good = [Step(calls, calls * 100.0, calls * 100.0, calls * 0.005) for calls in (20, 40, 60)]
    ramp = Ramp((*good, Step(80, 8000.0, 7800.0, 0.5)))
    assert (ramp.capacity, ramp.reached) == (60, True)
    assert ramp.cpu_per_call == 5.0


def test_figures_say_value_aim_and_method_in_every_form() -> None:
    figures = [Figure("apply", 1.23456, "s", "by watch", aim="< 2 s"), Figure("screen", None, "", "it did not start")]
    for shown in (as_text(figures), as_markdown(figures, "2026-11-21", "a machine")):
        assert all(word in shown for word in ("apply", "1.235 s", "by watch", "< 2 s", "it did not start"))
    assert '"machine": "a machine"' in as_json(figures, "a machine")
