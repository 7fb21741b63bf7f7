"""`./dev up`: from nothing to the technician's screen."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from images import run
from images.box import Box
from images.dev.workshop import root_up_to_date
from images.rootfs import Root
from images.steps import say


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--detach", action="store_true", help="leave the box running and come back to the prompt")
    parser.add_argument(
        "--language", choices=("en", "zh"), help="example branch of a fresh box (default: en); another one starts anew"
    )


def main(options: argparse.Namespace) -> int:
    """Bring the box up, then give the terminal to its technician."""
    box = bring_up(options.box, root_up_to_date(options.mirror), options.language)
    if options.detach:
        print(f"The box {box.name} is up. ./dev up: its screen; ./dev status: where things are; ./dev down: off.")
        return 0
    return run.foreground(box.ssh(terminal=True))


def bring_up(name: str, root: Root, language: str | None) -> Box:
    """The running box of this name: as it is, switched on, or made anew when the root or language changed."""
    box = Box.find(name)
    if box and (box.layers != root.layers or language not in {None, box.document.site.language}):
        say("box ... made anew: ")
        return _timed(lambda: Box.start(name, root, language=language or "en"))
    if box is None:
        say("box ... ")
        return _timed(lambda: Box.start(name, root, language=language or "en"))
    if box.alive:
        say("box ... running\n")
        return box
    say("box ... switched on: ")

    def switch_on() -> Box:
        box.boot()
        box.wait_ready()
        return box

    return _timed(switch_on)


def _timed(start: Callable[[], Box]) -> Box:
    begun = time.monotonic()
    box = start()
    say(f"{time.monotonic() - begun:.1f} s\n")
    return box
