"""Choosing a time by touching it: where a booking may begin, and where it may then end."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from domain.board import HOUR, Horizon
from domain.interval import TICK_SECONDS, Interval, local_day, tick_of
from domain.policies import SpaceRules, days_ahead

HALF_HOUR = 2


@dataclass(frozen=True, slots=True)
class DayChoices:
    """What a day offers: opening hours and full quarter-hours against the lengths of a space, all in ticks."""

    openings: Sequence[Interval]
    full: Set[int]
    rules: SpaceRules
    buffer_minutes: int
    horizon: Horizon

    def can_start(self, tick: int, minutes: int | None = None) -> bool:
        """Whether a booking of so many minutes, else the shortest, and the clean-up after it fit here."""
        length = (minutes or self.rules.min_minutes) * 60 // TICK_SECONDS
        return self.horizon.admits(tick) and self._fits(tick, tick + length)

    def starts(self, minutes: int | None = None) -> list[int]:
        """Every tick at which a booking of so many minutes, else the shortest, may begin."""
        return [tick for stretch in self._start_stretches(minutes) for tick in stretch]

    def ends(self, start: int) -> list[int]:
        """Every tick at which a booking that begins at `start` may end."""
        shortest = self.rules.min_minutes * 60 // TICK_SECONDS
        longest = self.rules.max_minutes * 60 // TICK_SECONDS
        if not self.horizon.admits(start):
            return []
        return [end for end in range(start + shortest, start + longest + 1) if self._fits(start, end)]

    def ends_in_line(self, start: int) -> list[int]:
        """Every tick at which a time that begins at `start` may end for somebody who waits until it becomes free."""
        shortest = self.rules.min_minutes * 60 // TICK_SECONDS
        longest = self.rules.max_minutes * 60 // TICK_SECONDS
        if not self.horizon.admits(start):
            return []
        return [end for end in range(start + shortest, start + longest + 1) if self._is_open(start, end)]

    def next_starts(self, most: int, minutes: int | None = None) -> list[int]:
        """A few starts at least an hour apart: where something becomes free, and on the full hours after it."""
        chosen: list[int] = []
        last_known = None
        for stretch in self._start_stretches(minutes):
            opens_up = stretch.start - 1 != last_known
            for tick in (
                stretch.start,
                *range(stretch.start + 1 + -(stretch.start + 1) % HOUR, stretch.stop, HOUR),
            ):
                is_offered = tick % HOUR == 0 or (opens_up and tick == stretch.start)
                if is_offered and (not chosen or tick - chosen[-1] >= HOUR):
                    chosen.append(tick)
                    if len(chosen) == most:
                        return chosen
            last_known = stretch.stop - 1
        return chosen

    def _start_stretches(self, minutes: int | None) -> Iterator[range]:
        """The stretches of ticks at which a booking may begin: of each gap, as far as its length fits in."""
        length = (minutes or self.rules.min_minutes) * 60 // TICK_SECONDS
        buffer = self.buffer_minutes * 60 // TICK_SECONDS
        full = sorted(self.full)
        for opening in self.openings:
            ticks = opening.ticks()
            inside = full[bisect_left(full, ticks.start) : bisect_left(full, ticks.stop + buffer)]
            for before, after in pairwise([ticks.start - 1, *inside, ticks.stop + buffer]):
                first = max(before + 1, self.horizon.first)
                end = min(after - buffer - length, ticks.stop - length) + 1
                if first < min(end, self.horizon.end):
                    yield range(first, min(end, self.horizon.end))

    def _is_open(self, start: int, end: int) -> bool:
        return any(tick_of(o.starts_at) <= start and end <= tick_of(o.ends_at) for o in self.openings)

    def _fits(self, start: int, end: int) -> bool:
        if not self._is_open(start, end):
            return False
        buffer = self.buffer_minutes * 60 // TICK_SECONDS
        return self.full.isdisjoint(range(start, end + buffer))


def horizon_of(rules: SpaceRules, now: datetime, *, by_staff: bool = False) -> Horizon:
    """The ticks at which a booking of a space may begin, seen from now; staff plan further ahead."""
    return _horizon(rules.lead_minutes, days_ahead(rules, by_staff=by_staff), now)


@lru_cache(maxsize=64)
def _horizon(lead_minutes: int, days: int, now: datetime) -> Horizon:
    """Hundreds of spaces share a handful of these."""
    present = tick_of(now)
    # Where no lead time is asked for, the quarter-hour that is running may still be taken.
    first = present
    if lead_minutes:
        earliest = now + timedelta(minutes=lead_minutes)
        first = -(-int(earliest.timestamp()) // TICK_SECONDS)
    last_day = local_day(now) + timedelta(days=days)
    return Horizon(now=present, first=first, end=tick_of(Interval.of_day(last_day).ends_at))
