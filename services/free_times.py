"""Times that somebody waits for and that became free without anybody's giving them back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.interval import Interval
from domain.waitlist import EntryStatus
from models import Show, Space, WaitlistEntry
from services import arbiter, reading, seats, waitlist
from services.studio import free_booths
from services.unit_of_work import query, transaction


def serve_free_times(now: datetime) -> int:
    """Look whether a time that somebody waits for is free: a closure was lifted, or hours changed.

    Returns how many offers were made.
    """
    return sum(_serve(space_id, now) for space_id in _spaces_with_a_line(now))


@query
def _spaces_with_a_line(session: Session, now: datetime) -> list[int]:
    return list(
        session.scalars(
            select(WaitlistEntry.space_id)
            .where(WaitlistEntry.status == EntryStatus.WAITING, WaitlistEntry.starts_at > now)
            .distinct()
            .order_by(WaitlistEntry.space_id)
        )
    )


@query
def _may_be_free(session: Session, space_id: int, now: datetime) -> list[Interval]:
    """The times with a line whose ticks nobody owns, seen without a lock."""
    space = session.get_one(Space, space_id)
    entries = session.execute(
        select(
            WaitlistEntry.starts_at, WaitlistEntry.ends_at, WaitlistEntry.place, WaitlistEntry.show_id
        ).where(
            WaitlistEntry.space_id == space_id,
            WaitlistEntry.status == EntryStatus.WAITING,
            WaitlistEntry.starts_at > now,
        )
    ).all()
    found = []
    for row in entries:
        time = Interval(row.starts_at, row.ends_at)
        if row.place is not None:
            taken = seats.is_taken(session, space_id, time.ticks(space.buffer_minutes), row.place)
        elif row.show_id is not None:
            taken = not free_booths.free_times(session, session.get_one(Show, row.show_id))
        else:
            taken = waitlist.is_full(session, space, time)
        if not taken:
            found.append(time)
    return found


def _serve(space_id: int, now: datetime) -> int:
    free = _may_be_free(space_id, now)
    return _offer_free(space_id, free, now) if free else 0


@transaction
def _offer_free(session: Session, space_id: int, free: list[Interval], now: datetime) -> int:
    arbiter.lock_spaces(session, [space_id])
    space = reading.space_by_id(session, space_id)
    return len(waitlist.pass_on(session, space, free, now))
