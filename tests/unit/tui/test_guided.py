"""What the installer and first boot share: they look again and again, and say when nobody answers."""

from __future__ import annotations

import pytest

from tests.unit.tui import world as worlds
from tests.unit.tui.new_box import Installer, NewBox, Start
from tui.setup.app import SetupApp


async def test_a_box_that_starts_is_not_lost_until_it_is_overdue(core: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    look = SetupApp.look

    async def counted(self: SetupApp) -> bool:
        looks.append(self.clock())
        return await look(self)

    monkeypatch.setattr(SetupApp, "look", counted)
    monkeypatch.setattr(SetupApp, "POLL", 0.05)
    fake = core(NewBox().world)
    fake.stop()
    now = [worlds.NOW]
    async with SetupApp(fake.socket, clock=lambda: now[0]).run_test(size=(80, 24)) as pilot:
        one = Installer(pilot)
        await one.until(lambda: len(looks) > 3, "it asks again and again")
        assert "The box is starting ..." in one.screen()
        assert "No answer" not in one.screen()
        now[0] += 61
        await one.sees("No answer since")
        fake.start()
        await one.sees("Language of this branch")
        assert "No answer" not in one.screen()
