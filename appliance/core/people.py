"""Who a caller is: the peer's uid, its account's name, and the site document's people."""

from __future__ import annotations

import pwd
from collections.abc import Callable
from dataclasses import dataclass

from appliance.api.contract import Service
from appliance.api.setup import OVER
from appliance.api.wire import Refused
from appliance.core.in_force import NOT_SET_UP, InForce
from appliance.site.models import Person, Role
from appliance.site.problems import Problem

SETUP_LOGIN = "branchbox-setup"
"""The account that the box's own consoles log in by themselves while nobody can."""
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

    def __init__(
        self,
        in_force: InForce,
        login_of: Callable[[int], str | None] = login_of,
        first_call: Callable[[], bool] = lambda: False,
    ) -> None:
        self._in_force = in_force
        self.login_of = login_of
        self._first_call = first_call
        """Whether the setup that the console made waits for its test call."""

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
        if login == SETUP_LOGIN:
            return Caller(login, self._console())
        document = self._in_force.document
        if document is None and self._in_force.not_set_up:
            raise Refused(NOT_SET_UP)
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

    def _console(self) -> Role | Service:
        """What the console's own account may do: all of first boot, then its test call, then nothing."""
        if self._in_force.not_set_up:
            return Role.INSTALLER
        if self._first_call():
            return Service.FIRST_CALL
        if not self._in_force.heard:
            raise Refused(
                Problem(text="The box is starting: branchbox-host does not answer yet. Try again in a moment.")
            )
        raise Refused(Problem(text=OVER))
