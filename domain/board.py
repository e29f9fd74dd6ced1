"""Lanes of a time axis: contiguous segments that cover a window exactly, made of openings, holds and now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from domain.interval import Interval, tick_of

HOUR = 4
"""Ticks of an hour: cells begin on the hour and are never shorter, since less is too small to hit."""
BAR = 2
"""Ticks of one bar of free seats."""


class SegmentKind(StrEnum):
    """What a stretch of a lane shows."""

    FREE = "free"
    BUSY = "busy"
    PENDING = "pending"
    MINE = "mine"
    SHOW = "show"
    BUFFER = "buffer"
    CLOSED = "closed"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Held:
    """A stretch that somebody has; `label` and `ref` only where the viewer may know them."""

    interval: Interval
    kind: SegmentKind
    label: str = ""
    ref: int | None = None


class Segment(NamedTuple):
    """A stretch of one lane in ticks; a booking could begin at `start`, `bars` are the free seats per half hour.

    A board has a thousand of them, so they hold numbers; moments are made for those that somebody asks.
    """

    first: int
    end: int
    kind: SegmentKind
    label: str = ""
    ref: int | None = None
    start: int | None = None
    bars: tuple[int, ...] = ()

    @property
    def interval(self) -> Interval:
        """When it is."""
        return Interval.of_ticks(self.first, self.end - self.first)

    @property
    def ticks(self) -> int:
        """How long it is."""
        return self.end - self.first


Paint = SegmentKind | int
"""What a quarter-hour shows: a kind of its own, or the number of the block that lies on it."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """From when to when a booking may begin, as ticks; what lies before `now` is past."""

    now: int
    first: int
    end: int

    def admits(self, tick: int) -> bool:
        """Whether a booking may begin at this tick."""
        return self.first <= tick < self.end


def axis_of(day: Interval, openings: Sequence[Interval], shortest: int = 8 * HOUR) -> Interval:
    """The whole hours of a day that hold all openings, at least `shortest` ticks; by default 08:00–22:00."""
    first_of_day, end_of_day = tick_of(day.starts_at), tick_of(day.ends_at)
    if not openings:
        return Interval.of_ticks(first_of_day + 8 * HOUR, 14 * HOUR)
    first = max(first_of_day, tick_of(min(one.starts_at for one in openings)))
    end = min(end_of_day, tick_of(max(one.ends_at for one in openings)))
    first -= (first - first_of_day) % HOUR
    end += -(end - first_of_day) % HOUR
    end = min(end_of_day, max(end, first + shortest))
    return Interval.of_ticks(first, end - first)


def room_lane(
    window: Interval,
    openings: Sequence[Interval],
    held: Sequence[Held],
    buffer_minutes: int,
    horizon: Horizon,
    closures: Sequence[Held] = (),
) -> list[Segment]:
    """The lane of a room or a studio; free time comes in cells of an hour or a little more.

    What is closed says why, except where somebody holds the time all the same.
    """
    ticks = window.ticks()
    painted = _opened(ticks, openings, horizon)
    if buffer_minutes:
        for hold in held:
            _clean_up(painted, ticks, hold, buffer_minutes)
    blocks = [*closures, *held]
    for number, block in enumerate(blocks):
        _paint(painted, ticks.start, block.interval.ticks(), number)
    segments: list[Segment] = []
    for first, end in _runs(painted, ticks.start):
        paint = painted[first - ticks.start]
        if paint is SegmentKind.FREE:
            segments += _cells(first, end, horizon)
        elif isinstance(paint, SegmentKind):
            segments.append(Segment(first, end, paint))
        else:
            segments.append(_block(first, end, blocks[paint]))
    return segments


def pool_lane(
    window: Interval,
    openings: Sequence[Interval],
    taken: Mapping[int, int],
    places: int,
    horizon: Horizon,
    closures: Sequence[Held] = (),
) -> list[Segment]:
    """The lane of anonymous seats: cells of an hour, each with the free seats of its half hours."""
    ticks = window.ticks()
    painted = _opened(ticks, openings, horizon)
    for number, closure in enumerate(closures):
        _paint(painted, ticks.start, closure.interval.ticks(), number)
    segments: list[Segment] = []
    for first, end in _runs(painted, ticks.start):
        paint = painted[first - ticks.start]
        if paint is SegmentKind.FREE:
            segments += [_seats(a, b, taken, places, horizon) for a, b in _hours(first, end)]
        elif isinstance(paint, SegmentKind):
            segments.append(Segment(first, end, paint))
        else:
            segments.append(_block(first, end, closures[paint]))
    return segments


def _opened(ticks: range, openings: Sequence[Interval], horizon: Horizon) -> list[Paint]:
    """Every tick of a window as it is before anybody holds anything: closed, over, or free."""
    painted: list[Paint] = [SegmentKind.CLOSED] * len(ticks)
    for opening in openings:
        there = opening.ticks()
        _paint(painted, ticks.start, range(there.start, min(there.stop, horizon.now)), SegmentKind.PAST)
        _paint(painted, ticks.start, range(max(there.start, horizon.now), there.stop), SegmentKind.FREE)
    return painted


def _paint(painted: list[Paint], base: int, ticks: range, paint: Paint) -> None:
    first, end = max(ticks.start - base, 0), min(ticks.stop - base, len(painted))
    if first < end:
        painted[first:end] = [paint] * (end - first)


def _clean_up(painted: list[Paint], window: range, hold: Held, minutes: int) -> None:
    """The time after a hold, where it is in anybody's way."""
    for tick in range(hold.interval.ticks().stop, hold.interval.ticks(minutes).stop):
        if tick in window and painted[tick - window.start] is SegmentKind.FREE:
            painted[tick - window.start] = SegmentKind.BUFFER


def free_at(tick: int, openings: Sequence[Interval], taken: Mapping[int, int], places: int) -> int | None:
    """How many seats are free in a quarter-hour; None when it is closed."""
    if not any(tick in opening.ticks() for opening in openings):
        return None
    return max(0, places - taken.get(tick, 0))


def _seats(first: int, end: int, taken: Mapping[int, int], places: int, horizon: Horizon) -> Segment:
    if not any(tick in taken for tick in range(first, end)):
        return _all_free(first, end, places, horizon)
    free = [max(0, places - taken.get(tick, 0)) for tick in range(first, end)]
    bars = tuple(min(free[bar : bar + BAR]) for bar in range(0, end - first, BAR))
    start = next((tick for tick, seats in enumerate(free, first) if seats and horizon.admits(tick)), None)
    kind = SegmentKind.FREE if any(free) else SegmentKind.BUSY
    return Segment(first, end, kind, start=start, bars=bars)


# Hundreds of spaces have the same free hours.
@lru_cache(maxsize=4096)
def _all_free(first: int, end: int, places: int, horizon: Horizon) -> Segment:
    start = max(first, horizon.first)
    bars = (places,) * -(-(end - first) // BAR)
    return Segment(
        first, end, SegmentKind.FREE, start=start if start < min(end, horizon.end) else None, bars=bars
    )


@lru_cache(maxsize=4096)
def _cells(first: int, end: int, horizon: Horizon) -> tuple[Segment, ...]:
    cut = min(max(first, horizon.first), end)
    cells = [Segment(first, cut, SegmentKind.FREE)] if cut > first else []
    cells += [
        Segment(a, b, SegmentKind.FREE, start=a if horizon.admits(a) else None) for a, b in _hours(cut, end)
    ]
    return tuple(cells)


def _hours(first: int, end: int) -> list[tuple[int, int]]:
    """Cut a run on the full hours (the zone is whole hours from UTC) so that no piece is under an hour."""
    if first >= end:
        return []
    second = first + HOUR + -first % HOUR
    return list(pairwise([first, *range(second, end - HOUR + 1, HOUR), end]))


def _runs(painted: Sequence[Paint], first: int) -> list[tuple[int, int]]:
    """The stretches of equal neighbours, as ticks from `first` on."""
    cuts = [first + i for i in range(1, len(painted)) if painted[i] != painted[i - 1]]
    return list(pairwise([first, *cuts, first + len(painted)]))


def _block(first: int, end: int, block: Held) -> Segment:
    return Segment(first, end, block.kind, block.label, block.ref)
