"""Nobody may hold a time that is closed: whoever closed it decided on every booking first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from domain.bookings import LIVE
from models import Booking, Closure, Space
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.unit_of_work import query

MOST = 20


@query
def findings(session: Session, now: datetime) -> list[Finding]:
    """Live bookings that lie in a closure which nobody lifted, at most twenty."""
    hold_still(session)
    found = list(_inside(session, now))
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _inside(session: Session, now: datetime) -> Iterator[Finding]:
    own = and_(Booking.starts_at < Closure.ends_at, Booking.ends_at > Closure.starts_at)
    proposed = and_(
        Booking.proposed_starts_at < Closure.ends_at, Booking.proposed_ends_at > Closure.starts_at
    )
    inside = (
        select(Booking.id, Space.code, Closure.id.label("closure_id"))
        .join(Closure, Closure.space_id == Booking.space_id)
        .join(Space, Space.id == Booking.space_id)
        .where(
            Booking.status.in_(LIVE),
            Closure.lifted_at.is_(None),
            Closure.ends_at > now,
            or_(own, proposed),
        )
        .order_by(Booking.id)
        .limit(MOST)
    )
    for row in session.execute(inside):
        text = f"booking {row.id} of {row.code} lies in closure {row.closure_id}."
        yield Finding("booking_in_closure", text)
