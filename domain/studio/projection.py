"""When the rest of a running order will be on air, by what is known at a moment and what is done about an overrun.

All lengths in seconds. Items follow each other at once: nobody keeps a live show waiting for its plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.studio.rundown import Item, Rundown
from domain.studio.running import Overrun

LEAST_SECONDS = 300
"""What squeezing leaves to everybody; an item that was planned shorter keeps its length."""


@dataclass(frozen=True, slots=True)
class ItemTime:
    """When an item that waits is expected on air; the next one begins where it ends."""

    item_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Projection:
    """How a show goes on from a moment.

    `current_ends_at` is when what is on air should be over, `remaining` the seconds until then, negative in
    overtime. `offset` is how many seconds the show ends later than planned if nothing is cut, negative when earlier.
    `ends_at` is when it ends by the choice that was made. `moves` while time alone changes it.
    """

    planned_ends_at: datetime
    ends_at: datetime
    offset: int
    times: tuple[ItemTime, ...]
    current_ends_at: datetime | None = None
    remaining: int | None = None
    moves: bool = False


def project(order: Rundown, planned_starts_at: datetime, now: datetime) -> Projection:
    """Look ahead from a moment; `planned_starts_at` is the show's."""
    planned_end = planned_end_of(order, planned_starts_at)
    if order.ended_at is not None:
        return Projection(planned_end, order.ended_at, _whole(order.ended_at - planned_end), ())
    waiting, current = order.waiting, order.current
    lengths = [_length(one) for one in waiting]
    if current is None:
        begins = now if order.started_at else max(now, planned_starts_at)
        return _ahead(order, planned_end, begins, begins, moves=begins == now)
    began = current.started_at or now
    plain_end = began + _span(_length(current))
    late = _whole(began + _span(current.planned_seconds + sum(lengths)) - planned_end)
    allotted = shares(order.overrun, [current.planned_seconds, *lengths], late)[0]
    due = began + _span(allotted + current.extra_seconds)
    ahead = _ahead(order, planned_end, max(due, now), max(plain_end, now), moves=due <= now)
    return Projection(
        ahead.planned_ends_at, ahead.ends_at, ahead.offset, ahead.times, due, _whole(due - now), ahead.moves
    )


def planned_end_of(order: Rundown, planned_starts_at: datetime) -> datetime:
    """When the last planned item is over by the plan; the start of a show in which nothing is planned."""
    return max((one.planned_ends_at for one in order.items if one.planned_ends_at), default=planned_starts_at)


def shares(overrun: Overrun, lengths: Sequence[int], late: int) -> list[int]:
    """What is left of each length when so many seconds are to be made up for, in the order of the items.

    Shifted, nobody loses any; left, the first loses them, down to nothing, then the second; squeezed, all lose in
    proportion to their length, but nobody falls below five minutes.
    """
    if late <= 0 or overrun is Overrun.SHIFT:
        return list(lengths)
    if overrun is Overrun.LEAVE:
        return _from_the_first(lengths, late)
    return _in_proportion(lengths, late)


def _from_the_first(lengths: Sequence[int], late: int) -> list[int]:
    left = []
    for length in lengths:
        lost = min(length, late)
        left.append(length - lost)
        late -= lost
    return left


def _in_proportion(lengths: Sequence[int], late: int) -> list[int]:
    floors = [min(length, LEAST_SECONDS) for length in lengths]
    target = sum(lengths) - late
    if target <= sum(floors):
        return floors
    at_floor: set[int] = set()
    while True:
        free = [index for index in range(len(lengths)) if index not in at_floor]
        room = target - sum(floors[index] for index in at_floor)
        whole = sum(lengths[index] for index in free)
        below = {index for index in free if lengths[index] * room < floors[index] * whole}
        if not below:
            return _rounded(lengths, floors, free, room, whole)
        at_floor |= below


def _rounded(
    lengths: Sequence[int], floors: Sequence[int], free: Sequence[int], room: int, whole: int
) -> list[int]:
    """Whole seconds that add up exactly: what rounding down leaves over goes to the first ones, a second each."""
    left = list(floors)
    for index in free:
        left[index] = lengths[index] * room // whole
    over = room - sum(left[index] for index in free)
    for index in free[:over]:
        left[index] += 1
    return left


def _ahead(
    order: Rundown, planned_end: datetime, begins: datetime, plain_begins: datetime, *, moves: bool
) -> Projection:
    waiting = order.waiting
    lengths = [_length(one) for one in waiting]
    late = _whole(begins + _span(sum(lengths)) - planned_end)
    times, moment = [], begins
    for item, length in zip(waiting, shares(order.overrun, lengths, late), strict=True):
        times.append(ItemTime(item.id, moment, moment + _span(length)))
        moment += _span(length)
    offset = _whole(plain_begins + _span(sum(lengths)) - planned_end)
    return Projection(planned_end, moment, offset, tuple(times), moves=moves)


def _length(item: Item) -> int:
    return item.planned_seconds + item.extra_seconds


def _span(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


def _whole(time: timedelta) -> int:
    """Whole seconds, rounded down: at nothing left it reads 0, a second later −1; nobody is cut for a part of one."""
    return int(time.total_seconds() // 1)
