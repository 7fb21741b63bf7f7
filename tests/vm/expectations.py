"""What a branch must still know after whatever happened to its machine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from appliance.api.contract import Call, CallDetail, CallPage, Outcome
from appliance.site.models import SiteDocument
from images.run import poll
from images.traffic import Callers, Phones
from images.vm import Disk
from images.vm.branch import Branch
from images.vm.partitions import mounted

DID, KEY, AGENT = "96296", "1", "8001"
"""The example branch's service number, the key for its repair queue, an agent there."""
TALK = 6.0


@dataclass(frozen=True)
class Known:
    """Ended calls by linkedid, and finished recordings with the SHA-256 of their sound, as the box told them."""

    calls: dict[str, Call]
    recordings: dict[str, str]


def known(branch: Branch) -> Known:
    """What the technician is told now."""
    page = branch.tell(CallPage, "calls", "list", "--limit", "1000")
    calls = {call.linkedid: call for call in page.calls if call.ended is not None}
    recorded = [call.linkedid for call in calls.values() if call.recordings]
    stories = branch.tell_all(CallDetail, "calls", "show", *recorded) if recorded else []
    return Known(calls, {recording.name: recording.sha256 for story in stories for recording in story.recordings})


def nothing_lost(before: Known, now: Known) -> None:
    """Every call and every recording that was told before is told now, and the same."""
    missing = [call for call in before.calls if now.calls.get(call) != before.calls[call]]
    assert not missing, [f"{before.calls[call]} became {now.calls.get(call)}" for call in missing]
    changed = [name for name in before.recordings if now.recordings.get(name) != before.recordings[name]]
    assert not changed, f"{changed} of {before.recordings} became {now.recordings}"


def recordings_are_there(disk: Disk, expected: Known) -> None:
    """The files on a disk that is switched off hold the sound that the box told of."""
    with mounted(disk, "data") as data:
        found = {path.name: path for path in data.rglob("recordings/**/*.opus*")}
        wrong = [
            name
            for name, sha256 in expected.recordings.items()
            if Path(name).name not in found or hashlib.sha256(found[Path(name).name].read_bytes()).hexdigest() != sha256
        ]
    assert not wrong, f"{wrong} is not what it was; there are {sorted(found)}"


def a_call(branch: Branch, document: SiteDocument, caller: int, *, seconds: float = 60) -> Call:
    """A caller presses through the menu and talks to an agent; gives the row, recorded and in the history."""
    secret = next(each.password.get_secret_value() for each in document.extensions if each.number == AGENT)
    with branch.traffic() as calls:
        calls.be_the_carrier()
        calls.answer(Phones((calls.phone(0, AGENT, secret),), rings=0.5, talks=TALK), within=60)
        calls.call(Callers(caller, 1, DID, KEY, press_after=3.0, patience=120))
        calls.wait(180)
        talks = [each for each in calls.answered() if each.caller == str(caller)]
        assert talks, f"{calls.words()}\n{branch.ssh('branchbox', 'status', check=False).out}"
        (talk,) = talks
    assert talk.answered is not None, talk
    rows: list[Call] = []

    def told() -> bool:
        page = branch.tell(CallPage, "calls", "list", "--number", str(caller))
        rows[:] = [call for call in page.calls if call.ended is not None and call.recordings]
        return bool(rows)

    assert poll(told, seconds=seconds, every=2), f"no row with a recording of {caller}: {known(branch)}"
    (row,) = rows
    assert (row.outcome, row.agent, row.queue) == (Outcome.ANSWERED, AGENT, "repair"), row
    return row
