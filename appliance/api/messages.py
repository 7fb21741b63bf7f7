"""The contract's page on messages that callers left: who called, who heard, who takes care of it, and that it is done.

The messages are Asterisk's; what was done about them is ours. An agent has those of the own queues and of mailboxes
that belong to no queue; supervisors and managers have all that calls are sent to.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from appliance.api.customers import DESK
from appliance.api.recordings import Playing
from appliance.api.wire import VERBATIM, Empty, Message, method
from appliance.site.models import Role
from appliance.site.types import ExtensionNumber


class LeftMessage(Message):
    """A message; times are epoch seconds, `length` seconds. `by` words are logins."""

    id: Annotated[str, VERBATIM]
    mailbox: ExtensionNumber
    queues: tuple[str, ...]
    """Whose callers are sent there, by label."""
    caller: str
    customer: str = ""
    left: float
    length: float
    heard: float | None = None
    heard_by: str = ""
    taken: float | None = None
    taken_by: str = ""
    done: float | None = None
    done_by: str = ""
    note: str = ""


class Messages(Message):
    """What nobody has done first, then the newest."""

    messages: tuple[LeftMessage, ...]


class MessageKey(Message):
    """One message, by Asterisk's name for it."""

    id: str = Field(pattern=r"^[0-9A-Za-z-]{1,64}$")


class OnPhone(MessageKey):
    """At which phone."""

    phone: ExtensionNumber


class Take(MessageKey):
    """Take care of it, or (`off`) leave it to others again."""

    off: bool = False


class Done(MessageKey):
    """It is done; what was done."""

    note: str = Field(default="", max_length=200)


LIST = method("messages/list", Empty, Messages, DESK)
PLAY = method("messages/play", OnPhone, Playing, DESK, change=True)
"""Ring the phone and play it; then it was heard."""
CALL_BACK = method("messages/call_back", OnPhone, Empty, DESK, change=True)
"""Ring the phone, then the caller."""
TAKE = method("messages/take", Take, Messages, DESK, change=True)
"""Refused while somebody else has it."""
DONE = method("messages/done", Done, Messages, DESK, change=True)
REMOVE = method("messages/remove", MessageKey, Messages, frozenset({Role.SUPERVISOR, Role.MANAGER}), change=True)
