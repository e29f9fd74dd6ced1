"""Standing in line: join, leave, take an offer, and let offers and hopes lapse."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from domain.bookings import BookingStatus
from domain.errors import RuleViolation, Stale, StaleEntry, Violation
from domain.interval import Interval
from domain.people import Actor
from domain.waitlist import OPEN, EntryStatus
from models import Booking, Show, Space, WaitlistEntry
from models.rows import recognised
from services import arbiter, asking, booking, making, my_line, passing, reading, records, settings, waitlist
from services.studio import booth_line, readiness
from services.unit_of_work import transaction

MOST_OPEN = 5
"""How many times somebody may wait for at once [default]."""
NOT_YET = frozenset({"quota_count", "quota_hours"})
"""What may well be different when the time becomes free."""
BATCH = 200


@transaction
def join(
    session: Session,
    actor: Actor,
    space_code: str,
    interval: Interval,
    *,
    purpose: str,
    party_size: int,
    now: datetime,
    on_behalf_of: int | None = None,
) -> WaitlistEntry:
    """Stand in line for a full time of a space; raises Missing, BadInput, RuleViolation."""
    space = recognised(session, arbiter.lock_space(session, space_code))
    booker = making.locked_booker(session, actor, on_behalf_of)
    entry = WaitlistEntry(
        space_id=space.id,
        person_id=booker.id,
        created_by_id=actor.id,
        starts_at=interval.starts_at,
        ends_at=interval.ends_at,
        purpose=making.clean_text(purpose),
        party_size=party_size,
        created_at=now,
    )
    known = asking.wishes(session, asking.Asker.of(actor, booker), space, interval, now)
    broken = [one for one in known.violations(interval, party_size) if one.code not in NOT_YET]
    broken += _not_in_line(session, space, interval, None, booker.id)
    if broken:
        raise RuleViolation(broken)
    if not waitlist.is_full(session, space, interval):
        raise RuleViolation([Violation("time_is_free", {"space": space.code})])
    return _stand(session, actor, entry, space, now)


@transaction
def join_for_booth(
    session: Session,
    actor: Actor,
    show_id: int,
    booth: int | None,
    product_id: int,
    *,
    starts_at: datetime | None = None,
    now: datetime,
) -> WaitlistEntry:
    """Stand in line for a booth of a show that somebody else has, or for any booth of a full one.

    Raises Forbidden, Missing, BadInput, RuleViolation.
    """
    entry = booth_line.wished(session, actor, show_id, booth, product_id, starts_at, now)
    space = entry.space
    arbiter.lock_spaces(session, [space.id])
    arbiter.lock_merchant(session, booth_line.shop_of(entry))
    making.lock_booker(session, actor.id)
    broken = booth_line.not_to_be_joined(session, entry, now)
    broken += _not_in_line(session, space, entry.interval, entry.place, actor.id)
    if broken:
        raise RuleViolation(broken)
    if booth_line.is_free(session, entry):
        raise RuleViolation([Violation("time_is_free", {"space": space.code})])
    return _stand(session, actor, entry, space, now)


def _stand(
    session: Session, actor: Actor, entry: WaitlistEntry, space: Space, now: datetime
) -> WaitlistEntry:
    entry.status = EntryStatus.WAITING
    entry.space = space
    session.add(entry)
    records.audit(session, actor, "waitlist.joined", entry, now)
    return entry


def _not_in_line(
    session: Session, space: Space, interval: Interval, place: int | None, person_id: int
) -> list[Violation]:
    """What speaks against standing in line once more; the person must be locked."""
    mine = [WaitlistEntry.person_id == person_id, WaitlistEntry.status.in_(OPEN)]
    twice = session.scalar(
        select(WaitlistEntry.id)
        .where(
            *mine,
            WaitlistEntry.space_id == space.id,
            true() if place is None else or_(WaitlistEntry.place.is_(None), WaitlistEntry.place == place),
            WaitlistEntry.starts_at < interval.ends_at,
            WaitlistEntry.ends_at > interval.starts_at,
        )
        .limit(1)
    )
    if twice is not None:
        return [Violation("already_in_line")]
    if (session.scalar(select(func.count()).where(*mine)) or 0) >= MOST_OPEN:
        return [Violation("line_quota", {"maximum": MOST_OPEN})]
    return []


@transaction
def leave(session: Session, actor: Actor, entry_id: int, *, now: datetime) -> WaitlistEntry:
    """Leave the line while still waiting; an offer is declined instead. Raises Missing, StaleEntry."""
    entry = my_line.entry_for(session, actor, entry_id)
    arbiter.lock_spaces(session, [entry.space_id])
    session.refresh(entry, ["status", "booking_id"])
    if entry.status is not EntryStatus.WAITING:
        raise StaleEntry(entry.id)
    entry.status = EntryStatus.WITHDRAWN
    records.audit(session, actor, "waitlist.left", entry, now)
    return entry


def _standing_offer(session: Session, actor: Actor, offer_id: int) -> Booking:
    """An offer that nobody has answered yet, its space locked; raises Missing, Stale."""
    offer = reading.booking_for(session, actor, offer_id)
    arbiter.lock_spaces(session, [offer.space_id])
    reading.refresh(session, offer)
    if offer.status is not BookingStatus.OFFERED:
        raise Stale(offer.id)
    return offer


@transaction
def accept(session: Session, actor: Actor, offer_id: int, *, now: datetime) -> Booking:
    """Take an offer: it is confirmed, or waits for staff like any request there.

    What it counts for was counted when it was made. Raises Missing, Stale, RuleViolation.
    """
    offer = _standing_offer(session, actor, offer_id)
    if offer.expires_at is None or offer.expires_at <= now:
        raise RuleViolation([Violation("offer_over")])
    target = making.first_status(offer.space, actor)
    if target is BookingStatus.CONFIRMED:
        readiness.must_be_ready(session, offer)
    arbiter.change(session, offer, target, version=offer.version)
    waitlist.entry_of(session, offer).status = EntryStatus.FULFILLED
    records.audit(session, actor, "offer.accepted", offer, now, status=target.value)
    if target is BookingStatus.PENDING:
        records.tell_staff(session, "request_received", now, **reading.told(offer))
    elif offer.booker_id != actor.id:
        records.tell(session, offer.booker_id, "booking_made_for_you", now, **reading.told(offer))
    return offer


@transaction
def decline(session: Session, actor: Actor, offer_id: int, *, now: datetime) -> Booking:
    """Say no to an offer, which goes to the next in line at once; raises Missing, Stale."""
    offer = _standing_offer(session, actor, offer_id)
    booking.take_back(session, actor, offer, version=offer.version, reason="", now=now)
    return offer


def lapse_due(now: datetime) -> int:
    """Pass on every offer that nobody took in time; returns how many. Raises ExceptionGroup."""
    due = (Booking.status == BookingStatus.OFFERED) & (Booking.expires_at <= now)
    return passing.let_pass(due, _lapse, now)


def _lapse(session: Session, offer: Booking, now: datetime) -> bool:
    if offer.status is not BookingStatus.OFFERED or offer.expires_at is None or offer.expires_at > now:
        return False
    freed = reading.held_times(offer)
    arbiter.change(session, offer, BookingStatus.EXPIRED, version=offer.version)
    waitlist.entry_of(session, offer).status = EntryStatus.LAPSED
    records.audit(session, None, "offer.lapsed", offer, now)
    records.tell(session, offer.booker_id, "offer_lapsed", now, **reading.told(offer))
    waitlist.pass_on(session, offer.space, freed, now)
    return True


@transaction
def end_hopes(session: Session, now: datetime) -> int:
    """Let everybody go whose time has begun, or whose show is locked, without becoming free; returns how many."""
    locked = now + timedelta(hours=settings.load(session).booth_lock_hours)
    over = or_(
        WaitlistEntry.show_id.is_(None) & (WaitlistEntry.starts_at <= now),
        WaitlistEntry.show.has(Show.starts_at <= locked),
    )
    entries = session.scalars(
        select(WaitlistEntry)
        .options(joinedload(WaitlistEntry.space))
        .where(WaitlistEntry.status == EntryStatus.WAITING, over)
        .order_by(WaitlistEntry.id)
        .limit(BATCH)
        .with_for_update(of=WaitlistEntry, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for entry in entries:
        entry.status = EntryStatus.LAPSED
        records.audit(session, None, "waitlist.lapsed", entry, now)
        records.tell_each(session, waitlist.waiters(entry), "waitlist_over", now, **_told(entry))
    return len(entries)


def _told(entry: WaitlistEntry) -> dict[str, str | int]:
    """The facts of a place in line that a message about it carries."""
    return {
        "entry_id": entry.id,
        "space": entry.space.name,
        "space_en": entry.space.name_en,
        "starts_at": entry.starts_at.isoformat(),
        "ends_at": entry.ends_at.isoformat(),
    }
