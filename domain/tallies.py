"""Sums of a stretch of days of one space that can be laid over each other: hours of the week, people, waiting, wishes.

Hours of the week are the lanes of one large integer, and who came is a set of bits: a year is added up in a few steps,
and a person who came in every month is still one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from domain.months import next_month
from domain.reports import HOURS, TICKS_OF_WEEK, WEEKDAYS, Days, Grid, spread

LANE = 32
"""The bits of one hour of the week: minutes of any number of places over any number of years."""
_FULL = (1 << LANE) - 1
COUNTS = (
    "booked_minutes", "bookings", "came", "no_shows", "excused", "cancelled", "declined", "expired", "shows", "walk_ins"
)  # fmt: skip


@lru_cache(maxsize=8192)
def week(first: int, ticks: int) -> int:
    """The minutes of a stretch from a quarter-hour of the week on, as lanes."""
    return sum(
        minutes << LANE * (weekday * HOURS + hour)
        for weekday, hour, minutes in spread(first % TICKS_OF_WEEK, ticks)
    )


def grid_of(lanes: int) -> Grid:
    """The lanes as a figure for each hour of each weekday."""
    return [
        [lanes >> LANE * (weekday * HOURS + hour) & _FULL for hour in range(HOURS)]
        for weekday in range(WEEKDAYS)
    ]


def bits(numbers: Iterable[int]) -> int:
    """A set of numbers as bits."""
    known = list(numbers)
    if not known:
        return 0
    packed = bytearray(max(known) // 8 + 1)
    for number in known:
        packed[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(packed, "little")


def planes(counts: Mapping[int, int]) -> list[int]:
    """How often each came, by binary digit: bit p of plane k says that digit k of the count of p is set."""
    most = max(counts.values(), default=0)
    return [
        bits(person for person, count in counts.items() if count >> digit & 1)
        for digit in range(most.bit_length())
    ]


def total(counted: Iterable[int], among: int) -> int:
    """The sum of such counts over a set of people."""
    return sum((plane & among).bit_count() << digit for digit, plane in enumerate(counted))


@dataclass(slots=True)
class Tally:
    """What happened in one space; `visits` and `proxied` are planes by person, `waits` minutes by the hour of asking.

    `wishes` count by hour of the week and the order of the reason.
    """

    counts: Counter[str] = field(default_factory=Counter)
    used: int = 0
    visits: list[int] = field(default_factory=list)
    proxied: list[int] = field(default_factory=list)
    waits: dict[int, list[int]] = field(default_factory=dict)
    wishes: Counter[tuple[int, int]] = field(default_factory=Counter)

    @property
    def came(self) -> int:
        """Everybody who came, as bits."""
        found = 0
        for plane in self.visits:
            found |= plane
        return found

    def as_json(self) -> dict[str, Any]:
        """In a shape that can be kept, the same for the same figures."""
        return {
            "counts": [self.counts[name] for name in COUNTS],
            "used": f"{self.used:x}",
            "visits": [f"{plane:x}" for plane in self.visits],
            "proxied": [f"{plane:x}" for plane in self.proxied],
            "waits": {str(hour): sorted(self.waits[hour]) for hour in sorted(self.waits)},
            "wishes": [[*key, self.wishes[key]] for key in sorted(self.wishes)],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Tally:
        """As it was kept."""
        return cls(
            counts=Counter(dict(zip(COUNTS, kept["counts"], strict=True))),
            used=int(kept["used"], 16),
            visits=[int(plane, 16) for plane in kept["visits"]],
            proxied=[int(plane, 16) for plane in kept["proxied"]],
            waits={int(hour): minutes for hour, minutes in kept["waits"].items()},
            wishes=Counter({(cell, why): count for cell, why, count in kept["wishes"]}),
        )


def third_of(day: date) -> Days:
    """The ten days or so of its month (旬) that hold a day: from the 1st, the 11th, the 21st to the month's end."""
    start = min((day.day - 1) // 10, 2) * 10 + 1
    first = day.replace(day=start)
    last = next_month(first.replace(day=1)) - timedelta(days=1) if start == 21 else first + timedelta(days=9)
    return Days(first, last)


def thirds_of(days: Days) -> Iterator[Days]:
    """The thirds of months that lie wholly within some days."""
    third = third_of(days.first)
    if third.first < days.first:
        third = third_of(third.last + timedelta(days=1))
    while third.last <= days.last:
        yield third
        third = third_of(third.last + timedelta(days=1))
