"""The small numbers in the navigation: what waits for somebody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.people import Actor
from models import Booking, Notice
from services.merchants import claims, reviewing
from services.sales import inbox, income_review
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class Attention:
    """Requests and proposed times to decide (for staff), and unread notices."""

    pending: int = 0
    unread: int = 0


NOTHING = Attention()
REVIEWS: Mapping[str, Callable[[Session], int]] = {
    "merchants": reviewing.count_waiting,
    "claims": claims.waiting_count,
    "income": income_review.count_waiting,
    "sales": inbox.count_waiting,
}
"""What staff review beside the queue of requests, each with what counts it; templates/desk/_reviews.html links it."""


@query
def counts(session: Session, actor: Actor, now: datetime) -> Attention:
    """What waits for this person, counted by index."""
    if actor.is_staff:
        staff_answer = Booking.proposed_to_booker.is_(False)
        requested = (Booking.status == BookingStatus.PENDING, Booking.starts_at > now, staff_answer)
        moving = (Booking.proposed_starts_at > now, Booking.starts_at > now, staff_answer)
        counted = select(
            select(func.count()).where(*requested).scalar_subquery()
            + select(func.count()).where(*moving).scalar_subquery()
        )
        return Attention(pending=session.scalar(counted) or 0)
    unread = session.scalar(
        select(func.count()).where(Notice.person_id == actor.id, Notice.read_at.is_(None))
    )
    return Attention(unread=unread or 0)


@query
def reviews_waiting(session: Session, actor: Actor) -> dict[str, int]:
    """How much of each kind of review waits for staff; nothing for anybody else."""
    return {kind: count(session) for kind, count in REVIEWS.items()} if actor.is_staff else {}
