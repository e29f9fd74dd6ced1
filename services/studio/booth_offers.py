"""What a merchant sees before taking a booth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import Alternative, Forbidden, Violation
from domain.people import Actor
from domain.studio.booths import Readiness, booth_violations, product_violations
from domain.studio.shows import BoothTime, month_of
from models import Merchant, Product, Show
from services.studio import readiness
from services.studio.booths import NOT_YET, Held, ask_of, held_by
from services.studio.free_booths import free_times, instead_of
from services.studio.shows import load_show
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class BoothOffer:
    """What a merchant sees before taking a booth: what speaks against it, and the products to choose from.

    `against` says for each product which papers or claims are in its way.
    """

    show: Show
    time: BoothTime
    products: tuple[Product, ...]
    used_product_ids: frozenset[int]
    broken: tuple[Violation, ...]
    is_taken: bool
    alternatives: tuple[Alternative, ...]
    against: Mapping[int, tuple[Violation, ...]]

    @property
    def may_wait(self) -> bool:
        """Whether the shop may stand in line for it: a full month may look different by then."""
        return self.is_taken and all(violation.code in NOT_YET for violation in self.broken)

    @property
    def choices(self) -> list[Product]:
        """The products that are not in this show yet and that nothing speaks against."""
        return [
            product
            for product in self.products
            if product.id not in self.used_product_ids and not self.against[product.id]
        ]


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
    show = _show_for(session, actor, show_id)
    time = BoothTime(booth, show.plan.interval_of(booth, starts_at))
    free = free_times(session, show, actor.merchant_ids)
    held = held_by(session, actor.merchant_ids[0], show, month_of(time.interval.starts_at))
    is_taken = time not in free and not _is_own_time(held, time)
    instead = instead_of(show.space.code, time, free) if is_taken else ()
    return _offer(session, actor, show, time, now, is_taken=is_taken, instead=instead)


@query
def any_offer(session: Session, actor: Actor, show_id: int, *, now: datetime) -> BoothOffer:
    """The same before standing in line for whichever booth of a show becomes free; its number is 0 then.

    Raises Forbidden, Missing.
    """
    show = _show_for(session, actor, show_id)
    is_full = not free_times(session, show, actor.merchant_ids)
    return _offer(session, actor, show, BoothTime(0, show.interval), now, is_taken=is_full)


def _show_for(session: Session, actor: Actor, show_id: int) -> Show:
    if not actor.merchant_ids:
        raise Forbidden
    return load_show(session, show_id, actor)


def _offer(
    session: Session,
    actor: Actor,
    show: Show,
    time: BoothTime,
    now: datetime,
    *,
    is_taken: bool,
    instead: tuple[Alternative, ...] = (),
) -> BoothOffer:
    shop = actor.merchant_ids[0]
    shelf = list(
        session.scalars(
            select(Product)
            .where(Product.merchant_id.in_(actor.merchant_ids), Product.archived_at.is_(None))
            .order_by(Product.id.desc())
        )
    )
    held = held_by(session, shop, show, month_of(time.interval.starts_at))
    ask = ask_of(session, show, time.interval, held, None, now, merchant_id=shop, by_hand=True)
    if time.booth == 0:
        ask = replace(ask, same_time_count=0)  # another booth of the shop is in the way of some of them only
    return BoothOffer(
        show=show,
        time=time,
        products=tuple(shelf),
        used_product_ids=frozenset(one.product_id for one in held if one.is_live and one.show_id == show.id),
        broken=tuple(booth_violations(ask)),
        is_taken=is_taken,
        alternatives=instead,
        against={
            product_id: tuple(product_violations(found))
            for product_id, found in _readiness(session, show, shop, shelf).items()
        },
    )


def _readiness(
    session: Session, show: Show, merchant_id: int, products: list[Product]
) -> dict[int, Readiness]:
    return readiness.of_products(session, show, session.get_one(Merchant, merchant_id), products)


def _is_own_time(held: list[Held], time: BoothTime) -> bool:
    return any(one.is_live and one.interval.overlaps(time.interval) for one in held)
