"""Feeds of one's own calendar: an address that can be taken back, and what stands in it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.bookings import SHOWN, BookingStatus
from domain.errors import Missing
from domain.feeds import feed_id_of, is_token_of
from domain.people import Actor
from models import AuditEvent, Booking, CalendarFeed
from services import acting, arbiter, reading, records
from services.unit_of_work import query, transaction

PAST_KEPT = timedelta(days=90)
GONE_KEPT = timedelta(days=30)
"""How long a feed still says that something is off; by then every calendar has asked."""
GONE = frozenset({BookingStatus.CANCELLED, BookingStatus.DECLINED, BookingStatus.EXPIRED})


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A booking, and when it changed last."""

    booking: Booking
    changed_at: datetime

    @property
    def is_gone(self) -> bool:
        """Whether calendars should strike it out."""
        return self.booking.status in GONE


@dataclass(frozen=True, slots=True)
class Feed:
    """Everything that a calendar is told, in the language of its owner."""

    owner: Actor
    entries: list[FeedEntry]


@query
def own(session: Session, actor: Actor) -> CalendarFeed | None:
    """The living feed of somebody, if there is one."""
    return _living(session, actor)


@transaction
def renew(session: Session, actor: Actor, replaced_id: int | None, now: datetime) -> CalendarFeed:
    """Make a new address and end the old one; sent twice it is done once, since the old one is named."""
    arbiter.lock_person(session, actor.id)
    living = _living(session, actor)
    if living is not None and living.id != replaced_id:
        return living
    if living is not None:
        living.revoked_at = now
    feed = CalendarFeed(person_id=actor.id, nonce=secrets.token_urlsafe(16), created_at=now)
    session.add(feed)
    records.audit(session, actor, "feed.renewed" if living else "feed.opened", feed, now)
    return feed


@transaction
def revoke(session: Session, actor: Actor, now: datetime) -> None:
    """End the address; calendars that ask for it find nothing any more."""
    arbiter.lock_person(session, actor.id)
    living = _living(session, actor)
    if living is not None:
        living.revoked_at = now
        records.audit(session, actor, "feed.revoked", living, now)


def _living(session: Session, actor: Actor) -> CalendarFeed | None:
    return session.scalar(
        select(CalendarFeed)
        .where(CalendarFeed.person_id == actor.id, CalendarFeed.revoked_at.is_(None))
        .order_by(CalendarFeed.id.desc())
        .execution_options(populate_existing=True)
        .limit(1)
    )


@query
def of_token(session: Session, token: str, key: str, now: datetime, *, demo_allowed: bool = False) -> Feed:
    """What stands in the feed of an address; a revoked or forged one raises Missing like one that never was."""
    feed_id = feed_id_of(token)
    feed = session.get(CalendarFeed, feed_id) if feed_id else None
    if feed is None or feed.revoked_at is not None or not is_token_of(token, feed.id, feed.nonce, key):
        raise Missing
    owner = acting.actor_of_person(session, feed.person_id, demo_allowed=demo_allowed)
    if owner is None:
        raise Missing
    bookings = session.scalars(
        select(Booking)
        .options(*reading.booking_options())
        .where(reading.belongs_to(owner), Booking.status.in_(SHOWN | GONE), Booking.ends_at > now - PAST_KEPT)
        .order_by(Booking.starts_at, Booking.id)
    ).unique()
    entries = _with_changes(session, list(bookings))
    return Feed(owner, [one for one in entries if not one.is_gone or one.changed_at > now - GONE_KEPT])


@query
def of_booking(session: Session, actor: Actor, booking_id: int) -> FeedEntry:
    """One booking for a calendar; a foreign one raises Missing."""
    return _with_changes(session, [reading.booking_for(session, actor, booking_id)])[0]


def _with_changes(session: Session, bookings: Sequence[Booking]) -> list[FeedEntry]:
    """When each changed last, by the audit, which every change writes to."""
    rows = session.execute(
        select(AuditEvent.object_id, func.max(AuditEvent.at))
        .where(
            AuditEvent.object_type == Booking.__tablename__,
            AuditEvent.object_id.in_([booking.id for booking in bookings]),
        )
        .group_by(AuditEvent.object_id)
    )
    changed = {booking_id: at for booking_id, at in rows}
    return [FeedEntry(booking, changed.get(booking.id, booking.created_at)) for booking in bookings]
