"""First boot of a box that takes another one's place: everything is in that one's backup."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from tui.i18n import N_, _
from tui.screens.backup import BackupScreen

if TYPE_CHECKING:
    from appliance.api.contract import Applied
    from tui.setup.app import SetupApp


class RestorePage(BackupScreen):
    """BOX > Backup before there is anything to back up; restored, the way to the login comes by itself."""

    CRUMBS: ClassVar[str] = N_("FIRST BOOT > Restore")
    ANSWERS = N_(
        "Which backups are on the sticks that are plugged in. Enter looks into one and asks for its password; then R "
        "makes this box what the backup says. With keys, people have the passwords they had."
    )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A box that is nothing yet makes no backup."""
        return action != "new" and super().check_action(action, parameters)

    def effect(self) -> str:
        """Nothing is replaced: there is nothing yet."""
        return _(
            "R makes this box that one: its configuration is in force at once, its call history and operation log "
            "come along. Then its people log in as they did there."
        )

    def _restored(self, applied: Applied) -> None:
        """This page is gone within a second; what could not be brought stays to be read."""
        cast("SetupApp", self.app).left = applied.problems
        super()._restored(applied)
