"""Whether whoever has to hear of what happened to a booking is told of it, worked out from the audit trail.

A change, its audit event and its message are of one transaction: all of them are there, or none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Row, select

from models import AuditEvent, Booking, OutboxMessage, db
from services.doctor.stillness import hold_still

Told = tuple[int, str, datetime]
"""A booking, what is said of it, and when it happened."""
ALWAYS = {
    "booking.requested, pending": "request_received",
    "booking.move_asked": "move_requested",
    "booking.approved": "booking_confirmed",
    "booking.declined": "booking_declined",
    "booking.move_declined": "move_declined",
    "booking.expired": "booking_expired",
    "booking.no_show": "booking_no_show",
}
BY_SOMEBODY_ELSE = {
    "booking.requested": "booking_made_for_you",
    "booking.moved": "booking_moved",
    "booking.cancelled": "booking_cancelled",
}
"""Nobody is told what they did themselves."""
SAID = {*ALWAYS.values(), *BY_SOMEBODY_ELSE.values()}


def half_told() -> Iterator[str]:
    """What happened in the database at hand and nobody is told, or is told and never happened."""
    hold_still(db.session())  # somebody who hung up may still be served
    due, found = Counter(_due()), Counter(_found())
    db.session.rollback()
    yield from (f"booking {booking} has no message {kind}" for booking, kind, _ in sorted(due - found))
    yield from (
        f"a message {kind} of booking {booking} is of nothing" for booking, kind, _ in sorted(found - due)
    )


def _due() -> Iterator[Told]:
    wanted = (
        select(
            AuditEvent.action,
            AuditEvent.at,
            AuditEvent.actor_id,
            AuditEvent.detail,
            Booking.id,
            Booking.booker_id,
        )
        .join(Booking, Booking.id == AuditEvent.object_id)
        .where(AuditEvent.object_type == Booking.__tablename__)
    )
    for event in db.session.execute(wanted):
        kind = _said_of(event)
        if kind is not None:
            yield event.id, kind, event.at


def _said_of(event: Row[tuple[object, ...]]) -> str | None:
    always = ALWAYS.get(event.action) or ALWAYS.get(f"{event.action}, {event.detail.get('status')}")
    if always or event.actor_id == event.booker_id:
        return always
    return BY_SOMEBODY_ELSE.get(event.action)


def _found() -> Iterator[Told]:
    wanted = select(OutboxMessage.params, OutboxMessage.kind, OutboxMessage.created_at)
    for params, kind, moment in db.session.execute(wanted.where(OutboxMessage.kind.in_(SAID))):
        yield params["booking_id"], kind, moment
