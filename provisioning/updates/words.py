"""RAUC's error messages (src/bundle.c, src/signature.c, src/update_handler.c) in words that say what to do. Pure."""

from __future__ import annotations

import re

from appliance.site.problems import Problem

BUSY = "Another update is being installed. Wait until it has ended, or cancel it."
_EXPLAINED: tuple[tuple[str, str], ...] = (
    (
        r"certificate has expired|certificate is not yet valid",
        "The update's signature is not valid at this box's date. Check date and time of the box; if they are right, "
        "ask for a newer update.",
    ),
    (
        r"self-signed certificate|unable to get .*issuer certificate|certificate verify|unsuitable certificate|"
        r"signer certificate not found|unsupported certificate purpose|invalid CA",
        "The update is signed with a key that this box does not trust. Take an update made for this box; "
        "never one from somebody else.",
    ),
    (
        r"signature verification failed|digest failure|signature failure|Failed to parse signature|"
        r"Invalid signature|Signature size .* exceeds|Failed to check manifest|verification failed",
        "The update is damaged: its signature does not fit its content. Copy it to the stick again and compare the "
        "checksum.",
    ),
    (
        r"Compatible mismatch|not compatible|incompatible",
        "The update is for another kind of box.",
    ),
    (
        r"Error opening file .*No such file|No such device|No medium|Transport endpoint",
        "The update is not there any more. If the stick was pulled out, plug it in and try again.",
    ),
    (
        r"Input/output error|Failed mounting bundle|Failed to mount|dm-verity|hash verification|needs cleaning",
        "The update could not be read to its end: it is damaged, or the stick is. Copy it to the stick again, "
        "or take another stick.",
    ),
    (
        r"No space left|exceeds? (?:the )?(?:size|slot)|too (?:large|big)|does not fit",
        "The update does not fit into the other system's place on the disk. This box needs to be installed anew "
        "from a stick to take it.",
    ),
    (
        r"Already processing|currently busy|already (?:running|installing)",
        BUSY,
    ),
    (
        r"Failed to stream|configure streaming|server not responding|HTTP|Could not resolve|Couldn't connect|SSL|curl|"
        r"nbd",
        "The update cannot be fetched from that address. Check the address, the network and the server; "
        "a stick always works.",
    ),
    (
        r"Invalid bundle format|Invalid identifier|Error seeking|not a bundle|Unsupported bundle",
        "This file is no update of Branchbox, or only a part of one. Copy it to the stick again.",
    ),
    (
        r"bootchoice|bootloader|boot ?chooser|Failed (?:to )?mark|primary",
        "The choice of what the box starts could not be read or written. Nothing was switched; check the disk.",
    ),
    (
        r"ServiceUnknown|NoReply|not activatable|was not provided|Connection timed out|Unit .*failed|"
        r"Failed to connect to bus|Process org\.freedesktop\.systemd1 exited|Remote peer disconnected",
        "The update service (RAUC) does not answer. Its journal (rauc) says why.",
    ),
)
_OTHERWISE = "The update service (RAUC) refuses. Its own words stand below; its journal (rauc) says more."


def explained(said: str) -> Problem:
    """A message of RAUC's as a problem, its own words beneath."""
    original = said.strip().removeprefix("Call failed: ")[-500:]
    for pattern, text in _EXPLAINED:
        if re.search(pattern, original, re.IGNORECASE):
            return Problem(text=text, original=original)
    return Problem(text=_OTHERWISE, original=original)
