"""The contract's page on people's passwords. None of them is kept in clear or written into any log."""

from __future__ import annotations

from pydantic import Field

from appliance.api.contract import PEOPLE, SETUP
from appliance.api.wire import Empty, Message, method
from appliance.site.passwords import LONGEST
from appliance.site.problems import Problem


class ChangePassword(Message):
    """One's own password: the old one, and the new one."""

    old: str = Field(max_length=LONGEST)
    new: str = Field(max_length=LONGEST)


class SetPassword(Message):
    """Somebody's first password. They must change it when they log in, unless they chose it at first boot."""

    login: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    new: str = Field(max_length=LONGEST)


class JudgePassword(Message):
    """A password to judge before it is set."""

    login: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    name: str = ""
    new: str = Field(max_length=LONGEST)


class Judged(Message):
    """What stands against a password; nothing when it is good."""

    problems: tuple[Problem, ...]


class Login(Message):
    """One of the box's people."""

    login: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")


PASSWORDS_CHANGE = method("passwords/change", ChangePassword, Empty, PEOPLE, change=True)
PASSWORDS_SET = method("passwords/set", SetPassword, Empty, SETUP, change=True)
PASSWORDS_JUDGE = method("passwords/judge", JudgePassword, Judged, PEOPLE)
PASSWORDS_UNLOCK = method("passwords/unlock", Login, Empty, SETUP, change=True)
"""Let somebody try again who wrote a wrong password too often."""
