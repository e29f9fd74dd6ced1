"""Saying yes to several harmless requests at once: each in its own transaction, and what fails is named."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.errors import RuleViolation, Violation
from domain.people import Actor
from domain.spaces import SpaceKind
from models import Booking, BoothSlot, PenaltyPoint, Person, Space
from services import decisions, settings
from services.unit_of_work import transaction


def is_harmless(now: Any, faded: Any) -> ColumnElement[bool]:
    """What needs no second look, of a booking with its space and its booker; points from before `faded` count no more.

    A plain room, one yes, no other time and no exception; somebody verified who came, and not too many.
    """
    stayed_away = exists().where(
        PenaltyPoint.person_id == Booking.booker_id,
        PenaltyPoint.kind == PointKind.NO_SHOW,
        PenaltyPoint.excused_at.is_(None),
        PenaltyPoint.created_at > faded,
    )
    return and_(
        Booking.status == BookingStatus.PENDING,
        Booking.starts_at > now,
        Booking.proposed_starts_at.is_(None),
        Booking.override_reason == "",
        ~exists().where(BoothSlot.booking_id == Booking.id).correlate(Booking),
        Space.kind == SpaceKind.ROOM,
        Space.is_private.is_(False),
        Space.approval_levels == 1,
        Booking.party_size <= Space.capacity,
        Person.verified_at.is_not(None),
        ~stayed_away,
    )


def _is_harmless(session: Session, booking: Booking, now: datetime) -> bool:
    faded = now - timedelta(days=settings.load(session).no_show_fade_days)
    found = session.scalar(
        select(Booking.id)
        .join(Space, Space.id == Booking.space_id)
        .join(Person, Person.id == Booking.booker_id)
        .where(Booking.id == booking.id, is_harmless(now, faded))
    )
    return found is not None


@transaction
def approve(session: Session, actor: Actor, booking_id: int, *, version: int, now: datetime) -> Booking:
    """Say yes to one of a batch, if it is still harmless; raises what approving raises, and RuleViolation."""
    booking = decisions.request_to_decide(session, actor, booking_id, now)
    as_seen = booking.version == version and booking.status is BookingStatus.PENDING
    if as_seen and not _is_harmless(session, booking, now):
        raise RuleViolation([Violation("look_at_it_first")])
    return decisions.approve(actor, booking_id, version=version, now=now)
