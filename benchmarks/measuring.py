"""Timing two things side by side, and holding what comes of it against the budgets."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BUDGETS = Path(__file__).with_name("budgets.toml")
ROUNDS = 15


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its unit (`ratio` or `megabytes`), and what it was made of."""

    name: str
    unit: str
    value: float
    told: str


def ratio(
    name: str, one: Callable[[], object], other: Callable[[], object], rounds: int = ROUNDS
) -> Measured:
    """How long one takes for each second of the other: the best of some rounds of each, taken in turns."""
    best = [float("inf"), float("inf")]
    for _ in range(rounds + 1):  # the first round fills the caches
        for number, work in enumerate((one, other)):
            best[number] = min(best[number], _seconds(work))
    return Measured(name, "ratio", best[0] / best[1], f"{best[0] * 1000:.2f} ms : {best[1] * 1000:.2f} ms")


def over_budget(found: list[Measured]) -> list[str]:
    """A line for each figure above its budget, and for each that has none or that was not measured."""
    budgets = tomllib.loads(BUDGETS.read_text(encoding="utf-8"))
    known = {(unit, name): most for unit, of in budgets.items() for name, most in of.items()}
    measured = {(one.unit, one.name): one.value for one in found}
    wrong = [f"{name}: not measured" for unit, name in known.keys() - measured.keys()]
    for (unit, name), value in measured.items():
        most = known.get((unit, name))
        if most is None:
            wrong.append(f"{name}: no budget")
        elif value > most:
            wrong.append(f"{name}: {value:.2f} is over {most}")
    return sorted(wrong)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
