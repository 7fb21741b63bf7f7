"""What sticks bring to a box that is not set up yet: its site document, its keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from appliance.api import verbs
from appliance.api.setup import AddressFound, AddressWish, StickKey, StickKeys
from appliance.api.sticks import FileKind
from appliance.api.verbs import SiteFile, SiteFiles
from appliance.api.wire import Empty, Routes
from appliance.site.problems import BranchboxError, Problem
from provisioning import stickfiles, sticks


class FirstBootVerbs:
    """Answers what is on the sticks that are plugged in now, and whether an address is free."""

    def __init__(self, probe: Callable[[str, str], str | None]) -> None:
        """`probe` asks on a port who has an address, and gives the other's hardware address."""
        self._probe = probe

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's verbs."""
        routes.method(verbs.STICK_SITES, self._sites)
        routes.method(verbs.STICK_KEYS, self._keys)
        routes.method(verbs.SETUP_ADDRESS, self._address)

    async def _address(self, _caller: str, wish: AddressWish) -> AddressFound:
        return AddressFound(taken_by=await asyncio.to_thread(self._probe, wish.port, wish.address))

    async def _sites(self, _caller: str, _takes: Empty) -> SiteFiles:
        return await asyncio.to_thread(site_files)

    async def _keys(self, _caller: str, _takes: Empty) -> StickKeys:
        return StickKeys(keys=await asyncio.to_thread(keys))


def site_files() -> SiteFiles:
    """`site.toml` of each stick that has one, with the recovery password's hash beside it."""
    found: list[SiteFile] = []
    problems: list[Problem] = []
    for stick in sticks.sticks():
        try:
            with sticks.mounted(stick) as root:
                kinds = {file.kind: file.name for file in stickfiles.ours(root)}
                if FileKind.SITE in kinds:
                    toml = stickfiles.read_text(root, FileKind.SITE, kinds[FileKind.SITE])
                    recovery = ""
                    if FileKind.RECOVERY in kinds:
                        recovery = stickfiles.read_text(root, FileKind.RECOVERY, kinds[FileKind.RECOVERY]).strip()
                    found.append(SiteFile(stick=sticks.said(stick), toml=toml, recovery_hash=recovery[:200]))
        except BranchboxError as error:
            problems += error.problems
    return SiteFiles(files=tuple(found), problems=tuple(problems))


def keys() -> tuple[StickKey, ...]:
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
