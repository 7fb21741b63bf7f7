"""People get accounts of their own on the box."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.models import SiteDocument
from appliance.site.rules.fault import Fault

SYSTEM_ACCOUNTS = frozenset(
    "root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody "
    "asterisk sshd messagebus polkitd nut avahi tss dnsmasq chrony ntp postfix uuidd statd sudo adm staff "
    "users nogroup audio dialout video shadow kmem disk plugdev netdev admin operator debian "
    "Debian-snmp snmp tcpdump rtkit usbmux".lower().split()
)
"""Debian's own users and groups that a person's account would collide with."""

OUR_PREFIXES = ("branchbox", "systemd", "asterisk")


def logins_are_free(document: SiteDocument) -> Iterator[Fault]:
    """A login is none of the system's accounts."""
    for index, person in enumerate(document.people):
        if person.login in SYSTEM_ACCOUNTS or person.login.startswith(OUR_PREFIXES):
            yield Fault(
                ("people", index, "login"),
                "{login} is an account of the system: choose another login.",
                {"login": person.login},
            )


def agents_are_one_person(document: SiteDocument) -> Iterator[Fault]:
    """The agent that a person is exists, and is nobody else."""
    agents = {agent.number for agent in document.agents}
    known: dict[str, str] = {}
    for index, person in enumerate(document.people):
        if person.agent is None:
            continue
        if person.agent not in agents:
            yield Fault(("people", index, "agent"), "There is no agent {name}: make it first.", {"name": person.agent})
        other = known.setdefault(person.agent, person.login)
        if other != person.login:
            yield Fault(
                ("people", index, "agent"),
                "{other} is agent {name} already: an agent is one person.",
                {"other": other, "name": person.agent},
            )


def phones_exist(document: SiteDocument) -> Iterator[Fault]:
    """The phone of a person is one of the branch's."""
    phones = {extension.number for extension in document.extensions}
    for index, person in enumerate(document.people):
        if person.extension is not None and person.extension not in phones:
            yield Fault(
                ("people", index, "extension"),
                "There is no extension {name}: make it first.",
                {"name": person.extension},
            )


RULES = (logins_are_free, agents_are_one_person, phones_exist)
