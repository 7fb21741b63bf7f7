"""A change on the real box: calls stay up, bad candidates stay out, nobody's confirmation and kill -9 lose nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.api import contract
from appliance.api.contract import Applied, Apply, ConfigState, Confirm, Document, Plan, Why
from appliance.api.wire import Empty
from appliance.site import document as documents
from appliance.site.models import Person, Queue, Role, SiteDocument
from appliance.site.problems import BranchboxError
from images.asking import ask
from images.box import Box
from images.rootfs import Root
from images.run import poll
from images.traffic import Callers
from provisioning.revisions import Owners, Revisions
from tests.lab.rush import DID, sign_in, traffic

STEPS = ("render", "trial", "write", "switch", "reload", "accounts", "machine", "gate")
DYING = "/run/dying_host.py"
OVERRIDE = "/run/systemd/system/branchbox-host.service.d/dying.conf"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBranchboxTestKeyBranchboxTestKeyBranchb li"


@pytest.fixture(scope="module")
def box(root: Root) -> Iterator[Box]:
    """A box of its own: what is done to it here would disturb other tests."""
    box = Box.start("apply", root)
    yield box
    box.stop()
    box.remove()


def in_force(box: Box) -> SiteDocument:
    """The document in force, as the technician sees it: passwords masked."""
    document, _ = documents.parse(ask(box, contract.CONFIG_SHOW, contract.RevisionKey()).toml)
    assert document is not None
    return document


def propose(box: Box, document: SiteDocument) -> None:
    ask(box, contract.CONFIG_EDIT, Document(toml=documents.dump_masked(document)))


def with_queue(document: SiteDocument, name: str) -> SiteDocument:
    members = document.queues[0].members
    return document.model_copy(update={"queues": (*document.queues, Queue(name=name, label=name, members=members))})


def apply(box: Box, document: SiteDocument, *, confirm_within: int = 300) -> Applied:
    propose(box, document)
    return ask(box, contract.CONFIG_APPLY, Apply(why="a test", confirm_within=confirm_within))


def confirm(box: Box) -> None:
    ask(box, contract.CONFIG_CONFIRM, Confirm())


def discard(box: Box) -> None:
    """Forget the candidate, and wait until core has noticed what host brought back by itself."""
    ask(box, contract.CONFIG_DISCARD, Empty())
    assert poll(lambda: ask(box, contract.CONFIG_CANDIDATE, Empty()).base == state(box).revision, seconds=10)


def state(box: Box) -> ConfigState:
    return ask(box, contract.CONFIG_STATE, Empty())


def asterisk(box: Box, command: str) -> str:
    configuration = "/var/lib/branchbox/revisions/current/asterisk/asterisk.conf"
    return box.run(["asterisk", "-C", configuration, "-rx", command]).out


def live_queues(box: Box) -> set[str]:
    """The queues that the live exchange has, whatever files say."""
    return set(re.findall(r"^(\S+) has \d+ calls", asterisk(box, "queue show"), re.MULTILINE))


def revisions(box: Box) -> Revisions:
    """The box's revisions, read from outside."""
    return Revisions(Path(box.path("/var/lib/branchbox/revisions")), Owners(0, 0, 0))


def exchange_does_what_is_in_force(box: Box) -> bool:
    current = revisions(box).current()
    if current is None or not revisions(box).whole(current):
        return False
    document = documents.load(revisions(box).site(current))
    return live_queues(box) == {queue.name for queue in document.queues}


def settled(box: Box) -> None:
    """Wait until core and host answer after one of them was away."""

    def answers() -> bool:
        try:
            return state(box).revision is not None
        except BranchboxError:
            return False

    assert poll(answers, seconds=60, every=0.25), "host never came back"


def test_twenty_calls_stay_up_through_an_apply(box: Box) -> None:
    with traffic(box) as calls:
        sign_in(calls, box, talks=14)
        calls.call(Callers(13800040001, 20, DID, "1", patience=90))
        assert poll(lambda: asterisk(box, "queue show repair").startswith("repair has 10 calls"), seconds=30)
        before = re.search(r"(\d+) active channels", asterisk(box, "core show channels count"))
        began = time.time()
        applied = apply(box, with_queue(in_force(box), "spare"))
        ended = time.time()
        after = re.search(r"(\d+) active channels", asterisk(box, "core show channels count"))
        assert before and after
        assert int(before[1]) >= 30, "20 callers and 10 agents were not up"
        assert applied.problems == ()
        assert tuple(step.name for step in applied.steps) == STEPS
        assert "spare" in live_queues(box)
        confirm(box)
        calls.wait(150)
        placed, answered = calls.placed(), calls.answered()
    up = [call for call in placed if call.started < began and call.ended is not None and call.ended > ended]
    assert len(up) == 20, "not all calls were up before and after"
    talked = [talk for talk in answered if talk.answered is not None and talk.ended is not None]
    assert len(talked) == 20
    for talk in talked:
        assert talk.answered is not None and talk.ended is not None
        assert talk.ended - talk.answered == pytest.approx(14, abs=1.5), "a talk was cut short"


def test_what_asterisk_refuses_is_named_and_never_reaches_the_live_one(box: Box) -> None:
    before, number = in_force(box), state(box).revision
    trunk = before.trunks[0].model_copy(update={"extra": {"no_such_option": "1"}})
    propose(box, before.model_copy(update={"trunks": (trunk, *before.trunks[1:])}))
    plan: Plan = ask(box, contract.CONFIG_PLAN, Empty())
    assert any(problem.where.startswith("pjsip.conf:") for problem in plan.problems)
    assert "no_such_option" in str(plan.problems[0])
    assert "carrier" in str(plan.problems[0])
    applied = ask(box, contract.CONFIG_APPLY, Apply(why="a test"))
    assert applied.revision is None
    assert "no_such_option" in str(applied.problems[0])
    discard(box)
    assert state(box).revision == number
    assert "trunk-carrier" in asterisk(box, "pjsip list endpoints")


def test_an_unconfirmed_apply_goes_back_by_itself(box: Box) -> None:
    number = state(box).revision
    applied = apply(box, with_queue(in_force(box), "unconfirmed"), confirm_within=10)
    assert applied.problems == ()
    assert "unconfirmed" in live_queues(box)
    assert poll(lambda: state(box).revision == number, seconds=20, every=0.25)
    assert poll(lambda: "unconfirmed" not in live_queues(box), seconds=5, every=0.25)
    assert state(box).pending is None
    discard(box)


def test_a_rollback_is_a_new_revision_that_can_be_reverted(box: Box) -> None:
    number = state(box).revision
    applied = ask(box, contract.CONFIG_ROLLBACK, contract.Rollback(revision=1, why="as it was"))
    assert applied.revision is not None and applied.revision > (number or 0)
    assert live_queues(box) == {"repair", "billing"}
    assert ask(box, contract.CONFIG_REVERT, Why()).revision == number
    assert exchange_does_what_is_in_force(box)


def test_people_get_an_account_and_lose_it(box: Box) -> None:
    before = in_force(box)
    li = Person(login="li", name="Li Na, 2", role=Role.TECHNICIAN, ssh_keys=(KEY,))
    assert apply(box, before.model_copy(update={"people": (*before.people, li)})).problems == ()
    confirm(box)
    login, _, _, _, name, _, shell = box.run(["getent", "passwd", "li"]).out.strip().split(":")
    assert (login, name, shell) == ("li", "Li Na  2", "/usr/bin/branchbox-login")
    assert box.run(["getent", "shadow", "li"]).out.split(":")[1] == "!"
    assert box.run(["cat", "/etc/ssh/authorized_keys.d/li"]).out == KEY + "\n"
    assert "branchbox-people" in box.run(["id", "--groups", "--name", "li"]).out

    assert apply(box, before).problems == ()
    confirm(box)
    assert box.run(["getent", "shadow", "li"]).out.split(":")[7] == "1"
    assert box.run(["test", "-e", "/etc/ssh/authorized_keys.d/li"], check=False).code != 0


def test_only_core_may_ask_host_and_root_may_not(box: Box) -> None:
    asked = ["curl", "--silent", "--unix-socket", "/run/branchbox/host/verbs.sock", "-X", "POST", "http://box/state"]
    if box.run(["which", "curl"], check=False).code:
        program = (
            "import asyncio, pathlib; from appliance.api import client, verbs, wire\n"
            "host = client.Client(pathlib.Path('/run/branchbox/host/verbs.sock'))\n"
            "print(asyncio.run(host.call(verbs.STATE, wire.Empty())).current)"
        )
        asked = ["/opt/branchbox/bin/python", "-c", program]
    as_root = box.run(asked, check=False)
    assert "Only branchbox-core may ask" in as_root.out + as_root.err
    as_technician = box.as_user("technician", asked, check=False)
    assert "current" not in as_technician.out
    assert as_technician.code != 0
    assert str(state(box).revision) in box.as_user("branchbox", asked).out


@pytest.fixture
def dying(box: Box) -> Iterator[None]:
    """The box's host dies once after the step that is asked for."""
    box.run(["mkdir", "-p", str(Path(OVERRIDE).parent)])
    box.run(["tee", DYING], stdin=(Path(__file__).parent / "dying_host.py").read_text())
    override = f"[Service]\nExecStart=\nExecStart=/opt/branchbox/bin/python -P {DYING}\n"
    box.run(["tee", OVERRIDE], stdin=override)
    box.run(["systemctl", "daemon-reload"])
    box.run(["systemctl", "restart", "branchbox-host"])
    settled(box)
    yield
    box.run(["rm", OVERRIDE])
    box.run(["systemctl", "daemon-reload"])
    box.run(["systemctl", "restart", "branchbox-host"])
    settled(box)


@pytest.mark.usefixtures("dying")
@pytest.mark.parametrize(
    "step", [*STEPS, "switch back", "machine back", "reload back", "accounts back", "gate back", "settle"]
)
def test_kill_9_at_any_step_leaves_one_whole_revision_in_force_everywhere(box: Box, step: str) -> None:
    before = state(box).revision
    starts = box.run(["systemctl", "show", "--property=NRestarts", "branchbox-host"]).out
    box.run(["tee", "/run/branchbox/host/fatal-step"], stdin=step)
    with pytest.raises(BranchboxError) as told:
        assert apply(box, with_queue(in_force(box), "risky")).problems == ()
        ask(box, contract.CONFIG_REVERT, Why())
    settled(box)
    restarts = box.run(["systemctl", "show", "--property=NRestarts", "branchbox-host"]).out
    assert restarts != starts, f"nobody died: {told.value}"
    found = state(box)
    waits = step in STEPS[STEPS.index("switch") :]
    assert found.pending == (found.revision if waits else None)
    assert found.revision == before or waits
    assert exchange_does_what_is_in_force(box)
    assert all(revisions(box).whole(number) for number in revisions(box).numbers())
    if waits:
        assert "risky" in live_queues(box)
        ask(box, contract.CONFIG_REVERT, Why())
    discard(box)
    assert state(box).revision == before
    assert exchange_does_what_is_in_force(box)


def test_power_lost_while_a_revision_waits_comes_back_with_the_one_before(box: Box) -> None:
    number = state(box).revision
    assert apply(box, with_queue(in_force(box), "unlucky"), confirm_within=10).problems == ()
    box.cut()
    box.boot()
    box.wait_ready()
    assert poll(lambda: state(box).revision == number, seconds=20, every=0.25)
    assert poll(lambda: exchange_does_what_is_in_force(box), seconds=10, every=0.25)
    assert "unlucky" not in live_queues(box)
