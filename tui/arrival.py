"""Where this session comes to the box, and from where: sshd's word; nothing on the console."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tui.i18n import _

if TYPE_CHECKING:
    from appliance.api.contract import Confirm, Move


def confirmation(environment: Mapping[str, str], why: str = "") -> Confirm:
    """The confirmation of this session's person. SSH_CONNECTION is client, its port, server, its port (ssh(1))."""
    from appliance.api.contract import Confirm

    words = environment.get("SSH_CONNECTION", "").split()
    if len(words) != 4 or not (_is_address(words[0]) and _is_address(words[2])):
        return Confirm(why=why)
    return Confirm(why=why, over=words[2], come_from=words[0])


def where_to(move: Move) -> str:
    """Where a person must go to confirm a moved box."""
    if not move.addresses:
        return _("The box moves: log in at the address that DHCP gives it, and confirm there. The console counts too.")
    return _("The box moves: log in at {addresses} and confirm there. The console counts too.").format(
        addresses=", ".join(move.addresses)
    )


def must_go(move: Move, environment: Mapping[str, str]) -> bool:
    """Whether this session is where a moved box was, as far as the document can tell."""
    over = confirmation(environment).over
    return over is not None and over not in move.addresses


def _is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return True
