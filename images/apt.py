"""The machine's own package sources, and the tools that are missing on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from images.run import die, run

SUITES = ("trixie", "trixie-updates", "trixie-backports")
"""The box's release. Of the backports only what a role asks for by that name is taken."""
_ASK = ("apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)", "Created-By: Packages")


@dataclass(frozen=True)
class Mirror:
    """Where Debian's packages come from; `security` is None when the machine has no such source."""

    main: str
    security: str | None

    def trixie(self) -> list[str]:
        """Source lines for the box's release."""
        lines = [f"deb {self.main} {suite} main" for suite in SUITES]
        return lines + ([f"deb {self.security} trixie-security main"] if self.security else [])


def mirror_of(targets: str) -> Mirror | None:
    """Read `CODENAME REPO_URI` lines; None when no Debian release is among them."""
    main = security = None
    for line in targets.splitlines():
        codename, _, uri = line.partition(" ")
        if codename.endswith("-security"):
            security = security or uri
        elif codename in {"bookworm", "trixie"}:
            main = main or uri
    return Mirror(main, security) if main else None


def mirror(chosen: str | None) -> Mirror:
    """The mirror named on the command line, or the one that this machine's apt uses."""
    if chosen:
        return Mirror(chosen, None)
    return mirror_of(run(_ASK).out) or die(
        "This machine's apt has no Debian 12 or 13 source.", hint="Name one: ./dev --mirror URL up"
    )


def install_missing(packages: Iterable[str], log: Path) -> list[str]:
    """Install those packages that are not there; gives their names."""
    missing = [name for name in packages if not _installed(name)]
    if missing:
        run(["apt-get", "update"], log=log)
        run(
            ["apt-get", "install", "-y", "--no-install-recommends", *missing],
            log=log,
            env={"DEBIAN_FRONTEND": "noninteractive"},
        )
    return missing


def _installed(package: str) -> bool:
    asked = run(["dpkg-query", "-W", "-f", "${db:Status-Status}", package], check=False)
    return asked.out == "installed"
