"""The one way in which the root side starts other programs: argument lists, never a shell."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.site.problems import BranchboxError, Problem

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
"""What programs see: ours alone, so that their words can be parsed."""


@dataclass(frozen=True)
class Finished:
    """How a program ended; `seconds` is wall-clock time."""

    code: int
    out: str
    err: str
    seconds: float


class CommandFailed(BranchboxError):
    """A program ended with an error or did not end in time."""


def run(argv: Sequence[str], *, timeout: float, check: bool = True, stdin: str = "") -> Finished:
    """Run a program to its end, output captured; it is killed after `timeout` seconds.

    Secrets go in by `stdin`: everybody may read what stands in `argv`.

    Raises CommandFailed on a time-out, a missing program, and (with `check`) on an exit code but 0.
    """
    began = time.monotonic()
    try:
        done = subprocess.run(  # noqa: S603  (argument lists made here, never text from outside as a program)
            list(argv),
            input=stdin,
            capture_output=True,
            timeout=timeout,
            check=False,
            env=ENVIRONMENT,
            encoding="utf-8",
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        raise CommandFailed(
            Problem(
                text="{command} did not answer in {seconds} s. The journal of branchbox-host says what went before.",
                args={"command": _said(argv), "seconds": f"{timeout:g}"},
            )
        ) from None
    except OSError as error:
        raise CommandFailed(
            Problem(
                text="{command} cannot be started. Install the box's packages again.",
                args={"command": _said(argv)},
                original=str(error),
            )
        ) from error
    finished = Finished(done.returncode, done.stdout, done.stderr, time.monotonic() - began)
    if check and finished.code != 0:
        raise CommandFailed(
            Problem(
                text="{command} failed with code {code}. The journal of branchbox-host says what went before.",
                args={"command": _said(argv), "code": str(finished.code)},
                original=(finished.err or finished.out).strip()[-500:],
            )
        )
    return finished


def _said(argv: Sequence[str]) -> str:
    return " ".join(argv)[:200]
