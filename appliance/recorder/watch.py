"""The loop: hear of closed files from inotify, file them one by one, look around once a minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pyinotify

from appliance.recorder.work import Work

SCAN_EVERY = 60.0
"""Seconds between two looks at the whole folder: an event may be lost, a file may have been open."""
LONGEST_WAIT = 10.0
"""Seconds; systemd's watchdog wants a word in between."""


class _Events(pyinotify.ProcessEvent):  # type: ignore[misc]  # pyinotify has no types
    def my_init(self, work: Work) -> None:
        self._work = work

    def process_default(self, event: pyinotify.Event) -> None:
        if event.mask & pyinotify.IN_Q_OVERFLOW:
            self._work.scan()
        elif event.name:
            self._work.closed(event.name)


def watch(
    folder: Path, work: Work, look_after: Callable[[], None], *, alive: Callable[[], None], ready: Callable[[], None]
) -> None:
    """Work for ever; `look_after` is called with each look around. Raises OSError when the folder is missing."""
    manager = pyinotify.WatchManager()
    notifier = pyinotify.Notifier(manager, _Events(work=work))
    try:
        # quiet=False: a folder that cannot be watched is an error, not a log line.
        manager.add_watch(str(folder), pyinotify.IN_CLOSE_WRITE | pyinotify.IN_MOVED_TO, quiet=False)
        ready()
        next_scan = 0.0
        while True:
            alive()
            if time.monotonic() >= next_scan:
                work.scan()
                look_after()
                next_scan = time.monotonic() + SCAN_EVERY
            wait = work.seconds_to_next()
            if notifier.check_events(timeout=1000 * min(LONGEST_WAIT, SCAN_EVERY if wait is None else wait)):
                notifier.read_events()
                notifier.process_events()
            work.step()
    finally:
        notifier.stop()
