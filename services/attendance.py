"""Coming, staying away and leaving early; the door's own pages are in services/door.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.attendance import Discipline, PointKind, check_in_window
from domain.bookings import BookingStatus
from domain.errors import RuleViolation, Stale, Violation
from domain.interval import TICK, Interval, moment_of, tick_of
from domain.people import Actor
from domain.policies import HELD_TO_LIMITS
from models import Booking, PenaltyPoint, Space
from services import arbiter, passing, reading, records, settings, waitlist
from services.seen import AnyBooking
from services.unit_of_work import query, transaction


@dataclass(frozen=True, slots=True)
class Presence:
    """What somebody can do about a booking at the door; `window` is when one may check in."""

    window: Interval
    may_check_in: bool
    may_leave: bool
    waits: bool


def window_of(booking: AnyBooking, house: Discipline) -> Interval:
    """When one may check in for a booking."""
    settled_at = max(booking.created_at, booking.decided_at or booking.created_at)
    return check_in_window(booking.interval, settled_at, house)


def presence_of(booking: AnyBooking, house: Discipline, now: datetime) -> Presence | None:
    """What can be done at the door of a room or a pool that asks for it; None where there is nothing to do."""
    if booking.booth_slot is not None or not booking.space.needs_check_in:
        return None
    window = window_of(booking, house)
    confirmed = booking.status is BookingStatus.CONFIRMED
    return Presence(
        window=window,
        may_check_in=confirmed and window.starts_at <= now < window.ends_at,
        may_leave=booking.status is BookingStatus.CHECKED_IN
        and booking.left_at is None
        and now < booking.ends_at,
        waits=confirmed and now < window.starts_at,
    )


@query
def presence(session: Session, booking: AnyBooking, now: datetime) -> Presence | None:
    """What can be done at the door about a booking that was loaded with its space and booth."""
    return presence_of(booking, settings.load(session).discipline, now)


@transaction
def check_in(
    session: Session, actor: Actor, booking_id: int, *, version: int | None = None, now: datetime
) -> Booking:
    """Say that somebody has come; without a version it counts as seen. Raises Missing, Stale, RuleViolation."""
    booking = reading.booking_for(session, actor, booking_id)
    enter(session, actor, booking, version=version, now=now)
    return booking


def enter(
    session: Session, actor: Actor | None, booking: Booking, *, version: int | None, now: datetime
) -> None:
    """Check somebody in, by a person or, without an actor, at the door sign; raises Stale, RuleViolation."""
    arbiter.lock_spaces(session, [booking.space_id])
    reading.refresh(session, booking)
    if booking.booth_slot is not None:
        raise RuleViolation([Violation("booth_has_no_check_in")])
    if booking.status is not BookingStatus.CONFIRMED:
        raise Stale(booking.id)
    window = window_of(booking, settings.load(session).discipline)
    if now < window.starts_at:
        raise RuleViolation([Violation("check_in_too_early", {"opens_at": window.starts_at})])
    if now >= window.ends_at:
        raise RuleViolation([Violation("check_in_over")])
    freed = reading.held_times(booking)
    arbiter.change(
        session,
        booking,
        BookingStatus.CHECKED_IN,
        version=booking.version if version is None else version,
        checked_in_at=now,
    )
    at = {} if actor else {"at": "door"}
    records.audit(session, actor, "booking.checked_in", booking, now, **at)
    waitlist.pass_on(session, booking.space, freed, now)  # a proposed time goes with it


@transaction
def leave(
    session: Session, actor: Actor, booking_id: int, *, version: int | None = None, now: datetime
) -> Booking:
    """Leave before the end: what is left becomes free; raises Missing, Stale.

    Where cleaning follows, the running quarter-hour and the cleaning after it stay held; else all is free at once.
    """
    booking = reading.booking_for(session, actor, booking_id)
    arbiter.lock_spaces(session, [booking.space_id])
    reading.refresh(session, booking)
    if booking.status is not BookingStatus.CHECKED_IN or booking.ends_at <= now:
        raise Stale(booking.id)
    freed, planned = reading.held_times(booking), booking.ends_at
    seen = booking.version if version is None else version
    running = max(moment_of(tick_of(now)), booking.starts_at)
    ends_at = min(planned, running + TICK)
    if booking.buffer_minutes:
        arbiter.keep(session, booking, version=seen, ends_at=ends_at, left_at=now)
    else:
        arbiter.change(session, booking, BookingStatus.COMPLETED, version=seen, ends_at=ends_at, left_at=now)
    records.audit(session, actor, "booking.left", booking, now, planned_end=planned.isoformat())
    waitlist.pass_on(session, booking.space, freed, now)
    return booking


@query
def _patience(session: Session) -> timedelta:
    return timedelta(minutes=settings.load(session).discipline.grace_minutes)


def release_no_shows(now: datetime) -> int:
    """Give back the time of everybody who did not come; returns how many. Raises ExceptionGroup."""
    due = (
        (Booking.status == BookingStatus.CONFIRMED)
        & (Booking.starts_at <= now)
        & or_(Booking.starts_at <= now - _patience(), Booking.ends_at <= now)
        & ~Booking.booth_slot.has()
        & Booking.space.has(Space.needs_check_in)
    )
    return passing.let_pass(due, _release, now)


def _release(session: Session, booking: Booking, now: datetime) -> bool:
    if booking.status is not BookingStatus.CONFIRMED:
        return False  # checked in or cancelled since it was found
    if window_of(booking, settings.load(session).discipline).ends_at > now:
        return False  # settled or moved late: the grace still runs
    freed = reading.held_times(booking)
    arbiter.change(session, booking, BookingStatus.NO_SHOW, version=booking.version)
    records.audit(session, None, "booking.no_show", booking, now)
    if booking.booker.role in HELD_TO_LIMITS:
        session.add(
            PenaltyPoint(
                person_id=booking.booker_id, booking_id=booking.id, kind=PointKind.NO_SHOW, created_at=now
            )
        )
    records.tell(session, booking.booker_id, "booking_no_show", now, **reading.told(booking))
    waitlist.pass_on(session, booking.space, freed, now)
    return True


def due(
    session: Session,
    house: Discipline,
    now: datetime,
    *,
    space_id: int | None = None,
    of: Actor | None = None,
) -> list[Booking]:
    """Who may check in right now, by start; of one space, or only what somebody booked or typed."""
    wanted = (
        select(Booking)
        .options(*reading.booking_options())
        .where(
            Booking.status == BookingStatus.CONFIRMED,
            Booking.starts_at <= now + timedelta(minutes=house.opens_minutes),
            Booking.ends_at > now,
            ~Booking.booth_slot.has(),
            Booking.space.has(Space.needs_check_in),
        )
        .order_by(Booking.starts_at, Booking.id)
    )
    if space_id is not None:
        wanted = wanted.where(Booking.space_id == space_id)
    if of is not None:
        wanted = wanted.where(or_(Booking.booker_id == of.id, Booking.created_by_id == of.id))
    found = session.scalars(wanted).unique()
    return [booking for booking in found if now < window_of(booking, house).ends_at]
