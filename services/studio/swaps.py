"""Two shops change booths: one proposes, the other says yes or no; nothing is held until both agree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing, RuleViolation, Stale, StaleSwap, Violation
from domain.people import Actor
from domain.studio.booths import MOVABLE, SwapStatus
from domain.studio.shows import lock_moment
from domain.waitlist import offer_ends
from models import Booking, BoothSlot, BoothSwap
from services import arbiter, reading, records, settings
from services.studio import booth_changes
from services.unit_of_work import query, transaction

BATCH = 200


def _booth(session: Session, booking_id: int) -> Booking:
    """A booth whoever's it is; raises Missing."""
    booking = session.scalar(
        select(Booking)
        .options(*reading.booking_options())
        .where(Booking.id == booking_id, Booking.booth_slot.has())
        .execution_options(populate_existing=True)
    )
    if booking is None:
        raise Missing
    return booking


def partners(session: Session, booking: Booking) -> list[Booking]:
    """The booths of other shops in the same show that could change places with one, in the order of time."""
    slot = booth_changes.slot_of(booking)
    return list(
        session.scalars(
            select(Booking)
            .options(*reading.booking_options())
            .join(BoothSlot, BoothSlot.booking_id == Booking.id)
            .where(
                BoothSlot.show_id == slot.show_id,
                BoothSlot.merchant_id != slot.merchant_id,
                Booking.status.in_(MOVABLE),
            )
            .order_by(Booking.starts_at, Booking.place)
        )
    )


@transaction
def propose(session: Session, actor: Actor, from_id: int, to_id: int, *, now: datetime) -> BoothSwap:
    """Ask another shop of the show to change booths; the question stands as long as an offer would.

    Raises Forbidden, Missing, Stale, RuleViolation.
    """
    own, theirs = _own_booth(session, actor, from_id), _booth(session, to_id)
    mine, other = booth_changes.slot_of(own), booth_changes.slot_of(theirs)
    if other.show_id != mine.show_id:
        raise Missing
    booth_changes.lock(session, own, theirs)
    if theirs.status not in MOVABLE:
        raise RuleViolation([Violation("swap_partner_gone")])
    if other.merchant_id == mine.merchant_id:
        raise RuleViolation([Violation("swap_own_booth")])
    _check_exchange(session, actor, own, theirs, now)
    if _standing(session, own, theirs):
        raise RuleViolation([Violation("swap_already_proposed")])
    swap = BoothSwap(
        from_booking_id=own.id,
        to_booking_id=theirs.id,
        created_by_id=actor.id,
        created_at=now,
        expires_at=_stands_until(session, own, theirs, now),
    )
    swap.from_slot, swap.to_slot = mine, other
    session.add(swap)
    session.flush()
    records.audit(session, actor, "swap.proposed", swap, now, own=own.id, other=theirs.id)
    records.tell_each(
        session,
        booth_changes.people_of(session, theirs),
        "swap_proposed",
        now,
        **booth_changes.told(theirs),
        shop=mine.merchant.name,
        other_booth=own.place,
        expires_at=swap.expires_at.isoformat(),
    )
    return swap


def _own_booth(session: Session, actor: Actor, booking_id: int) -> Booking:
    if not actor.merchant_ids:
        raise Forbidden
    booking = reading.booking_for(session, actor, booking_id)
    if booth_changes.slot_of(booking).merchant_id not in actor.merchant_ids:
        raise Missing
    return booking


def _check_exchange(session: Session, actor: Actor, one: Booking, other: Booking, now: datetime) -> None:
    wanted = {one: booth_changes.time_of(other), other: booth_changes.time_of(one)}
    booth_changes.check(session, actor, wanted, now)


def _standing(session: Session, own: Booking, theirs: Booking) -> bool:
    """Whether the same two booths are asked about already, or the own one waits for another answer."""
    stands = select(BoothSwap.id).where(
        BoothSwap.status == SwapStatus.PROPOSED,
        or_(
            BoothSwap.from_booking_id == own.id,
            (BoothSwap.from_booking_id == theirs.id) & (BoothSwap.to_booking_id == own.id),
        ),
    )
    return session.scalar(stands.limit(1)) is not None


def _stands_until(session: Session, own: Booking, theirs: Booking, now: datetime) -> datetime:
    house, show = settings.load(session), booth_changes.slot_of(own).show
    return offer_ends(
        min(own.starts_at, theirs.starts_at),
        now,
        minutes=house.offer_minutes,
        minutes_today=house.offer_minutes_today,
        latest=lock_moment(show.starts_at, house.booth_lock_hours),
    )


@transaction
def accept(session: Session, actor: Actor, swap_id: int, *, now: datetime) -> BoothSwap:
    """Say yes: both booths change places, times and ticks in this transaction, or neither does.

    Raises Missing, StaleSwap, RuleViolation.
    """
    swap, asking, asked = _to_settle(session, actor, swap_id, is_answer=True)
    if swap.expires_at <= now:
        raise RuleViolation([Violation("swap_over")])
    if not {asking.status, asked.status} <= MOVABLE:
        raise StaleSwap(swap.id)
    _check_exchange(session, actor, asking, asked, now)
    _settle(session, swap, SwapStatus.ACCEPTED, actor, now)
    _exchange(session, actor, asking, asked, now)
    people = booth_changes.people_of(session, asking)
    records.tell_each(session, people, "booths_swapped", now, **booth_changes.told(asking))
    return swap


@transaction
def decline(session: Session, actor: Actor, swap_id: int, *, now: datetime) -> BoothSwap:
    """Say no; both booths stay. Raises Missing, StaleSwap."""
    swap, asking, _ = _to_settle(session, actor, swap_id, is_answer=True)
    _settle(session, swap, SwapStatus.DECLINED, actor, now)
    people = booth_changes.people_of(session, asking)
    records.tell_each(session, people, "swap_declined", now, **booth_changes.told(asking))
    return swap


@transaction
def withdraw(session: Session, actor: Actor, swap_id: int, *, now: datetime) -> BoothSwap:
    """Take a proposal back before it is answered; raises Missing, StaleSwap."""
    swap, _, _ = _to_settle(session, actor, swap_id, is_answer=False)
    _settle(session, swap, SwapStatus.WITHDRAWN, actor, now)
    return swap


def _to_settle(
    session: Session, actor: Actor, swap_id: int, *, is_answer: bool
) -> tuple[BoothSwap, Booking, Booking]:
    """A proposal that this shop may answer or, having made it, take back; studio and shops are locked."""
    mine = select(BoothSlot.booking_id).where(BoothSlot.merchant_id.in_(actor.merchant_ids))
    booth = BoothSwap.to_booking_id if is_answer else BoothSwap.from_booking_id
    swap = session.scalar(select(BoothSwap).where(BoothSwap.id == swap_id, booth.in_(mine)))
    if swap is None:
        raise Missing
    asking, asked = _booth(session, swap.from_booking_id), _booth(session, swap.to_booking_id)
    booth_changes.lock(session, asking, asked)
    session.refresh(swap, ["status", "expires_at"])
    if swap.status is not SwapStatus.PROPOSED:
        raise StaleSwap(swap.id)
    return swap, asking, asked


def _settle(
    session: Session, swap: BoothSwap, status: SwapStatus, actor: Actor | None, now: datetime
) -> None:
    """End a proposal, if it still stands; raises StaleSwap."""
    settled = session.execute(
        update(BoothSwap)
        .where(BoothSwap.id == swap.id, BoothSwap.status == SwapStatus.PROPOSED)
        .values(status=status, settled_at=now, settled_by_id=actor.id if actor else None)
        .returning(BoothSwap.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.refresh(swap, ["status", "settled_at", "settled_by_id"])
    if len(settled) != 1:
        raise StaleSwap(swap.id)
    records.audit(session, actor, f"swap.{status.value}", swap, now)


@transaction
def swap_now(
    session: Session, actor: Actor, first_id: int, second_id: int, *, versions: tuple[int, int], now: datetime
) -> tuple[Booking, Booking]:
    """Staff change two booths of a show directly, until it begins; both shops are told.

    Raises Forbidden, Missing, Stale, RuleViolation.
    """
    if not actor.is_staff:
        raise Forbidden
    pair = _booth(session, first_id), _booth(session, second_id)
    if first_id == second_id or len({booth_changes.slot_of(one).show_id for one in pair}) != 1:
        raise Missing
    booth_changes.lock(session, *pair)
    _check_exchange(session, actor, *pair, now)
    for booking, version in zip(pair, versions, strict=True):
        if booking.version != version:
            raise Stale(booking.id)
    _exchange(session, actor, *pair, now)
    for booking in pair:
        people = booth_changes.people_of(session, booking, but=actor)
        records.tell_each(session, people, "booths_swapped", now, **booth_changes.told(booking))
    return pair


def _exchange(session: Session, actor: Actor, one: Booking, other: Booking, now: datetime) -> None:
    before = {booking: booth_changes.time_of(booking) for booking in (one, other)}
    booth_changes.apply(session, {one: before[other], other: before[one]})
    for booking in (one, other):
        booth_changes.note(session, actor, "booth.swapped", booking, before[booking], now)
        lapse_of(session, booking, now)


def lapse_of(session: Session, booking: Booking, now: datetime) -> None:
    """Let every proposal go that names a booth which is given up or stands elsewhere now; its space is locked."""
    if booking.booth_slot is not None:
        names_it = or_(BoothSwap.from_booking_id == booking.id, BoothSwap.to_booking_id == booking.id)
        for swap in _proposed(session, names_it):
            _lapse(session, swap, now)


def lapse_due(now: datetime) -> int:
    """Let proposals go that nobody answered in time, or one of whose booths is gone; returns how many."""
    return sum(_lapse_one(swap_id, now) for swap_id in _due(now))


@query
def _due(session: Session, now: datetime) -> list[int]:
    return [swap.id for swap in _proposed(session, _is_due(now))]


@transaction
def _lapse_one(session: Session, swap_id: int, now: datetime) -> bool:
    space_id = session.scalar(
        select(Booking.space_id)
        .join(BoothSwap, BoothSwap.from_booking_id == Booking.id)
        .where(BoothSwap.id == swap_id)
    )
    arbiter.lock_spaces(session, [] if space_id is None else [space_id])
    found = _proposed(session, (BoothSwap.id == swap_id) & _is_due(now))
    for swap in found:
        _lapse(session, swap, now)
    return bool(found)


def _is_due(now: datetime) -> ColumnElement[bool]:
    gone = select(Booking.id).where(
        Booking.id.in_([BoothSwap.from_booking_id, BoothSwap.to_booking_id]), Booking.status.not_in(MOVABLE)
    )
    return or_(BoothSwap.expires_at <= now, gone.correlate(BoothSwap).exists())


def _proposed(session: Session, which: ColumnElement[bool]) -> Sequence[BoothSwap]:
    return session.scalars(
        select(BoothSwap)
        .where(BoothSwap.status == SwapStatus.PROPOSED, which)
        .order_by(BoothSwap.id)
        .limit(BATCH)
        .execution_options(populate_existing=True)
    ).all()


def _lapse(session: Session, swap: BoothSwap, now: datetime) -> None:
    _settle(session, swap, SwapStatus.LAPSED, None, now)
    asking = _booth(session, swap.from_booking_id)
    people = booth_changes.people_of(session, asking)
    records.tell_each(session, people, "swap_lapsed", now, **booth_changes.told(asking))
