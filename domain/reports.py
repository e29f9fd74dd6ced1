"""Reports: which days, how a stretch of time lies over the week, why somebody was turned away, and ranks of waiting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from domain.bookings import BookingStatus
from domain.errors import BadInput, Violation
from domain.interval import Interval

HOURS, WEEKDAYS = 24, 7
TICKS_OF_HOUR = 4
TICKS_OF_WEEK = WEEKDAYS * HOURS * TICKS_OF_HOUR
MONDAY_SHIFT = (8 + 3 * HOURS) * TICKS_OF_HOUR
"""From ticks of UTC to those of the community's week: eight hours east, and 1 January 1970 was a Thursday."""
FEWEST = 3
"""Fewer people than these are not counted out loud: a number must not point at a neighbour [default]."""
MOST_DAYS = 366

HELD = frozenset(
    {BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN, BookingStatus.COMPLETED, BookingStatus.NO_SHOW}
)
"""What counts as booked: a yes was given, and nobody took it back."""
CAME = frozenset({BookingStatus.CHECKED_IN, BookingStatus.COMPLETED})
"""What counts as really used."""

Grid = list[list[int]]
"""A figure for each hour of each weekday: [weekday][hour], Monday first."""


class Why(StrEnum):
    """Why somebody could not have a time, in the order in which the reasons count."""

    FULL = "full"
    CLOSURE = "closure"
    HOURS = "hours"
    NOTICE = "notice"
    LIMITS = "limits"
    SIZE = "size"


WHY = {
    "slot_taken": Why.FULL,
    "closed": Why.CLOSURE,
    "closed_that_day": Why.HOURS,
    "outside_hours": Why.HOURS,
    "too_soon": Why.NOTICE,
    "too_far": Why.NOTICE,
    "quota_count": Why.LIMITS,
    "quota_hours": Why.LIMITS,
    "paused": Why.LIMITS,
    "too_long": Why.LIMITS,
    "too_many_people": Why.SIZE,
}
"""What a refusal says about demand. Codes that are not here say something about the form or the asker instead."""

OPENING_HELPS = frozenset({Why.FULL, Why.CLOSURE, Why.HOURS})
"""The reasons that more open time, or more room, would cure."""


def demand_code(violations: Sequence[Violation]) -> str | None:
    """The one code under which a refused wish is counted; None where it was no real wish for a time."""
    codes = [violation.code for violation in violations]
    if not codes or not all(code in WHY for code in codes):
        return None
    order = list(Why)
    return min(codes, key=lambda code: order.index(WHY[code]))


@dataclass(frozen=True, slots=True)
class Days:
    """Local days, both included; at most 366 of them."""

    first: date
    last: date

    @classmethod
    def between(cls, first: date, last: date) -> Days:
        """The days between two; raises BadInput."""
        if last < first:
            raise BadInput("report_days_order", field="last")
        if (last - first).days >= MOST_DAYS:
            raise BadInput("report_days_many", field="last", maximum=MOST_DAYS)
        return cls(first, last)

    @property
    def window(self) -> Interval:
        """From the first midnight to the last."""
        return Interval(Interval.of_day(self.first).starts_at, Interval.of_day(self.last).ends_at)

    def until(self, today: date) -> Days | None:
        """Those that have begun; None where all lie ahead."""
        return Days(self.first, min(self.last, today)) if self.first <= today else None

    def __iter__(self) -> Iterator[date]:
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


def grid() -> Grid:
    """A week of noughts."""
    return [[0] * HOURS for _ in range(WEEKDAYS)]


def tick_of_week(tick: int) -> int:
    """The quarter-hour of the community's week, Monday 00:00 is 0."""
    return (tick + MONDAY_SHIFT) % TICKS_OF_WEEK


@lru_cache(maxsize=8192)
def spread(first: int, ticks: int) -> tuple[tuple[int, int, int], ...]:
    """How a stretch from a quarter-hour of the week on lies over it: weekday, hour, minutes."""
    cells: dict[tuple[int, int], int] = {}
    for tick in range(first, first + ticks):
        cell = divmod(tick % TICKS_OF_WEEK // TICKS_OF_HOUR, HOURS)
        cells[cell] = cells.get(cell, 0) + 15
    return tuple((weekday, hour, minutes) for (weekday, hour), minutes in cells.items())


def add(to: Grid, first: int, ticks: int, times: int = 1) -> None:
    """Lay a stretch of time over a week, as often as it happened; minutes."""
    for weekday, hour, minutes in spread(first, ticks):
        to[weekday][hour] += minutes * times


def summed(grids: Iterable[Grid]) -> Grid:
    """Several weeks laid over each other."""
    whole = grid()
    for one in grids:
        for weekday, hours in enumerate(one):
            for hour, value in enumerate(hours):
                whole[weekday][hour] += value
    return whole


Shares = dict[tuple[int, int], float]
"""A share of the open time for each hour of the week in which there is any: (weekday, hour)."""


def shares(used: Grid, opened: Grid) -> Shares:
    """The used share of each open hour of the week."""
    return {
        (weekday, hour): part
        for weekday in range(WEEKDAYS)
        for hour in range(HOURS)
        if (part := share(used[weekday][hour], opened[weekday][hour])) is not None
    }


def mean_shares(each: Iterable[Shares]) -> Shares:
    """The mean of the spaces that are open in an hour: a hall of many seats weighs no more than a room."""
    found: dict[tuple[int, int], list[float]] = {}
    for one in each:
        for at, part in one.items():
            found.setdefault(at, []).append(part)
    return {at: sum(parts) / len(parts) for at, parts in sorted(found.items())}


def mean(parts: Iterable[float | None]) -> float | None:
    """The mean of those that are known; None where none is."""
    known = [part for part in parts if part is not None]
    return sum(known) / len(known) if known else None


def share(part: int, of: int) -> float | None:
    """A part of a whole, never more than all of it; None where there is no whole."""
    return min(1.0, part / of) if of else None


def rank(count: int, percent: int) -> int:
    """Which of so many values in order is their quantile, counted from 1 (nearest rank)."""
    return -(-count * percent // 100)


def few(count: int) -> bool:
    """Whether a number of people is too small to be told."""
    return 0 < count < FEWEST
