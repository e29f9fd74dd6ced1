"""Taking a decision back: only the last one, only while nobody has been told of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session, joinedload

from domain.bookings import BookingStatus
from domain.desk import LONGEST_UNDO
from domain.errors import Forbidden, RuleViolation, SlotTaken, Stale, Violation
from domain.interval import Interval
from domain.people import Actor
from domain.studio.booths import SwapStatus
from domain.waitlist import EntryStatus
from models import Booking, BoothSlot, BoothSwap, DeskDecision, OutboxMessage, Person
from models.rows import core
from services import arbiter, reading, records, waitlist
from services.desk.recording import standing_before
from services.unit_of_work import query, transaction


@query
def recent(session: Session, actor: Actor, now: datetime) -> list[DeskDecision]:
    """The last decision of somebody's that can still be taken back, or all of the last batch; else nothing."""
    asked = {"since": now - LONGEST_UNDO, "now": now, "actor": actor.id}
    if core(session).execute(_undoable(), asked).first() is None:
        return []  # most of the time, and asked with every look at the desk
    found = session.scalars(_last_ones(), asked).all()
    return [decision for decision in found if decision.decided_at == found[0].decided_at]


@cache
def _undoable() -> Select[int]:
    moment: BindParameter[Any] = bindparam("now")
    return (
        select(DeskDecision.id)
        .join(Booking, Booking.id == DeskDecision.booking_id)
        .where(
            DeskDecision.decided_at >= bindparam("since"),
            DeskDecision.undo_until > moment,
            DeskDecision.actor_id == bindparam("actor"),
            DeskDecision.undone_at.is_(None),
            Booking.version == DeskDecision.version,
        )
    )


@cache
def _last_ones() -> Select[DeskDecision]:
    slot = joinedload(DeskDecision.booking).joinedload(Booking.booth_slot)
    return (
        _undoable()
        .with_only_columns(DeskDecision)
        .options(
            joinedload(DeskDecision.booking).joinedload(Booking.space),
            slot.joinedload(BoothSlot.show),
        )
        .order_by(DeskDecision.decided_at.desc(), DeskDecision.id)
    )


@query
def until(session: Session, booking: Booking, now: datetime) -> datetime | None:
    """Until when what was just decided on a booking can be taken back; None where it can't."""
    decision = _decision(session, booking)
    return decision.undo_until if decision is not None and decision.undo_until > now else None


@transaction
def undo(session: Session, actor: Actor, booking_id: int, *, version: int, now: datetime) -> Booking:
    """Take back the decision that led to this version; raises Forbidden, Missing, Stale, RuleViolation.

    Its messages never leave, and what it offered to those in line is withdrawn first.
    """
    if not actor.is_staff:
        raise Forbidden
    booking = reading.booking_for(session, actor, booking_id)
    arbiter.lock_spaces(session, [booking.space_id])
    reading.refresh(session, booking)
    if booking.version != version:
        raise Stale(booking.id)
    decision = _decision(session, booking)
    if decision is None or decision.held_until <= now or _is_erased(session, booking):
        raise RuleViolation([Violation("too_late_to_undo")])
    offers = _offers_of(session, decision)
    _forget_messages(session, decision)
    freed = reading.held_times(booking) if booking.status is not BookingStatus.DECLINED else []
    freed += _withdraw(session, offers, actor, now)
    _reopen(session, booking, decision)
    _let_swaps_stand_again(session, booking, decision)
    decision.undone_at, decision.undone_by_id = now, actor.id
    records.audit(session, actor, "booking.decision_undone", booking, now, decision=decision.kind.value)
    if freed:
        waitlist.pass_on(session, booking.space, freed, now)
    return booking


def _is_erased(session: Session, booking: Booking) -> bool:
    """Whether the booker's data were erased since: nothing of theirs begins anew. Erasing locks the space first."""
    erased_at = select(Person.erased_at).where(Person.id == booking.booker_id)
    return session.scalar(erased_at) is not None


def _decision(session: Session, booking: Booking) -> DeskDecision | None:
    return session.scalar(
        select(DeskDecision)
        .where(
            DeskDecision.booking_id == booking.id,
            DeskDecision.version == booking.version,
            DeskDecision.undone_at.is_(None),
        )
        .order_by(DeskDecision.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _offers_of(session: Session, decision: DeskDecision) -> list[Booking]:
    """The offers that a decision made: its messages tell of them."""
    told = session.scalars(
        select(OutboxMessage.params).where(
            OutboxMessage.decision_id == decision.id, OutboxMessage.kind == "offer_made"
        )
    )
    ids = sorted({params["booking_id"] for params in told})
    return list(session.scalars(select(Booking).where(Booking.id.in_(ids)).order_by(Booking.id)))


def _forget_messages(session: Session, decision: DeskDecision) -> None:
    """Delete what nobody has been told yet; where a runner has begun to tell it, it is too late."""
    session.execute(
        delete(OutboxMessage)
        .where(
            OutboxMessage.decision_id == decision.id,
            OutboxMessage.attempts == 0,
            OutboxMessage.sent_at.is_(None),
        )
        .execution_options(synchronize_session=False)
    )
    left = select(OutboxMessage.id).where(OutboxMessage.decision_id == decision.id)
    if session.scalar(left.limit(1)) is not None:
        raise RuleViolation([Violation("too_late_to_undo")])


def _withdraw(session: Session, offers: Sequence[Booking], actor: Actor, now: datetime) -> list[Interval]:
    """Take offers back that nobody has answered, and put who had them in line again; returns what that frees."""
    freed: list[Interval] = []
    for offer in offers:
        reading.refresh(session, offer)
        if offer.status is not BookingStatus.OFFERED:
            continue  # taken or turned down meanwhile: the ticks tell whether that stands in the way
        entry = waitlist.entry_of(session, offer)
        freed += reading.held_times(offer)
        arbiter.change(session, offer, BookingStatus.CANCELLED, version=offer.version)
        entry.status, entry.booking_id = EntryStatus.WAITING, None
        records.audit(session, actor, "offer.withdrawn", offer, now, entry_id=entry.id)
    return freed


def _reopen(session: Session, booking: Booking, decision: DeskDecision) -> None:
    before = standing_before(decision)
    try:
        arbiter.reopen(session, booking.space, booking, before, version=booking.version)
    except SlotTaken as taken:
        raise RuleViolation([Violation("undo_time_taken")]) from taken


def _let_swaps_stand_again(session: Session, booking: Booking, decision: DeskDecision) -> None:
    """Swaps that fell with a declined booth are open again."""
    session.execute(
        update(BoothSwap)
        .where(
            or_(BoothSwap.from_booking_id == booking.id, BoothSwap.to_booking_id == booking.id),
            BoothSwap.status == SwapStatus.LAPSED,
            BoothSwap.settled_at == decision.decided_at,
        )
        .values(status=SwapStatus.PROPOSED, settled_at=None)
        .execution_options(synchronize_session=False)
    )
