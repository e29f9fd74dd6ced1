"""What the lanes of a calendar are made of: holds seen with the viewer's eyes, openings, and free seats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.board import Held, Segment, SegmentKind, pool_lane, room_lane
from domain.bookings import LIVE, BookingStatus
from domain.choices import DayChoices, horizon_of
from domain.interval import Interval, tick_of
from domain.people import Actor
from domain.policies import Closed
from domain.spaces import SpaceKind
from domain.studio.shows import ShowStatus
from services.holdings import BookingRow, Holdings, ShowLine
from services.space_lines import AnySpace


@dataclass(frozen=True, slots=True)
class Lane:
    """One space over a window: its segments, and the choices that booking it has.

    `people` see more of it than strangers do. `pictures` are those that were drawn of it, each under how it was drawn.
    """

    space: AnySpace
    openings: list[Interval]
    segments: list[Segment]
    taken: Counter[int]
    choices: DayChoices
    closures: Sequence[Closed] = ()
    shows: Sequence[ShowLine] = ()
    people: frozenset[int] = frozenset()
    pictures: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)


def lane_of(
    space: AnySpace,
    window: Interval,
    openings: list[Interval],
    holdings: Holdings,
    viewer: Actor | None,
    now: datetime,
    without: int | None = None,
) -> Lane:
    """The lane of one space; the booking `without` is left out, since it is the one that is being moved."""
    rows = _held(space, window, holdings, without)
    shows = [show for show in holdings.shows.get(space.id, ()) if show.interval.overlaps(window)]
    taken = _owned(space, rows, holdings, now)
    choices = _choices(space, openings, taken, holdings, viewer, now)
    gaps = [gap for gap in holdings.closures.get(space.id, ()) if gap.interval.overlaps(window)]
    shut = [Held(gap.interval, SegmentKind.CLOSED, gap.reason) for gap in gaps]
    if space.kind is SpaceKind.POOL:
        segments = pool_lane(window, openings, taken, space.places, choices.horizon, shut)
    else:
        held = [one for row in rows for one in _of_booking(space, row, viewer, now)]
        held += [_of_show(show) for show in shows]
        segments = room_lane(window, openings, held, space.buffer_minutes, choices.horizon, shut)
    return Lane(space, openings, segments, taken, choices, gaps, shows, _who_see_more(space, rows))


def _who_see_more(space: AnySpace, rows: Iterable[BookingRow]) -> frozenset[int]:
    """Whose own bookings are told from those of others: seats are anonymous to all."""
    if space.kind is SpaceKind.POOL:
        return frozenset()
    return frozenset(one for row in rows for one in (row.booker_id, row.created_by_id))


def choices_of(
    space: AnySpace,
    window: Interval,
    openings: list[Interval],
    holdings: Holdings,
    viewer: Actor | None,
    now: datetime,
) -> DayChoices:
    """When a booking may begin and end, for where no lane is drawn."""
    taken = _owned(space, _held(space, window, holdings), holdings, now)
    return _choices(space, openings, taken, holdings, viewer, now)


def _choices(
    space: AnySpace,
    openings: list[Interval],
    taken: Counter[int],
    holdings: Holdings,
    viewer: Actor | None,
    now: datetime,
) -> DayChoices:
    rules = holdings.rules.get(space.id) or space.rules()
    horizon = horizon_of(rules, now, by_staff=viewer is not None and viewer.is_staff)
    places = space.own_places
    full = {tick for tick, count in taken.items() if count >= places}
    return DayChoices(openings, full, rules, space.buffer_minutes, horizon)


def _held(
    space: AnySpace, window: Interval, holdings: Holdings, without: int | None = None
) -> list[BookingRow]:
    """The bookings that reach into a window, or into the clean-up time of what would end with it."""
    rows = holdings.bookings.get(space.id, ())
    end = window.ends_at + timedelta(minutes=space.buffer_minutes)
    return [row for row in rows if row.id != without and _reaches(row, window.starts_at, end)]


def _reaches(row: BookingRow, start: datetime, end: datetime) -> bool:
    if row.proposed_starts_at is not None:
        return True
    until: datetime = row.ends_at + timedelta(minutes=row.buffer_minutes)
    return bool(row.starts_at < end and until > start)


def _times(row: BookingRow) -> list[Interval]:
    """Every time that a booking holds; a proposed one that meets its own is counted once."""
    own = Interval(row.starts_at, row.ends_at)
    if row.proposed_starts_at is None or row.proposed_ends_at is None:
        return [own]
    return [own, Interval(row.proposed_starts_at, row.proposed_ends_at)]


def _until(times: Iterable[Interval], present: int) -> list[Interval]:
    """What of these times lies before a tick."""
    past = ((time.ticks().start, min(time.ticks().stop, present)) for time in times)
    return [Interval.of_ticks(first, end - first) for first, end in past if first < end]


def _owned(space: AnySpace, rows: Iterable[BookingRow], holdings: Holdings, now: datetime) -> Counter[int]:
    """How many places of each tick are owned.

    Counted from the bookings although the arbiter has the ticks: it keeps none of past days, one booking may have to
    be left out, and hundreds of spaces have far fewer bookings than ticks. tests/services/test_views.py holds the two
    together.
    """
    present = tick_of(now)
    taken = Counter(tick for walk_in in holdings.walk_ins.get(space.id, ()) for tick in walk_in.ticks())
    for row in rows:
        ticks: Iterable[int] = _ticks(row)
        if row.status not in LIVE:
            # Whoever left early has given back what was left, the quarter-hour that is running included.
            ticks = (tick for tick in ticks if tick < present)
        for tick in ticks:
            taken[tick] = taken.get(tick, 0) + 1
    taken.update(
        tick for show in holdings.shows.get(space.id, ()) for tick in show.interval.ticks(show.buffer_minutes)
    )
    return taken


def _ticks(row: BookingRow) -> Iterable[int]:
    """Every quarter-hour that a booking holds, its clean-up included, once."""
    times = _times(row)
    if len(times) == 1:
        return times[0].ticks(row.buffer_minutes)
    return {tick for time in times for tick in time.ticks(row.buffer_minutes)}


def _of_show(show: ShowLine) -> Held:
    kind = SegmentKind.SHOW if show.status is ShowStatus.OPEN else SegmentKind.BUSY
    if kind is SegmentKind.BUSY:
        return Held(show.interval, kind)
    return Held(show.interval, kind, show.title, show.id)


def _of_booking(space: AnySpace, row: BookingRow, viewer: Actor | None, now: datetime) -> list[Held]:
    """What this viewer may know: strangers see that it is taken, and in a private space staff see no more than that."""
    mine = viewer is not None and viewer.id in (row.booker_id, row.created_by_id)
    staff = viewer is not None and viewer.is_staff and not space.is_private
    times = _times(row) if row.status in LIVE else _until(_times(row), tick_of(now))
    if not mine and not staff:
        return [Held(time, SegmentKind.BUSY) for time in times]
    label = "" if space.is_private else row.purpose
    own = viewer is not None and viewer.id == row.booker_id
    kind = SegmentKind.MINE if own else SegmentKind.BUSY
    if row.status in (BookingStatus.PENDING, BookingStatus.OFFERED):
        kind = SegmentKind.PENDING
    return [
        Held(time, kind if number == 0 else SegmentKind.PENDING, label, row.id)
        for number, time in enumerate(times)
    ]
