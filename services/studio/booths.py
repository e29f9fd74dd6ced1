"""Taking a booth of a show. Deciding on it and giving it back are those of any booking."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import LIVE, BookingStatus
from domain.errors import Alternative, BadInput, Forbidden, RuleViolation, SlotTaken, Violation
from domain.interval import Interval
from domain.people import Actor
from domain.spaces import needs_approval
from domain.studio.booths import BoothAsk, booth_violations, confirmation_violations
from domain.studio.shows import BoothTime, month_of
from models import Booking, BoothSlot, Draw, Product, Show
from services import arbiter, records, settings
from services.studio import airings, readiness, show_line
from services.studio.free_booths import free_times, instead_of
from services.studio.shows import load_show
from services.unit_of_work import query, transaction

ON_STAGE = frozenset({BookingStatus.CONFIRMED, BookingStatus.COMPLETED})
"""What may have been on air, or skipped."""
USED = LIVE | {BookingStatus.COMPLETED, BookingStatus.NO_SHOW}
"""What counts towards the month's quota: a booth that was used, or missed, is used up."""
NOT_YET = frozenset({"booth_quota", "one_booth_while_others_wait"})
"""What may well be different when a booth that is waited for becomes free."""


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
    ask = ask_of(session, show, time.interval, held, product.id, now, by_hand=True)
    waits = needs_approval(
        show.space.approval, is_captain=False, is_staff=actor.is_staff, levels=show.space.approval_levels
    )
    if broken := _broken(ask, waits=waits):
        raise RuleViolation(broken)
    status = BookingStatus.PENDING if waits else BookingStatus.CONFIRMED
    booking = insert(session, show, time, product, actor.id, status, now)
    records.audit(
        session, actor, "booking.requested", booking, now, status=booking.status.value, show_id=show.id
    )
    return booking


def _broken(ask: BoothAsk, *, waits: bool) -> list[Violation]:
    """What speaks against taking a booth; one that no person will look at has to be in order at once."""
    broken = booth_violations(ask)
    if waits or ask.readiness is None:
        return broken
    told = {violation.code for violation in broken}
    return [*broken, *(one for one in confirmation_violations(ask.readiness) if one.code not in told)]


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
    is_spared: bool = False


def held_by(
    session: Session, merchant_id: int, show: Show, month: Interval, *, without: Collection[int] = ()
) -> list[Held]:
    """The booth slots of a shop that count, in a show and in a month; the bookings `without` are left out.

    Spared is one that was skipped on air through no fault of the shop: it uses up nothing.
    """
    in_month = (Booking.starts_at >= month.starts_at) & (Booking.starts_at < month.ends_at)
    found = session.execute(
        select(
            Booking.id,
            BoothSlot.show_id,
            BoothSlot.product_id,
            Booking.starts_at,
            Booking.ends_at,
            Booking.status,
        )
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .where(
            BoothSlot.merchant_id == merchant_id,
            Booking.status.in_(USED),
            or_(BoothSlot.show_id == show.id, in_month),
        )
    )
    rows = [row for row in found if row.id not in without]
    spared = airings.spared(session, {row.show_id for row in rows if row.status in ON_STAGE})
    return [
        Held(
            row.show_id,
            row.product_id,
            Interval(row.starts_at, row.ends_at),
            row.status in LIVE,
            row.id in spared,
        )
        for row in rows
    ]


def ask_of(
    session: Session,
    show: Show,
    wanted: Interval,
    held: list[Held],
    product_id: int | None,
    now: datetime,
    *,
    merchant_id: int | None = None,
    by_hand: bool = False,
) -> BoothAsk:
    """What the rules of taking a booth look at; `by_hand` where neither a draw nor the waiting line gives it.

    Before a product is chosen, `merchant_id` says whose shop is looked at.
    """
    house = settings.load(session)
    live_here = [one for one in held if one.is_live and one.show_id == show.id]
    month = month_of(wanted.starts_at)
    if product_id is not None:
        merchant_id = session.get_one(Product, product_id).merchant_id
    return BoothAsk(
        now=now,
        show_status=show.status,
        show_starts_at=show.starts_at,
        lock_hours=house.booth_lock_hours,
        same_time_count=sum(one.interval.overlaps(wanted) for one in live_here),
        same_product_count=sum(one.product_id == product_id for one in live_here),
        month_count=sum(
            month.starts_at <= one.interval.starts_at < month.ends_at and not one.is_spared for one in held
        ),
        monthly_quota=house.booth_monthly_quota,
        here_count=len(live_here),
        others_wait=bool(live_here) and show_line.others_wait(session, show.id, merchant_id),
        readiness=readiness.of_wish(session, show, merchant_id, product_id),
        by_hand=by_hand,
        opens_at=show.applications_open_at,
        closes_at=show.applications_close_at,
        allotment=show.allotment,
        is_drawn=is_drawn(session, show),
    )


def is_drawn(session: Session, show: Show) -> bool:
    """Whether the draw of a show is over."""
    draw = session.get(Draw, show.id, populate_existing=True)
    return draw is not None and draw.drawn_at is not None


@query
def _choices(
    session: Session, actor: Actor, show_id: int, booth: int, starts_at: datetime | None
) -> tuple[Alternative, ...]:
    show = load_show(session, show_id, actor)
    time = BoothTime(booth, show.plan.interval_of(booth, starts_at))
    return instead_of(show.space.code, time, free_times(session, show, actor.merchant_ids))
