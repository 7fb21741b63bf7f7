"""What sticks bring to a box that is not set up yet: its site document, its keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from appliance.api import verbs
from appliance.api.server import Routes
from appliance.api.setup import AddressFound, AddressWish, StickKey, StickKeys
from appliance.api.sticks import FileKind, Stick
from appliance.api.verbs import SiteFile, SiteFiles
from appliance.api.wire import Empty
from appliance.site.problems import BranchboxError
from provisioning import stickfiles, sticks


class FirstBootVerbs:
    """Answers what is on the sticks that are plugged in now, and whether an address is free."""

    def __init__(self, probe: Callable[[str, str], str | None]) -> None:
        """`probe` asks on a port who has an address, and gives the other's hardware address."""
        self._probe = probe
        self._looked: dict[_Plugged, SiteFile | None] = {}
        """Sticks that were looked into: core asks again and again, and a stick is not worn out for that."""

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's verbs."""
        routes.method(verbs.STICK_SITES, self._sites)
        routes.method(verbs.STICK_KEYS, self._keys)
        routes.method(verbs.SETUP_ADDRESS, self._address)

    async def _address(self, _caller: str, wish: AddressWish) -> AddressFound:
        return AddressFound(taken_by=await asyncio.to_thread(self._probe, wish.port, wish.address))

    async def _sites(self, _caller: str, _takes: Empty) -> SiteFiles:
        return await asyncio.to_thread(self.site_files)

    async def _keys(self, _caller: str, _takes: Empty) -> StickKeys:
        return StickKeys(keys=await asyncio.to_thread(stick_keys))

    def site_files(self) -> SiteFiles:
        """`site.toml` of each stick that has one, with the recovery password's hash beside it; each stick is read
        once for as long as it is plugged in."""
        plugged = {(stick.name, stick.label, stick.size, stick.vendor, stick.model): stick for stick in sticks.sticks()}
        self._looked = {
            known: self._looked[known] if known in self._looked else _site_of(stick) for known, stick in plugged.items()
        }
        return SiteFiles(files=tuple(file for file in self._looked.values() if file is not None))


_Plugged = tuple[str, str, int, str, str]


def _site_of(stick: Stick) -> SiteFile | None:
    """The stick's file; None for a stick that has none, or that cannot be read at all."""
    said, has_one = sticks.said(stick), False
    try:
        with sticks.mounted(stick) as root:
            kinds = {file.kind: file.name for file in stickfiles.ours(root)}
            has_one = FileKind.SITE in kinds
            if not has_one:
                return None
            toml = stickfiles.read_text(root, FileKind.SITE, kinds[FileKind.SITE])
            recovery = ""
            if FileKind.RECOVERY in kinds:
                recovery = stickfiles.read_text(root, FileKind.RECOVERY, kinds[FileKind.RECOVERY]).strip()
            return SiteFile(stick=said, toml=toml, recovery_hash=recovery[:200])
    except BranchboxError as error:
        return SiteFile(stick=said, problems=error.problems) if has_one else None


def stick_keys() -> tuple[StickKey, ...]:
    """Every line of every `*.pub` of every stick; a stick that cannot be read has none."""
    found: list[StickKey] = []
    for stick in sticks.sticks():
        try:
            with sticks.mounted(stick) as root:
                for file in stickfiles.of_kind(root, FileKind.KEY):
                    text = stickfiles.read_text(root, FileKind.KEY, file.name)
                    found += [
                        StickKey(stick=sticks.said(stick), file=file.name, key=line.strip())
                        for line in text.splitlines()
                        if line.strip() and not line.startswith("#")
                    ]
        except BranchboxError:
            continue
    return tuple(found)
