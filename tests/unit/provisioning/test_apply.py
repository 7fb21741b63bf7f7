"""Apply, confirm, revert, and a service that is killed at every step."""

from __future__ import annotations

import threading

import pytest

from appliance.api.verbs import Arrival, HostState
from appliance.site import document as documents
from appliance.site.problems import BranchboxError, Problem
from provisioning.countdown import LONGEST_WAIT, Countdown
from tests.unit.provisioning.conftest import Box, edited

STEPS = ("render", "trial", "write", "switch", "reload", "accounts", "machine", "gate")
CONSOLE = Arrival()


def ring_time(box: Box) -> int:
    return box.in_force().queues[0].ring_timeout


def live_ring_time(box: Box) -> bool:
    """Whether the exchange rings as long as the document in force says."""
    return f"timeout = {ring_time(box)}\n" in box.live.loaded["queues.conf"]


def loaded_is_in_force(box: Box) -> bool:
    return box.live.loaded == box.revisions.tree(box.revisions.current())


def test_the_first_start_makes_revision_1_of_the_seed_with_fresh_passwords(box: Box, seed: str) -> None:
    box.service().begin(seed)
    assert box.service().state() == HostState(current=1)
    passwords = {extension.password.get_secret_value() for extension in box.in_force().extensions}
    assert len(passwords) == len(box.in_force().extensions)
    assert "********" not in passwords
    assert box.live.up
    assert loaded_is_in_force(box)
    assert box.people.logins == {person.login for person in box.in_force().people}


def test_a_seed_that_the_trial_start_refuses_makes_no_revision(box: Box, seed: str) -> None:
    box.trial.refuses = (Problem(text="no"),)
    box.service().begin(seed)
    assert box.revisions.numbers() == ()
    assert not box.live.up


def test_the_seed_counts_only_when_there_is_no_revision(box: Box, seed: str) -> None:
    box.service().begin(seed)
    box.service().begin(seed)
    assert box.revisions.numbers() == (1,)


def test_an_apply_is_effective_and_waits_then_confirm_keeps_it(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    applied = service.apply(edited(box.in_force(), 33), by="zhang", why="slow phones", confirm_within=300)
    assert (applied.revision, applied.problems, applied.deadline) == (2, (), 1300.0)
    assert tuple(step.name for step in applied.steps) == STEPS
    assert box.live.reloaded == ["queue reload all"]
    assert live_ring_time(box)
    assert service.state().pending == 2
    assert service.confirm("zhang", CONSOLE).pending is None
    assert service.countdown() is None
    service.expire(1300.0)
    assert ring_time(box) == 33
    newest = service.revisions().revisions[0]
    assert (newest.number, newest.by, newest.why, newest.confirmed) == (2, "zhang", "slow phones", True)


def test_nobody_confirms_and_the_box_goes_back_by_itself(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    service.apply(edited(box.in_force(), 33), by="zhang", why="w", confirm_within=300)
    box.clock.now = 1299.0
    assert service.countdown() == Countdown(1300.0, 1.0)
    service.expire(1300.0)
    assert ring_time(box) == 15
    assert loaded_is_in_force(box)
    assert service.state().pending is None
    assert not service.revisions().revisions[0].confirmed


def test_the_countdown_of_an_earlier_apply_does_not_touch_a_later_one(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    service.apply(edited(box.in_force(), 33), by="zhang", why="w", confirm_within=300)
    service.confirm("zhang", CONSOLE)
    box.clock.now = 1100.0
    service.apply(edited(box.in_force(), 34), by="zhang", why="w", confirm_within=300)
    service.expire(1300.0)
    assert ring_time(box) == 34


def test_a_clock_set_back_by_years_does_not_stretch_the_countdown(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    box.clock.now = 1e9
    service.apply(edited(box.in_force(), 33), by="zhang", why="w", confirm_within=300)
    box.clock.now = 0.0
    assert service.countdown() == Countdown(1e9 + 300, LONGEST_WAIT)


def test_revert_goes_back_at_once(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    service.apply(edited(box.in_force(), 33), by="zhang", why="w", confirm_within=300)
    assert service.revert("zhang").revision == 1
    assert loaded_is_in_force(box)
    with pytest.raises(BranchboxError, match="No revision waits"):
        service.revert("zhang")


def test_a_rollback_is_a_new_revision_that_waits_too(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    service.apply(edited(box.in_force(), 33), by="zhang", why="w", confirm_within=300)
    service.confirm("zhang", CONSOLE)
    applied = service.roll_back(1, by="zhang", why="better before", confirm_within=60)
    assert applied.revision == 3
    assert (ring_time(box), service.state().pending, service.state().reverts_to) == (15, 3, 2)
    assert box.revisions.site(3) == box.revisions.site(1)


def test_masked_passwords_keep_their_value(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    before = box.in_force()
    service.apply(documents.dump_masked(before), by="zhang", why="w", confirm_within=60)
    assert box.in_force() == before


def test_what_the_trial_start_refuses_never_reaches_the_live_one(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    box.trial.refuses = (Problem(text="no"),)
    applied = service.apply(edited(box.in_force(), 33), by="zhang", why="w", confirm_within=60)
    assert applied.revision is None
    assert applied.problems == box.trial.refuses
    assert box.revisions.numbers() == (1,)
    assert box.live.reloaded == []


def test_a_faulty_document_is_refused_with_its_faults(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    broken = documents.dump(box.in_force()).replace('"queue:billing"', '"queue:gone"')
    with pytest.raises(documents.DocumentError, match="gone"):
        service.apply(broken, by="zhang", why="w", confirm_within=60)
    assert [str(each) for each in service.try_out(broken).problems if "gone" in str(each)]
    assert box.revisions.numbers() == (1,)


def test_a_second_apply_hears_to_confirm_or_revert_first(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    service.apply(edited(box.in_force(), 33), by="zhang", why="w", confirm_within=60)
    with pytest.raises(BranchboxError, match="Revision 2 waits to be confirmed"):
        service.apply(edited(box.in_force(), 34), by="li", why="w", confirm_within=60)


def test_two_at_once_and_the_second_hears_who_is_at_it(box: Box, seed: str) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def pause(step: str) -> None:
        if step == "trial":
            reached.set()
            assert go_on.wait(10)

    box.service().begin(seed)
    service = box.service(pause)
    toml = edited(box.in_force(), 33)
    first = threading.Thread(target=lambda: service.apply(toml, by="zhang", why="w", confirm_within=60))
    first.start()
    assert reached.wait(10)
    try:
        with pytest.raises(BranchboxError, match="zhang is changing the configuration right now"):
            service.apply(toml, by="li", why="w", confirm_within=60)
    finally:
        go_on.set()
        first.join()
    assert ring_time(box) == 33


@pytest.mark.parametrize(
    "trouble", ["reload hangs", "an account fails", "the gate misses a queue", "errors in the log"]
)
def test_trouble_after_the_switch_brings_the_old_revision_back(box: Box, seed: str, trouble: str) -> None:
    def make_trouble(step: str) -> None:
        if step == "accounts" and trouble == "the gate misses a queue":
            box.live.breaks_queues = True
        if step == "accounts" and trouble == "errors in the log":
            box.live.log += "[2026-11-21 21:00:00.000] ERROR[12] res_pjsip.c: out of everything\n"
        if step == "switch back":
            box.live.breaks_queues = False

    box.service().begin(seed)
    service = box.service(make_trouble)
    box.live.log = "[2026-11-21 20:00:00.000] ERROR[12] res_pjsip.c: of yesterday\n"
    box.live.hangs_on = "queue reload all" if trouble == "reload hangs" else None
    box.people.fails = trouble == "an account fails"
    applied = service.apply(edited(box.in_force(), 33), by="zhang", why="w", confirm_within=60)
    assert applied.revision is None
    said = {
        "reload hangs": "did not end queue reload all",
        "an account fails": "useradd failed",
        "the gate misses a queue": "lacks 2 of 2: queue billing, repair",
        "errors in the log": "out of everything",
    }[trouble]
    assert said in str(applied.problems[0])
    assert len(applied.problems) == 1, "the old revision is well"
    assert loaded_is_in_force(box)
    assert (ring_time(box), service.state().pending) == (15, None)


def test_after_going_back_failed_the_next_apply_reloads_everything(box: Box, seed: str) -> None:
    def hang_again(step: str) -> None:
        if step == "switch back":
            box.live.hangs_on = box.live.reloaded[-1]

    box.service().begin(seed)
    document = box.in_force()
    renamed = document.extensions[0].model_copy(update={"name": "Other"})
    queues = documents.load(edited(document, 33)).queues
    both = document.model_copy(update={"queues": queues, "extensions": (renamed, *document.extensions[1:])})
    box.live.hangs_on = "queue reload all"
    applied = box.service(hang_again).apply(documents.dump(both), by="zhang", why="w", confirm_within=60)
    assert [problem.args.get("revision") for problem in applied.problems] == [None, "1", None]
    assert "the exchange is not well with it" in applied.problems[1].text
    assert not loaded_is_in_force(box)
    after = box.service()
    assert after.apply(documents.dump(document), by="zhang", why="again", confirm_within=60).problems == ()
    assert loaded_is_in_force(box)
    box.live.reloaded.clear()
    after.confirm("zhang", CONSOLE)
    after.apply(edited(document, 34), by="zhang", why="w", confirm_within=60)
    assert box.live.reloaded == ["queue reload all"], "sure again"


def test_a_change_that_needs_a_restart_waits_for_an_idle_exchange(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    document = box.in_force()
    moved = document.model_copy(update={"site": document.site.model_copy(update={"code": "WZS"})})
    box.live.calls = 3
    assert service.try_out(documents.dump(moved)).reloads[0] == "restart (calls would drop): asterisk.conf"
    refused = service.apply(documents.dump(moved), by="zhang", why="w", confirm_within=60)
    assert "3 channels are up" in str(refused.problems[0])
    assert (refused.revision, box.live.dropped) == (None, 0)

    box.live.calls = 0
    assert service.apply(documents.dump(moved), by="zhang", why="w", confirm_within=60).revision == 2
    assert loaded_is_in_force(box)

    box.live.calls = 3
    service.revert("zhang")
    assert box.live.dropped == 0
    assert box.live.asked_to_restart_when_idle


class Killed(BaseException):
    """kill -9: nothing after this runs."""


@pytest.mark.parametrize("fatal", STEPS)
def test_killed_after_any_step_the_next_start_has_one_revision_in_force_everywhere(
    box: Box, seed: str, fatal: str
) -> None:
    def die(step: str) -> None:
        if step == fatal:
            raise Killed

    box.service().begin(seed)
    toml = edited(box.in_force(), 33)
    with pytest.raises(Killed):
        box.service(die).apply(toml, by="zhang", why="w", confirm_within=60)
    after = box.service()
    after.begin(seed)
    switched = STEPS.index(fatal) >= STEPS.index("switch")
    assert ring_time(box) == (33 if switched else 15)
    assert loaded_is_in_force(box)
    assert after.state().pending == (2 if switched else None)
    if countdown := after.countdown():
        after.expire(countdown.deadline)
    assert (ring_time(box), after.state().pending) == (15, None)
    assert loaded_is_in_force(box)


def test_killed_while_going_back_the_next_start_ends_it(box: Box, seed: str) -> None:
    def die(step: str) -> None:
        if step == "switch back":
            raise Killed

    box.service().begin(seed)
    service = box.service(die)
    service.apply(edited(box.in_force(), 33), by="zhang", why="w", confirm_within=60)
    with pytest.raises(Killed):
        service.revert("zhang")
    assert not loaded_is_in_force(box)
    box.service().begin(seed)
    assert loaded_is_in_force(box)
    assert (ring_time(box), box.service().state().pending) == (15, None)


def test_time_over_while_the_service_was_down_goes_back_at_its_start(box: Box, seed: str) -> None:
    box.service().begin(seed)
    box.service().apply(edited(box.in_force(), 33), by="zhang", why="w", confirm_within=60)
    box.clock.now += 61
    box.service().begin(seed)
    assert (ring_time(box), box.service().state().pending) == (15, None)


def test_a_damaged_revision_in_force_gives_way_to_the_newest_whole_one(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    service.apply(edited(box.in_force(), 33), by="zhang", why="w", confirm_within=60)
    service.confirm("zhang", CONSOLE)
    (box.root / "2/asterisk/queues.conf").write_text("")
    box.service().begin(seed)
    assert box.revisions.current() == 1
    assert loaded_is_in_force(box)


def test_a_plan_shows_what_changes_and_no_password(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    document = box.in_force()
    old, new = document.extensions[0].password.get_secret_value(), "a-brand-new-password"
    toml = documents.dump(document).replace(old, new)
    tried = service.try_out(toml)
    assert tried.problems == ()
    assert [file.path for file in tried.files] == ["pjsip.conf"]
    assert tried.reloads == ("module reload res_pjsip.so",)
    assert tried.seconds == 0.25
    assert "password = ********" in tried.files[0].diff
    assert old not in tried.files[0].diff
    assert new not in tried.files[0].diff
    assert box.revisions.numbers() == (1,)
