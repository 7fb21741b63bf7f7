"""The application of the installer: four screens, one way through them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.screen import Screen

from tui.app import SOCKET
from tui.feed import Picture
from tui.guided import GuidedApp

if TYPE_CHECKING:
    from appliance.api.disks import Disk, Disks, InstallState


def _language() -> Screen[Any]:
    from tui.install.language import LanguageScreen

    return LanguageScreen()


class InstallApp(GuidedApp):
    """From the stick onto this computer; one that finds an installation on its way shows it."""

    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {"install": _language}
    DEFAULT_MODE = "install"
    POLL = 0.5

    def __init__(self, socket: Path = SOCKET, language: str | None = None, **named: Any) -> None:
        super().__init__(socket, language, **named)
        self.state: InstallState | None = None
        self.disks: Disks | None = None

    async def look(self) -> bool:
        """How far the installation is."""
        from appliance.api.disks import DISKS_PROGRESS
        from appliance.api.wire import Empty

        self.heard(await self.client().call(DISKS_PROGRESS, Empty()))
        return True

    def heard(self, state: InstallState) -> None:
        """Core said how far the installation is; one that another console began is shown here too."""
        from appliance.api.disks import InstallPhase

        before, self.state = self.state, state
        self._picture = Picture()
        under_way = (InstallPhase.RUNNING, InstallPhase.DONE)
        if state.phase in under_way and (before is None or before.phase not in under_way):
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
