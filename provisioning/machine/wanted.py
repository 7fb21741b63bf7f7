"""What a renderer gives: files and links of the machine, by absolute path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HEAD = "# Written by branchbox-host from the site document; the next change of it writes this file anew.\n"


def secret(name: str) -> str:
    """What stands for one of the box's own secrets in a file that people may see in a plan; `Machine` fills it in."""
    return f"<secret {name}>"


@dataclass(frozen=True)
class Wanted:
    """Files by path with their text, links by path with their target.

    `private` are those that hold secrets: the group that may read each beside root, or no group.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    private: Mapping[str, str] = field(default_factory=dict)
