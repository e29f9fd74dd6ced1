"""How much of the open time was booked and really used: set-based, by space, weekday and quarter-hour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session, selectinload

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.interval import Interval, local_day
from domain.reports import (
    CAME,
    HELD,
    MONDAY_SHIFT,
    TICKS_OF_WEEK,
    Days,
    Grid,
    Shares,
    add,
    grid,
    share,
    shares,
    tick_of_week,
)
from domain.spaces import WHOLE_ROOM, SpaceKind
from domain.studio.shows import ShowStatus
from models import Booking, PenaltyPoint, Show, Space, WalkIn
from models.engine import epoch
from services import opening

TICK = 15
SECONDS = 900


@dataclass(slots=True)
class Usage:
    """One space over some days; minutes are those of its places, `used_on` and `open_on` those of the week.

    A booking counts on the day on which it begins. Walk-ins are in the minutes and never in the bookings; shows are in
    the minutes and counted by themselves.
    """

    space: Space
    open_minutes: int = 0
    booked_minutes: int = 0
    used_minutes: int = 0
    bookings: int = 0
    came: int = 0
    no_shows: int = 0
    excused: int = 0
    cancelled: int = 0
    declined: int = 0
    expired: int = 0
    shows: int = 0
    walk_ins: int = 0
    open_on: Grid = field(default_factory=grid)
    used_on: Grid = field(default_factory=grid)

    @property
    def used_share(self) -> float | None:
        """The really used part of the open time; None where it was never open."""
        return share(self.used_minutes, self.open_minutes)

    @property
    def booked_share(self) -> float | None:
        """The booked part of the open time."""
        return share(self.booked_minutes, self.open_minutes)

    @property
    def shares_on(self) -> Shares:
        """The used share of each open hour of the week."""
        return shares(self.used_on, self.open_on)

    @property
    def no_show_rate(self) -> float | None:
        """How many of those who were expected did not come; None where nobody was, or nobody has to check in."""
        return share(self.no_shows, self.no_shows + self.came) if self.space.needs_check_in else None


def spaces_of(session: Session, days: Days) -> list[Space]:
    """Every space that was in use on one of the days, with its hours, in the house's order."""
    return list(
        session.scalars(
            select(Space)
            .options(selectinload(Space.hours))
            .where(or_(Space.archived_at.is_(None), Space.archived_at > days.window.starts_at))
            .order_by(Space.position, Space.id)
        )
    )


def of_spaces(session: Session, spaces: Sequence[Space], days: Days, now: datetime) -> list[Usage]:
    """How each space was used; six queries, however many spaces, days and bookings there are."""
    found = {space.id: Usage(space) for space in spaces}
    if spaces:
        _count_open(session, found, days)
        _count_bookings(session, found, days.window)
        _count_excused(session, found, days.window)
        _count_shows(session, found, days.window, now)
        _count_walk_ins(session, found, days.window)
    return list(found.values())


def _count_open(session: Session, found: Mapping[int, Usage], days: Days) -> None:
    openings = opening.on_days(session, [usage.space for usage in found.values()], list(days))
    for space_id, by_day in openings.items():
        usage = found[space_id]
        gone = usage.space.archived_at
        for day, intervals in by_day.items():
            if gone is None or day <= local_day(gone):
                _open(usage, intervals)


def _open(usage: Usage, intervals: Iterable[Interval]) -> None:
    places = usage.space.own_places
    for one in intervals:
        ticks = one.ticks()
        usage.open_minutes += len(ticks) * TICK * places
        add(usage.open_on, tick_of_week(ticks.start), len(ticks), places)


def first_tick(session: Session, moment: Any) -> ColumnElement[int]:
    """The quarter-hour of the community's week that holds a column's moment."""
    return (epoch(session, moment) // SECONDS + MONDAY_SHIFT) % TICKS_OF_WEEK


def _length(session: Session, starts_at: Any, ends_at: Any) -> ColumnElement[int]:
    return (epoch(session, ends_at) - epoch(session, starts_at)) // SECONDS


def within(window: Interval) -> tuple[ColumnElement[bool], ...]:
    """The bookings that begin within a window."""
    return (Booking.starts_at >= window.starts_at, Booking.starts_at < window.ends_at)


def of_the_space_itself(spaces: Iterable[Space]) -> ColumnElement[bool]:
    """Bookings of a space as such: booths lie within a show, which is counted instead."""
    studios = [space.id for space in spaces if space.kind is SpaceKind.STUDIO]
    return or_(Booking.space_id.not_in(studios), Booking.place == WHOLE_ROOM)


def _count_bookings(session: Session, found: Mapping[int, Usage], window: Interval) -> None:
    first, length = (
        first_tick(session, Booking.starts_at),
        _length(session, Booking.starts_at, Booking.ends_at),
    )
    rows = session.execute(
        select(Booking.space_id, first, length, Booking.status, func.count())
        .where(
            Booking.space_id.in_(list(found)),
            *within(window),
            of_the_space_itself(usage.space for usage in found.values()),
        )
        .group_by(Booking.space_id, first, length, Booking.status)
    )
    for space_id, start, ticks, status, count in rows:
        _tell(found[space_id], status, count)
        if status in HELD:
            found[space_id].booked_minutes += ticks * TICK * count
        if status in CAME:
            found[space_id].used_minutes += ticks * TICK * count
            add(found[space_id].used_on, int(start), int(ticks), count)


def _tell(usage: Usage, status: BookingStatus, count: int) -> None:
    usage.bookings += count if status in HELD else 0
    usage.came += count if status in CAME else 0
    usage.no_shows += count if status is BookingStatus.NO_SHOW else 0
    usage.cancelled += count if status is BookingStatus.CANCELLED else 0
    usage.declined += count if status is BookingStatus.DECLINED else 0
    usage.expired += count if status is BookingStatus.EXPIRED else 0


def _count_excused(session: Session, found: Mapping[int, Usage], window: Interval) -> None:
    rows = session.execute(
        select(Booking.space_id, func.count())
        .join(PenaltyPoint, PenaltyPoint.booking_id == Booking.id)
        .where(
            Booking.status == BookingStatus.NO_SHOW,
            *within(window),
            Booking.space_id.in_(list(found)),
            PenaltyPoint.kind == PointKind.NO_SHOW,
            PenaltyPoint.excused_at.is_not(None),
        )
        .group_by(Booking.space_id)
    )
    for space_id, count in rows:
        found[space_id].excused = count


def _count_shows(session: Session, found: Mapping[int, Usage], window: Interval, now: datetime) -> None:
    first, length = first_tick(session, Show.starts_at), _length(session, Show.starts_at, Show.ends_at)
    over = case((Show.ends_at <= now, 1), else_=0)
    rows = session.execute(
        select(Show.space_id, first, length, over, func.count())
        .where(
            Show.space_id.in_(list(found)),
            Show.starts_at >= window.starts_at,
            Show.starts_at < window.ends_at,
            Show.status == ShowStatus.OPEN,
        )
        .group_by(Show.space_id, first, length, over)
    )
    for space_id, start, ticks, is_over, count in rows:
        usage = found[space_id]
        usage.shows += count
        usage.booked_minutes += ticks * TICK * count
        if is_over:
            usage.used_minutes += ticks * TICK * count
            add(usage.used_on, int(start), int(ticks), count)


def _count_walk_ins(session: Session, found: Mapping[int, Usage], window: Interval) -> None:
    """A seat is theirs to the end of the quarter-hour in which they left."""
    start = epoch(session, WalkIn.starts_at)
    left = (epoch(session, WalkIn.left_at) + SECONDS - 1) // SECONDS * SECONDS
    planned = epoch(session, WalkIn.ends_at)
    end = case((WalkIn.left_at < WalkIn.ends_at, left), else_=planned)
    first = first_tick(session, WalkIn.starts_at)
    ticks = case((end > start, (end - start) // SECONDS), else_=1)
    rows = session.execute(
        select(WalkIn.space_id, first, ticks, func.count())
        .where(
            WalkIn.space_id.in_(list(found)),
            WalkIn.starts_at >= window.starts_at,
            WalkIn.starts_at < window.ends_at,
        )
        .group_by(WalkIn.space_id, first, ticks)
    )
    for space_id, begins, length, count in rows:
        usage = found[space_id]
        usage.walk_ins += count
        usage.booked_minutes += length * TICK * count
        usage.used_minutes += length * TICK * count
        add(usage.used_on, int(begins), int(length), count)
