"""SETUP > Announcements: what callers hear, where each sound comes from, who plays it; hear, import, speak again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.format import DASH, duration, moment
from tui.i18n import N_, _
from tui.screens.ask import Ask, AskWhy, Choose
from tui.screens.page import Page
from tui.widgets.entry import Option
from tui.widgets.table import Column, Row, Table
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.prompts import PromptKey, Prompts, PromptSound, PromptState
    from appliance.api.recordings import Playing
    from appliance.api.sticks import Sticks


class PromptsPage(Page):
    """One line for each announcement and language."""

    CRUMBS = N_("SETUP > Announcements")
    ANSWERS = N_(
        "What the branch's own announcements sound like: spoken by the box, recorded by phone (*06) or imported; what "
        "is missing stands in red, because callers would hear nothing. p rings your phone and plays it, i imports a "
        "WAV or MP3 file from a stick (folder branchbox/prompts), d goes back to what the box speaks. From another "
        "machine: branchbox prompts import NAME LANGUAGE < file."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "play", N_("Play")),
        Binding("i", "take_in", N_("Import")),
        Binding("d", "speak", N_("Box's voice")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._prompts: tuple[PromptState, ...] | None = None

    def body(self) -> Iterable[Widget]:
        """The list."""
        columns = (
            Column(N_("Name"), 14, share=1),
            Column(N_("Label"), 12, share=1),
            Column(N_("Language"), 8),
            Column(N_("Source"), 11),
            Column(N_("Length"), 6, "right"),
            Column(N_("Made"), 12),
            Column(N_("Used by"), 11, share=1),
            Column(N_("Who"), 10, wide=True),
        )
        yield Table(
            columns,
            empty=lambda: _("The branch has no announcement of its own. Setup, Announcements, n makes one."),
            id="prompts",
            opens=False,
        )

    def load(self) -> None:
        """Ask what there is."""
        from appliance.api.prompts import LIST
        from appliance.api.wire import Empty

        self.ask(LIST, Empty(), self._came)

    def _came(self, prompts: Prompts) -> None:
        self._prompts = prompts.prompts
        self.loaded = True
        self.repaint()
        self.refresh_bindings()

    def picture_changed(self) -> None:
        """The rows."""
        table = self.query_one(Table)
        table.stale = self.picture.lost_since is not None
        table.show(
            None
            if self._prompts is None
            else [self._row(prompt, sound) for prompt in self._prompts for sound in prompt.sounds]
        )

    def _row(self, prompt: PromptState, sound: PromptSound) -> Row:
        missing = sound.origin == "missing"
        return Row(
            f"{sound.language}/{prompt.name}",
            (
                prompt.name,
                prompt.label,
                word(sound.language),
                (word(sound.origin), look.BAD if missing else ""),
                duration(sound.seconds),
                moment(sound.at, self.picture.zone, self.now),
                ", ".join(f"{word(use.kind)} {use.name}" for use in prompt.used) or DASH,
                sound.by or DASH,
            ),
        )

    # --- keys -----------------------------------------------------------------------------

    def _current(self) -> tuple[PromptKey, PromptSound] | None:
        from appliance.api.prompts import PromptKey

        current = self.query_one(Table).current
        for prompt in self._prompts or ():
            for sound in prompt.sounds:
                if current == f"{sound.language}/{prompt.name}":
                    return PromptKey(name=prompt.name, language=sound.language), sound
        return None

    def on_table_moved(self) -> None:
        """Another row: other keys."""
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys only where they can do something."""
        if action in ("play", "take_in", "speak"):
            found = self._current() if self.is_mounted else None
            if found is None:
                return False
            origin = found[1].origin
            return action == "take_in" or (origin != "missing" and (action == "play" or origin != "spoken"))
        return super().check_action(action, parameters)

    def action_play(self) -> None:
        """Hear it."""
        if (found := self._current()) is not None:
            key = found[0]
            self.app.push_screen(
                AskWhy(lambda: _("Hear it on your phone."), N_("Number of your phone:")),
                lambda phone: self._play(key, phone) if phone else None,
            )

    def _play(self, key: PromptKey, phone: str) -> None:
        from pydantic import ValidationError

        from appliance.api.prompts import PLAY, PlayPrompt

        def done(playing: Playing) -> None:
            if playing.problem is not None:
                self.trouble((playing.problem,))
            else:
                self.notice(_("Phone {phone} plays it. # ahead, * back, 5 pause, 9 end.").format(phone=phone))

        try:
            wanted = PlayPrompt(name=key.name, language=key.language, phone=phone)
        except ValidationError:
            self.notice(_("This is no internal number: use 3 to 6 digits, not beginning with 0."), bad=True)
            return
        self.notice(_("Ringing {phone} ...").format(phone=phone))
        self.ask(PLAY, wanted, done)

    def action_take_in(self) -> None:
        """From a stick."""
        from appliance.api.sticks import STICKS
        from appliance.api.wire import Empty

        if (found := self._current()) is not None:
            key = found[0]
            self.notice(_("Looking at the sticks ..."))
            self.ask(STICKS, Empty(), lambda sticks: self._choose(key, sticks))

    def _choose(self, key: PromptKey, sticks: Sticks) -> None:
        files = [(stick, file) for stick in sticks.sticks for file in stick.files if file.kind == "prompt"]
        if not files:
            self.notice(_("No stick has a WAV or MP3 file in its folder branchbox/prompts."), bad=True)
            return
        self.notice("")
        options: list[Option] = [
            (f"{stick.name}/{file.name}", lambda name=file.name, on=stick.label or stick.name: f"{name}  ({on})")  # type: ignore[misc]  # mypy infers no default arguments
            for stick, file in files
        ]
        self.app.push_screen(
            Choose(lambda: _("Which file shall callers hear?"), options), lambda chosen: self._take_in(key, chosen)
        )

    def _take_in(self, key: PromptKey, chosen: str | None) -> None:
        from appliance.api.prompts import IMPORT, ImportPrompt

        if chosen is None:
            return
        stick, _slash, file = chosen.partition("/")
        self.notice(_("Taking in {file} ...").format(file=file))

        def done(prompts: Prompts) -> None:
            self._came(prompts)
            self.notice(_("Callers hear {file} from now on.").format(file=file))

        self.ask(IMPORT, ImportPrompt(name=key.name, language=key.language, stick=stick, file=file), done)

    def action_speak(self) -> None:
        """Back to the box's voice, after asking."""
        from appliance.api.prompts import SPEAK

        if (found := self._current()) is None:
            return
        key = found[0]

        def question() -> str:
            return _("Let the box speak {name} ({language}) again? What was recorded or imported is lost.").format(
                name=key.name, language=word(key.language)
            )

        def done(prompts: Prompts) -> None:
            self._came(prompts)
            self.notice(_("The box speaks {name} itself again.").format(name=key.name))

        self.app.push_screen(Ask(question), lambda yes: self.ask(SPEAK, key, done) if yes else None)
