"""People's passwords: who may set whose; the work is host's."""

from __future__ import annotations

from appliance.api import passwords, verbs
from appliance.api.client import Client
from appliance.api.passwords import ChangePassword, Judged, JudgePassword, Login, SetPassword
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.in_force import InForce
from appliance.core.people import SETUP_LOGIN
from appliance.site.problems import BranchboxError, Problem


class Passwords:
    """Answers the page on passwords."""

    def __init__(self, in_force: InForce, host: Client) -> None:
        self._in_force = in_force
        self._host = host

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(passwords.PASSWORDS_CHANGE, self._change)
        routes.method(passwords.PASSWORDS_SET, self._set)
        routes.method(passwords.PASSWORDS_JUDGE, self._judge)
        routes.method(passwords.PASSWORDS_UNLOCK, self._unlock)

    async def _change(self, login: str, wanted: ChangePassword) -> Empty:
        order = verbs.PasswordChange(login=login, old=wanted.old, new=wanted.new)
        return await self._host.call(verbs.PASSWORD_CHANGE, order)

    async def _set(self, login: str, wanted: SetPassword) -> Empty:
        if login == wanted.login:
            raise BranchboxError(
                Problem(text="This is your own password: change it with the old one (Change my password).")
            )
        if not self._in_force.not_set_up:
            self._must_be_known(wanted.login)
        # At first boot people choose their own; later a technician chooses, and knows, somebody else's.
        order = verbs.FirstPassword(login=wanted.login, new=wanted.new, must_change=login != SETUP_LOGIN)
        return await self._host.call(verbs.PASSWORD_SET, order)

    async def _judge(self, _login: str, asked: JudgePassword) -> Judged:
        return await self._host.call(verbs.PASSWORD_JUDGE, asked)

    async def _unlock(self, _login: str, wanted: Login) -> Empty:
        self._must_be_known(wanted.login)
        return await self._host.call(verbs.PASSWORD_UNLOCK, wanted)

    def _must_be_known(self, login: str) -> None:
        if all(person.login != login for person in self._in_force.known().people):
            raise BranchboxError(
                Problem(
                    text="{login} is none of the people of this box. Add them under people and apply that first.",
                    args={"login": login},
                )
            )
