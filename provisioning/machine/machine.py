"""Making the machine what the document says: write what differs, then make that effective.

Every file is replaced in one step, and a note in /run says which part's files may be newer
than what its service has read; so after a death at any moment the next `make_true` ends what
was begun. A reboot forgets the notes, and services then read the files anyway. A part that
fails holds no other part up, and none of them touches a call.
"""

from __future__ import annotations

import grp
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError, Problem
from provisioning import files
from provisioning.files import Access
from provisioning.machine import looking
from provisioning.machine.areas import AREAS, Area
from provisioning.machine.networkd import link_name
from provisioning.machine.wanted import Wanted, secret
from provisioning.run import CommandFailed, Finished, run
from provisioning.steps import LOG

ADDRESS_SECONDS = 10.0
"""An address is on its link in under 1 s once networkd has read it."""
_SECONDS = 30.0
_RUNNING = {"active", "activating", "reloading"}

Run = Callable[..., Finished]
Group = Callable[[str], int]
Addresses = Callable[[], Mapping[str, frozenset[str]]]


@dataclass(frozen=True)
class Difference:
    """What a part's files lack of what is wanted."""

    write: Mapping[str, str]
    link: Mapping[str, str]
    remove: tuple[Path, ...]

    def __bool__(self) -> bool:
        return bool(self.write or self.link or self.remove)


def group_now(name: str) -> int:
    """A group's number. Raises BranchboxError when there is none."""
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise BranchboxError(
            Problem(text="There is no group {name}. Install the box's packages again.", args={"name": name})
        ) from None


def addresses_now() -> Mapping[str, frozenset[str]]:
    """The addresses of each link, as the kernel has them."""
    return looking.addresses(looking.facts())


class Machine:
    """This machine, below `root`; `notes` is a folder that a reboot empties; `secrets` are the box's own by name."""

    def __init__(
        self,
        root: Path,
        notes: Path,
        access: Access,
        secrets: Mapping[str, str],
        *,
        run: Run = run,
        addresses: Addresses = addresses_now,
        group: Group = group_now,
    ) -> None:
        self._root = root
        self._notes = notes
        self._access = access
        self._run = run
        self._addresses = addresses
        self._secrets = {secret(name): value for name, value in secrets.items()}
        self._group = group

    def make_true(self, document: SiteDocument) -> tuple[Problem, ...]:
        """Bring every part to what the document says; what failed is in the answer, the rest is done."""
        found: list[Problem] = []
        for area in AREAS:
            try:
                self._settle(area, document)
            except BranchboxError as error:
                found += error.problems
            except OSError as error:
                found.append(
                    Problem(
                        text="The disk did not take the settings of the machine ({part}). Make room or check the disk.",
                        args={"part": area.name},
                        original=str(error),
                    )
                )
        return tuple(found)

    def text(self, path: str) -> str | None:
        """A file of the machine; None when there is none."""
        here = self._path(path)
        return here.read_text(errors="replace") if here.is_file() else None

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        return self._path(path).is_file()

    def _settle(self, area: Area, document: SiteDocument) -> None:
        wanted = self._filled(area.render(document))
        lacks = self._difference(area, wanted)
        note = self._notes / area.name
        if not lacks and not note.exists():
            return
        self._folder(self._notes)
        files.write_whole(note, "", self._access)
        for path, text in lacks.write.items():
            self._folder(self._path(path).parent)
            files.write_whole(self._path(path), text, self._access_of(path, wanted))
        for path, target in lacks.link.items():
            self._folder(self._path(path).parent)
            files.switch_link(self._path(path), target)
        for gone in lacks.remove:
            files.remove(gone)
        LOG.info("%s: %s", area.name, ", ".join([*lacks.write, *lacks.link, *map(str, lacks.remove)]) or "read anew")
        if not area.unit or self._runs(area.unit):
            self._take(area)
            if area.name == "network":
                self._delete_links(lacks.remove)
                self._wait_for(document)
        files.remove(note)

    def _difference(self, area: Area, wanted: Wanted) -> Difference:
        owned = {path for pattern in area.owned for path in self._path(area.folder).glob(pattern)} if area.owned else ()
        kept = {self._path(path) for path in (*wanted.files, *wanted.links)}
        return Difference(
            {path: text for path, text in wanted.files.items() if self.text(path) != text},
            {path: target for path, target in wanted.links.items() if self._target(path) != target},
            tuple(sorted(path for path in owned if path not in kept)),
        )

    def _access_of(self, path: str, wanted: Wanted) -> Access:
        if path not in wanted.private:
            return self._access
        group = wanted.private[path]
        return Access(self._access.uid, self._group(group) if group else self._access.gid, 0o640 if group else 0o600)

    def _take(self, area: Area) -> None:
        try:
            for command in area.commands:
                self._run(command, timeout=_SECONDS)
        except CommandFailed as failed:
            if not area.otherwise:
                raise
            LOG.warning("%s", failed)
            self._run(area.otherwise, timeout=_SECONDS)

    def _delete_links(self, gone: Sequence[Path]) -> None:
        """networkd leaves a VLAN whose unit is gone."""
        for path in gone:
            if path.suffix == ".netdev":
                link = path.stem.split("-", 2)[2]
                self._run(("networkctl", "delete", link), timeout=_SECONDS, check=False)

    def _wait_for(self, document: SiteDocument) -> None:
        """Until every fixed address of a port that is there is on it. Raises BranchboxError."""
        wanted = {(link_name(each), address) for each in document.interfaces for address in each.addresses}
        ports = {link_name(each): each.port for each in document.interfaces}
        deadline = time.monotonic() + ADDRESS_SECONDS
        while True:
            now = self._addresses()
            missing = sorted(
                (link, address)
                for link, address in wanted
                if ports[link] in now and address not in now.get(link, frozenset())
            )
            if not missing:
                return
            if time.monotonic() > deadline:
                break
            time.sleep(0.1)
        raise BranchboxError(
            *(
                Problem(
                    text="The address {address} did not come up on {port}. The journal of systemd-networkd says why.",
                    args={"address": address, "port": link},
                )
                for link, address in missing
            )
        )

    def _filled(self, wanted: Wanted) -> Wanted:
        """With the box's own secrets where a plan shows only that there is one."""
        return Wanted({path: self._told(text) for path, text in wanted.files.items()}, wanted.links, wanted.private)

    def _told(self, text: str) -> str:
        for place, value in self._secrets.items():
            text = text.replace(place, value)
        return text

    def _runs(self, unit: str) -> bool:
        asked = ("systemctl", "show", "--property=ActiveState", "--value", unit)
        return self._run(asked, timeout=_SECONDS, check=False).out.strip() in _RUNNING

    def _folder(self, folder: Path) -> None:
        if not folder.is_dir():
            files.make_folder(folder, Access(self._access.uid, self._access.gid, 0o755))

    def _target(self, path: str) -> str | None:
        here = self._path(path)
        return str(here.readlink()) if here.is_symlink() else None

    def _path(self, path: str) -> Path:
        return self._root / path.lstrip("/")
