"""A measured figure, and how a list of them is shown."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure. `value` is None when it could not be measured; then `method` says why."""

    name: str
    value: float | None
    unit: str
    method: str
    aim: str = ""

    @property
    def said(self) -> str:
        """Value and unit as a person reads them."""
        return "-" if self.value is None else f"{self.value:.4g} {self.unit}".rstrip()


def spread(values: Sequence[float]) -> str:
    """How a repeated measurement scattered."""
    return f"median of {len(values)}, {min(values):.3g} to {max(values):.3g}"


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """What 95 % of them do not exceed."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def machine() -> str:
    """What it was measured on."""
    with open("/proc/meminfo", encoding="ascii") as file:  # noqa: PTH123  # a pseudo file
        memory = int(file.readline().split()[1]) / 1024 / 1024
    model = next((line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")), "CPU")
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} x {model}, {memory:.0f} GB, Linux {platform.release()}, load before {load:.1f}"


def _cpuinfo() -> list[str]:
    with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123  # a pseudo file
        return file.read().splitlines()


def as_text(figures: Iterable[Figure]) -> str:
    """A table for the terminal, the methods below it."""
    figures = list(figures)
    width = max(len(figure.name) for figure in figures)
    rows = [f"{figure.name:{width}}  {figure.said:>14}  {figure.aim}".rstrip() for figure in figures]
    notes = [f"{figure.name}: {figure.method}" for figure in figures]
    return "\n".join([*rows, "", *notes])


def as_json(figures: Iterable[Figure], measured_on: str) -> str:
    """For programs."""
    facts = {"machine": measured_on, "figures": [dataclasses.asdict(figure) for figure in figures]}
    return json.dumps(facts, ensure_ascii=False, indent=2)


def as_markdown(figures: Iterable[Figure], date: str, measured_on: str) -> str:
    """A dated section for docs/bench.md."""
    rows = [f"| {each.name} | {each.said} | {each.aim or '-'} | {each.method} |" for each in figures]
    return "\n".join(
        [
            f"## {date}",
            "",
            f"On {measured_on}.",
            "",
            "| figure | value | aim | method |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )
