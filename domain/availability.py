"""Free time, and the nearest free choices when a wish can't be met; ticks in, intervals out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta

from domain.interval import TICK, Interval, moment_of, on_grid, tick_of


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
    openings: Sequence[Interval],
    buffer_minutes: int,
    allowed: Callable[[Interval], bool],
    reach: timedelta,
    most: int,
) -> list[Interval]:
    """Up to `most` free intervals of the same length: the nearest later one, the nearest earlier one, then by distance.

    No two of them overlap, so that each is a real choice. `full` holds the ticks with no place left; within `openings`
    `allowed` asks the rules.
    """
    first = 1
    if not on_grid(wanted.starts_at):
        behind = timedelta(seconds=wanted.starts_at.timestamp() % TICK.total_seconds())
        wanted, first = wanted.shifted(-behind), 0  # the grid's own time may be free
    length, held = len(wanted.ticks()), len(wanted.ticks(buffer_minutes))
    start, steps = tick_of(wanted.starts_at), reach // TICK
    # Most candidates lie outside opening hours: seen at a glance, before the rules are asked one by one.
    starts = {tick for one in openings for tick in range(one.ticks().start, one.ticks().stop - length + 1)}

    def free(shift: int) -> bool:
        tick = start + shift
        if tick not in starts or not full.isdisjoint(range(tick, tick + held)):
            return False
        return allowed(wanted.shifted(shift * TICK))

    later = _apart(range(first, steps + 1), length, [], free, most)
    # A wish may be refused by a rule though its time is free: then what lies before and after it could overlap.
    earlier = _apart(range(-1, -steps - 1, -1), length, later, free, most)
    rest = sorted(later[1:] + earlier[1:], key=abs)
    found = [*later[:1], *earlier[:1], *rest][:most]
    return [wanted.shifted(shift * TICK) for shift in found]


def _apart(
    shifts: range, length: int, others: Sequence[int], free: Callable[[int], bool], most: int
) -> list[int]:
    """The first shifts that are free and as far from each other, and from others, as the wish is long."""
    found: list[int] = []
    for shift in shifts:
        if len(found) == most:
            break
        if all(abs(shift - one) >= length for one in (*found, *others)) and free(shift):
            found.append(shift)
    return found
