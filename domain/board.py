"""Lanes of a time axis: contiguous segments that cover a window exactly, made of openings, holds and now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from domain.interval import Interval, moment_of, tick_of

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


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one lane; `start` is where a booking could begin in it, `bars` the free seats per half hour."""

    interval: Interval
    kind: SegmentKind
    label: str = ""
    ref: int | None = None
    start: datetime | None = None
    bars: tuple[int, ...] = ()


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
    first = max(first_of_day, min(tick_of(o.starts_at) for o in openings))
    end = min(end_of_day, max(tick_of(o.ends_at) for o in openings))
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
    for hold in held:
        for tick in hold.interval.ticks(buffer_minutes)[len(hold.interval.ticks()) :]:
            if painted.get(tick) is SegmentKind.FREE:
                painted[tick] = SegmentKind.BUFFER
    blocks = [*closures, *held]
    for number, block in enumerate(blocks):
        painted.update((tick, number) for tick in block.interval.ticks() if tick in painted)
    segments: list[Segment] = []
    for first, end in _runs([painted[tick] for tick in ticks], ticks.start):
        paint = painted[first]
        if isinstance(paint, SegmentKind):
            segments += (
                _cells(first, end, horizon) if paint is SegmentKind.FREE else [_plain(first, end, paint)]
            )
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
        painted.update((tick, number) for tick in closure.interval.ticks() if tick in painted)
    segments: list[Segment] = []
    for first, end in _runs([painted[tick] for tick in ticks], ticks.start):
        paint = painted[first]
        if paint is SegmentKind.FREE:
            segments += [_seats(a, b, taken, places, horizon) for a, b in _hours(first, end)]
        elif isinstance(paint, SegmentKind):
            segments.append(_plain(first, end, paint))
        else:
            segments.append(_block(first, end, closures[paint]))
    return segments


def _opened(ticks: range, openings: Sequence[Interval], horizon: Horizon) -> dict[int, SegmentKind | int]:
    """Every tick of a window as it is before anybody holds anything: closed, over, or free."""
    painted: dict[int, SegmentKind | int] = dict.fromkeys(ticks, SegmentKind.CLOSED)
    for opening in openings:
        for tick in opening.ticks():
            if tick in painted:
                painted[tick] = SegmentKind.FREE if tick >= horizon.now else SegmentKind.PAST
    return painted


def free_at(tick: int, openings: Sequence[Interval], taken: Mapping[int, int], places: int) -> int | None:
    """How many seats are free in a quarter-hour; None when it is closed."""
    if not any(tick in opening.ticks() for opening in openings):
        return None
    return max(0, places - taken.get(tick, 0))


def _seats(first: int, end: int, taken: Mapping[int, int], places: int, horizon: Horizon) -> Segment:
    free = {tick: max(0, places - taken.get(tick, 0)) for tick in range(first, end)}
    bars = tuple(
        min(free[tick] for tick in range(bar, min(bar + BAR, end))) for bar in range(first, end, BAR)
    )
    start = next((tick for tick in free if free[tick] and horizon.admits(tick)), None)
    kind = SegmentKind.FREE if any(free.values()) else SegmentKind.BUSY
    return Segment(_between(first, end), kind, start=None if start is None else moment_of(start), bars=bars)


def _cells(first: int, end: int, horizon: Horizon) -> list[Segment]:
    cut = min(max(first, horizon.first), end)
    cells = [_plain(first, cut, SegmentKind.FREE)] if cut > first else []
    for a, b in _hours(cut, end):
        start = moment_of(a) if horizon.admits(a) else None
        cells.append(Segment(_between(a, b), SegmentKind.FREE, start=start))
    return cells


def _hours(first: int, end: int) -> list[tuple[int, int]]:
    """Cut a run on the full hours (the zone is whole hours from UTC) so that no piece is under an hour."""
    if first >= end:
        return []
    cuts = [tick for tick in range(first + HOUR, end - HOUR + 1) if tick % HOUR == 0]
    return list(pairwise([first, *cuts, end]))


def _runs(values: Sequence[object], first: int) -> list[tuple[int, int]]:
    """The stretches of equal neighbours, as ticks from `first` on."""
    cuts = [i for i in range(1, len(values)) if values[i] != values[i - 1]]
    return [(first + a, first + b) for a, b in pairwise([0, *cuts, len(values)])]


def _between(first: int, end: int) -> Interval:
    return Interval.of_ticks(first, end - first)


def _block(first: int, end: int, block: Held) -> Segment:
    return Segment(_between(first, end), block.kind, block.label, block.ref)


def _plain(first: int, end: int, kind: SegmentKind) -> Segment:
    return Segment(_between(first, end), kind)
