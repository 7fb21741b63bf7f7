"""The recorder on the booted box: compressed, sealed, heard by whom it is for, proved; a full disk hurts no call."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from nacl import bindings as sodium

from appliance.api import contract, recordings
from appliance.api.contract import Call, CallState
from appliance.api.recordings import AuditState, AuditWish, RecordingFilter
from appliance.api.wire import Empty
from appliance.recorder import manifest
from appliance.site import document as documents
from appliance.site.models import Person, Role
from images.asking import ask
from images.box import Box
from images.rootfs import Root
from images.run import poll
from images.traffic import AnsweredCall, Callers, PlacedCall
from tests.lab.expectations import (
    MANAGER,
    PASSPHRASE,
    RECORDINGS,
    audio,
    detail,
    recording_holds_both,
    wait_for_history,
)
from tests.lab.rush import DID, passwords, sign_in, traffic

SUPERVISOR, TECHNICIAN = "supervisor", "technician"
ANOTHER = "another four of them"
MONITOR = "/var/spool/asterisk/monitor"
PHONE = "8021"

SAY = """
import json, socket, sys
method, takes = json.load(sys.stdin)
body = json.dumps(takes).encode()
with socket.socket(socket.AF_UNIX) as link:
    link.connect("/run/branchbox/core/api.sock")
    link.sendall(f"POST /{method} HTTP/1.1\\r\\nHost: box\\r\\nContent-Length: {len(body)}\\r\\n"
                 "Connection: close\\r\\n\\r\\n".encode() + body)
    answer = b"".join(iter(lambda: link.recv(65536), b""))
head, _, said = answer.partition(b"\\r\\n\\r\\n")
print(json.dumps([int(head.split()[1]), json.loads(said)]))
"""


def say(box: Box, login: str, method: str, /, **takes: Any) -> tuple[int, dict[str, Any]]:
    """Call a method as a Unix user; gives the HTTP status and the answer."""
    done = box.as_user(login, ["python3", "-c", SAY], stdin=json.dumps([method, takes]))
    status, answer = json.loads(done.out)
    return status, answer


def said(box: Box, login: str, method: str, /, **takes: Any) -> dict[str, Any]:
    """The same, when it must be done."""
    status, answer = say(box, login, method, **takes)
    assert status == 200, answer
    return answer


@pytest.fixture(scope="module")
def branch(root: Root) -> Iterator[Box]:
    """A box of its own, with a manager among its people: no other test's recordings are in the audit."""
    example, _ = documents.parse(documents.example("en"))
    assert example is not None
    people = (*example.people, Person(login=MANAGER, name="Chen Hua", role=Role.MANAGER))
    box = Box.start("recorder", root, document=example.model_copy(update={"people": people}))
    box.wait_tested()
    yield box
    box.stop()
    box.remove()


def talk(box: Box, number: str, seconds: float = 4) -> tuple[PlacedCall, AnsweredCall]:
    """A caller talks to an agent; gives what both saw."""
    with traffic(box) as calls:
        sign_in(calls, box, talks=seconds)
        calls.call(Callers(int(number), 1, DID, "1", patience=60))
        calls.wait(90)
        [placed], answered = calls.placed(), calls.answered()
    [heard] = [each for each in answered if each.caller == number]
    return placed, heard


def arrived(box: Box, placed: PlacedCall, heard: AnsweredCall, seconds: float = 30) -> tuple[Call, str]:
    """The call's row and the name of its recording, which holds both."""
    [row] = wait_for_history(box, placed.caller, 1, recorded=1, seconds=seconds)
    [recording] = detail(box, row).recordings
    assert recording_holds_both(box, row, placed, heard) == []
    return row, recording.name


def recorded_call(box: Box, number: str) -> tuple[Call, str]:
    """A caller talks to an agent; gives the row and the name of its recording."""
    return arrived(box, *talk(box, number))


def audited(box: Box) -> AuditState:
    ask(box, recordings.RECORDINGS_AUDIT, AuditWish())
    assert poll(lambda: not ask(box, recordings.RECORDINGS_AUDIT_STATE, Empty()).running, seconds=60)
    return ask(box, recordings.RECORDINGS_AUDIT_STATE, Empty())


def alarms(box: Box) -> dict[str, str]:
    """What stands as an alarm now, in words."""
    seen = ask(box, contract.DASHBOARD, Empty()).box
    return {alarm.key: str(alarm.problem) for alarm in seen.alarms} if seen else {}


def saying(box: Box, key: str, words: str) -> str:
    """What an alarm says once it says this, or in the end.

    The recorder speaks once a minute, health looks every 15 s.
    """
    poll(lambda: words in alarms(box).get(key, ""), seconds=100, every=0.5)
    return alarms(box).get(key, "")


def is_over(box: Box, key: str) -> bool:
    """Whether an alarm goes before long."""
    return poll(lambda: key not in alarms(box), seconds=100, every=0.5)


def test_without_a_key_a_call_becomes_opus_and_its_raw_file_goes(branch: Box) -> None:
    _, name = recorded_call(branch, "13800090001")
    assert name.endswith(".opus")
    assert poll(lambda: not list(branch.path(MONITOR).glob("*.raw")), seconds=20)
    assert "unsealed" in str(ask(branch, recordings.RECORDINGS_STATE, Empty()).problems)
    assert "A manager (Chen Hua) makes the key" in saying(branch, "unsealed", "A manager (Chen Hua) makes the key")


@pytest.fixture(scope="module")
def sealed(branch: Box) -> str:
    """The manager makes the key; gives the name of the next call's recording."""
    said(branch, MANAGER, "recordings/key_make", new=PASSPHRASE)
    _, name = recorded_call(branch, "13800090002")
    assert name.endswith(".opus.sealed")
    return name


def test_nobody_without_a_slot_hears_what_is_sealed(branch: Box, sealed: str) -> None:
    assert b"OggS" not in audio(branch, sealed).read_bytes()
    for login, refused in ((TECHNICIAN, 403), (SUPERVISOR, 409)):
        status, answer = say(branch, login, "recordings/export", name=sealed, why="curious")
        assert (status, login) == (refused, login), answer
    denied = branch.as_user("asterisk", ["cat", f"{RECORDINGS}/{sealed}"], check=False)
    assert denied.code != 0


def test_a_supervisor_who_was_let_in_takes_it_as_a_file(branch: Box, sealed: str) -> None:
    said(branch, SUPERVISOR, "recordings/key_ask", new=ANOTHER)
    said(branch, MANAGER, "recordings/key_admit", login=SUPERVISOR)
    said(branch, SUPERVISOR, "recordings/open", password=ANOTHER)
    command = f"branchbox recordings get {sealed} --why complaint | head -c 4"
    assert branch.as_user(SUPERVISOR, ["sh", "-c", command]).out == "OggS"


def test_a_phone_rings_and_hears_it_and_nothing_is_left(branch: Box, sealed: str) -> None:
    with traffic(branch) as calls:
        sign_in(calls, branch, talks=4)
        assert PHONE in passwords(branch)
        playing = said(branch, SUPERVISOR, "recordings/play", name=sealed, phone="8001", why="coaching")
        assert playing["answered"], playing
    assert poll(lambda: branch.run(["ls", "/run/branchbox/playback"]).out == "", seconds=30)


def test_the_audit_finds_a_file_that_was_touched(branch: Box, sealed: str) -> None:
    assert [str(finding) for finding in audited(branch).findings] == []
    path = audio(branch, sealed)
    whole = path.read_bytes()
    path.write_bytes(whole[:-100] + bytes(100))
    try:
        [found] = audited(branch).findings
        assert found.args["name"] == sealed
        assert "was changed" in str(found)
        assert sealed in saying(branch, "recordings-audit", sealed)
    finally:
        path.write_bytes(whole)
    audited(branch)
    assert is_over(branch, "recordings-audit")
    assert is_over(branch, "unsealed")


@contextmanager
def full_disk(box: Box) -> Iterator[None]:
    """Where Asterisk records, 64 KiB are left."""
    box.run(["mount", "-t", "tmpfs", "-o", "size=64k,uid=901,gid=901,mode=2770", "tmpfs", MONITOR])
    try:
        yield
    finally:
        box.run(["umount", MONITOR])


def test_a_full_disk_hurts_no_call(branch: Box) -> None:
    number = "13800090003"
    with full_disk(branch), traffic(branch) as calls:
        sign_in(calls, branch, talks=10)
        calls.call(Callers(int(number), 1, DID, "1", patience=60))
        calls.wait(90)
        [talk] = [each for each in calls.answered() if each.caller == number]
        assert talk.answered is not None and talk.ended is not None
        assert talk.ended - talk.answered > 9
        # What could be written is filed before that disk goes away.
        assert poll(lambda: ".raw" not in branch.run(["ls", MONITOR]).out, seconds=60)
    assert ask(branch, recordings.RECORDINGS_LIST, RecordingFilter(limit=1)).recordings
    recorded_call(branch, "13800090004")


@contextmanager
def read_only_shelves(box: Box) -> Iterator[None]:
    """Where the recorder files, its disk is read-only; in its own view alone, so the box goes on."""
    pid = box.run(["systemctl", "show", "--property=MainPID", "--value", "branchbox-recorder"]).out.strip()

    def remount(how: str) -> None:
        box.run(["nsenter", f"--target={pid}", "--mount", "mount", "-o", f"remount,bind,{how}", RECORDINGS])

    remount("ro")
    try:
        yield
    finally:
        remount("rw")


def test_on_a_read_only_disk_calls_go_on_it_is_said_and_nothing_is_lost(branch: Box, sealed: str) -> None:
    with read_only_shelves(branch):
        placed, heard = talk(branch, "13800090005")
        assert "Read-only file system" in saying(branch, "filing", "Read-only file system")
        assert list(branch.path(MONITOR).glob("*.raw"))
        assert sealed in {one.name for one in ask(branch, recordings.RECORDINGS_LIST, RecordingFilter()).recordings}
    _, name = arrived(branch, placed, heard, seconds=90)
    assert name.endswith(".opus.sealed")
    assert is_over(branch, "filing")
    assert not list(branch.path(MONITOR).glob("*.raw"))


@pytest.fixture(scope="module")
def signed(branch: Box, sealed: str) -> Path:
    """The manifest of a day that is over: what was filed today becomes yesterday's."""
    folder = branch.path(RECORDINGS) / manifest.FOLDER
    [journal] = folder.glob("*.journal")
    yesterday = dt.date.fromisoformat(journal.stem) - dt.timedelta(days=1)
    journal.rename(journal.with_stem(str(yesterday)))
    branch.run(["systemctl", "restart", "branchbox-recorder"])
    made = folder / f"{yesterday}.jsonl"
    assert poll(lambda: made.exists() and not list(folder.glob(f"{yesterday}.journal")), seconds=30)
    assert sealed in made.read_text()
    return made


def _changed(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"size":', b'"size":1'))


def _signed_by_another(path: Path) -> None:
    head, *entries = [json.loads(line) for line in path.read_text().splitlines()[:-1]]
    _, secret = sodium.crypto_sign_keypair()
    path.write_bytes(manifest.signed(head["day"], entries, head["previous"], secret))


@pytest.mark.parametrize(
    ("forge", "words"),
    [
        (_changed, "is not as it was signed"),
        (Path.unlink, "is missing, which core was told of"),
        (_signed_by_another, "is another one than the operation log knows"),
    ],
)
def test_a_forged_manifest_is_found_and_said(
    branch: Box, signed: Path, forge: Callable[[Path], None], words: str
) -> None:
    genuine = signed.read_bytes()
    forge(signed)
    try:
        found = [str(finding) for finding in audited(branch).findings]
        assert [finding for finding in found if f"The manifest of {signed.stem} {words}" in finding], found
        told = f"{signed.stem} is missing or forged"
        assert told in saying(branch, "recordings-audit", told)
    finally:
        signed.write_bytes(genuine)
    assert not [finding for finding in audited(branch).findings if "manifest" in str(finding)]


def test_what_a_dying_exchange_cut_short_is_filed_and_marked(branch: Box, sealed: str) -> None:
    number = "13800090006"

    def talks() -> bool:
        up = ask(branch, contract.LIVE, Empty()).calls
        return any(call.caller == number and call.state is CallState.TALKING for call in up)

    with traffic(branch) as calls:
        sign_in(calls, branch, talks=60)
        calls.call(Callers(int(number), 1, DID, "1", patience=60))
        assert poll(talks, seconds=30)
        assert poll(lambda: any(raw.stat().st_size > 100_000 for raw in branch.path(MONITOR).glob("*.raw")), seconds=20)
        branch.run(["systemctl", "kill", "--signal=KILL", "asterisk", "branchbox-recorder"])
    branch.wait_ready()
    [row] = wait_for_history(branch, number, 1, recorded=1, seconds=90)
    found = ask(branch, recordings.RECORDINGS_LIST, RecordingFilter()).recordings
    [cut] = [one for one in found if one.linkedid == row.linkedid]
    assert cut.cut_short and cut.duration > 2
    assert detail(branch, row).timeline[-1].what == "cut-off"
    assert [str(finding) for finding in audited(branch).findings if cut.name in str(finding)] == [
        f"{cut.name} ends before its talk did: the exchange or the box stopped meanwhile. What is there is whole."
    ]
    assert cut.name in saying(branch, "recordings-audit", cut.name)
