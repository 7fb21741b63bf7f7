"""The verbs on passwords."""

from __future__ import annotations

import asyncio

from appliance.api import verbs
from appliance.api.passwords import Judged, JudgePassword, Login
from appliance.api.server import Routes
from appliance.api.verbs import FirstPassword, PasswordChange, PasswordState, RecoveryHash
from appliance.api.wire import Empty
from provisioning import accounts, passwords
from provisioning.passwords import Passwords


class PasswordVerbs:
    """Answers who has one, and sets them."""

    def __init__(self, kept: Passwords) -> None:
        self._kept = kept

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's verbs."""
        routes.method(verbs.PASSWORD_STATE, self._state)
        routes.method(verbs.PASSWORD_SET, self._set)
        routes.method(verbs.PASSWORD_CHANGE, self._change)
        routes.method(verbs.PASSWORD_JUDGE, self._judge)
        routes.method(verbs.PASSWORD_UNLOCK, self._unlock)
        routes.method(verbs.RECOVERY_PUT, self._recovery)

    async def _state(self, _caller: str, _takes: Empty) -> PasswordState:
        return PasswordState(waiting=self._kept.waiting(), recovery=self._kept.recovery())

    async def _set(self, _caller: str, takes: FirstPassword) -> Empty:
        def work() -> None:
            account = accounts.read_facts().accounts.get(takes.login)
            self._kept.set(
                takes.login, takes.new, must_change=takes.must_change, ours=account is not None and account.ours
            )

        await asyncio.to_thread(work)
        return Empty()

    async def _change(self, _caller: str, takes: PasswordChange) -> Empty:
        await asyncio.to_thread(self._kept.change, takes.login, takes.old, takes.new)
        return Empty()

    async def _judge(self, _caller: str, takes: JudgePassword) -> Judged:
        return Judged(problems=await asyncio.to_thread(passwords.judge, takes.login, takes.name, takes.new))

    async def _unlock(self, _caller: str, takes: Login) -> Empty:
        await asyncio.to_thread(self._kept.unlock, takes.login)
        return Empty()

    async def _recovery(self, _caller: str, takes: RecoveryHash) -> Empty:
        await asyncio.to_thread(self._kept.put_recovery, takes.password, takes.hash)
        return Empty()
