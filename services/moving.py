"""Moving a booking: at once, or as a proposal beside the confirmed time until staff decide."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from domain.bookings import LIVE, BookingStatus
from domain.errors import Alternative, RuleViolation, SlotTaken, Stale, Violation
from domain.interval import Interval
from domain.people import Actor
from domain.policies import TIME_CODES, Override
from models import Booking
from services import alternatives, arbiter, asking, making, reading, records, waitlist
from services.unit_of_work import query, transaction


def reschedule(
    actor: Actor,
    booking_id: int,
    interval: Interval,
    *,
    version: int,
    now: datetime,
    override: Override | None = None,
) -> Booking:
    """Move a booking to another time, ticks swapped atomically.

    Where the confirmed booking of a space needs a yes again, it keeps its time and holds the new one until then.
    `override` names rules that staff set aside. Raises Missing, Stale, Forbidden, BadInput, and RuleViolation or
    SlotTaken with the nearest free choices; then it stays as it was.
    """
    try:
        return _reschedule(actor, booking_id, interval, version, now, override)
    except SlotTaken as taken:
        raise SlotTaken(taken.blocking, _choices_for(actor, booking_id, interval, now)) from taken
    except RuleViolation as broken:
        if not all(violation.code in TIME_CODES for violation in broken.violations):
            raise
        raise RuleViolation(broken.violations, _choices_for(actor, booking_id, interval, now)) from broken


@transaction
def _reschedule(
    session: Session,
    actor: Actor,
    booking_id: int,
    interval: Interval,
    version: int,
    now: datetime,
    override: Override | None,
) -> Booking:
    booking = _to_move(session, actor, booking_id, now)
    set_aside = asking.check(
        session,
        actor,
        booking.booker,
        booking.space,
        interval,
        booking.party_size,
        now,
        moving=booking,
        override=override,
    )
    with session.begin_nested():  # refused, it has its old ticks again when the choices are looked up
        shift(
            session,
            actor,
            booking,
            interval,
            version=version,
            now=now,
            set_aside=set_aside,
            override_reason=making.why_set_aside(override, set_aside),
        )
    return booking


def _to_move(session: Session, actor: Actor, booking_id: int, now: datetime) -> Booking:
    """A booking that may have another time, its space and its booker locked."""
    booking = reading.booking_for(session, actor, booking_id)
    if booking.booth_slot is not None:
        raise RuleViolation([Violation("booth_cannot_be_moved")])
    arbiter.lock_spaces(session, [booking.space_id])
    arbiter.lock_person(session, booking.booker_id)
    reading.refresh(session, booking)
    if booking.status not in (BookingStatus.PENDING, BookingStatus.CONFIRMED):
        raise Stale(booking.id)
    if booking.starts_at <= now:
        raise RuleViolation([Violation("already_started")])
    return booking


def needs_a_yes(actor: Actor, booking: Booking) -> bool:
    """Whether another time has to wait for staff when this person asks for it."""
    return making.first_status(booking.space, actor) is BookingStatus.PENDING


def shift(
    session: Session,
    actor: Actor,
    booking: Booking,
    interval: Interval,
    *,
    version: int,
    now: datetime,
    by_hand: bool = True,
    set_aside: frozenset[str] = frozenset(),
    override_reason: str = "",
    told_reason: str = "",
    at_once: bool = False,
) -> None:
    """Give a booking, whose space is locked and which the rules let pass, another time; raises Stale, SlotTaken.

    The reason of an exception goes with the time that it was made for; `told_reason` is what the booker reads.
    `at_once` moves what is confirmed without asking again: the house closes the space.
    """
    if interval == booking.interval and booking.proposed is None:
        return
    before, freed, waits = booking.interval, reading.held_times(booking), needs_a_yes(actor, booking)
    changes: dict[str, Any] = {"changed_by_hand": by_hand} if booking.series_id is not None else {}
    proposes = waits and not at_once and booking.status is BookingStatus.CONFIRMED
    if proposes and interval == before:
        give_up_proposal(session, booking, version=version, now=now, actor=actor)
        return
    if proposes:
        changes |= {"proposed_by_id": actor.id, "proposed_at": now}
        arbiter.propose(session, booking.space, booking, interval, version=version, **changes)
    else:
        if not waits and booking.status is BookingStatus.PENDING:
            changes |= _said_yes(actor, now)
        changes["override_reason"] = override_reason
        arbiter.move(session, booking.space, booking, interval, version=version, **changes)
    _note(session, actor, proposes, booking, before, interval, now, set_aside, override_reason)
    if booking.booker_id != actor.id and not proposes:
        told = reading.told(booking)
        records.tell(session, booking.booker_id, "booking_moved", now, reason=told_reason, **told)
    waitlist.pass_on(session, booking.space, freed, now)


def _said_yes(actor: Actor, now: datetime) -> dict[str, Any]:
    """What moving a request decides, when it is moved by somebody who needs no yes."""
    return {"status": BookingStatus.CONFIRMED, "decided_by_id": actor.id, "decided_at": now}


def _note(
    session: Session,
    actor: Actor,
    proposes: bool,
    booking: Booking,
    before: Interval,
    to: Interval,
    now: datetime,
    set_aside: frozenset[str],
    override_reason: str,
) -> None:
    detail = {"overridden": sorted(set_aside), "reason": override_reason} if set_aside else {}
    times = {
        "before": [before.starts_at.isoformat(), before.ends_at.isoformat()],
        "to": [to.starts_at.isoformat(), to.ends_at.isoformat()],
    }
    action = "booking.move_asked" if proposes else "booking.moved"
    records.audit(session, actor, action, booking, now, status=booking.status.value, **times, **detail)


@transaction
def drop_proposal(session: Session, actor: Actor, booking_id: int, *, version: int, now: datetime) -> Booking:
    """Stay with the confirmed time after all; raises Missing, Stale."""
    booking = reading.booking_for(session, actor, booking_id)
    arbiter.lock_spaces(session, [booking.space_id])
    reading.refresh(session, booking)
    if booking.proposed is None or booking.status not in LIVE:
        raise Stale(booking.id)
    give_up_proposal(session, booking, version=version, now=now, actor=actor)
    return booking


def give_up_proposal(
    session: Session,
    booking: Booking,
    *,
    version: int,
    now: datetime,
    actor: Actor | None,
    declined_because: str = "",
) -> None:
    """Forget the proposed time of a booking whose space is locked, and pass it on; raises Stale."""
    freed = reading.held_times(booking)
    arbiter.keep(session, booking, version=version, **arbiter.NOTHING_OPEN)
    if declined_because:
        records.audit(session, actor, "booking.move_declined", booking, now, reason=declined_because)
    else:
        records.audit(session, actor, "booking.move_dropped", booking, now)
    waitlist.pass_on(session, booking.space, freed, now)


@query
def _choices_for(
    session: Session, actor: Actor, booking_id: int, interval: Interval, now: datetime
) -> list[Alternative]:
    booking = reading.booking_for(session, actor, booking_id)
    busy = asking.own_times(session, booking.booker_id, interval, now, moving=booking)
    own = reading.held_times(booking)
    return alternatives.nearest(session, booking.space, interval, booking.party_size, now, busy, own)
