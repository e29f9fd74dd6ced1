"""Taking a booth of a show. Deciding on it and giving it back are those of any booking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import LIVE, BookingStatus
from domain.errors import Alternative, BadInput, Forbidden, RuleViolation, SlotTaken, Violation
from domain.interval import Interval
from domain.people import Actor
from domain.spaces import WHOLE_ROOM, needs_approval
from domain.studio.booths import BoothAsk, booth_violations, nearest_booths
from domain.studio.shows import BoothTime, month_of
from models import Booking, BoothSlot, Occupancy, Product, Show
from services import arbiter, records, settings
from services.studio.shows import load_show
from services.unit_of_work import query, transaction

USED = LIVE | {BookingStatus.COMPLETED, BookingStatus.NO_SHOW}
"""What counts towards the month's quota: a booth that was used, or missed, is used up."""
NOT_YET = frozenset({"booth_quota"})
"""What may well be different when a booth that is waited for becomes free."""


@dataclass(frozen=True, slots=True)
class BoothOffer:
    """What a merchant sees before taking a booth: what speaks against it, and the products to choose from."""

    show: Show
    time: BoothTime
    products: tuple[Product, ...]
    used_product_ids: frozenset[int]
    broken: tuple[Violation, ...]
    is_taken: bool
    alternatives: tuple[Alternative, ...]

    @property
    def may_wait(self) -> bool:
        """Whether the shop may stand in line for it: a full month may look different by then."""
        return self.is_taken and all(violation.code in NOT_YET for violation in self.broken)

    @property
    def choices(self) -> list[Product]:
        """The products that are not in this show yet."""
        return [product for product in self.products if product.id not in self.used_product_ids]


def take_booth(
    actor: Actor,
    show_id: int,
    booth: int,
    product_id: int,
    *,
    starts_at: datetime | None = None,
    now: datetime,
) -> Booking:
    """Ask for a booth of a show for one of the own products; a market booth needs the start of its slot.

    Raises Forbidden, Missing, BadInput, RuleViolation, and SlotTaken with the nearest free booths of the show.
    """
    try:
        return _take(actor, show_id, booth, product_id, starts_at, now)
    except SlotTaken as taken:
        raise SlotTaken(taken.blocking, _choices(actor, show_id, booth, starts_at)) from taken


@transaction
def _take(
    session: Session,
    actor: Actor,
    show_id: int,
    booth: int,
    product_id: int,
    starts_at: datetime | None,
    now: datetime,
) -> Booking:
    show = load_show(session, show_id, actor)
    product = own_product(session, actor, product_id)
    time = BoothTime(booth, show.plan.interval_of(booth, starts_at))
    arbiter.lock_spaces(session, [show.space_id])
    arbiter.lock_merchant(session, product.merchant_id)
    session.refresh(show, ["status"])
    session.refresh(product, ["archived_at"])
    if product.archived_at is not None:
        raise BadInput("product_unknown", field="product_id")
    held = held_by(session, product.merchant_id, show, month_of(time.interval.starts_at))
    if broken := booth_violations(ask_of(session, show, time.interval, held, product.id, now)):
        raise RuleViolation(broken)
    waits = needs_approval(show.space.approval, is_captain=False, is_staff=actor.is_staff)
    status = BookingStatus.PENDING if waits else BookingStatus.CONFIRMED
    booking = insert(session, show, time, product, actor.id, status, now)
    records.audit(
        session, actor, "booking.requested", booking, now, status=booking.status.value, show_id=show.id
    )
    return booking


def own_product(session: Session, actor: Actor, product_id: int) -> Product:
    """A product on sale of the actor's shop; raises Forbidden for somebody without a shop, BadInput for another."""
    if not actor.merchant_ids:
        raise Forbidden
    product = session.scalar(
        select(Product)
        .options(joinedload(Product.merchant))
        .where(
            Product.id == product_id,
            Product.merchant_id.in_(actor.merchant_ids),
            Product.archived_at.is_(None),
        )
    )
    if product is None:
        raise BadInput("product_unknown", field="product_id")
    return product


def insert(
    session: Session,
    show: Show,
    time: BoothTime,
    product: Product,
    person_id: int,
    status: BookingStatus,
    now: datetime,
    expires_at: datetime | None = None,
) -> Booking:
    """Insert a booth booking and hold its ticks; raises SlotTaken and leaves the row to the rollback."""
    booking = Booking(
        space_id=show.space_id,
        place=time.booth,
        starts_at=time.interval.starts_at,
        ends_at=time.interval.ends_at,
        status=status,
        version=1,
        purpose="",
        party_size=1,
        booker_id=person_id,
        created_by_id=person_id,
        created_at=now,
        expires_at=expires_at,
    )
    booking.space = show.space
    booking.booth_slot = BoothSlot(show_id=show.id, merchant_id=product.merchant_id, product_id=product.id)
    booking.booth_slot.show = show
    booking.booth_slot.merchant = product.merchant
    booking.booth_slot.product = product
    session.add(booking)
    session.flush()
    arbiter.hold(session, show.space, booking, time.interval, time.booth)
    return booking


@dataclass(frozen=True, slots=True)
class Held:
    """A booth slot of a shop, as the rules count it."""

    show_id: int
    product_id: int
    interval: Interval
    is_live: bool


def held_by(session: Session, merchant_id: int, show: Show, month: Interval) -> list[Held]:
    """The booth slots of a shop that count, in a show and in a month."""
    in_month = (Booking.starts_at >= month.starts_at) & (Booking.starts_at < month.ends_at)
    rows = session.execute(
        select(BoothSlot.show_id, BoothSlot.product_id, Booking.starts_at, Booking.ends_at, Booking.status)
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .where(
            BoothSlot.merchant_id == merchant_id,
            Booking.status.in_(USED),
            or_(BoothSlot.show_id == show.id, in_month),
        )
    )
    return [Held(r.show_id, r.product_id, Interval(r.starts_at, r.ends_at), r.status in LIVE) for r in rows]


def ask_of(
    session: Session, show: Show, wanted: Interval, held: list[Held], product_id: int | None, now: datetime
) -> BoothAsk:
    house = settings.load(session)
    live_here = [one for one in held if one.is_live and one.show_id == show.id]
    month = month_of(wanted.starts_at)
    return BoothAsk(
        now=now,
        show_status=show.status,
        show_starts_at=show.starts_at,
        lock_hours=house.booth_lock_hours,
        same_time_count=sum(one.interval.overlaps(wanted) for one in live_here),
        same_product_count=sum(one.product_id == product_id for one in live_here),
        month_count=sum(month.starts_at <= one.interval.starts_at < month.ends_at for one in held),
        monthly_quota=house.booth_monthly_quota,
    )


@query
def booth_offer(
    session: Session,
    actor: Actor,
    show_id: int,
    booth: int,
    *,
    starts_at: datetime | None = None,
    now: datetime,
) -> BoothOffer:
    """What there is to know before taking a booth; raises Forbidden, Missing, BadInput."""
    if not actor.merchant_ids:
        raise Forbidden
    show = load_show(session, show_id, actor)
    time = BoothTime(booth, show.plan.interval_of(booth, starts_at))
    products = session.scalars(
        select(Product)
        .where(Product.merchant_id.in_(actor.merchant_ids), Product.archived_at.is_(None))
        .order_by(Product.id.desc())
    )
    held = held_by(session, actor.merchant_ids[0], show, month_of(time.interval.starts_at))
    free = _free_booths(session, show, actor.merchant_ids)
    is_taken = time not in free and not _is_own_time(held, time)
    return BoothOffer(
        show=show,
        time=time,
        products=tuple(products),
        used_product_ids=frozenset(one.product_id for one in held if one.is_live and one.show_id == show.id),
        broken=tuple(booth_violations(ask_of(session, show, time.interval, held, None, now))),
        is_taken=is_taken,
        alternatives=_instead_of(show, time, free) if is_taken else (),
    )


@query
def _choices(
    session: Session, actor: Actor, show_id: int, booth: int, starts_at: datetime | None
) -> tuple[Alternative, ...]:
    show = load_show(session, show_id, actor)
    time = BoothTime(booth, show.plan.interval_of(booth, starts_at))
    return _instead_of(show, time, _free_booths(session, show, actor.merchant_ids))


def _instead_of(show: Show, wanted: BoothTime, free: list[BoothTime]) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(show.space.code, found.interval, found.booth) for found in nearest_booths(wanted, free)
    )


def _is_own_time(held: list[Held], time: BoothTime) -> bool:
    return any(one.is_live and one.interval.overlaps(time.interval) for one in held)


def _free_booths(session: Session, show: Show, merchant_ids: tuple[int, ...]) -> list[BoothTime]:
    """The booth slots whose ticks nobody owns, at times at which the shop has no other booth."""
    window = show.interval.ticks()
    rows = session.execute(
        select(Occupancy.tick, Occupancy.place, BoothSlot.merchant_id)
        .outerjoin(BoothSlot, BoothSlot.booking_id == Occupancy.booking_id)
        .where(
            Occupancy.space_id == show.space_id,
            Occupancy.tick >= window.start,
            Occupancy.tick < window.stop,
            Occupancy.place != WHOLE_ROOM,
        )
    ).all()
    owned = {(row.tick, row.place) for row in rows}
    busy = {row.tick for row in rows if row.merchant_id in merchant_ids}
    return [
        time
        for time in show.plan.booth_times()
        if not any(tick in busy or (tick, time.booth) in owned for tick in time.interval.ticks())
    ]
