"""What is wrong, where, and what to do next: one shape for every message that a person reads.

`text` is English and the key of the translation (`{name}` fields are filled from `args`
after translating), so a problem travels from the document's rules, Asterisk's trial start
or health to the screen and is said there in the person's language.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Problem(BaseModel):
    """One thing that is wrong; `str()` says it in English."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    """English sentence(s) with `{field}`s: what is wrong, then what to do next."""
    where: str = ""
    """The place in the document (`queues[2] sales: members[1].agent`) or in a file (`pjsip.conf:41`);
    counted from 1."""
    line: int | None = None
    """The line of the TOML text, where it is known; counted from 1."""
    args: dict[str, str] = {}
    original: str = ""
    """The words of Asterisk, NUT and so on, beneath the sentence."""

    def __str__(self) -> str:
        said = self.text.format_map(self.args)
        line = f"line {self.line}" if self.line else ""
        place = ", ".join(part for part in (line, self.where) if part)
        place += ": " if place else ""
        return place + said + (f" [{self.original}]" if self.original else "")


class BranchboxError(Exception):
    """The root of our exceptions: something a person must hear about."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems
