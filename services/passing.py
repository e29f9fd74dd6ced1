"""What passes by itself: requests and proposed times that nobody decided, and bookings that are over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from models import Booking, Space
from services import arbiter, moving, reading, records, waitlist
from services.decisions import proposal_stands_until
from services.studio import swaps
from services.unit_of_work import query, transaction

BATCH = 200
Step = Callable[[Session, Booking, datetime], bool]
"""Lets one locked booking pass if it is really due; tells whether it did."""


@query
def _ids(session: Session, due: ColumnElement[bool]) -> list[int]:
    return list(session.scalars(select(Booking.id).where(due).order_by(Booking.starts_at).limit(BATCH)))


@transaction
def _pass(session: Session, booking_id: int, step: Step, now: datetime) -> bool:
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
    return step(session, booking, now)


def let_pass(due: ColumnElement[bool], step: Step, now: datetime) -> int:
    """Let what is due pass, each in a transaction of its own; returns how many. Raises ExceptionGroup.

    One that fails keeps none of the others.
    """
    passed, failures = 0, []
    for booking_id in _ids(due):
        try:
            passed += _pass(booking_id, step, now)
        except Exception as failure:  # raised again below, when all the others have had their turn
            failures.append(failure)
    if failures:
        raise ExceptionGroup(f"{len(failures)} bookings could not be closed", failures)
    return passed


def expire_due(now: datetime) -> int:
    """Let every request expire that nobody decided by its start; returns how many. Raises ExceptionGroup."""
    due = (Booking.status == BookingStatus.PENDING) & (Booking.starts_at <= now)
    return let_pass(due, _expire, now)


def _expire(session: Session, booking: Booking, now: datetime) -> bool:
    if booking.status is not BookingStatus.PENDING or booking.starts_at > now:
        return False  # decided, or moved to a later time, since it was found
    freed = reading.held_times(booking)
    arbiter.change(session, booking, BookingStatus.EXPIRED, version=booking.version)
    records.audit(session, None, "booking.expired", booking, now)
    swaps.lapse_of(session, booking, now)
    records.tell(session, booking.booker_id, "booking_expired", now, **reading.told(booking))
    waitlist.pass_on(session, booking.space, freed, now)
    return True


def drop_undecided_moves(now: datetime) -> int:
    """Let every proposed time go that nobody answered until either time began; returns how many.

    The booking or request stays as it is. Raises ExceptionGroup.
    """
    due = Booking.proposed_starts_at.is_not(None) & or_(
        Booking.proposed_starts_at <= now, Booking.starts_at <= now
    )
    return let_pass(due, _drop_move, now)


def _drop_move(session: Session, booking: Booking, now: datetime) -> bool:
    if booking.proposed is None or proposal_stands_until(booking) > now:
        return False
    if booking.status is BookingStatus.PENDING and booking.starts_at <= now:
        return False  # the request itself expires, and what the house proposed with it
    of_house = booking.proposed_to_booker
    moving.give_up_proposal(session, booking, version=booking.version, now=now, actor=None)
    if of_house:
        records.tell(session, booking.booker_id, "proposal_over", now, **reading.told(booking))
    else:
        records.tell(session, booking.booker_id, "move_expired", now, **reading.told(booking))
    return True


def complete_due(now: datetime) -> int:
    """Close what is over, its buffer included: who came, and where nobody has to check in; returns how many.

    Booths are closed when their show is wrapped up, since only then it is known who came. Raises ExceptionGroup.
    """
    begun = Booking.status.in_((BookingStatus.CHECKED_IN, BookingStatus.CONFIRMED)) & (
        Booking.starts_at < now
    )
    over = begun & (Booking.ends_at <= now)
    came = Booking.status == BookingStatus.CHECKED_IN
    unasked = (Booking.status == BookingStatus.CONFIRMED) & Booking.space.has(Space.needs_check_in.is_(False))
    return let_pass(over & or_(came, unasked) & ~Booking.booth_slot.has(), _complete, now)


def _complete(session: Session, booking: Booking, now: datetime) -> bool:
    came = booking.status is BookingStatus.CHECKED_IN
    if not came and (booking.status is not BookingStatus.CONFIRMED or booking.space.needs_check_in):
        return False
    if booking.ends_at + timedelta(minutes=booking.buffer_minutes) > now:
        return False  # its clean-up time still holds the space
    _drop_move(session, booking, now)  # else its other time would go without anybody in line hearing of it
    arbiter.change(session, booking, BookingStatus.COMPLETED, version=booking.version)
    records.audit(session, None, "booking.completed", booking, now)
    return True
