"""The recorder on the booted box: compressed, sealed, heard by whom it is for, proved; a full disk hurts no call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from appliance.api import contract, recordings
from appliance.api.contract import Apply, Call, Confirm, Document, RevisionKey
from appliance.api.recordings import AuditState, AuditWish, RecordingFilter
from appliance.api.wire import Empty
from images.asking import ask
from images.box import Box
from images.run import poll
from images.traffic import Callers
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
def branch(box: Box) -> Box:
    """The box with a manager among its people."""
    toml = ask(box, contract.CONFIG_SHOW, RevisionKey()).toml
    person = f'\n[[people]]\nlogin = "{MANAGER}"\nname = "Chen Hua"\nrole = "manager"\n'
    ask(box, contract.CONFIG_EDIT, Document(toml=toml + person))
    applied = ask(box, contract.CONFIG_APPLY, Apply(why="a manager for the recordings"))
    assert not applied.problems
    ask(box, contract.CONFIG_CONFIRM, Confirm())
    return box


def recorded_call(box: Box, number: str) -> tuple[Call, str]:
    """A caller talks to an agent; gives the row and the name of its recording."""
    with traffic(box) as calls:
        sign_in(calls, box, talks=4)
        calls.call(Callers(int(number), 1, DID, "1", patience=60))
        calls.wait(90)
        [placed], answered = calls.placed(), calls.answered()
    [row] = wait_for_history(box, number, 1, recorded=1)
    [recording] = detail(box, row).recordings
    [talk] = [each for each in answered if each.caller == number]
    assert recording_holds_both(box, row, placed, talk) == []
    return row, recording.name


def audited(box: Box) -> AuditState:
    ask(box, recordings.RECORDINGS_AUDIT, AuditWish())
    assert poll(lambda: not ask(box, recordings.RECORDINGS_AUDIT_STATE, Empty()).running, seconds=60)
    return ask(box, recordings.RECORDINGS_AUDIT_STATE, Empty())


def test_without_a_key_a_call_becomes_opus_and_its_raw_file_goes(branch: Box) -> None:
    _, name = recorded_call(branch, "13800090001")
    assert name.endswith(".opus")
    assert poll(lambda: not list(branch.path(MONITOR).glob("*.raw")), seconds=20)
    assert "unsealed" in str(ask(branch, recordings.RECORDINGS_STATE, Empty()).problems)


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
    before = {str(finding) for finding in audited(branch).findings}
    path = audio(branch, sealed)
    whole = path.read_bytes()
    path.write_bytes(whole[:-100] + bytes(100))
    try:
        new = [finding for finding in audited(branch).findings if str(finding) not in before]
        assert [finding.args.get("name") for finding in new] == [sealed]
        assert "was changed" in str(new[0])
    finally:
        path.write_bytes(whole)


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
    assert ask(branch, recordings.RECORDINGS_LIST, RecordingFilter(limit=1)).recordings
    recorded_call(branch, "13800090004")
