"""Deciding on requests and on proposed times. What nobody decides passes by itself: services/passing.py."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.desk import DecisionKind
from domain.errors import BadInput, Forbidden, RuleViolation, Stale, Violation
from domain.interval import Interval
from domain.people import Actor
from models import Booking
from services import arbiter, making, moving, reading, records, waitlist
from services.desk import levels
from services.desk.recording import recorded
from services.seen import AnyBooking
from services.studio import readiness, swaps
from services.unit_of_work import transaction


def request_to_decide(session: Session, actor: Actor, booking_id: int, now: datetime) -> Booking:
    """A request or wish that can still be decided, its space locked; raises Forbidden, Missing, RuleViolation."""
    if not actor.is_staff:
        raise Forbidden
    booking = reading.booking_for(session, actor, booking_id)
    arbiter.lock_spaces(session, [booking.space_id])
    reading.refresh(session, booking)
    if _waits(booking) and undecided_until(booking) <= now:
        raise RuleViolation([Violation("too_late_to_decide")])
    return booking


def _waits(booking: AnyBooking) -> bool:
    return booking.status is BookingStatus.PENDING or booking.wished is not None


def undecided_until(booking: AnyBooking) -> datetime:
    """When it is too late for staff to decide: at the start, and for a wish at the first of the two."""
    return proposal_stands_until(booking) if booking.wished else booking.starts_at


def proposal_stands_until(booking: AnyBooking) -> datetime:
    """Until when another time may be answered, by whomever: until the first of the two begins."""
    return min(time.starts_at for time in booking.times)


def asked_time(booking: AnyBooking) -> Interval:
    """The time that staff decide on: the wished one, else the booking's own."""
    return booking.wished or booking.interval


def waiting_since(booking: AnyBooking) -> datetime:
    """Since when somebody waits for the decision."""
    return booking.proposed_at or booking.created_at


def can_be_decided(booking: AnyBooking, now: datetime) -> bool:
    """Whether it still waits for a yes or no."""
    return _waits(booking) and undecided_until(booking) > now


@transaction
def approve(session: Session, actor: Actor, booking_id: int, *, version: int, now: datetime) -> Booking:
    """Say yes to a pending request or to a wish for another time; raises Forbidden, Missing, Stale, RuleViolation.

    Where a space asks for two yeses, the first leaves it waiting for the second. A time that the house has proposed
    meanwhile is given up: the request is confirmed as it was asked.
    """
    booking = request_to_decide(session, actor, booking_id, now)
    if not _waits(booking):
        raise Stale(booking.id)
    readiness.must_be_ready(session, booking)
    if levels.asks_for_first(booking):
        levels.give_first(session, actor, booking, version, now)
        return booking
    levels.must_be_second(session, actor, booking, now)
    if booking.wished is not None:
        with recorded(session, actor, booking, DecisionKind.APPROVED, now):
            _approve_move(session, actor, booking, version, now)
        return booking
    freed = [] if booking.suggested is None else reading.held_times(booking)
    with recorded(session, actor, booking, DecisionKind.APPROVED, now):
        arbiter.change(
            session, booking, BookingStatus.CONFIRMED, version=version, decided_by_id=actor.id, decided_at=now
        )
        records.audit(session, actor, "booking.approved", booking, now)
        records.tell(session, booking.booker_id, "booking_confirmed", now, **reading.told(booking))
        if freed:
            waitlist.pass_on(session, booking.space, freed, now)
    return booking


def _approve_move(session: Session, actor: Actor, booking: Booking, version: int, now: datetime) -> None:
    freed, before = reading.held_times(booking), booking.interval
    arbiter.keep(
        session,
        booking,
        version=version,
        starts_at=booking.proposed_starts_at,
        ends_at=booking.proposed_ends_at,
        decided_by_id=actor.id,
        decided_at=now,
        override_reason="",  # an exception was made for the old time; the new one passed the rules
        **arbiter.NOTHING_OPEN,
    )
    records.audit(
        session,
        actor,
        "booking.moved",
        booking,
        now,
        before=[before.starts_at.isoformat(), before.ends_at.isoformat()],
        status=booking.status.value,
    )
    records.tell(session, booking.booker_id, "booking_moved", now, **reading.told(booking))
    waitlist.pass_on(session, booking.space, freed, now)


@transaction
def decline(
    session: Session, actor: Actor, booking_id: int, *, version: int, reason: str, now: datetime
) -> Booking:
    """Say no, with the reason that the booker will read; a declined move leaves the confirmed time as it is.

    Raises Forbidden, Missing, BadInput, Stale, RuleViolation.
    """
    reason = making.clean_text(reason, "reason")
    if not reason:
        raise BadInput("reason_missing", field="reason")
    booking = request_to_decide(session, actor, booking_id, now)
    moves = booking.wished is not None
    if not moves and booking.status is not BookingStatus.PENDING:
        raise Stale(booking.id)
    with recorded(session, actor, booking, DecisionKind.DECLINED, now):
        decide = _decline_move if moves else _decline_request
        decide(session, actor, booking, version, reason, now)
    return booking


def _decline_move(
    session: Session, actor: Actor, booking: Booking, version: int, reason: str, now: datetime
) -> None:
    moving.give_up_proposal(session, booking, version=version, now=now, actor=actor, declined_because=reason)
    told = reading.told(booking)
    records.tell(session, booking.booker_id, "move_declined", now, reason=reason, **told)


def _decline_request(
    session: Session, actor: Actor, booking: Booking, version: int, reason: str, now: datetime
) -> None:
    freed = reading.held_times(booking)
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
    swaps.lapse_of(session, booking, now)
    records.tell(session, booking.booker_id, "booking_declined", now, reason=reason, **reading.told(booking))
    waitlist.pass_on(session, booking.space, freed, now)
