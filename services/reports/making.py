"""Making the kept sums of reports: what is missing of the days that are over, a few days of one space at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from domain.interval import local_day
from domain.reports import Days
from domain.tallies import third_of
from models import Booking, ReportHours, ReportSum, Show, Space
from models.engine import epoch, insert_ignoring
from services import opening, records
from services.reports.counting import Counting, Stretch
from services.reports.kept import opened, over
from services.unit_of_work import query, transaction

LOCK = 508
"""The advisory lock on PostgreSQL, with a space: its writers share it (migration 0006), who makes its sums is alone."""
AT_ONCE = 9
"""So many thirds of months of one space in one transaction."""
ROUND = timedelta(seconds=5)
"""For so long one round of the job makes sums, for the other jobs wait meanwhile."""


def make_due(now: datetime, *, most: timedelta = ROUND) -> int:
    """Make sums that are missing, for one round; returns how many."""
    began, made = time.monotonic(), 0
    for space_id, thirds in missing(now):
        for start in range(0, len(thirds), AT_ONCE):
            if time.monotonic() - began >= most.total_seconds():
                return made
            made += _make(space_id, thirds[start : start + AT_ONCE], now)
    return made


def make_anew(now: datetime, *, hours: bool = False) -> int:
    """Throw all sums away, and the kept hours too if it is said, and make them anew; returns how many there are."""
    _forget(hours=hours)
    make_due(now, most=timedelta.max)
    return _noted(now)


@query
def count(session: Session) -> int:
    """How many sums are kept."""
    return session.scalar(select(func.count()).select_from(ReportSum)) or 0


@query
def missing(session: Session, now: datetime) -> list[tuple[int, list[Days]]]:
    """The thirds of months that are over and lack sums or hours, by space, from the first booking of the house on."""
    first = (
        select(func.min(Booking.starts_at))
        .where(Booking.space_id == Space.id)
        .correlate(Space)
        .scalar_subquery()
        .label("first")
    )
    spaces = {row.id: row.first for row in session.execute(select(Space.id, first).order_by(Space.id))}
    begun = [starts_at for starts_at in spaces.values() if starts_at is not None]
    if not begun:
        return []
    thirds = {
        int(one.window.starts_at.timestamp()): one for one in over(third_of(local_day(min(begun))).first, now)
    }
    sums, hours = (
        {(row[0], row[1]) for row in session.execute(select(table.space_id, epoch(session, table.begins_at)))}
        for table in (ReportSum, ReportHours)
    )
    kept = sums & hours
    found = [
        (space_id, [one for start, one in thirds.items() if (space_id, start) not in kept])
        for space_id in spaces
    ]
    return [(space_id, lacking) for space_id, lacking in found if lacking]


@transaction
def _make(session: Session, space_id: int, thirds: list[Days], now: datetime) -> int:
    """Some sums of one space; none while somebody changes what they are made of."""
    if session.connection().dialect.name == "postgresql":
        alone = text(f"SELECT pg_try_advisory_xact_lock({LOCK}, {space_id})")
        if not session.scalar(alone):
            return 0
    session.expire_all()
    space = session.get_one(Space, space_id)
    done = [one for one in thirds if not _is_going_on(session, space_id, one, now)]
    if not done:
        return 0
    counting = Counting(session, [Stretch(space, one.window) for one in done])
    counting.of_use(now)
    counting.of_wishes()
    for one, tally in zip(done, counting.tallies, strict=True):
        window = one.window
        session.execute(
            insert_ignoring(
                session,
                ReportSum,
                space_id=space_id,
                begins_at=window.starts_at,
                ends_at=window.ends_at,
                figures=tally.as_json(),
            )
        )
    _keep_hours(session, space, done)
    return len(done)


def _is_going_on(session: Session, space_id: int, days: Days, now: datetime) -> bool:
    """Whether a show that began in these days has not ended yet."""
    window = days.window
    on_air = select(Show.id).where(
        Show.space_id == space_id,
        Show.starts_at >= window.starts_at,
        Show.starts_at < window.ends_at,
        Show.ends_at > now,
    )
    return session.scalar(on_air.limit(1)) is not None


def _keep_hours(session: Session, space: Space, thirds: Iterable[Days]) -> None:
    session.refresh(space, ["hours"])
    days = [day for one in thirds for day in one]
    openings = opening.on_days(session, [space], days)[space.id]
    for one in thirds:
        lanes = opened(space, {day: openings[day] for day in one})
        window = one.window
        session.execute(
            insert_ignoring(
                session,
                ReportHours,
                space_id=space.id,
                begins_at=window.starts_at,
                ends_at=window.ends_at,
                opened=f"{lanes:x}",
            )
        )


@transaction
def _forget(session: Session, *, hours: bool) -> None:
    session.execute(delete(ReportSum))
    if hours:
        session.execute(delete(ReportHours))


@transaction
def _noted(session: Session, now: datetime) -> int:
    made = count()
    records.audit_table(session, None, "report_sum.rebuilt", ReportSum, now, rows=made)
    return made
