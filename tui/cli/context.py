"""What every command needs: the client, who asks, and how to print."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, TypeVar

from tui import i18n
from tui.i18n import _
from tui.widgets.cells import Align, fit

if TYPE_CHECKING:
    from appliance.api.client import Client
    from appliance.api.contract import Me
    from appliance.api.wire import Message, Method

P = TypeVar("P", bound="Message")
R = TypeVar("R", bound="Message")


class Exit(IntEnum):
    """The command's exit codes, documented in `tui.cli`."""

    DONE = 0
    PROBLEMS = 1
    USAGE = 2
    UNREACHABLE = 3
    REFUSED = 4


@dataclass
class Context:
    """One command's run."""

    client: Client
    json: bool = False
    clock: Callable[[], float] = time.time
    me: Me | None = None

    async def meet(self, *, speak: bool) -> None:
        """Learn who asks; speak that person's language when the command line chose none."""
        from appliance.api.contract import WHO_AM_I
        from appliance.api.wire import Empty

        self.me = await self.client.call(WHO_AM_I, Empty())
        if speak:
            i18n.use(self.me.language)

    @property
    def zone(self) -> str:
        """The branch's time zone."""
        return self.me.time_zone if self.me else "UTC"

    @property
    def now(self) -> float:
        """The time, epoch seconds."""
        return self.clock()

    async def ask(self, method: Method[P, R], takes: P) -> R:
        """Call core."""
        return await self.client.call(method, takes)

    def show(self, answer: Message, say: Callable[[], Iterable[str]]) -> None:
        """Print the contract's JSON, or the same facts in words."""
        if self.json:
            print(answer.model_dump_json(indent=2))
        else:
            for row in say():
                print(row.rstrip())


def command(among: Any, name: str, words: str, run: Callable[[Context, Namespace], Awaitable[int]]) -> Any:
    """Add a command that answers in text or as JSON to a family of them; gives its parser, for more options."""
    made = among.add_parser(name, help=words)
    made.add_argument("--json", action="store_true", help=_("as JSON"))
    made.set_defaults(run=run)
    return made


def table(heads: Sequence[tuple[str, Align]], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Columns as wide as their widest cell, by terminal cells."""
    from rich.cells import cell_len

    widths = [max([cell_len(head), *(cell_len(row[at]) for row in rows)]) for at, (head, _align) in enumerate(heads)]
    yield "  ".join(fit(head, width, align) for (head, align), width in zip(heads, widths, strict=True))
    for row in rows:
        yield "  ".join(fit(cell, width, align) for cell, (_head, align), width in zip(row, heads, widths, strict=True))
