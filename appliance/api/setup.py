"""The contract's page on first boot: the questions, the apply that makes revision 1, and the first call.

`branchbox-setup`, the console's own account, is an installer while no revision is in force. After
the setup that it made, and for at most an hour of the same run of core, it is `Service.FIRST_CALL`:
it may list the new phones and ring them, see the recovery password through, and end the setup.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from appliance.api.contract import Applied, Service
from appliance.api.wire import VERBATIM, Empty, Message, method
from appliance.site.draft import Step
from appliance.site.models import Language, Role
from appliance.site.problems import Problem
from appliance.site.types import IpAddress

ASKING = frozenset({Role.INSTALLER})
AFTER = frozenset({Role.INSTALLER, Role.TECHNICIAN, Service.FIRST_CALL})

OVER = "This box is set up. Log in with your own name."
"""What the console's account is told when it has nothing to do any more."""


class Unattended(Message):
    """What came of a `site.toml` that was found on a stick: a revision, or what is wrong with it.

    `stick` is its label or kernel name. With problems, what could be read answers its questions.
    """

    stick: str
    revision: int | None = None
    problems: tuple[Problem, ...] = ()


class SetupState(Message):
    """How far first boot has come. `toml` is the draft (`appliance.site.draft`), passwords as `********`."""

    revision: int | None
    """The revision in force: when there is one, the questions are over."""
    language: Language | None = None
    """The branch's, as soon as it is known."""
    addresses: tuple[str, ...] = ()
    """What is written into phones: the box's fixed addresses with the SIP port, once they are in force."""
    toml: Annotated[str, VERBATIM] = ""
    answered: tuple[Step, ...] = ()
    with_password: tuple[str, ...] = ()
    """Logins whose first password the box keeps until their account is made."""
    recovery: bool = False
    """The box has a recovery password."""
    applying: bool = False
    unattended: Unattended | None = None


class SetupAnswer(Message):
    """A question's part of the document as TOML; the rest of the draft stays."""

    step: Step
    toml: str = Field(max_length=200_000)


class AddressWish(Message):
    """An IPv4 or IPv6 address that the box is about to take on a port."""

    port: str = Field(pattern=r"^[a-z][a-z0-9]{1,14}$")
    address: IpAddress


class AddressFound(Message):
    """The hardware address of another machine that has it already; None when nobody answered."""

    taken_by: str | None


class Ups(Message):
    """An uninterruptible power supply that is plugged in by USB."""

    vendor: str
    model: str


class UpsFound(Message):
    """Every UPS that NUT has a driver for; empty when none is plugged in."""

    found: tuple[Ups, ...]


class StickKey(Message):
    """A public SSH key from `branchbox/*.pub` of a stick."""

    stick: Annotated[str, VERBATIM]
    file: Annotated[str, VERBATIM]
    key: Annotated[str, VERBATIM]


class StickKeys(Message):
    """Every key on every stick."""

    keys: tuple[StickKey, ...]


class RecoveryShown(Message):
    """A fresh recovery password; it is kept nowhere before it was written back."""

    password: Annotated[str, VERBATIM]


class RecoveryTyped(Message):
    """The recovery password as the person wrote it down."""

    password: str = Field(max_length=200)


class FirstApply(Message):
    """Put the draft in force."""


class PhoneLogin(Message):
    """What is written into a phone."""

    number: str
    name: str
    password: Annotated[str, VERBATIM]


class PhoneLogins(Message):
    """Every phone's login."""

    phones: tuple[PhoneLogin, ...]


SETUP_STATE = method("setup/state", Empty, SetupState, AFTER)
SETUP_ANSWER = method("setup/answer", SetupAnswer, SetupState, ASKING, change=True)
"""Keep an answer. One that does not fit is not kept: its problems are the answer."""
SETUP_ADDRESS = method("setup/address", AddressWish, AddressFound, ASKING)
"""Ask the network for two seconds whether an address is free."""
SETUP_UPS = method("setup/ups", Empty, UpsFound, ASKING)
SETUP_KEYS = method("setup/keys", Empty, StickKeys, AFTER)
SETUP_APPLY = method("setup/apply", FirstApply, Applied, ASKING, change=True)
SETUP_LOGINS = method("setup/logins", Empty, PhoneLogins, AFTER, change=True)
SETUP_FINISH = method("setup/finish", Empty, Empty, AFTER, change=True)
"""The console's account may do nothing more."""

RECOVERY_NEW = method("recovery/new", Empty, RecoveryShown, AFTER, change=True)
RECOVERY_KEEP = method("recovery/keep", RecoveryTyped, Empty, AFTER, change=True)
"""Keep the recovery password shown last, now that it was written back."""


# --- a call that rings a phone ---------------------------------------------------------------


class TestPhone(Message):
    """A phone, and where it registered from; None while it has not."""

    number: str
    name: str
    address: str | None


class TestPhones(Message):
    """Every phone; `linked` tells whether the exchange answers."""

    phones: tuple[TestPhone, ...]
    linked: bool


class Ring(Message):
    """Which phone to ring."""

    number: str = Field(pattern=r"^[1-9][0-9]{2,5}$")


class Rung(Message):
    """What came of a test call; `seconds` from the first ring to the answer or the end."""

    answered: bool
    seconds: float
    problem: Problem | None = None


TEST_PHONES = method("test_call/phones", Empty, TestPhones, AFTER)
TEST_RING = method("test_call/ring", Ring, Rung, AFTER, change=True)
"""Ring a phone, play a prompt to whoever answers, and say what came of it."""
