"""Waiting for a booth of a show: what the line of services/waitlist.py needs to know of shows and products."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import BookingStatus
from domain.errors import Violation
from domain.interval import Interval
from domain.people import Actor
from domain.studio.booths import booth_violations
from domain.studio.shows import BoothTime, lock_moment, month_of
from models import Booking, Product, Show, WaitlistEntry
from services import seats, settings
from services.studio import booths
from services.studio.free_booths import free_times
from services.studio.shows import load_show


def wished(
    session: Session,
    actor: Actor,
    show_id: int,
    booth: int | None,
    product_id: int,
    starts_at: datetime | None,
    now: datetime,
) -> WaitlistEntry:
    """A wish for one booth of a show, or for whichever becomes free, not yet stored.

    Raises Forbidden, Missing, BadInput.
    """
    show = load_show(session, show_id, actor)
    product = booths.own_product(session, actor, product_id)
    interval = show.interval if booth is None else show.plan.interval_of(booth, starts_at)
    entry = WaitlistEntry(
        space_id=show.space_id,
        place=booth,
        person_id=actor.id,
        created_by_id=actor.id,
        starts_at=interval.starts_at,
        ends_at=interval.ends_at,
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


def not_to_be_joined(session: Session, entry: WaitlistEntry, now: datetime) -> list[Violation]:
    """What speaks against standing in line for a booth, the ticks apart; the shop must be locked."""
    broken = _broken_rules(session, entry, entry.interval, now, by_hand=True)
    # A wish for any booth takes the whole show: another booth of the shop is in the way of some of them only.
    silent = booths.NOT_YET | ({"merchant_twice_at_once"} if entry.place is None else set())
    return [violation for violation in broken if violation.code not in silent]


def is_free(session: Session, entry: WaitlistEntry) -> bool:
    """Whether what is waited for, or for any booth one of them, could be taken right away."""
    if entry.place is not None:
        return not seats.is_taken(session, entry.space_id, entry.interval.ticks(), entry.place)
    show = session.get_one(Show, entry.show_id)
    return bool(free_times(session, show, [shop_of(entry)]))


def next_time(session: Session, entry: WaitlistEntry, freed: set[int], now: datetime) -> BoothTime | None:
    """The booth slot that somebody in line gets now that some ticks are free; None where rules say no.

    Who waits for any booth gets what was freed, at its own time. The shop must be locked.
    """
    if entry.place is not None:
        wanted = [BoothTime(entry.place, entry.interval)]
    else:
        show = session.get_one(Show, entry.show_id, populate_existing=True)
        wanted = [
            time
            for time in free_times(session, show, [_merchant_of(session, entry)])
            if not freed.isdisjoint(time.interval.ticks())
        ]
    for time in wanted:
        if not _broken_rules(session, entry, time.interval, now):
            return time
    return None


def _merchant_of(session: Session, entry: WaitlistEntry) -> int:
    return session.get_one(Product, entry.product_id).merchant_id


def _broken_rules(
    session: Session, entry: WaitlistEntry, wanted: Interval, now: datetime, *, by_hand: bool = False
) -> list[Violation]:
    show = session.get_one(Show, entry.show_id, populate_existing=True)
    product = session.get_one(Product, entry.product_id, populate_existing=True)
    if product.archived_at is not None:
        return [Violation("product_unknown", field="product_id")]
    held = booths.held_by(session, product.merchant_id, show, month_of(wanted.starts_at))
    return booth_violations(booths.ask_of(session, show, wanted, held, product.id, now, by_hand=by_hand))


def locks_at(session: Session, entry: WaitlistEntry) -> datetime:
    """From when on nobody may take the booth any more."""
    show = session.get_one(Show, entry.show_id)
    return lock_moment(show.starts_at, settings.load(session).booth_lock_hours)


def offered(
    session: Session, entry: WaitlistEntry, time: BoothTime, expires_at: datetime, now: datetime
) -> Booking:
    """Hold a booth for somebody in line; raises SlotTaken."""
    show = session.scalars(select(Show).options(joinedload(Show.space)).where(Show.id == entry.show_id)).one()
    product = session.scalars(
        select(Product).options(joinedload(Product.merchant)).where(Product.id == entry.product_id)
    ).one()
    return booths.insert(
        session, show, time, product, entry.person_id, BookingStatus.OFFERED, now, expires_at
    )
