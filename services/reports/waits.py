"""How long people waited for a yes or a no: the middle one, nine of ten, and the longest."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from sqlalchemy import Select, Subquery, and_, func, select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.interval import Interval
from domain.reports import HOURS, TICKS_OF_HOUR, rank
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
    """The waiting for bookings that begin within a window, in two queries; of a decision taken back the last counts.

    Private spaces have no part in the hours.
    """
    private = {space.id for space in spaces if space.is_private}
    whole: Counter[int] = Counter()
    by_space: defaultdict[int, Counter[int]] = defaultdict(Counter)
    by_hour: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for space_id, hour, minutes, count in session.execute(_histogram(session, spaces, window)):
        whole[minutes] += count
        by_space[space_id][minutes] += count
        if space_id not in private:
            by_hour[int(hour)][minutes] += count
    return Waits(
        whole=_wait(whole) if whole else None,
        by_space={space_id: _wait(minutes) for space_id, minutes in by_space.items()},
        by_hour={hour: _wait(minutes) for hour, minutes in by_hour.items()},
        oldest_open=session.scalar(
            select(func.min(Booking.created_at)).where(
                Booking.status == BookingStatus.PENDING,
                *within(window),
                Booking.starts_at > now,
                of_the_space_itself(spaces),
            )
        ),
    )


def _wait(minutes: Counter[int]) -> Wait:
    """The ranks of so many decisions, by how many were waited for how many minutes."""
    ordered = sorted(minutes)
    upto = list(accumulate(minutes[waited] for waited in ordered))

    def at(percent: int) -> int:
        return ordered[bisect_left(upto, rank(upto[-1], percent))]

    return Wait(upto[-1], at(50), at(90), ordered[-1])


def _histogram(session: Session, spaces: Sequence[Space], window: Interval) -> Select[int, int, int, int]:
    """How many decisions took how many minutes, by space and by the hour at which was asked."""
    decided = _decided(session, spaces, window)
    each = (decided.c.space_id, decided.c.hour, decided.c.minutes)
    return select(*each, func.count()).group_by(*each)


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
