"""How long people waited for a yes or a no: the middle one, nine of ten, and the longest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Subquery, and_, func, or_, select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.interval import Interval
from domain.reports import HOURS, TICKS_OF_HOUR
from models import AuditEvent, Booking, Space
from models.engine import epoch
from services.reports.usage import first_tick, of_the_space_itself, within

DECISIONS = ("booking.approved", "booking.declined")


@dataclass(frozen=True, slots=True)
class Wait:
    """Some decisions, and the minutes that people waited for them; nearest rank."""

    count: int
    median: int
    ninety: int
    longest: int


@dataclass(frozen=True, slots=True)
class Waits:
    """All of them, by space, and by the hour at which was asked; and since when the oldest open request waits."""

    whole: Wait | None
    by_space: dict[int, Wait]
    by_hour: dict[int, Wait]
    oldest_open: datetime | None


def of_spaces(session: Session, spaces: Sequence[Space], window: Interval, now: datetime) -> Waits:
    """The waiting for bookings that begin within a window, in four queries; of a decision taken back the last counts.

    Private spaces have no part in the hours.
    """
    decided = _decided(session, spaces, window)
    public = [space for space in spaces if not space.is_private]
    whole = _ranks(session, decided, by=None)
    return Waits(
        whole=whole.get(0),
        by_space=_ranks(session, decided, by="space_id"),
        by_hour=_ranks(session, _decided(session, public, window), by="hour"),
        oldest_open=session.scalar(
            select(func.min(Booking.created_at)).where(
                Booking.status == BookingStatus.PENDING,
                *within(window),
                Booking.starts_at > now,
                of_the_space_itself(spaces),
            )
        ),
    )


def _decided(session: Session, spaces: Sequence[Space], window: Interval) -> Subquery:
    """Each decided booking: where, the hour at which was asked, and the minutes until the decision that stands."""
    asked = first_tick(session, Booking.created_at) // TICKS_OF_HOUR % HOURS
    minutes = (epoch(session, func.max(AuditEvent.at)) - epoch(session, Booking.created_at)) // 60
    return (
        select(Booking.space_id, asked.label("hour"), minutes.label("minutes"))
        .join(
            AuditEvent,
            and_(
                AuditEvent.object_type == Booking.__tablename__,
                AuditEvent.object_id == Booking.id,
                AuditEvent.action.in_(DECISIONS),
            ),
        )
        .where(
            Booking.space_id.in_([space.id for space in spaces]),
            *within(window),
            Booking.status != BookingStatus.PENDING,
            of_the_space_itself(spaces),
        )
        .group_by(Booking.id, Booking.space_id, Booking.created_at)
        .subquery()
    )


def _ranks(session: Session, decided: Subquery, *, by: str | None) -> dict[int, Wait]:
    """The ranks of each group, found by the database; the key of all together is 0."""
    group = [decided.c[by]] if by else []
    place = func.row_number().over(partition_by=group or None, order_by=decided.c.minutes)
    count = func.count().over(partition_by=group or None)
    ranked = select(decided, place.label("place"), count.label("count")).subquery()
    middle, most = (ranked.c["count"] * 50 + 99) // 100, (ranked.c["count"] * 90 + 99) // 100
    rows = session.execute(
        select(*([ranked.c[by]] if by else []), ranked.c["count"], ranked.c.place, ranked.c.minutes).where(
            or_(ranked.c.place == middle, ranked.c.place == most, ranked.c.place == ranked.c["count"])
        )
    )
    counts: dict[int, int] = {}
    minutes: dict[tuple[int, int], int] = {}
    for *group_key, number, rank_of, waited in rows:
        key = int(group_key[0]) if group_key else 0
        counts[key] = number
        minutes[key, rank_of] = waited
    return {
        key: Wait(n, minutes[key, -(-n // 2)], minutes[key, -(-n * 9 // 10)], minutes[key, n])
        for key, n in counts.items()
    }
