"""The application of the installer: four screens, one way through them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from appliance.site.problems import BranchboxError
from tui.app import SOCKET, BranchboxApp
from tui.feed import Picture
from tui.i18n import N_

if TYPE_CHECKING:
    from appliance.api.disks import Disk, Disks, InstallState
    from appliance.api.wire import Client

PATIENCE = 60.0
"""Seconds: every disk is looked into before the list comes."""
POLL = 0.5
"""Seconds between two looks at how far the installation is."""


def _language() -> Screen[Any]:
    from tui.install.language import LanguageScreen

    return LanguageScreen()


class InstallApp(BranchboxApp, inherit_bindings=False):
    """From the stick onto this computer. It has no rooms; one that finds an installation on its way shows it."""

    MODES: ClassVar[dict[str, Callable[[], Screen[Any]]]] = {"install": _language}
    DEFAULT_MODE = "install"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", N_("Help")),
        Binding("ctrl+l", "language", N_("Language"), show=False, priority=True),
    ]

    def __init__(self, socket: Path = SOCKET, language: str | None = None, **named: Any) -> None:
        super().__init__(socket, language, **named)
        self.state: InstallState | None = None
        self.disks: Disks | None = None
        self._picture = Picture()

    @property
    def picture(self) -> Picture:
        """Nothing but whether core answers."""
        return self._picture

    def client(self) -> Client:
        """The way to core."""
        if self._client is None:
            from appliance.api.wire import Client

            self._client = Client(self._socket, timeout=PATIENCE)
        return self._client

    async def _start(self) -> None:
        await self.client().__aenter__()
        self.run_worker(self._poll(), group="poll", exclusive=True)

    async def _poll(self) -> None:
        from appliance.api.disks import DISKS_PROGRESS
        from appliance.api.wire import Empty, Unreachable

        while True:
            try:
                self.heard(await self.client().call(DISKS_PROGRESS, Empty()))
            except Unreachable:
                if self._picture.lost_since is None:
                    self._picture = Picture(lost_since=self.clock())
            except BranchboxError as trouble:
                self._picture = Picture(refused=trouble.problems[0])
            self._tick()
            await asyncio.sleep(POLL)

    def heard(self, state: InstallState) -> None:
        """Core said how far the installation is."""
        from appliance.api.disks import InstallPhase

        first, self.state = self.state is None, state
        self._picture = Picture()
        if first and state.phase in (InstallPhase.RUNNING, InstallPhase.DONE):
            self.show_progress()

    # --- from screen to screen ------------------------------------------------------------------

    def choose_disk(self) -> None:
        """Which disk."""
        from tui.install.disks import DiskScreen

        self._show(DiskScreen())

    def confirm_install(self, chosen: tuple[Disk, ...]) -> None:
        """What would happen to it."""
        from tui.install.confirm import ConfirmScreen

        self._show(ConfirmScreen(chosen))

    def show_progress(self) -> None:
        """How far it is."""
        from tui.install.progress import ProgressScreen

        self._show(ProgressScreen())

    def _show(self, screen: Screen[Any]) -> None:
        # The first screen is the mode's own and stays beneath: Textual cannot put another in its place.
        if len(self.screen_stack) > 1:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)
