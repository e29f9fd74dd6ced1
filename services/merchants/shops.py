"""Shops and the people who act for them: what every change of a shop begins with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.bookings import LIVE
from domain.errors import BadInput, Forbidden, Missing, StaleShop
from domain.merchants.shops import ShopFacts, clean_shop_name
from domain.people import Actor, Role
from models import Booking, BoothSlot, Merchant, MerchantMember, Person
from services import arbiter, records
from services.unit_of_work import transaction

TAKEN = {"name": "shop_name_taken", "credit_code": "credit_code_taken"}


@transaction
def open_shop(
    session: Session, person_id: int, name: str, *, address: str = "", margin_bp: int = 0, now: datetime
) -> Actor:
    """Let a merchant act for the shop of this name, which is founded if it doesn't exist; raises Missing, BadInput.

    `margin_bp` is the shop's own declared margin in basis points; it and the address count for a new shop only.
    """
    person = session.get(Person, person_id)
    if person is None or person.role is not Role.MERCHANT:
        raise Missing
    name = clean_shop_name(name)
    shop = session.scalar(select(Merchant).where(Merchant.name == name))
    if shop is None:
        shop = create(session, None, name, now, address=address, margin_bp=margin_bp)
    session.add(MerchantMember(merchant_id=shop.id, person_id=person.id))
    session.flush()
    return person.as_actor((shop.id,))


def create(session: Session, actor: Actor | None, name: str, now: datetime, **more: Any) -> Merchant:
    """A new shop that is still a draft, inside another service; raises BadInput where the name is taken."""
    shop = Merchant(name=name, created_at=now, **more)
    session.add(shop)
    store(session, shop)
    records.audit(session, actor, "merchant.created", shop, now, name=name)
    return shop


def store(session: Session, shop: Merchant) -> None:
    """Write a shop down; a name or code that another one has raises BadInput."""
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:
        field = _field_of_the_key(error)
        if field is None:
            raise
        raise BadInput(TAKEN[field], field=field) from error


def _field_of_the_key(error: IntegrityError) -> str | None:
    diagnosis = getattr(error.orig, "diag", None)
    told = diagnosis.constraint_name or "" if diagnosis is not None else str(error.orig)
    keys = {f"uq_merchant_{field}": field for field in TAKEN} | {
        f"merchant.{field}": field for field in TAKEN
    }
    return next((field for key, field in keys.items() if told.endswith(key)), None)


def own_id(actor: Actor) -> int:
    """The shop that somebody acts for, the first of several; raises Forbidden without one."""
    if not actor.merchant_ids:
        raise Forbidden
    return actor.merchant_ids[0]


def locked(session: Session, merchant_id: int, version: int | None = None) -> Merchant:
    """A shop that nobody else changes meanwhile; live grids that show it will be drawn anew.

    Raises Missing, and StaleShop when another `version` than this one stands now.
    """
    studios = select(Booking.space_id).join(BoothSlot, BoothSlot.booking_id == Booking.id)
    showing = studios.where(BoothSlot.merchant_id == merchant_id, Booking.status.in_(LIVE)).distinct()
    if spaces := list(session.scalars(showing)):
        arbiter.lock_spaces(session, spaces)
    arbiter.lock_merchant(session, merchant_id)
    shop = session.get(Merchant, merchant_id, populate_existing=True)
    if shop is None:
        raise Missing
    if version is not None and shop.version != version:
        raise StaleShop(merchant_id)
    return shop


def facts_of(shop: Merchant) -> ShopFacts:
    """What a shop says about itself as it stands."""
    return ShopFacts(
        shop.name,
        shop.address,
        shop.responsible_person,
        shop.contact_phone,
        shop.credit_code,
        shop.exempt_reason,
    )


def member_ids(session: Session, merchant_id: int) -> list[int]:
    """Who acts for a shop, inside another service."""
    acting = select(MerchantMember.person_id).where(MerchantMember.merchant_id == merchant_id)
    return list(session.scalars(acting.order_by(MerchantMember.person_id)))
