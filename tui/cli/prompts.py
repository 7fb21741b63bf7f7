"""`branchbox prompts ...`: the branch's own announcements."""

from __future__ import annotations

import argparse
import base64
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from appliance.site.problems import BranchboxError, Problem
from tui.cli.context import Context, Exit, command, table
from tui.format import DASH, duration, moment
from tui.i18n import _, say_all
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.prompts import Prompts


def add(commands: Any) -> None:
    """Add this family to the command line."""
    family = commands.add_parser("prompts", help=_("the branch's own announcements")).add_subparsers(
        required=True, metavar=_("COMMAND")
    )
    command(family, "list", _("where each sound comes from, and what plays it"), show_list)
    for name, words, run in (
        ("import", _("a WAV or MP3 file from standard input: import NAME LANGUAGE < file"), take_in),
        ("speak", _("go back to what the box speaks"), speak),
        ("play", _("ring a phone and play it"), play),
    ):
        made = command(family, name, words, run)
        made.add_argument("name")
        made.add_argument("language", choices=("en", "zh"))
        if name == "play":
            made.add_argument("phone")


async def show_list(context: Context, said: argparse.Namespace) -> int:
    """All of them; problems when one is missing."""
    from appliance.api.prompts import LIST
    from appliance.api.wire import Empty

    return _shown(context, await context.ask(LIST, Empty()))


async def take_in(context: Context, said: argparse.Namespace) -> int:
    """Send standard input, piece by piece."""
    from appliance.api.prompts import BEGIN, IMPORT, PIECE, PUT, ImportPrompt, PromptPiece
    from appliance.api.wire import Empty

    if sys.stdin.isatty():
        raise BranchboxError(Problem(text="This reads sound, not text: send it from a file (< file.wav)."))
    await context.ask(BEGIN, Empty())
    while piece := sys.stdin.buffer.read(PIECE):
        await context.ask(PUT, PromptPiece(data=base64.b64encode(piece).decode()))
    return _shown(context, await context.ask(IMPORT, ImportPrompt(**_key(said))))


async def speak(context: Context, said: argparse.Namespace) -> int:
    """The box's voice again."""
    from appliance.api.prompts import SPEAK, PromptKey

    return _shown(context, await context.ask(SPEAK, PromptKey(**_key(said))))


async def play(context: Context, said: argparse.Namespace) -> int:
    """On a phone."""
    from appliance.api.prompts import PLAY, PlayPrompt

    playing = await context.ask(PLAY, PlayPrompt(**_key(said), phone=said.phone))
    words = _("Phone {phone} plays it. # ahead, * back, 5 pause, 9 end.").format(phone=said.phone)
    context.show(playing, lambda: [say_all(playing.problem) if playing.problem else words])
    return Exit.DONE if playing.answered else Exit.PROBLEMS


def _key(said: argparse.Namespace) -> dict[str, Any]:
    return {"name": said.name, "language": said.language}


def _shown(context: Context, prompts: Prompts) -> int:
    context.show(prompts, lambda: _list(context, prompts))
    missing = any(sound.origin == "missing" for prompt in prompts.prompts for sound in prompt.sounds)
    return Exit.PROBLEMS if missing else Exit.DONE


def _list(context: Context, prompts: Prompts) -> Iterable[str]:
    rows = [
        (
            prompt.name,
            word(sound.language),
            word(sound.origin),
            duration(sound.seconds),
            moment(sound.at, context.zone, context.now),
            ", ".join(f"{word(use.kind)} {use.name}" for use in prompt.used) or DASH,
        )
        for prompt in prompts.prompts
        for sound in prompt.sounds
    ]
    heads = (_("Name"), _("Language"), _("Source"), _("Length"), _("Made"), _("Used by"))
    yield from table([(head, "left") for head in heads], rows)
