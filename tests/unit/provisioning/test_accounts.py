"""Accounts follow the document's people, and no other account is ever touched."""

from __future__ import annotations

from itertools import pairwise

import pytest

from appliance.site.models import Person, Role, Site, SiteDocument
from provisioning.accounts import KEYS, AccountPlan, Facts, parse, plan, problems

GROUP = "root:x:0:\nbranchbox-people:x:995:branchbox,branchbox-health\nbranchbox:x:996:\n"
PASSWD = """root:x:0:0:root:/root:/bin/bash
branchbox:x:996:996::/home/branchbox:/usr/sbin/nologin
zhang:x:1000:995:Zhang Wei:/var/lib/branchbox/home/zhang:/usr/bin/branchbox-login
"""
SHADOW = "root:*:20000:0:99999:7:::\nzhang:!:20000:0:99999:7:::\n"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBranchboxTestKeyBranchboxTestKeyBranchb zhang"


def document(*people: Person) -> SiteDocument:
    return SiteDocument(site=Site(name="North", code="WZN"), people=people)


def person(login: str = "zhang", name: str = "Zhang Wei", keys: tuple[str, ...] = ()) -> Person:
    return Person(login=login, name=name, role=Role.TECHNICIAN, ssh_keys=keys)


def facts(passwd: str = PASSWD, shadow: str = SHADOW, **keys: str) -> Facts:
    return parse(passwd, GROUP, shadow, keys)


def test_people_who_are_there_already_need_nothing() -> None:
    assert plan(document(person()), facts()) == AccountPlan()


def test_a_new_person_gets_an_account_in_our_group_with_our_shell() -> None:
    (command,) = plan(document(person(), person("li", "Li: Na, 2")), facts()).commands
    assert command[0] == "useradd"
    assert command[-1] == "li"
    settings = dict(pairwise(command))
    assert settings["--gid"] == "branchbox-people"
    assert settings["--shell"] == "/usr/bin/branchbox-login"
    assert settings["--comment"] == "Li  Na  2"
    assert "--password" not in command


def test_a_new_name_and_a_foreign_shell_are_put_right() -> None:
    other = PASSWD.replace("Zhang Wei", "Zhang").replace("/usr/bin/branchbox-login", "/bin/bash")
    assert plan(document(person()), facts(other)).commands == (
        ("usermod", "--comment", "Zhang Wei", "--shell", "/usr/bin/branchbox-login", "zhang"),
    )


def test_keys_are_written_when_they_differ_and_removed_when_there_are_none() -> None:
    wanted = document(person(keys=(KEY,)))
    assert plan(wanted, facts()).write_keys == (("zhang", KEY + "\n"),)
    assert plan(wanted, facts(zhang=KEY + "\n")).write_keys == ()
    assert plan(document(person()), facts(zhang=KEY + "\n")).remove_keys == ("zhang",)


def test_who_left_is_locked_once_and_loses_the_keys() -> None:
    found = plan(document(), facts(zhang=KEY + "\n"))
    assert found.commands == (("usermod", "--expiredate", "1", "zhang"),)
    assert found.remove_keys == ("zhang",)
    locked = SHADOW.replace("zhang:!:20000:0:99999:7:::", "zhang:!:20000:0:99999:7::1:")
    assert plan(document(), facts(shadow=locked)) == AccountPlan()


def test_who_comes_back_is_unlocked() -> None:
    locked = SHADOW.replace("zhang:!:20000:0:99999:7:::", "zhang:!:20000:0:99999:7::1:")
    assert plan(document(person()), facts(shadow=locked)).commands == (("usermod", "--expiredate", "", "zhang"),)


@pytest.mark.parametrize("login", ["root", "branchbox"])
def test_an_account_of_the_system_is_refused_and_not_touched(login: str) -> None:
    wanted = document(person(login, keys=(KEY,)), person())
    assert plan(wanted, facts()) == AccountPlan()
    (problem,) = problems(wanted, facts())
    assert problem.where == f"people[1] {login}: login"


def test_services_in_our_group_are_no_people() -> None:
    assert not facts().accounts["branchbox"].ours
    assert plan(document(person()), facts()).commands == ()


def test_the_key_folder_is_where_sshd_looks() -> None:
    assert str(KEYS) == "/etc/ssh/authorized_keys.d"
