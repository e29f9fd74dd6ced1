"""What the house forgets by itself once its time is over, a batch at a time; the figures are the house's settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Update,
    delete,
    exists,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from domain.bookings import LIVE
from domain.telling import DeliveryState
from domain.waitlist import OPEN
from models import (
    Booking,
    Delivery,
    Notice,
    OutboxMessage,
    PasswordReset,
    RefusedDemand,
    Series,
    WaitlistEntry,
)
from services import settings
from services.unit_of_work import transaction

BATCH = 500
RESETS_KEPT = timedelta(days=1)


def _count(session: Session, statement: Delete | Update) -> int:
    done: Any = session.execute(statement.execution_options(synchronize_session=False))
    return done.rowcount if isinstance(done, CursorResult) else 0


@transaction
def forget_notices(session: Session, now: datetime) -> int:
    """Delete notices after `notices_kept_days`; the messages behind them go by their own time."""
    over = now - timedelta(days=settings.load(session).notices_kept_days)
    old = select(Notice.outbox_id).where(Notice.created_at < over).order_by(Notice.created_at).limit(BATCH)
    return _count(session, delete(Notice).where(Notice.outbox_id.in_(old)))


@transaction
def forget_messages(session: Session, now: datetime) -> int:
    """Delete messages that left, with their deliveries, after `messages_kept_days`.

    One that still stands in an inbox, or waits on any channel, stays.
    """
    over = now - timedelta(days=settings.load(session).messages_kept_days)
    stands = exists().where(Notice.outbox_id == OutboxMessage.id)
    waits = exists().where(Delivery.outbox_id == OutboxMessage.id, Delivery.state == DeliveryState.WAITING)
    old = (
        select(OutboxMessage.id)
        .where(OutboxMessage.sent_at < over, ~stands, ~waits)
        .order_by(OutboxMessage.sent_at)
        .limit(BATCH)
    )
    return _count(session, delete(OutboxMessage).where(OutboxMessage.id.in_(old)))


@transaction
def blank_purposes(session: Session, now: datetime) -> int:
    """Empty what bookings, places in line and series of rooms were for, `purposes_kept_days` after they were over.

    Booths say nothing there, and the sealed files of shows are never touched.
    """
    over = now - timedelta(days=settings.load(session).purposes_kept_days)
    return _blank_bookings(session, over) + _blank_entries(session, over) + _blank_series(session, over)


def _is_kept(purpose: Any) -> ColumnElement[bool]:
    """Not emptied yet; written out, since an engine that is told the text later can't take the index of these."""
    return cast(ColumnElement[bool], purpose != literal_column("''"))


def _blank_bookings(session: Session, over: datetime) -> int:
    old = (
        select(Booking.id)
        .where(
            Booking.ends_at < over,
            _is_kept(Booking.purpose),
            Booking.status.not_in(LIVE),
            ~Booking.booth_slot.has(),
        )
        .order_by(Booking.ends_at)
        .limit(BATCH)
    )
    return _count(session, update(Booking).where(Booking.id.in_(old)).values(purpose=""))


def _blank_entries(session: Session, over: datetime) -> int:
    old = (
        select(WaitlistEntry.id)
        .where(
            WaitlistEntry.ends_at < over, _is_kept(WaitlistEntry.purpose), WaitlistEntry.status.not_in(OPEN)
        )
        .limit(BATCH)
    )
    return _count(session, update(WaitlistEntry).where(WaitlistEntry.id.in_(old)).values(purpose=""))


def _blank_series(session: Session, over: datetime) -> int:
    goes_on = exists().where(Booking.series_id == Series.id, Booking.ends_at >= over)
    old = select(Series.id).where(Series.created_at < over, Series.purpose != "", ~goes_on).limit(BATCH)
    return _count(session, update(Series).where(Series.id.in_(old)).values(purpose=""))


@transaction
def forget_demand(session: Session, now: datetime) -> int:
    """Delete who could not get what, after `demand_kept_days`."""
    over = now - timedelta(days=settings.load(session).demand_kept_days)
    old = select(RefusedDemand.id).where(RefusedDemand.asked_at < over).limit(BATCH)
    return _count(session, delete(RefusedDemand).where(RefusedDemand.id.in_(old)))


@transaction
def forget_resets(session: Session, now: datetime) -> int:
    """Delete PINs that are used up or over, a day later."""
    over = now - RESETS_KEPT
    return _count(
        session,
        delete(PasswordReset).where(or_(PasswordReset.expires_at < over, PasswordReset.used_at < over)),
    )


def _until_none_is_left(step: Callable[[datetime], int], now: datetime) -> int:
    """Take batch after batch, each in a transaction of its own; returns how many rows."""
    total = 0
    while done := step(now):
        total += done
    return total


def forget_due(now: datetime) -> int:
    """Forget whatever is over; returns how many rows were deleted or emptied."""
    steps = (forget_notices, forget_messages, blank_purposes, forget_demand, forget_resets)
    return sum(_until_none_is_left(step, now) for step in steps)
