"""A sound file from outside becomes an announcement: recognised by its content, decoded in a locked room, levelled.

The decoder (sox) reads what strangers made, so PID 1 starts it as nobody, without network, files or devices, with an
end to its time, memory and output. It is told what the file is: it never guesses.
"""

from __future__ import annotations

import array
import io
import os
import stat
import sys
import wave
from collections.abc import Callable
from pathlib import Path

from appliance.api.prompts import LARGEST, LONGEST
from appliance.site.problems import BranchboxError, Problem
from provisioning import files, loudness
from provisioning.files import Access
from provisioning.run import run

SECONDS = 60.0
"""For decoding on a slow box."""
ALLOWED = (
    "DynamicUser=yes",
    "PrivateNetwork=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "PrivateIPC=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "ProtectProc=invisible",
    "ProtectKernelTunables=yes",
    "ProtectKernelModules=yes",
    "ProtectControlGroups=yes",
    "InaccessiblePaths=-/var/lib/branchbox -/var/spool -/var/log -/etc/branchbox -/boot -/data",
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "RestrictAddressFamilies=AF_UNIX",
    "RestrictNamespaces=yes",
    "MemoryDenyWriteExecute=yes",
    "LockPersonality=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    # No socket at all: D-Bus, unlike a unit's file, knows no RestrictAddressFamilies=none.
    "SystemCallFilter=~@privileged @resources @network-io",
    "MemoryMax=256M",
    "TasksMax=8",
    "LimitFSIZE=4M",
    f"RuntimeMaxSec={SECONDS:.0f}",
    "CPUWeight=20",
)
_ROOTS = Access(0, 0, 0o600)

Decode = Callable[[Path, str], bytes]
"""A file and what it is, `wav` or `mp3`, to its samples: 16 bits, `loudness.RATE`, one channel."""


def kind(beginning: bytes) -> str | None:
    """What a file is by its first bytes: `wav`, `mp3`, or None."""
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WAVE":
        return "wav"
    # ISO 11172-3: eleven bits of sync, then not "reserved" for version, layer and rate.
    framed = len(beginning) > 2 and beginning[0] == 0xFF and beginning[1] & 0xE6 == 0xE2 and beginning[2] & 0xF0 != 0xF0
    return "mp3" if beginning[:3] == b"ID3" or framed else None


def announcement(samples: bytes) -> bytes:
    """Decoded samples as the WAV file that Asterisk plays. Raises BranchboxError for too long, and for no speech."""
    sound = array.array("h", samples[: len(samples) // 2 * 2])
    if len(sound) > LONGEST * loudness.RATE:
        text = "The sound is longer than {seconds} s: shorten it."
        raise BranchboxError(Problem(text=text, args={"seconds": str(LONGEST)}))
    even = loudness.levelled(sound)
    if even is None:
        raise BranchboxError(Problem(text="Nothing can be heard in this sound: record or export it again."))
    if sys.byteorder == "big":
        even.byteswap()
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(loudness.RATE)
        file.writeframes(even.tobytes())
    return written.getvalue()


def read(path: Path) -> bytes:
    """A file of a stranger's, whole; no link is followed. Raises OSError, and BranchboxError when it is too large."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise FileNotFoundError(path)
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        text = "The file is larger than {size} MB: an announcement has at most {seconds} s."
        raise BranchboxError(Problem(text=text, args={"size": str(LARGEST // 1024**2), "seconds": str(LONGEST)}))
    return data


class Workshop:
    """Makes announcements of files; `folder` is host's own, in memory."""

    def __init__(self, folder: Path, decode: Decode | None = None, access: Access = _ROOTS) -> None:
        self._folder = folder
        self._decode = decode or self._locked_away
        self._access = access

    def made_of(self, data: bytes) -> bytes:
        """An announcement of a WAV or MP3 file. Raises BranchboxError saying what is wrong with it."""
        found = kind(data[:12])
        if found is None:
            raise BranchboxError(Problem(text="This is neither a WAV nor an MP3 file. Save the sound as one of them."))
        files.make_folder(self._folder, Access(self._access.uid, self._access.gid, 0o700))
        source = self._folder / "in"
        try:
            source.write_bytes(data)
            samples = self._decode(source, found)
        finally:
            files.remove_tree(self._folder)
        return announcement(samples)

    def _locked_away(self, source: Path, kind: str) -> bytes:
        out, words = self._folder / "out", self._folder / "words"
        finished = run(argv(source, kind, out, words), timeout=SECONDS + 10, check=False)
        if finished.code != 0:
            said = words.read_text(errors="replace").strip()[-300:] if words.is_file() else finished.err
            raise BranchboxError(
                Problem(text="The sound cannot be read: the file is damaged. Save it again.", original=said)
            )
        return out.read_bytes()


def argv(source: Path, kind: str, out: Path, words: Path) -> list[str]:
    """The command that decodes. Pure."""
    streams = (
        f"StandardInput=file:{source}",
        f"StandardOutput=truncate:{out}",
        f"StandardError=truncate:{words}",
    )
    form = ("-t", "raw", "-r", str(loudness.RATE), "-c", "1", "-b", "16", "-e", "signed-integer", "-L")
    return [
        *("systemd-run", "--quiet", "--collect", "--wait"),
        *(f"--property={each}" for each in (*ALLOWED, *streams)),
        # One second more than is taken, so that what is too long is known to be.
        *("/usr/bin/sox", "-t", kind, "-", *form, "-", "trim", "0", str(LONGEST + 1), "highpass", "200"),
    ]
