"""What is told: figures beside their goals, and the arithmetic that makes them."""

from __future__ import annotations

import math
import statistics
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

GOALS = Path(__file__).with_name("goals.toml")


@dataclass(frozen=True, slots=True)
class Goal:
    """A line of the table: which row measures it, and between which bounds its figures are to lie."""

    key: str
    row: str
    what: str
    unit: str
    least: float | None = None
    most: float | None = None

    def reached(self, value: float) -> bool:
        """Whether a figure is as good as it is to be."""
        if math.isnan(value):
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    @property
    def bound(self) -> str:
        """The goal as people write it."""
        if self.least is not None and self.least == self.most:
            return f"= {self.least:g}"
        return f"≥ {self.least:g}" if self.least is not None else f"≤ {self.most:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a goal; `of` says which case, `told` what it was made of. NaN where a system cannot tell."""

    goal: str
    of: str
    value: float
    told: str = ""


def goals() -> dict[str, Goal]:
    """All goals by their names, in the order of the table."""
    told = tomllib.loads(GOALS.read_text(encoding="utf-8"))
    return {key: Goal(key, **fields) for key, fields in told.items()}


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest rank: so many of a hundred are not above it. Raises ValueError where there is nothing."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share / 100 * len(ordered)) - 1)]


def ratio(ones: Sequence[float], others: Sequence[float]) -> float:
    """How much of the one there is for each of the other: the median of the rounds, each divided by its own."""
    return median([one / other for one, other in zip(ones, others, strict=True)])


def missed(found: Sequence[Figure]) -> list[Figure]:
    """Those that are not as good as they are to be."""
    known = goals()
    return [one for one in found if not known[one.goal].reached(one.value)]
