"""What papers and claims say of a booth: before a shop takes it, and again before it is confirmed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.errors import RuleViolation, Violation
from domain.interval import local_day
from domain.studio.booths import Readiness, confirmation_violations
from models import Booking, Merchant, Product, Show
from services import arbiter
from services.studio import compliance


def of_product(session: Session, show: Show, product_id: int) -> Readiness:
    """How a product and its shop stand for a show as they are now."""
    product = session.scalars(
        select(Product)
        .options(joinedload(Product.merchant))
        .where(Product.id == product_id)
        .execution_options(populate_existing=True)
    ).one()
    return of_products(session, show, product.merchant, [product])[product.id]


def of_products(
    session: Session, show: Show, merchant: Merchant, products: list[Product]
) -> dict[int, Readiness]:
    """The same for several products of one shop, in one query."""
    papers = compliance.papers_of(session, [merchant.id]).get(merchant.id, [])
    day = local_day(show.starts_at)
    return {
        product.id: Readiness(
            day=day,
            merchant=merchant.status,
            lacks=tuple(compliance.lacks_of(merchant, product.food_type, papers, day)),
            claims=product.claims_status,
        )
        for product in products
    }


def of_shop(session: Session, show: Show, merchant_id: int) -> Readiness:
    """How a shop stands for a show, whatever it will sell."""
    merchant = session.get_one(Merchant, merchant_id, populate_existing=True)
    return Readiness(day=local_day(show.starts_at), merchant=merchant.status)


def of_wish(
    session: Session, show: Show, merchant_id: int | None, product_id: int | None
) -> Readiness | None:
    """How what is asked for stands: a product, or before one is chosen the shop; None where nobody is known."""
    if product_id is not None:
        return of_product(session, show, product_id)
    return None if merchant_id is None else of_shop(session, show, merchant_id)


def violations_of(session: Session, booking: Booking) -> list[Violation]:
    """What still stands against confirming a booth; nothing does against any other booking."""
    slot = booking.booth_slot
    if slot is None:
        return []
    return confirmation_violations(of_product(session, slot.show, slot.product_id))


def must_be_ready(session: Session, booking: Booking) -> None:
    """Refuse to confirm a booth whose shop, papers or claims are not in order; raises RuleViolation.

    The space is locked already; the shop is locked here, as whoever changes its papers does.
    """
    if booking.booth_slot is None:
        return
    arbiter.lock_merchant(session, booking.booth_slot.merchant_id)
    if broken := violations_of(session, booking):
        raise RuleViolation(broken)
