"""The recovery password of a box that a stick set up."""

from __future__ import annotations

from tui.setup.recovery import RecoveryQuestion


class LateRecovery(RecoveryQuestion):
    """The same question, asked after the setup: on and back both lead to where it was opened."""

    def on(self) -> None:
        """Back to the first call."""
        self.app.pop_screen()

    def action_before(self) -> None:
        """Back without one."""
        self.app.pop_screen()
