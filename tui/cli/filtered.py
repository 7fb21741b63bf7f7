"""A list's filter out of the command's options."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, TypeVar

from appliance.site.problems import BranchboxError, Problem
from tui.cli.context import Context
from tui.days import day_span

if TYPE_CHECKING:
    from appliance.api.wire import Message

F = TypeVar("F", bound="Message")


def filtered(kind: type[F], context: Context, said: argparse.Namespace, *options: str) -> F:
    """What these options and `--day` ask for. Raises BranchboxError with the first option that does not fit."""
    from pydantic import ValidationError

    since, until = day_span(said.day, context.now, context.zone) if said.day else (None, None)
    values = {option: getattr(said, option) for option in options}
    try:
        return kind.model_validate({"since": since, "until": until, **values})
    except ValidationError as wrong:
        raise BranchboxError(
            Problem(
                text="The option --{option} does not fit.",
                args={"option": str(wrong.errors()[0]["loc"][0])},
                original=wrong.errors()[0]["msg"],
            )
        ) from None
