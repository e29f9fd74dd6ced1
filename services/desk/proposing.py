"""Another time that the house proposes for a request: held beside the asked one until the booker answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.desk import DecisionKind
from domain.errors import Forbidden, RuleViolation, Stale, Violation
from domain.interval import Interval
from domain.people import Actor
from models import Booking
from services import alternatives, arbiter, asking, reading, records, waitlist
from services.decisions import proposal_stands_until, request_to_decide
from services.desk import levels
from services.desk.recording import recorded
from services.unit_of_work import query, transaction

MOST_OFFERED = 4


@query
def free_times(
    session: Session, booking: Booking, now: datetime, openings: list[Interval] | None = None
) -> Sequence[Interval]:
    """The nearest free times of the same length beside the asked one; none for a booth, which has its show.

    `openings` are those of the time `alternatives.around` the asked one, where the caller has them already.
    """
    if booking.booth_slot is not None or booking.status is not BookingStatus.PENDING:
        return []
    others = asking.own_times(session, booking.booker_id, booking.interval, now, moving=booking)
    busy = [*others, booking.interval]
    return alternatives.elsewhen(
        session,
        booking.space,
        booking.interval,
        now,
        busy=busy,
        own=reading.held_times(booking),
        openings=openings,
        most=MOST_OFFERED,
    )


@transaction
def propose(
    session: Session, actor: Actor, booking_id: int, interval: Interval, *, version: int, now: datetime
) -> Booking:
    """Offer another time for a pending request of a room or seat, and hold both until the booker answers.

    An earlier proposal gives way. Raises Forbidden, Missing, Stale, RuleViolation, SlotTaken.
    """
    booking = request_to_decide(session, actor, booking_id, now)
    if booking.booth_slot is not None:
        raise RuleViolation([Violation("booth_cannot_be_moved")])
    if booking.status is not BookingStatus.PENDING or booking.version != version:
        raise Stale(booking.id)
    if interval == booking.interval:
        raise RuleViolation([Violation("proposal_is_the_request", field="start")])
    arbiter.lock_person(session, booking.booker_id)
    asking.check(
        session, actor, booking.booker, booking.space, interval, booking.party_size, now, moving=booking
    )
    freed = reading.held_times(booking) if booking.suggested else []
    with recorded(session, actor, booking, DecisionKind.PROPOSED, now):
        arbiter.propose(
            session,
            booking.space,
            booking,
            interval,
            version=version,
            proposed_by_id=actor.id,
            proposed_at=now,
            proposed_to_booker=True,
        )
        times = _written(interval)
        records.audit(session, actor, "booking.time_proposed", booking, now, **times)
        records.tell_each(
            session, _answering(booking), "time_proposed", now, **reading.told(booking), **times
        )
        if freed:
            waitlist.pass_on(session, booking.space, freed, now)
    return booking


def _written(interval: Interval) -> dict[str, str]:
    return {
        "proposed_starts_at": interval.starts_at.isoformat(),
        "proposed_ends_at": interval.ends_at.isoformat(),
    }


def _answering(booking: Booking) -> set[int]:
    """Who answers: the booker, and who typed it for a neighbour without a phone."""
    return {booking.booker_id, booking.created_by_id}


def may_answer(actor: Actor, booking: Booking) -> bool:
    """Whether a proposal of the house is this person's to answer."""
    return actor.id in _answering(booking)


@transaction
def accept(session: Session, actor: Actor, booking_id: int, *, version: int, now: datetime) -> Booking:
    """Take the proposed time: confirmed there at once, for staff have said yes to it already.

    Where a space asks for two yeses that was the first, and the second is still awaited.

    Raises Missing, Forbidden, Stale, RuleViolation.
    """
    booking = _to_answer(session, actor, booking_id, version, now)
    freed, before = reading.held_times(booking), booking.interval
    changes: dict[str, Any] = {
        "starts_at": booking.proposed_starts_at,
        "ends_at": booking.proposed_ends_at,
        "override_reason": "",  # an exception was made for the old time; the new one passed the rules
        **arbiter.NOTHING_OPEN,
        **_said_yes(booking, now),
    }
    arbiter.keep(session, booking, version=version, **changes)
    records.audit(
        session,
        actor,
        "booking.proposal_accepted",
        booking,
        now,
        before=[before.starts_at.isoformat(), before.ends_at.isoformat()],
        status=booking.status.value,
    )
    if booking.booker_id != actor.id:
        records.tell(session, booking.booker_id, "booking_moved", now, **reading.told(booking))
    if booking.status is BookingStatus.PENDING:
        levels.call_named(session, booking, now)
    waitlist.pass_on(session, booking.space, freed, now)
    return booking


def _said_yes(booking: Booking, now: datetime) -> dict[str, Any]:
    """What the proposal itself decides: everything, or where two yeses are asked for the first of them."""
    if booking.space.approval_levels > 1:
        return {"first_yes_by_id": booking.proposed_by_id, "first_yes_at": now}
    return {"status": BookingStatus.CONFIRMED, "decided_by_id": booking.proposed_by_id, "decided_at": now}


@transaction
def refuse(session: Session, actor: Actor, booking_id: int, *, version: int, now: datetime) -> Booking:
    """Stay with the time that was asked for, which waits for staff again.

    Raises Missing, Forbidden, Stale, RuleViolation.
    """
    booking = _to_answer(session, actor, booking_id, version, now)
    freed = reading.held_times(booking)
    arbiter.keep(session, booking, version=version, **arbiter.NOTHING_OPEN)
    records.audit(session, actor, "booking.proposal_refused", booking, now)
    waitlist.pass_on(session, booking.space, freed, now)
    return booking


def _to_answer(session: Session, actor: Actor, booking_id: int, version: int, now: datetime) -> Booking:
    """A request with a proposal of the house, its space locked."""
    booking = reading.booking_for(session, actor, booking_id)
    arbiter.lock_spaces(session, [booking.space_id])
    reading.refresh(session, booking)
    if booking.suggested is None or booking.version != version:
        raise Stale(booking.id)
    if not may_answer(actor, booking):
        raise Forbidden
    if proposal_stands_until(booking) <= now:
        raise RuleViolation([Violation("proposal_too_late")])
    return booking
