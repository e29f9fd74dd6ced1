"""What is written down must add up: booth slots, sales, the audit trail and the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from domain.studio.shows import BoothTime
from models import AuditEvent, Booking, BoothSlot, OutboxMessage, Sale, Show
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.unit_of_work import query

MOST = 20
HOPELESS_ATTEMPTS = 5


@query
def findings(session: Session, now: datetime) -> list[Finding]:
    """Records that contradict each other, at most twenty of each kind."""
    hold_still(session)
    found = [
        *_booths(session),
        *_unaudited(session),
        *_sales(session),
        *_undelivered(session, now),
    ]
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _booths(session: Session) -> Iterator[Finding]:
    slots = session.scalars(
        select(BoothSlot)
        .options(joinedload(BoothSlot.booking), joinedload(BoothSlot.show), joinedload(BoothSlot.product))
        .execution_options(populate_existing=True)
    )
    for slot in slots:
        booking, show = slot.booking, slot.show
        if booking.space_id != show.space_id or not _is_slot_of(show, booking):
            yield Finding("booth_outside_show", f"booking {booking.id} is no booth slot of show {show.id}.")
        if slot.product.merchant_id != slot.merchant_id:
            yield Finding("booth_foreign_product", f"booking {booking.id} shows the product of another shop.")


def _is_slot_of(show: Show, booking: Booking) -> bool:
    return BoothTime(booking.place or 0, booking.interval) in show.plan.booth_times()


def _unaudited(session: Session) -> Iterator[Finding]:
    audited = select(AuditEvent.id).where(
        AuditEvent.object_type == Booking.__tablename__, AuditEvent.object_id == Booking.id
    )
    for booking_id in session.scalars(select(Booking.id).where(~audited.exists()).limit(MOST)):
        yield Finding("booking_without_audit", f"booking {booking_id} has no audit event.")


def _sales(session: Session) -> Iterator[Finding]:
    impossible = select(Sale.id).where(
        or_(Sale.refunded_fen > Sale.amount_fen, and_(Sale.paid.is_(False), Sale.refunded_fen > 0))
    )
    for sale_id in session.scalars(impossible.limit(MOST)):
        yield Finding("sale_refund_impossible", f"sale {sale_id} gave back more than was paid.")
    astray = (
        select(Sale.id)
        .join(BoothSlot, BoothSlot.booking_id == Sale.booth_booking_id)
        .where(
            or_(
                Sale.show_id.is_(None),
                Sale.show_id != BoothSlot.show_id,
                Sale.product_id.is_(None),
                Sale.product_id != BoothSlot.product_id,
            )
        )
    )
    for sale_id in session.scalars(astray.limit(MOST)):
        yield Finding("sale_at_wrong_booth", f"sale {sale_id} counts for a booth of another show or product.")


def _undelivered(session: Session, now: datetime) -> Iterator[Finding]:
    stuck = select(OutboxMessage).where(
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.attempts >= HOPELESS_ATTEMPTS,
        OutboxMessage.created_at <= now,
    )
    for message in session.scalars(stuck.limit(MOST)):
        yield Finding(
            "message_stuck", f"message {message.id} failed {message.attempts} times: {message.last_error}"
        )
