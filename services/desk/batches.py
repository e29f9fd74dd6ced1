"""Saying yes to several harmless requests at once: each in its own transaction, and what fails is named."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.errors import Forbidden, RuleViolation, Violation
from domain.people import Actor
from domain.spaces import SpaceKind
from models import Booking, PenaltyPoint, Person, Space
from services import decisions, settings
from services.unit_of_work import query, transaction


@query
def harmless(session: Session, actor: Actor, now: datetime) -> set[int]:
    """The requests that need no second look; raises Forbidden. One query, however many wait."""
    if not actor.is_staff:
        raise Forbidden
    return set(session.scalars(_harmless(session, now)))


def _harmless(session: Session, now: datetime) -> Select[int]:
    """A plain room, one yes, no other time and no exception; somebody verified who came, and not too many."""
    faded = now - timedelta(days=settings.load(session).no_show_fade_days)
    stayed_away = exists().where(
        PenaltyPoint.person_id == Booking.booker_id,
        PenaltyPoint.kind == PointKind.NO_SHOW,
        PenaltyPoint.excused_at.is_(None),
        PenaltyPoint.created_at > faded,
    )
    return (
        select(Booking.id)
        .join(Space, Space.id == Booking.space_id)
        .join(Person, Person.id == Booking.booker_id)
        .where(
            Booking.status == BookingStatus.PENDING,
            Booking.starts_at > now,
            Booking.proposed_starts_at.is_(None),
            Booking.override_reason == "",
            ~Booking.booth_slot.has(),
            Space.kind == SpaceKind.ROOM,
            Space.is_private.is_(False),
            Space.approval_levels == 1,
            Booking.party_size <= Space.capacity,
            Person.verified_at.is_not(None),
            ~stayed_away,
        )
    )


@transaction
def approve(session: Session, actor: Actor, booking_id: int, *, version: int, now: datetime) -> Booking:
    """Say yes to one of a batch, if it is still harmless; raises what approving raises, and RuleViolation."""
    booking = decisions.request_to_decide(session, actor, booking_id, now)
    if booking.version == version and booking.status is BookingStatus.PENDING:
        found = session.scalar(_harmless(session, now).where(Booking.id == booking_id))
        if found is None:
            raise RuleViolation([Violation("look_at_it_first")])
    return decisions.approve(actor, booking_id, version=version, now=now)
