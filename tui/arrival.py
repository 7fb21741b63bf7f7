"""Where this session comes to the box, and from where: sshd's word; nothing on the console."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from appliance.api.contract import Confirm


def confirmation(environment: Mapping[str, str], why: str = "") -> Confirm:
    """The confirmation of this session's person. SSH_CONNECTION is client, its port, server, its port (ssh(1))."""
    from appliance.api.contract import Confirm

    words = environment.get("SSH_CONNECTION", "").split()
    if len(words) != 4 or not (_is_address(words[0]) and _is_address(words[2])):
        return Confirm(why=why)
    return Confirm(why=why, over=words[2], come_from=words[0])


def _is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return True
