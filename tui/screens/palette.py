"""Ctrl+P: rooms, screens, languages and actions by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.i18n import LANGUAGES, N_, _
from tui.screens.ask import Choose
from tui.screens.page import Page
from tui.widgets.frame import key_name

if TYPE_CHECKING:
    from tui.app import BranchboxApp
    from tui.widgets.entry import Option


def _network() -> Page:
    from tui.screens.network import NetworkScreen

    return NetworkScreen()


def _journal() -> Page:
    from tui.screens.journal import Journal

    return Journal()


def _oplog() -> Page:
    from tui.screens.oplog import OperationLog

    return OperationLog()


def _recordings() -> Page:
    from tui.screens.recordings import Recordings

    return Recordings()


def _prompts() -> Page:
    from tui.screens.prompts import PromptsPage

    return PromptsPage()


def _messages() -> Page:
    from tui.screens.messages import MessagesPage

    return MessagesPage()


def _closures() -> Page:
    from tui.screens.closures import ClosuresPage

    return ClosuresPage()


def _alarms() -> Page:
    from tui.screens.alarms import AlarmList

    return AlarmList()


def _drills() -> Page:
    from tui.screens.drills import DrillsPage

    return DrillsPage()


def _revisions() -> Page:
    from tui.screens.revisions import RevisionList

    return RevisionList()


def _update() -> Page:
    from tui.screens.update import Update

    return Update()


def _power() -> Page:
    from tui.screens.power import Power

    return Power()


def _ups() -> Page:
    from tui.screens.ups import UpsPage

    return UpsPage()


def _customers() -> Page:
    from tui.screens.customers import CustomerList

    return CustomerList()


def _plan() -> Page:
    from tui.screens.plan import PlanScreen

    return PlanScreen()


def _password() -> Page:
    from tui.screens.password import ChangeMyPassword

    return ChangeMyPassword()


def _quality() -> Page:
    from tui.screens.quality import QualityPage

    return QualityPage()


def _recovery() -> Page:
    from tui.screens.recovery import NewRecovery

    return NewRecovery()


SCREENS: tuple[tuple[str, str, str, Callable[[], Page]], ...] = (
    ("customers", N_("Customers"), "records", _customers),
    ("network", N_("Network"), "box", _network),
    ("journal", N_("Journal of the system"), "box", _journal),
    ("oplog", N_("Operation log"), "box", _oplog),
    ("recordings", N_("Recordings"), "records", _recordings),
    ("prompts", N_("Announcements: where each comes from"), "setup", _prompts),
    ("alarms", N_("Alarms: what stands and what is over"), "home", _alarms),
    ("closures", N_("Closures"), "home", _closures),
    ("drills", N_("Drills: what the box tries out by itself"), "lines", _drills),
    ("messages", N_("Messages that callers left"), "records", _messages),
    ("revisions", N_("Revisions of the configuration"), "box", _revisions),
    ("update", N_("Update of the box"), "box", _update),
    ("power", N_("Restart or switch off"), "box", _power),
    ("ups", N_("UPS: mains or battery"), "box", _ups),
    ("plan", N_("Plan of the change"), "setup", _plan),
    ("password", N_("Change my password"), "home", _password),
    ("quality", N_("Voice quality of phones and trunks"), "lines", _quality),
    ("recovery", N_("New recovery password"), "box", _recovery),
)
"""Screens behind rooms: name, words, room, maker."""


def open_palette(app: BranchboxApp) -> None:
    """Show everything by name and do what is chosen."""
    from tui.app import ROOMS

    page = app.screen

    async def chosen(value: str | None) -> None:
        kind, _colon, name = (value or "").partition(":")
        if kind == "room":
            await app.switch_mode(name)
        elif kind == "language":
            app.speak(name)
        elif kind == "screen":
            _name, _words, room, make = next(entry for entry in SCREENS if entry[0] == name)
            await app.switch_mode(room)
            await app.push_screen(make())
        elif kind == "do":
            await page.run_action(name)

    app.push_screen(Choose(lambda: _("What do you want?"), _options(page, ROOMS)), chosen)


def _options(page: object, rooms: tuple[tuple[str, str, str], ...]) -> list[Option]:
    options: list[Option] = []
    for key, mode, name in rooms:
        options.append((f"room:{mode}", lambda key=key, name=name: f"{_(name)}  ({key_name(key)})"))  # type: ignore[misc]  # mypy sees no defaults in Callable
    for name, words, _room, _make in SCREENS:
        options.append((f"screen:{name}", lambda words=words: _(words)))  # type: ignore[misc]  # as above
    if isinstance(page, Page):
        for active in page.active_bindings.values():
            binding = active.binding
            if active.enabled and binding.description and _worth_naming(binding.action):
                said = f"do:{binding.action if '.' in binding.action else _scope(active.node, page) + binding.action}"
                options.append((said, lambda b=binding: f"{_(b.description)}  ({key_name(b.key)})"))  # type: ignore[misc]  # as above
    for code, own_name in LANGUAGES.items():
        options.append((f"language:{code}", lambda own_name=own_name: own_name))  # type: ignore[misc]  # as above
    return options


def _scope(node: object, page: Page) -> str:
    return "app." if node is page.app else ""


def _worth_naming(action: str) -> bool:
    silent = ("move", "page", "scroll", "cursor", "room", "app.room", "palette", "how_to_leave", "app.focus", "step")
    own = ("screen.copy_text", "open", "list", "delete_", "home", "end", "submit", "cut", "copy", "paste", "select_all")
    return not action.startswith((*silent, *own))
