"""Free time, and the nearest free choices when a wish can't be met; ticks in, intervals out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta

from domain.interval import TICK, Interval, moment_of, on_grid


@dataclass(frozen=True, slots=True)
class FreeStretch:
    """An interval in which the number of free places does not change."""

    interval: Interval
    free: int


def free_stretches(
    window: Interval, openings: Sequence[Interval], taken: Mapping[int, int], places: int
) -> list[FreeStretch]:
    """The window as quarter-hours merged where equal; outside opening hours nothing is free.

    `taken` maps a tick to the number of its places that are owned.
    """
    open_ticks = {tick for opening in openings for tick in opening.ticks()}
    stretches: list[tuple[int, int, int]] = []
    for tick in window.ticks():
        free = max(0, places - taken.get(tick, 0)) if tick in open_ticks else 0
        if stretches and stretches[-1][2] == free:
            stretches[-1] = (stretches[-1][0], tick + 1, free)
        else:
            stretches.append((tick, tick + 1, free))
    return [FreeStretch(Interval(moment_of(a), moment_of(b)), free) for a, b, free in stretches]


def nearest_free(
    wanted: Interval,
    *,
    full: Set[int],
    buffer_minutes: int,
    allowed: Callable[[Interval], bool],
    reach: timedelta,
    most: int,
) -> list[Interval]:
    """Up to `most` free intervals of the same length: the nearest later one, the nearest earlier one, then by distance.

    No two of them overlap, so that each is a real choice. `full` holds the ticks with no place left; `allowed` asks
    the rules.
    """
    first = TICK
    if not on_grid(wanted.starts_at):
        behind = timedelta(seconds=wanted.starts_at.timestamp() % TICK.total_seconds())
        wanted, first = wanted.shifted(-behind), timedelta()  # the grid's own time may be free

    def free(interval: Interval) -> bool:
        return full.isdisjoint(interval.ticks(buffer_minutes)) and allowed(interval)

    later = _apart(wanted, first, TICK, free, reach, most)
    # A wish may be refused by a rule though its time is free: then what lies before and after it could overlap.
    earlier = _apart(wanted, -TICK, -TICK, lambda one: free(one) and not _meets(one, later), reach, most)
    rest = sorted(later[1:] + earlier[1:], key=lambda found: abs(found.starts_at - wanted.starts_at))
    return [*later[:1], *earlier[:1], *rest][:most]


def _meets(candidate: Interval, found: Sequence[Interval]) -> bool:
    return any(candidate.overlaps(one) for one in found)


def _apart(
    wanted: Interval,
    first: timedelta,
    step: timedelta,
    free: Callable[[Interval], bool],
    reach: timedelta,
    most: int,
) -> list[Interval]:
    found: list[Interval] = []
    shift = first
    while abs(shift) <= reach and len(found) < most:
        candidate = wanted.shifted(shift)
        if not _meets(candidate, found) and free(candidate):
            found.append(candidate)
        shift += step
    return found
