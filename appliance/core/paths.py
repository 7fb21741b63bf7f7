"""Where core finds its files and sockets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from appliance.site.exchange import LIVE, PLAYBACK, STATE, Directories
from appliance.telephony.ami import PORT

PEOPLE_GROUP = "branchbox-people"


@dataclass(frozen=True)
class Paths:
    """Every path of core's, below one root: `/` on the box, a folder of its own in a test; and
    the port of AMI."""

    root: Path
    ami_port: int = PORT

    def _below(self, path: PurePosixPath) -> Path:
        return self.root / path.relative_to("/")

    @property
    def site_db(self) -> Path:
        """The database that only core writes."""
        return self._below(STATE / "core" / "site.db")

    @property
    def ami_secret(self) -> Path:
        """AMI password, made by host."""
        return self._below(STATE / "secrets" / "ami")

    @property
    def recordings(self) -> Path:
        """The recorder's shelves, which core reads."""
        return self._below(STATE / "recordings")

    @property
    def playback(self) -> Path:
        """What is being played to a phone, in memory."""
        return self._below(PLAYBACK)

    @property
    def api_socket(self) -> Path:
        """Where people's clients knock."""
        return self._below(PurePosixPath("/run/branchbox/core/api.sock"))

    @property
    def host_socket(self) -> Path:
        """Where `branchbox-host` listens."""
        return self._below(PurePosixPath("/run/branchbox/host/verbs.sock"))

    @property
    def health_socket(self) -> Path:
        """Where `branchbox-health` listens."""
        return self._below(PurePosixPath("/run/branchbox/health/health.sock"))

    @property
    def power_socket(self) -> Path:
        """Where `branchbox-power` listens."""
        return self._below(PurePosixPath("/run/branchbox/power/power.sock"))

    @property
    def booted(self) -> Path:
        """How the image was started; a container and a bare machine have none."""
        return self._below(PurePosixPath("/run/branchbox/boot.json"))

    @property
    def asterisk(self) -> Directories:
        """The live Asterisk's directories."""
        below = [PurePosixPath(self._below(path)) for path in (LIVE.etc, LIVE.var, LIVE.spool, LIVE.run, LIVE.log)]
        return Directories(*below)
