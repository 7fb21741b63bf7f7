"""Who a caller is: the peer's uid, its account's name, and the site document's people."""

from __future__ import annotations

import pwd
from collections.abc import Callable
from dataclasses import dataclass

from appliance.api.contract import Service
from appliance.api.wire import Refused
from appliance.core.in_force import InForce
from appliance.site.models import Person, Role
from appliance.site.problems import Problem

SERVICES = {"branchbox-recorder": Service.RECORDER, "branchbox-health": Service.HEALTH}


@dataclass(frozen=True)
class Caller:
    """A caller that the box knows; `person` is None for root and our services."""

    login: str
    role: Role | Service
    person: Person | None = None


def login_of(uid: int) -> str | None:
    """The account's name, None when there is none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


class People:
    """Finds callers in the document in force."""

    def __init__(self, in_force: InForce, login_of: Callable[[int], str | None] = login_of) -> None:
        self._in_force = in_force
        self.login_of = login_of

    def by_uid(self, uid: int) -> Caller:
        """The caller with this uid. Raises `Refused` for one whom the box does not know."""
        login = self.login_of(uid)
        if login is None:
            raise Refused(Problem(text="Nobody on this box has the user number {uid}.", args={"uid": str(uid)}))
        return self.by_login(login)

    def by_login(self, login: str) -> Caller:
        """The caller with this login. Raises `Refused` for one whom the box does not know."""
        if login == "root":
            return Caller(login, Role.TECHNICIAN)
        if login in SERVICES:
            return Caller(login, SERVICES[login])
        document = self._in_force.document
        if document is None:
            raise Refused(
                Problem(
                    text="The box does not know its people yet, because branchbox-host does not answer. "
                    "Try again in a moment."
                )
            )
        for person in document.people:
            if person.login == login:
                return Caller(login, person.role, person)
        raise Refused(
            Problem(
                text="{login} is none of the people of this box. A technician can add you under people.",
                args={"login": login},
            )
        )
