"""Who may not do a thing is refused by core, whatever the client is, and it is written down for good."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from appliance.api import contract
from appliance.api.contract import OperationFilter
from appliance.api.pages import PAGES
from appliance.api.wire import Empty, Method, contract_of
from appliance.site.models import Role
from images.asking import ask
from images.box import Box

SUPERVISOR, AGENT, TECHNICIAN = "supervisor", "lina", "technician"
"""Three of the example branch's people."""
DATABASE = "/var/lib/branchbox/core/site.db"

RAW_CLIENT = """
import json, socket, sys
answers = {}
for method in json.load(sys.stdin):
    with socket.socket(socket.AF_UNIX) as link:
        link.connect("/run/branchbox/core/api.sock")
        link.sendall(f"POST /{method} HTTP/1.1\\r\\nHost: box\\r\\nContent-Length: 2\\r\\n"
                     "Connection: close\\r\\n\\r\\n{}".encode())
        answer = b"".join(iter(lambda: link.recv(65536), b""))
    answers[method] = int(answer.split()[1])
print(json.dumps(answers))
"""
"""HTTP by hand: no client of ours is between the person and core."""


def ask_raw(box: Box, login: str, methods: list[str]) -> dict[str, int]:
    """Call methods as a Unix user without any client of ours; gives the HTTP status of each."""
    done = box.as_user(login, ["python3", "-c", RAW_CLIENT], stdin=json.dumps(methods))
    answers: dict[str, int] = json.loads(done.out)
    return answers


def forbidden_to(role: Role) -> list[str]:
    """The contract's methods that a role may not call."""
    methods = contract_of(*PAGES).values()
    return sorted(each.name for each in methods if isinstance(each, Method) and role not in each.roles)


def refusals_of(box: Box, login: str) -> list[str]:
    """The methods that the operation log says a person was refused, newest first."""
    page = ask(box, contract.OPLOG_LIST, OperationFilter(by=login, refused_only=True, limit=1000))
    return [operation.method for operation in page.operations]


@pytest.mark.parametrize(("login", "role"), [(SUPERVISOR, Role.SUPERVISOR), (AGENT, Role.AGENT)])
def test_every_forbidden_method_is_refused_and_written_down(box: Box, login: str, role: Role) -> None:
    forbidden = forbidden_to(role)
    assert "config/apply" in forbidden
    before = len(refusals_of(box, login))
    assert ask_raw(box, login, forbidden) == dict.fromkeys(forbidden, 403)
    after = refusals_of(box, login)
    assert sorted(after[: len(after) - before]) == forbidden


def test_a_service_has_only_the_rights_of_a_service(box: Box) -> None:
    assert ask_raw(box, "branchbox-health", ["config/export", "config/apply"]) == {
        "config/export": 403,
        "config/apply": 403,
    }


def test_the_command_line_tells_a_person_why_not(box: Box) -> None:
    done = box.as_user(SUPERVISOR, ["branchbox", "config", "export"], check=False)
    assert done.code != 0
    assert "supervisor may not do this" in done.out + done.err
    assert "password" not in done.out


def test_a_stranger_does_not_even_reach_the_socket(box: Box) -> None:
    done = box.as_user("nobody", ["python3", "-c", RAW_CLIENT], stdin='["who_am_i"]', check=False)
    assert "PermissionError" in done.err


def test_a_change_is_in_the_operation_log_under_its_persons_name(box: Box) -> None:
    assert ask_raw(box, TECHNICIAN, ["config/discard"]) == {"config/discard": 200}
    newest = ask(box, contract.OPLOG_LIST, OperationFilter(by=TECHNICIAN, limit=1)).operations[0]
    assert (newest.by, newest.role, newest.method, newest.result) == (
        TECHNICIAN,
        "technician",
        "config/discard",
        "done",
    )


@pytest.fixture
def database(box: Box) -> Iterator[Path]:
    """core's database while core is stopped; afterwards it is as before and core runs."""
    path = box.path(DATABASE)
    box.run(["systemctl", "stop", "branchbox-core"])
    with closing(sqlite3.connect(path)) as whole:
        whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    untouched = path.read_bytes()
    yield path
    box.run(["systemctl", "stop", "branchbox-core"])
    for leftover in path.parent.glob("site.db-*"):
        leftover.unlink()
    path.write_bytes(untouched)
    box.run(["systemctl", "start", "branchbox-core"])
    box.wait_ready()


def test_an_untouched_log_is_whole(box: Box) -> None:
    assert ask(box, contract.AUDIT_VERIFY, Empty()).broken_at is None
    done = box.as_user(TECHNICIAN, ["branchbox", "audit", "verify"])
    assert done.code == 0


def test_a_tampered_row_is_found(box: Box, database: Path) -> None:
    with closing(sqlite3.connect(database)) as by_hand, by_hand:
        (table,) = by_hand.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%result%' AND sql LIKE '%hash%'"
        ).fetchone()
        guards = by_hand.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,))
        for (guard,) in guards.fetchall():  # who has the file can take its guards away
            by_hand.execute(f"DROP TRIGGER {guard}")
        (row,) = by_hand.execute(f"SELECT max(number) FROM {table} WHERE result = 'refused'").fetchone()  # noqa: S608  # name from the database itself
        by_hand.execute(f"UPDATE {table} SET result = 'done' WHERE number = ?", (row,))  # noqa: S608  # as above
    box.run(["systemctl", "start", "branchbox-core"])
    box.wait_ready()

    assert ask(box, contract.AUDIT_VERIFY, Empty()).broken_at == row
    done = box.as_user(TECHNICIAN, ["branchbox", "audit", "verify"], check=False)
    assert done.code != 0
    assert str(row) in done.out + done.err
