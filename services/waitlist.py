"""The waiting line for full times: rooms, seats and booths through the same door.

When ticks become free, the next in line gets an offer: a booking that holds the ticks until it expires. That happens
in the transaction that frees them, so nobody can slip in between. Joining and answering are in services/queueing.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import BookingStatus
from domain.errors import SlotTaken, Violation
from domain.interval import Interval
from domain.waitlist import EntryStatus, offer_ends
from models import Booking, Product, Space, WaitlistEntry
from services import arbiter, asking, making, reading, records, seats, settings
from services.studio import booth_line

WAITED_OUT = frozenset({"too_soon", "too_far"})
"""Who was in line in time is not told that it is late."""


def pass_on(session: Session, space: Space, freed: Sequence[Interval], now: datetime) -> list[Booking]:
    """Offer what became free to those in line; the space must be locked.

    Who was ranked by a draw comes first, then first come, first served.
    """
    entries = _in_line(session, space, freed, now)
    if not entries:
        return []
    # One lock order for all: two spaces that pass on at once wait for each other instead of meeting crosswise.
    for merchant_id in _shops(session, entries):
        arbiter.lock_merchant(session, merchant_id)
    for person_id in sorted({entry.person_id for entry in entries}):
        arbiter.lock_person(session, person_id)
    ticks = _ticks(freed)
    return [made for entry in entries if (made := _offer(session, space, entry, ticks, now)) is not None]


def _ticks(freed: Sequence[Interval]) -> set[int]:
    return {tick for time in freed for tick in time.ticks()}


def _in_line(session: Session, space: Space, freed: Sequence[Interval], now: datetime) -> list[WaitlistEntry]:
    last = max(time.ends_at for time in freed)
    entries = session.scalars(
        select(WaitlistEntry)
        .options(joinedload(WaitlistEntry.person), joinedload(WaitlistEntry.created_by))
        .where(
            WaitlistEntry.space_id == space.id,
            WaitlistEntry.status == EntryStatus.WAITING,
            WaitlistEntry.starts_at > now,
            WaitlistEntry.starts_at < last,
        )
        .order_by(WaitlistEntry.rank.is_(None), WaitlistEntry.rank, WaitlistEntry.id)
        .execution_options(populate_existing=True)
    )
    ticks = _ticks(freed)
    reach = space.buffer_minutes
    return [
        entry
        for entry in entries
        if entry.person.disabled_at is None and not ticks.isdisjoint(entry.interval.ticks(reach))
    ]


def _shops(session: Session, entries: Sequence[WaitlistEntry]) -> list[int]:
    """The shops that wait for booths, in the order of their locks."""
    wanted = {entry.product_id for entry in entries if entry.product_id is not None}
    if not wanted:
        return []
    shops = select(Product.merchant_id).where(Product.id.in_(wanted)).distinct()
    return list(session.scalars(shops.order_by(Product.merchant_id)))


def _offer(
    session: Session, space: Space, entry: WaitlistEntry, freed: set[int], now: datetime
) -> Booking | None:
    """An offer for one in line, or nothing where the rules or the ticks say no; then the place in line stays."""
    try:
        with session.begin_nested():
            booking = (
                _offer_room(session, space, entry, now)
                if entry.show_id is None
                else _offer_booth(session, entry, freed, now)
            )
    except SlotTaken:
        return None
    if booking is None:
        return None
    entry.status, entry.booking_id = EntryStatus.OFFERED, booking.id
    records.audit(session, None, "offer.made", booking, now, entry_id=entry.id)
    until = {} if booking.expires_at is None else {"expires_at": booking.expires_at.isoformat()}
    records.tell_each(session, waiters(entry), "offer_made", now, **reading.told(booking), **until)
    return booking


def waiters(entry: WaitlistEntry) -> set[int]:
    """Who waits, and who stands in line for a neighbour without a phone and so is the one to answer."""
    return {entry.person_id, entry.created_by_id}


def _offer_room(session: Session, space: Space, entry: WaitlistEntry, now: datetime) -> Booking | None:
    if _broken(session, space, entry, now):
        return None
    offer = making.make(
        session,
        space,
        entry.person_id,
        entry.interval,
        making.Wish(entry.purpose, entry.party_size),
        status=BookingStatus.OFFERED,
        created_by_id=entry.created_by_id,
        now=now,
        expires_at=_stands_until(session, entry.starts_at, now),
    )
    return making.adopted(session, offer)


def _offer_booth(session: Session, entry: WaitlistEntry, freed: set[int], now: datetime) -> Booking | None:
    time = booth_line.next_time(session, entry, freed, now)
    if time is None:
        return None
    lock = booth_line.locks_at(session, entry)
    return booth_line.offered(
        session, entry, time, _stands_until(session, time.interval.starts_at, now, lock), now
    )


def _stands_until(
    session: Session, starts_at: datetime, now: datetime, latest: datetime | None = None
) -> datetime:
    house = settings.load(session)
    return offer_ends(
        starts_at, now, minutes=house.offer_minutes, minutes_today=house.offer_minutes_today, latest=latest
    )


def _broken(session: Session, space: Space, entry: WaitlistEntry, now: datetime) -> list[Violation]:
    asker = asking.Asker.of(entry.created_by.as_actor(), entry.person)
    known = asking.wishes(session, asker, space, entry.interval, now)
    found = known.violations(entry.interval, entry.party_size)
    return [violation for violation in found if violation.code not in WAITED_OUT]


def is_full(session: Session, space: Space, interval: Interval) -> bool:
    """Whether a time of a space itself can't be had: some tick of it has no free place."""
    taken = seats.taken_of(session, space, interval.ticks(space.buffer_minutes))
    return any(count >= space.own_places for count in taken.values())


def entry_of(session: Session, offer: Booking) -> WaitlistEntry:
    """The place in line that an offer was made to."""
    return session.scalars(
        select(WaitlistEntry)
        .where(WaitlistEntry.booking_id == offer.id)
        .execution_options(populate_existing=True)
    ).one()


def offer_turned_down(session: Session, offer: Booking) -> None:
    """Whoever says no to an offer leaves the line."""
    entry_of(session, offer).status = EntryStatus.WITHDRAWN
