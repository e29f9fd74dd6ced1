"""Booking a space: ask, move, cancel. Deciding on requests is in services/decisions.py."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.bookings import LIVE, BookingStatus
from domain.errors import Alternative, BadInput, Missing, RuleViolation, SlotTaken, Violation
from domain.interval import Interval, at_local, local_day, week_start
from domain.people import Actor, Role
from domain.policies import Ask, Limits, violations
from domain.spaces import SpaceKind, needs_approval
from models import Booking, Person, Space
from services import alternatives, arbiter, opening, reading, records, settings
from services.unit_of_work import query, transaction

TIME_CODES = frozenset({"off_grid", "in_the_past", "too_soon", "too_far", "closed_that_day", "outside_hours"})


def request_booking(
    actor: Actor,
    space_code: str,
    interval: Interval,
    *,
    purpose: str,
    party_size: int,
    now: datetime,
    on_behalf_of: int | None = None,
) -> Booking:
    """Ask for a room or a seat; it is confirmed at once where no approval is needed.

    Raises Missing, BadInput, RuleViolation, and SlotTaken with the nearest free choices.
    """
    try:
        return _request(actor, space_code, interval, purpose, party_size, now, on_behalf_of)
    except SlotTaken as taken:
        found = _choices(space_code, interval, party_size, now)
        raise SlotTaken(taken.blocking, found) from taken
    except RuleViolation as broken:
        if not all(violation.code in TIME_CODES for violation in broken.violations):
            raise
        raise RuleViolation(broken.violations, _choices(space_code, interval, party_size, now)) from broken


@transaction
def _request(
    session: Session,
    actor: Actor,
    space_code: str,
    interval: Interval,
    purpose: str,
    party_size: int,
    now: datetime,
    on_behalf_of: int | None,
) -> Booking:
    space = reading.space_by_code(session, space_code)
    if space.kind is SpaceKind.STUDIO:
        raise BadInput("studio_is_booked_by_booth", field="space")
    booker = _booker(session, actor, on_behalf_of)
    arbiter.lock_spaces(session, [space.id])
    arbiter.lock_person(session, booker.id)
    _check(session, booker, space, interval, party_size, now)
    waits = needs_approval(space.approval, is_captain=actor.role is Role.CAPTAIN, is_staff=actor.is_staff)
    booking = Booking(
        space_id=space.id,
        place=1 if space.kind is SpaceKind.ROOM else None,
        starts_at=interval.starts_at,
        ends_at=interval.ends_at,
        status=BookingStatus.PENDING if waits else BookingStatus.CONFIRMED,
        version=1,
        purpose=clean_purpose(purpose),
        party_size=party_size,
        booker_id=booker.id,
        created_by_id=actor.id,
        created_at=now,
    )
    booking.space = space
    session.add(booking)
    session.flush()
    arbiter.hold(session, space, booking, interval, booking.place)
    records.audit(session, actor, "booking.requested", booking, now, status=booking.status.value)
    if not waits and booker.id != actor.id:
        records.tell(session, booker.id, "booking_made_for_you", now, **reading.told(booking))
    return booking


def clean_purpose(text: str) -> str:
    """The purpose without stray white space; raises BadInput beyond 200 characters."""
    cleaned = " ".join(text.split())
    if len(cleaned) > 200:
        raise BadInput("purpose_long", field="purpose", maximum=200)
    return cleaned


def _booker(session: Session, actor: Actor, on_behalf_of: int | None) -> Person:
    person = session.get(Person, actor.id if on_behalf_of is None else on_behalf_of)
    if person is None or person.disabled_at is not None:
        raise Missing
    if person.id != actor.id and not actor.may_verify(person.building):
        raise Missing
    return person


def _check(
    session: Session,
    booker: Person,
    space: Space,
    interval: Interval,
    party_size: int,
    now: datetime,
    moving: Booking | None = None,
) -> None:
    house = settings.load(session)
    upcoming, minutes = _counts(session, booker.id, interval, now, moving)
    ask = Ask(
        interval=interval,
        party_size=party_size,
        now=now,
        rules=space.rules(),
        openings=opening.during(session, space, _longest_bookable(space, interval)),
        limits=Limits(house.max_upcoming_bookings, house.max_week_minutes),
        booker_role=booker.role,
        booker_verified=booker.verified_at is not None,
        upcoming_count=upcoming,
        week_minutes=minutes,
    )
    if broken := violations(ask):
        raise RuleViolation(broken)


def _longest_bookable(space: Space, interval: Interval) -> Interval:
    """What of a wish there is to look up: one of a century is refused as too long, not looked at day by day."""
    longest = interval.starts_at + timedelta(minutes=space.max_minutes)
    return Interval(interval.starts_at, min(interval.ends_at, longest))


def _counts(
    session: Session, booker_id: int, interval: Interval, now: datetime, moving: Booking | None
) -> tuple[int, int]:
    """How many live bookings are still to come, and the minutes of those in the week of the interval."""
    mine = [Booking.booker_id == booker_id, Booking.status.in_(LIVE)]
    if moving is not None:
        mine.append(Booking.id != moving.id)
    upcoming = session.scalar(select(func.count()).where(*mine, Booking.ends_at > now)) or 0
    monday = week_start(local_day(interval.starts_at))
    rows = session.execute(
        select(Booking.starts_at, Booking.ends_at).where(
            *mine,
            Booking.starts_at >= at_local(monday, 0),
            Booking.starts_at < at_local(monday + timedelta(days=7), 0),
        )
    )
    return upcoming, sum(Interval(start, end).minutes for start, end in rows)


@query
def _choices(
    session: Session, space_code: str, interval: Interval, party_size: int, now: datetime
) -> list[Alternative]:
    space = reading.space_by_code(session, space_code)
    return alternatives.nearest(session, space, interval, party_size, now)


@transaction
def _reschedule(
    session: Session, actor: Actor, booking_id: int, interval: Interval, version: int, now: datetime
) -> Booking:
    booking = reading.booking_for(session, actor, booking_id)
    space = booking.space
    if booking.booth_slot is not None:
        raise RuleViolation([Violation("booth_cannot_be_moved")])
    arbiter.lock_spaces(session, [space.id])
    arbiter.lock_person(session, booking.booker_id)
    reading.refresh(session, booking)
    if booking.starts_at <= now and booking.status in LIVE:
        raise RuleViolation([Violation("already_started")])
    _check(session, booking.booker, space, interval, booking.party_size, now, moving=booking)
    waits = needs_approval(space.approval, is_captain=actor.role is Role.CAPTAIN, is_staff=actor.is_staff)
    # A new time needs a new yes, except where the asker could have booked it without one.
    status = BookingStatus.PENDING if waits else BookingStatus.CONFIRMED
    before = booking.interval
    decided = _decided_by_moving(actor, booking, waits, now)
    arbiter.move(session, space, booking, interval, version=version, status=status, **decided)
    records.audit(
        session,
        actor,
        "booking.moved",
        booking,
        now,
        before=[before.starts_at.isoformat(), before.ends_at.isoformat()],
        status=status.value,
    )
    if booking.booker_id != actor.id:
        records.tell(session, booking.booker_id, "booking_moved", now, **reading.told(booking))
    return booking


def _decided_by_moving(actor: Actor, booking: Booking, waits: bool, now: datetime) -> dict[str, Any]:
    """Who decided, after a move: nobody yet, where it waits again; the mover, where that needs no yes."""
    if waits:
        return {"decided_by_id": None, "decided_at": None}
    if booking.status is BookingStatus.PENDING:
        return {"decided_by_id": actor.id, "decided_at": now}
    return {}


def reschedule(actor: Actor, booking_id: int, interval: Interval, *, version: int, now: datetime) -> Booking:
    """Move a booking to another time, ticks swapped atomically.

    Raises Missing, Stale, RuleViolation, and SlotTaken with the nearest free choices; then it stays where it was.
    """
    try:
        return _reschedule(actor, booking_id, interval, version, now)
    except SlotTaken as taken:
        raise SlotTaken(taken.blocking, _choices_for(actor, booking_id, interval, now)) from taken


@query
def _choices_for(
    session: Session, actor: Actor, booking_id: int, interval: Interval, now: datetime
) -> list[Alternative]:
    booking = reading.booking_for(session, actor, booking_id)
    return alternatives.nearest(session, booking.space, interval, booking.party_size, now)


@transaction
def cancel(
    session: Session, actor: Actor, booking_id: int, *, version: int, now: datetime, reason: str = ""
) -> Booking:
    """Take a booking back before it starts; raises Missing, Stale, RuleViolation."""
    booking = reading.booking_for(session, actor, booking_id)
    arbiter.lock_spaces(session, [booking.space_id])
    reading.refresh(session, booking)
    if booking.starts_at <= now and booking.status in LIVE:
        raise RuleViolation([Violation("already_started")])
    arbiter.change(
        session, booking, BookingStatus.CANCELLED, version=version, decision_reason=clean_purpose(reason)
    )
    records.audit(session, actor, "booking.cancelled", booking, now, reason=booking.decision_reason)
    if booking.booker_id != actor.id:
        records.tell(
            session,
            booking.booker_id,
            "booking_cancelled",
            now,
            reason=booking.decision_reason,
            **reading.told(booking),
        )
    return booking
