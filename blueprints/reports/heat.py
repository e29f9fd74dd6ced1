"""A week as a picture: one cell for each hour of each weekday, by its level and its number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from blueprints import formats
from blueprints.words.reports import hour_of_week
from domain.reports import WEEKDAYS, Grid, Shares

LEVELS = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of a weekday; `level` 0 to 4, None where the house is closed then."""

    level: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Heat:
    """The rows of a picture, hour by hour, each with seven cells; `peak` and `low` name the hours at both ends."""

    weekdays: tuple[str, ...]
    rows: list[tuple[int, list[Cell]]]
    peak: str
    peak_text: str
    low: str
    low_text: str


def of_use(shares: Shares) -> Heat | None:
    """How much of the open time was used, in percent; None where nothing was ever open."""
    return _heat(shares, lambda part: f"{part * 100:.0f}", "%")


def of_wishes(wanted: Grid) -> Heat | None:
    """How often a time was wanted in vain; None where it never was."""
    counts = {
        (weekday, hour): float(count)
        for weekday, row in enumerate(wanted)
        for hour, count in enumerate(row)
        if count
    }
    return _heat(counts, lambda count: f"{count:.0f}", "")


def _heat(values: Shares, write: Callable[[float], str], unit: str) -> Heat | None:
    if not values:
        return None
    full = max(values.values())
    hours = [hour for _, hour in values]
    rows = [
        (hour, [_cell(values.get((weekday, hour)), write, full) for weekday in range(WEEKDAYS)])
        for hour in range(min(hours), max(hours) + 1)
    ]
    peak, low = max(values, key=lambda at: values[at]), min(values, key=lambda at: values[at])
    return Heat(
        weekdays=tuple(formats.weekday_name(weekday) for weekday in range(WEEKDAYS)),
        rows=rows,
        peak=hour_of_week(*peak),
        peak_text=write(values[peak]) + unit,
        low=hour_of_week(*low),
        low_text=write(values[low]) + unit,
    )


def _cell(value: float | None, write: Callable[[float], str], full: float) -> Cell:
    """Level 1 is anything at all, 4 is from three quarters of the most on."""
    if value is None:
        return Cell(None, "")
    level = min(LEVELS, int(value / full * LEVELS) + 1) if value else 0
    return Cell(level, write(value))
