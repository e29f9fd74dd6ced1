"""Waiting for a booth of a show: what the line of services/waitlist.py needs to know of shows and products."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import BookingStatus
from domain.errors import Violation
from domain.people import Actor
from domain.studio.booths import booth_violations
from domain.studio.shows import BoothTime, lock_moment, month_of
from models import Booking, Product, Show, WaitlistEntry
from services import settings
from services.studio.booths import ask_of, held_by, insert, own_product
from services.studio.shows import load_show


def wished(
    session: Session,
    actor: Actor,
    show_id: int,
    booth: int,
    product_id: int,
    starts_at: datetime | None,
    now: datetime,
) -> WaitlistEntry:
    """A wish for a booth of a show, not yet stored; raises Forbidden, Missing, BadInput."""
    show = load_show(session, show_id, actor)
    product = own_product(session, actor, product_id)
    time = BoothTime(booth, show.plan.interval_of(booth, starts_at))
    entry = WaitlistEntry(
        space_id=show.space_id,
        place=booth,
        person_id=actor.id,
        created_by_id=actor.id,
        starts_at=time.interval.starts_at,
        ends_at=time.interval.ends_at,
        party_size=1,
        show_id=show.id,
        product_id=product.id,
        created_at=now,
    )
    entry.space, entry.show, entry.product = show.space, show, product
    return entry


def shop_of(entry: WaitlistEntry) -> int:
    """The shop whose product waits for a booth."""
    if entry.product is None:
        raise ValueError("only a wish for a booth has a product")
    return entry.product.merchant_id


def broken_rules(session: Session, entry: WaitlistEntry, now: datetime) -> list[Violation]:
    """What speaks against the booth that somebody waits for, the ticks apart; the shop must be locked."""
    show = session.get_one(Show, entry.show_id, populate_existing=True)
    product = session.get_one(Product, entry.product_id, populate_existing=True)
    if product.archived_at is not None:
        return [Violation("product_unknown", field="product_id")]
    held = held_by(session, product.merchant_id, show, month_of(entry.starts_at))
    return booth_violations(ask_of(session, show, entry.interval, held, product.id, now))


def locks_at(session: Session, entry: WaitlistEntry) -> datetime:
    """From when on nobody may take the booth any more."""
    show = session.get_one(Show, entry.show_id)
    return lock_moment(show.starts_at, settings.load(session).booth_lock_hours)


def offered(session: Session, entry: WaitlistEntry, expires_at: datetime, now: datetime) -> Booking:
    """Hold the booth that somebody waited for; raises SlotTaken."""
    show = session.scalars(select(Show).options(joinedload(Show.space)).where(Show.id == entry.show_id)).one()
    product = session.scalars(
        select(Product).options(joinedload(Product.merchant)).where(Product.id == entry.product_id)
    ).one()
    time = BoothTime(entry.place or 0, entry.interval)
    return insert(session, show, time, product, entry.person_id, BookingStatus.OFFERED, now, expires_at)
