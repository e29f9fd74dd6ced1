"""Deciding on requests: approve, decline, and letting them expire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden, RuleViolation, Stale, Violation
from domain.people import Actor
from models import Booking
from services import arbiter, reading, records
from services import booking as bookings
from services.unit_of_work import query, transaction

BATCH = 200


def _request_to_decide(session: Session, actor: Actor, booking_id: int, now: datetime) -> Booking:
    if not actor.is_staff:
        raise Forbidden
    booking = reading.booking_for(session, actor, booking_id)
    arbiter.lock_spaces(session, [booking.space_id])
    reading.refresh(session, booking)
    if booking.status is BookingStatus.PENDING and booking.starts_at <= now:
        raise RuleViolation([Violation("too_late_to_decide")])
    return booking


@transaction
def approve(session: Session, actor: Actor, booking_id: int, *, version: int, now: datetime) -> Booking:
    """Say yes to a pending request; raises Forbidden, Missing, Stale, RuleViolation."""
    booking = _request_to_decide(session, actor, booking_id, now)
    if booking.status is not BookingStatus.PENDING:
        raise Stale(booking.id)
    arbiter.change(
        session, booking, BookingStatus.CONFIRMED, version=version, decided_by_id=actor.id, decided_at=now
    )
    records.audit(session, actor, "booking.approved", booking, now)
    records.tell(session, booking.booker_id, "booking_confirmed", now, **reading.told(booking))
    return booking


@transaction
def decline(
    session: Session, actor: Actor, booking_id: int, *, version: int, reason: str, now: datetime
) -> Booking:
    """Say no, with the reason that the booker will read; raises Forbidden, Missing, BadInput, Stale, RuleViolation."""
    reason = bookings.clean_purpose(reason)
    if not reason:
        raise BadInput("reason_missing", field="reason")
    booking = _request_to_decide(session, actor, booking_id, now)
    arbiter.change(
        session,
        booking,
        BookingStatus.DECLINED,
        version=version,
        decided_by_id=actor.id,
        decided_at=now,
        decision_reason=reason,
    )
    records.audit(session, actor, "booking.declined", booking, now, reason=reason)
    records.tell(session, booking.booker_id, "booking_declined", now, reason=reason, **reading.told(booking))
    return booking


@query
def _due(session: Session, status: BookingStatus, now: datetime) -> list[int]:
    moment = Booking.starts_at if status is BookingStatus.PENDING else Booking.ends_at
    return list(
        session.scalars(
            select(Booking.id).where(Booking.status == status, moment <= now).order_by(moment).limit(BATCH)
        )
    )


def _moment(booking: Booking, status: BookingStatus) -> datetime:
    """When a booking in this state is due: a request at its start, the others at their end."""
    return booking.starts_at if status is BookingStatus.PENDING else booking.ends_at


@transaction
def _let_pass(
    session: Session, booking_id: int, seen: BookingStatus, target: BookingStatus, now: datetime
) -> bool:
    booking = session.scalar(
        select(Booking)
        .options(*reading.booking_options())
        .where(Booking.id == booking_id)
        .execution_options(populate_existing=True)
    )
    if booking is None:
        return False
    arbiter.lock_spaces(session, [booking.space_id])
    reading.refresh(session, booking)
    if booking.status is not seen or _moment(booking, seen) > now:
        return False  # decided, or moved to a later time, since it was found
    arbiter.change(session, booking, target, version=booking.version)
    records.audit(session, None, f"booking.{target.value}", booking, now)
    if target is BookingStatus.EXPIRED:
        records.tell(session, booking.booker_id, "booking_expired", now, **reading.told(booking))
    return True


def _let_all_pass(wanted: Sequence[tuple[BookingStatus, BookingStatus]], now: datetime) -> int:
    """Let what is due pass, each in a transaction of its own: one that fails keeps none of the others."""
    passed, failures = 0, []
    for seen, target in wanted:
        for booking_id in _due(seen, now):
            try:
                passed += _let_pass(booking_id, seen, target, now)
            except Exception as failure:  # raised again below, when all the others have had their turn
                failures.append(failure)
    if failures:
        raise ExceptionGroup(f"{len(failures)} bookings could not be closed", failures)
    return passed


def expire_due(now: datetime) -> int:
    """Let every request expire that nobody decided by its start; returns how many. Raises ExceptionGroup."""
    return _let_all_pass([(BookingStatus.PENDING, BookingStatus.EXPIRED)], now)


def complete_due(now: datetime) -> int:
    """Close every confirmed or checked-in booking that is over; returns how many. Raises ExceptionGroup."""
    over = (BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN)
    return _let_all_pass([(status, BookingStatus.COMPLETED) for status in over], now)
