"""RECORDS > Recordings > one: its call, pauses, bookmarks and comments, who heard it; play, keep, let go."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.format import DASH, duration, moment, size
from tui.i18n import N_, _
from tui.screens.ask import AskWhy
from tui.screens.page import Page
from tui.screens.recordings import condition
from tui.widgets.cells import fit, line, wrap
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.recordings import Playing, RecordingDetail
    from appliance.api.wire import Empty

_PLACE = re.compile(r"(?:(\d{1,3}):)?(\d{1,4})\s*(.*)")
"""`1:05 words` or `65 words`."""


class RecordingScreen(Page):
    """One recording."""

    CRUMBS = N_("RECORDS > Recordings")
    ANSWERS = N_(
        "One recording: its call, where somebody paused it, bookmarks and comments, and who heard it. p rings your "
        "phone and plays it; there # goes 10 s ahead, * 10 s back, 5 pauses, 0 begins again, 9 ends. b sets a "
        "bookmark, as in 1:05 rude. h keeps it whatever its age, or ends that. As a file: branchbox recordings get."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "play", N_("Play")),
        Binding("b", "bookmark", N_("Bookmark")),
        Binding("n", "note", N_("Comment")),
        Binding("t", "tag", N_("Tag")),
        Binding("h", "hold", N_("Legal hold")),
        Binding("d", "remove", N_("Remove")),
    ]

    def __init__(self, name: str) -> None:
        super().__init__()
        self._recording = name
        self._detail: RecordingDetail | None = None

    def crumbs(self) -> str:
        """RECORDS > Recordings > caller -> called."""
        found = self._detail.found if self._detail else None
        whose = f"{found.caller or DASH} -> {found.called or DASH}" if found else self._recording.rpartition("/")[2]
        return f"{super().crumbs()} > {whose}"

    def summary(self) -> str:
        """What is out of the ordinary, or how long it is."""
        if self._detail is None:
            return ""
        state = condition(self._detail.found)
        return word(state) if state else duration(self._detail.found.duration)

    def body(self) -> Iterable[Widget]:
        """Everything in one column that scrolls."""
        with Scroll():
            yield Painted(self._draw)

    def load(self) -> None:
        """Ask for the recording."""
        from appliance.api.recordings import RECORDINGS_SHOW, RecordingKey

        self.ask(RECORDINGS_SHOW, RecordingKey(name=self._recording), self._came)

    def _came(self, detail: RecordingDetail) -> None:
        self._detail = detail
        self.loaded = True
        self.repaint()

    def _draw(self, width: int) -> list[Text]:
        if self._detail is None:
            return [line((" " + self.nothing_yet(), look.QUIET))]
        lines = self._facts(self._detail)
        lines += [line(), line(" ", (_("PAUSES"), look.HEAD))]
        for gap in self._detail.gaps:
            said = _("paused {length} at {at} by {who}").format(
                length=duration(gap.ends - gap.begins), at=duration(gap.begins), who=gap.by
            )
            lines.append(line(f" {said}"))
        if not self._detail.gaps:
            lines.append(line((" " + _("None: all of the talk is there."), look.QUIET)))
        lines += [line(), line(" ", (_("BOOKMARKS AND COMMENTS"), look.HEAD))]
        for note in self._detail.notes:
            place = duration(note.at) if note.at is not None else DASH
            lines += [
                line(f" {fit(place if first else '', 7, 'right')}  {part}")
                for first, part in _numbered(wrap(f"{note.by}: {note.text}", width - 11))
            ]
        if not self._detail.notes:
            lines.append(line((" " + _("None yet. b sets a bookmark, n writes a comment."), look.QUIET)))
        lines += [line(), line(" ", (_("WHO HEARD IT"), look.HEAD))]
        for access in self._detail.accesses:
            at = moment(access.at, self.picture.zone, self.now)
            lines.append(line(f" {fit(at, 13)}{fit(access.by, 12)} {fit(word(access.what), 10)} {access.why}"))
        if not self._detail.accesses:
            lines.append(line((" " + _("Nobody yet."), look.QUIET)))
        return lines

    def _facts(self, detail: RecordingDetail) -> list[Text]:
        found = detail.found
        parties = f"{found.caller or DASH} -> {found.called or DASH}"
        pairs = [
            (_("Call"), parties),
            (_("Began"), moment(found.started, self.picture.zone, self.now)),
            (_("Queue"), found.queue or DASH),
            (_("Agent"), found.agent or DASH),
            (_("Length"), duration(found.duration)),
            (_("Outcome"), word(found.outcome) if found.outcome else DASH),
            (_("Size"), size(found.size)),
            (_("On the disk"), _("sealed") if found.sealed else _("not sealed")),
            (_("Tags"), ", ".join(found.tags) or DASH),
        ]
        lines = []
        for at in range(0, len(pairs), 2):
            row = line()
            for label, value in pairs[at : at + 2]:
                row.append(" ")
                row.append(fit(label, 13), look.QUIET)
                row.append(fit(value, 25))
            lines.append(row)
        if found.held_by is not None:
            held = _("Under legal hold by {who}: {why}").format(who=found.held_by, why=detail.hold_why)
            lines.append(line((" " + held, look.WARN)))
        if found.removed is not None:
            removed = _("Removed {when} ({why}). Its entry stays.").format(
                when=moment(found.removed, self.picture.zone, self.now), why=word(found.removed_why)
            )
            lines.append(line((" " + removed, look.WARN)))
        if found.cut_short:
            lines.append(line((" " + _("The power went while it was recorded: it ends before the talk."), look.WARN)))
        lines.append(line((f" {found.name}", look.QUIET)))
        lines.append(line((f" sha256 {detail.sha256}", look.QUIET)))
        return lines

    # --- doing ----------------------------------------------------------------------------

    def action_play(self) -> None:
        """Ring a phone, with a reason."""

        def why(phone: str) -> None:
            question = _("Play this recording to phone {phone}?").format(phone=phone)
            self._ask_in_words(lambda: question, lambda reason: self._play(phone, reason))

        self._ask_in_words(lambda: _("Hear it on your phone."), why, N_("Number of your phone:"))

    def _play(self, phone: str, reason: str) -> None:
        from appliance.api.recordings import RECORDINGS_PLAY, Play

        def done(playing: Playing) -> None:
            if playing.problem is not None:
                self.trouble((playing.problem,))
            else:
                self.notice(_("Phone {phone} plays it. # ahead, * back, 5 pause, 9 end.").format(phone=phone))
                self.load()

        self.notice(_("Ringing {phone} ...").format(phone=phone))
        self.ask(RECORDINGS_PLAY, Play(name=self._recording, phone=phone, why=reason), done)

    def action_bookmark(self) -> None:
        """A word at a place."""
        from appliance.api.recordings import RECORDINGS_NOTE, NewNote

        def done(text: str) -> None:
            match = _PLACE.fullmatch(text.strip())
            if match is None or not match[3]:
                self.notice(_("Write the place and some words, as in 1:05 rude."), bad=True)
                return
            at = float(int(match[1] or 0) * 60 + int(match[2]))
            self.ask(RECORDINGS_NOTE, NewNote(name=self._recording, text=match[3], at=at), self._came)

        self._ask_in_words(lambda: _("A bookmark in this recording."), done, N_("Place and words, as in 1:05 rude:"))

    def action_note(self) -> None:
        """Words on all of it."""
        from appliance.api.recordings import RECORDINGS_NOTE, NewNote

        def done(text: str) -> None:
            self.ask(RECORDINGS_NOTE, NewNote(name=self._recording, text=text), self._came)

        self._ask_in_words(lambda: _("A comment on this recording."), done, N_("Comment:"))

    def action_tag(self) -> None:
        """Put a word on it, or take it off."""
        from appliance.api.recordings import RECORDINGS_TAG, Tag

        def done(text: str) -> None:
            tag = text[:30]
            off = self._detail is not None and tag in self._detail.found.tags
            self.ask(RECORDINGS_TAG, Tag(name=self._recording, tag=tag, off=off), self._came)

        self._ask_in_words(
            lambda: _("A tag on this recording; one that it has already is taken off."), done, N_("Tag:")
        )

    def action_hold(self) -> None:
        """Keep it, or end that."""
        from appliance.api.recordings import RECORDINGS_HOLD, Hold

        if self._detail is None:
            return
        off = self._detail.found.held_by is not None
        question = (
            _("End the legal hold? The recording may then be removed by age or for room.")
            if off
            else _("Keep this recording under legal hold? Nothing removes it until the hold ends.")
        )

        def done(_nothing: Empty) -> None:
            self.notice(_("The hold has ended.") if off else _("The recording is under legal hold."))
            self.load()

        self._ask_in_words(
            lambda: question, lambda why: self.ask(RECORDINGS_HOLD, Hold(name=self._recording, why=why, off=off), done)
        )

    def action_remove(self) -> None:
        """Let it go before its time."""
        from appliance.api.recordings import RECORDINGS_REMOVE, Remove

        def done(_nothing: Empty) -> None:
            self.notice(_("The recorder removes it within two minutes."))

        question = _("Remove this recording for good? Its entry, with your reason, stays.")
        self._ask_in_words(
            lambda: question, lambda why: self.ask(RECORDINGS_REMOVE, Remove(name=self._recording, why=why), done)
        )

    def _ask_in_words(
        self,
        question: Callable[[], str],
        done: Callable[[str], None],
        label: str = N_("Why (goes into the log):"),
    ) -> None:
        self.app.push_screen(AskWhy(question, label), lambda text: done(text) if text else None)


def _numbered(parts: Iterable[str]) -> Iterable[tuple[bool, str]]:
    for number, part in enumerate(parts):
        yield number == 0, part
