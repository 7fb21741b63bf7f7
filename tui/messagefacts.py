"""How a message that a caller left stands, for the screen and the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui import look

if TYPE_CHECKING:
    from appliance.api.messages import LeftMessage


def condition(one: LeftMessage) -> tuple[str, str, str]:
    """In one word, by whom, and its style."""
    if one.done is not None:
        return "done", one.done_by, look.QUIET
    if one.taken is not None:
        return "taken", one.taken_by, ""
    if one.heard is not None:
        return "heard", one.heard_by, look.WARN
    return "new", "", look.WARN
