"""A series as those see it whom it concerns: who booked it, who typed it, and staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from domain.bookings import BookingStatus
from domain.errors import Missing
from domain.people import Actor
from domain.recurrence import TimeOfDay
from models import Booking, Series, SeriesSkip, Space
from services.unit_of_work import query

CHANGEABLE = frozenset({BookingStatus.PENDING, BookingStatus.CONFIRMED})


@dataclass(frozen=True, slots=True)
class SeriesView:
    """A series with its occurrences and its skipped dates, each by day.

    In a private space parties and purpose are only for whom `knows_parties` is true.
    """

    series: Series
    occurrences: list[Booking]
    skipped: list[SeriesSkip]
    knows_parties: bool


@dataclass(frozen=True, slots=True)
class Position:
    """Which occurrence of its series a booking is, from 1, among those that were booked."""

    number: int
    total: int


def series_for(session: Session, actor: Actor, series_id: int) -> Series:
    """One series with its space and booker; one that is none of the actor's business raises Missing."""
    mine = or_(Series.booker_id == actor.id, Series.created_by_id == actor.id)
    series = session.scalar(
        select(Series)
        .options(joinedload(Series.space).selectinload(Space.hours), joinedload(Series.booker))
        .where(Series.id == series_id, true() if actor.is_staff else mine)
        .execution_options(populate_existing=True)
    )
    if series is None:
        raise Missing
    return series


def knows_parties(actor: Actor, series: Series) -> bool:
    """Whether somebody reads parties and purpose: in a private space only those who booked there do."""
    return not series.space.is_private or actor.id in (series.booker_id, series.created_by_id)


def occurrences_of(session: Session, series: Series) -> list[Booking]:
    """Its bookings as they stand now, by day."""
    return list(
        session.scalars(
            select(Booking)
            .options(joinedload(Booking.space).selectinload(Space.hours), joinedload(Booking.booker))
            .where(Booking.series_id == series.id)
            .order_by(Booking.occurrence_day, Booking.id)
            .execution_options(populate_existing=True)
        )
    )


def time_of(series: Series) -> TimeOfDay:
    """The wall time of its occurrences."""
    return TimeOfDay(series.start_minute, series.minutes)


def is_open(booking: Booking, now: datetime) -> bool:
    """Whether an occurrence can still be changed: live, and not begun."""
    return booking.status in CHANGEABLE and booking.starts_at > now


@query
def one(session: Session, actor: Actor, series_id: int) -> SeriesView:
    """A series with everything that its page shows; raises Missing."""
    series = series_for(session, actor, series_id)
    skipped = session.scalars(
        select(SeriesSkip).where(SeriesSkip.series_id == series.id).order_by(SeriesSkip.day)
    )
    return SeriesView(series, occurrences_of(session, series), list(skipped), knows_parties(actor, series))


@query
def position(session: Session, booking: Booking) -> Position | None:
    """Where a booking stands in its series, None when it is in none."""
    if booking.series_id is None:
        return None
    day = Booking.occurrence_day
    total, number = session.execute(
        select(
            func.count(day.distinct()), func.count(day.distinct()).filter(day <= booking.occurrence_day)
        ).where(Booking.series_id == booking.series_id)
    ).one()
    return Position(number, total)
