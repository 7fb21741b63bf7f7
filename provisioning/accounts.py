"""People of the site document as Unix accounts: facts, a plan, commands.

An account is ours when its primary group is branchbox-people; no other account is ever
touched (services are in that group too, but as a second one). Nobody who left is deleted,
so that files and logs keep their owner's name: the account expires and its keys go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.site.models import SiteDocument
from appliance.site.problems import Problem
from provisioning import files
from provisioning.files import Access
from provisioning.passwords import Passwords
from provisioning.run import run

GROUP = "branchbox-people"
SHELL = "/usr/bin/branchbox-login"
HOMES = Path("/var/lib/branchbox/home")
KEYS = Path("/etc/ssh/authorized_keys.d")
_SECONDS = 30.0


@dataclass(frozen=True)
class Account:
    """An account as the system's files have it."""

    login: str
    ours: bool
    gecos: str
    shell: str
    expired: bool


@dataclass(frozen=True)
class Facts:
    """What there is: accounts by login, and the key files of people by login."""

    accounts: Mapping[str, Account]
    keys: Mapping[str, str]


@dataclass(frozen=True)
class AccountPlan:
    """What to do: commands in order, key files to write, key files to remove."""

    commands: tuple[tuple[str, ...], ...] = ()
    write_keys: tuple[tuple[str, str], ...] = ()
    remove_keys: tuple[str, ...] = ()


class System:
    """The accounts of this system; first passwords that waited for an account go into it."""

    def __init__(self, kept: Passwords) -> None:
        self._kept = kept

    def problems(self, document: SiteDocument) -> tuple[Problem, ...]:
        """People whose login the system itself uses."""
        return problems(document, read_facts())

    def make_true(self, document: SiteDocument) -> None:
        """Give exactly the document's people an account. Raises CommandFailed."""
        carry_out(plan(document, read_facts()))
        if self._kept.waiting():
            self._kept.give_out(account.login for account in read_facts().accounts.values() if account.ours)


def parse(passwd: str, group: str, shadow: str, keys: Mapping[str, str]) -> Facts:
    """Facts from the texts of /etc/passwd, /etc/group and /etc/shadow."""
    gids = {fields[0]: fields[2] for fields in map(_fields, group.splitlines()) if len(fields) > 2}
    expiries = {fields[0]: fields[7] for fields in map(_fields, shadow.splitlines()) if len(fields) > 7}
    accounts = {}
    for fields in map(_fields, passwd.splitlines()):
        if len(fields) == 7:
            login, _, _, gid, gecos, _, shell = fields
            ours = GROUP in gids and gid == gids[GROUP]
            accounts[login] = Account(login, ours, gecos, shell, expiries.get(login, "") not in {"", "-1"})
    return Facts(accounts, keys)


def read_facts() -> Facts:
    """What this system has now."""
    keys = {path.name: path.read_text() for path in KEYS.iterdir() if path.is_file()} if KEYS.is_dir() else {}
    return parse(Path("/etc/passwd").read_text(), Path("/etc/group").read_text(), Path("/etc/shadow").read_text(), keys)


def problems(document: SiteDocument, facts: Facts) -> tuple[Problem, ...]:
    """People whose login is an account of the system's own."""
    return tuple(
        Problem(
            text="The login {login} belongs to an account of the system itself. Choose another login.",
            where=f"people[{index}] {person.login}: login",
            args={"login": person.login},
        )
        for index, person in enumerate(document.people, start=1)
        if (account := facts.accounts.get(person.login)) and not account.ours
    )


def gecos(name: str) -> str:
    """A person's name as /etc/passwd can hold it."""
    return name.translate({ord(":"): " ", ord(","): " "})


def plan(document: SiteDocument, facts: Facts) -> AccountPlan:
    """What turns the facts into the document's people; nothing when they agree."""
    commands: list[tuple[str, ...]] = []
    write_keys: list[tuple[str, str]] = []
    remove_keys: list[str] = []
    for person in document.people:
        account = facts.accounts.get(person.login)
        name = gecos(person.name)
        if account is None:
            commands.append(_useradd(person.login, name))
        elif account.ours:
            changes = (("--comment", name) if account.gecos != name else ()) + (
                ("--shell", SHELL) if account.shell != SHELL else ()
            )
            changes += ("--expiredate", "") if account.expired else ()
            if changes:
                commands.append(("usermod", *changes, person.login))
        else:
            continue
        wanted = "".join(f"{key}\n" for key in person.ssh_keys)
        if wanted and facts.keys.get(person.login) != wanted:
            write_keys.append((person.login, wanted))
        elif not wanted and person.login in facts.keys:
            remove_keys.append(person.login)
    people = {person.login for person in document.people}
    for account in facts.accounts.values():
        if account.ours and account.login not in people:
            if not account.expired:
                commands.append(("usermod", "--expiredate", "1", account.login))
            if account.login in facts.keys:
                remove_keys.append(account.login)
    return AccountPlan(tuple(commands), tuple(write_keys), tuple(remove_keys))


def carry_out(wanted: AccountPlan) -> None:
    """Make the plan true. Raises CommandFailed; keys go before anything is added."""
    for login in wanted.remove_keys:
        files.remove(KEYS / login)
    if wanted.commands:
        files.make_folder(HOMES, Access(0, 0, 0o755))
    for command in wanted.commands:
        run(command, timeout=_SECONDS)
    if wanted.write_keys:
        files.make_folder(KEYS, Access(0, 0, 0o755))
    for login, text in wanted.write_keys:
        files.write_whole(KEYS / login, text, Access(0, 0, 0o644))


def _useradd(login: str, name: str) -> tuple[str, ...]:
    home = str(HOMES / login)
    return (
        *("useradd", "--gid", GROUP, "--no-user-group", "--comment", name),
        *("--home-dir", home, "--create-home", "--skel", "/dev/null", "--shell", SHELL, login),
    )


def _fields(line: str) -> list[str]:
    return line.split(":")
