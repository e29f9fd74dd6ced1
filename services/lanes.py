"""What the lanes of a calendar are made of: holds seen with the viewer's eyes, openings, and free seats."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, bindparam, exists, func, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from domain.board import Held, Segment, SegmentKind, pool_lane, room_lane
from domain.bookings import LIVE, SHOWN, BookingStatus
from domain.choices import DayChoices, horizon_of
from domain.interval import Interval, tick_of
from domain.people import Actor
from domain.policies import Closed, SpaceRules
from domain.spaces import SpaceKind
from domain.studio.shows import ShowStatus
from models import Booking, BoothSlot, Show, WalkIn
from services import figures
from services.space_lines import AnySpace

SHORTEST_REACH = 24 * 60
"""Bookings made by staff may be longer than the space usually allows, but never than a day; in minutes."""
_BOOKING, _SLOT, _WALK_IN = Booking.__table__.c, BoothSlot.__table__.c, WalkIn.__table__.c
COLUMNS = (
    _BOOKING.id,
    _BOOKING.space_id,
    _BOOKING.starts_at,
    _BOOKING.ends_at,
    _BOOKING.status,
    _BOOKING.purpose,
    _BOOKING.booker_id,
    _BOOKING.created_by_id,
    _BOOKING.buffer_minutes,
    _BOOKING.proposed_starts_at,
    _BOOKING.proposed_ends_at,
)
BookingRow = Row[
    int,
    int,
    datetime,
    datetime,
    BookingStatus,
    str,
    int,
    int,
    int,
    datetime | None,
    datetime | None,
]


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything that holds or closes a place of some spaces in a window, by space."""

    bookings: dict[int, list[BookingRow]] = field(default_factory=dict)
    walk_ins: dict[int, list[Interval]] = field(default_factory=dict)
    shows: dict[int, list[Show]] = field(default_factory=dict)
    closures: Mapping[int, Sequence[Closed]] = field(default_factory=dict)
    rules: Mapping[int, SpaceRules] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lane:
    """One space over a window: its segments, and the choices that booking it has."""

    space: AnySpace
    openings: list[Interval]
    segments: list[Segment]
    taken: Counter[int]
    choices: DayChoices
    closures: Sequence[Closed] = ()


# Statements are put together once, of tables rather than of models: that costs more than running them.
# Statements are put together once, of tables rather than of models: that costs more than running them.
_OF_SPACES = _BOOKING.space_id.in_(bindparam("spaces", expanding=True))
_HERE = (
    _BOOKING.space_id.in_(bindparam("spaces", expanding=True)),
    _BOOKING.starts_at > bindparam("since"),
    _BOOKING.starts_at < bindparam("until"),
)
# Times that are only proposed are few, and have an index of their own.
_PROPOSED = (
    _BOOKING.proposed_starts_at > bindparam("since"),
    _BOOKING.proposed_starts_at < bindparam("until"),
)


def _bookings(*more: ColumnElement[bool]) -> CompoundSelect[*tuple[Any, ...]]:
    """The bookings of some spaces in a window, and those of any space that are proposed to be moved there.

    One that has both its times there comes twice. Which states are shown is looked at afterwards: asked for it, SQLite
    goes by the state and reads the bookings of years.
    """
    return select(*COLUMNS).where(*_HERE, *more).union_all(select(*COLUMNS).where(*_PROPOSED, *more))


_BOOKINGS = _bookings()
_BOOKINGS_BUT_BOOTHS = _bookings(~exists().where(_SLOT.booking_id == _BOOKING.id))
_WALK_INS = select(_WALK_IN.space_id, _WALK_IN.starts_at, _WALK_IN.ends_at).where(
    _WALK_IN.space_id.in_(bindparam("spaces", expanding=True)),
    _WALK_IN.starts_at > bindparam("since"),
    _WALK_IN.starts_at < bindparam("until"),
    _WALK_IN.left_at.is_(None),
)
_SHOWS = (
    select(Show)
    .where(
        Show.space_id.in_(bindparam("spaces", expanding=True)),
        Show.starts_at > bindparam("since"),
        Show.starts_at < bindparam("until"),
        Show.ends_at > bindparam("begins"),
        Show.status != ShowStatus.CANCELLED,
    )
    .order_by(Show.starts_at)
)
_OWNED = (
    select(_SLOT.show_id, func.count())
    .join_from(BoothSlot.__table__, Booking.__table__, _BOOKING.id == _SLOT.booking_id)
    .where(_SLOT.show_id.in_(bindparam("shows", expanding=True)), _BOOKING.status.in_(SHOWN))
    .group_by(_SLOT.show_id)
)


def load(
    session: Session,
    spaces: Sequence[AnySpace],
    window: Interval,
    closures: Mapping[int, Sequence[Closed]] | None = None,
) -> Holdings:
    """What holds a place of these spaces in a window, in few queries however many spaces there are.

    Booths are left out: they lie within their show.
    """
    rules = figures.rules_by_space(session, spaces)
    reach = max((rules[space.id].max_minutes + space.buffer_minutes for space in spaces), default=0)
    since = window.starts_at - timedelta(minutes=max(reach, SHORTEST_REACH))
    within = {"since": since, "until": window.ends_at}
    kinds: dict[SpaceKind, list[int]] = {kind: [] for kind in SpaceKind}
    for space in spaces:
        kinds[space.kind].append(space.id)
    shown = _BOOKINGS_BUT_BOOTHS if kinds[SpaceKind.STUDIO] else _BOOKINGS
    rows = {
        row.id: row for row in session.execute(shown, within | {"spaces": list(rules)}) if row.status in SHOWN
    }
    bookings: dict[int, list[BookingRow]] = defaultdict(list)
    for row in sorted(rows.values(), key=lambda one: one.starts_at):
        bookings[row.space_id].append(row)
    walk_ins: dict[int, list[Interval]] = defaultdict(list)
    if pools := kinds[SpaceKind.POOL]:
        for space_id, starts_at, ends_at in session.execute(_WALK_INS, within | {"spaces": pools}):
            walk_ins[space_id].append(Interval(starts_at, ends_at))
    shows: dict[int, list[Show]] = defaultdict(list)
    if studios := kinds[SpaceKind.STUDIO]:
        wanted = within | {"begins": window.starts_at, "spaces": studios}
        for show in session.scalars(_SHOWS, wanted):
            shows[show.space_id].append(show)
    return Holdings(bookings, walk_ins, shows, closures or {}, rules)


def free_booths(session: Session, shows: Iterable[Show]) -> dict[int, int]:
    """How many booth slots of each show nobody has yet, in one query."""
    known = {show.id: show for show in shows}
    if not known:
        return {}
    owned = {show_id: count for show_id, count in session.execute(_OWNED, {"shows": list(known)})}
    return {show_id: max(0, show.plan.size - owned.get(show_id, 0)) for show_id, show in known.items()}


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
    rows, shows = _held(space, holdings, without)
    taken, choices = choices_of(space, openings, holdings, viewer, now, without)
    gaps = [gap for gap in holdings.closures.get(space.id, ()) if gap.interval.overlaps(window)]
    shut = [Held(gap.interval, SegmentKind.CLOSED, gap.reason) for gap in gaps]
    if space.kind is SpaceKind.POOL:
        segments = pool_lane(window, openings, taken, space.places, choices.horizon, shut)
    else:
        held = [one for row in rows for one in _of_booking(space, row, viewer, now)]
        held += [_of_show(show) for show in shows]
        segments = room_lane(window, openings, held, space.buffer_minutes, choices.horizon, shut)
    return Lane(space, openings, segments, taken, choices, gaps)


def choices_of(
    space: AnySpace,
    openings: list[Interval],
    holdings: Holdings,
    viewer: Actor | None,
    now: datetime,
    without: int | None = None,
) -> tuple[Counter[int], DayChoices]:
    """How many places of each tick are owned, and when a booking may begin and end."""
    rows, shows = _held(space, holdings, without)
    taken = _taken(rows, holdings.walk_ins.get(space.id, []), tick_of(now))
    taken.update(tick for show in shows for tick in show.interval.ticks(show.buffer_minutes))
    rules = holdings.rules.get(space.id) or space.rules()
    horizon = horizon_of(rules, now, by_staff=viewer is not None and viewer.is_staff)
    full = {tick for tick, count in taken.items() if count >= space.own_places}
    return taken, DayChoices(openings, full, rules, space.buffer_minutes, horizon)


def _held(
    space: AnySpace, holdings: Holdings, without: int | None
) -> tuple[Sequence[BookingRow], Sequence[Show]]:
    rows = holdings.bookings.get(space.id, [])
    if without is not None:
        rows = [row for row in rows if row.id != without]
    return rows, holdings.shows.get(space.id, [])


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


def _taken(rows: Iterable[BookingRow], walk_ins: Iterable[Interval], present: int) -> Counter[int]:
    """How many places of each tick are owned.

    Counted from the bookings although the arbiter has the ticks: it keeps none of past days, one booking may have to
    be left out, and hundreds of spaces have far fewer bookings than ticks. tests/services/test_views.py holds the two
    together.
    """
    taken = Counter(tick for walk_in in walk_ins for tick in walk_in.ticks())
    for row in rows:
        ticks: Iterable[int] = _ticks(row)
        if row.status not in LIVE:
            # Whoever left early has given back what was left, the quarter-hour that is running included.
            ticks = (tick for tick in ticks if tick < present)
        for tick in ticks:
            taken[tick] = taken.get(tick, 0) + 1
    return taken


def _ticks(row: BookingRow) -> Iterable[int]:
    """Every quarter-hour that a booking holds, its clean-up included, once."""
    times = _times(row)
    if len(times) == 1:
        return times[0].ticks(row.buffer_minutes)
    return {tick for time in times for tick in time.ticks(row.buffer_minutes)}


def _of_show(show: Show) -> Held:
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
