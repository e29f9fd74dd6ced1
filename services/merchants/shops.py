"""Shops and the people who act for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import Missing
from domain.people import Actor, Role
from models import Merchant, MerchantMember, Person
from services import records
from services.people import clean_name
from services.unit_of_work import transaction


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
    name = clean_name(name)
    shop = session.scalar(select(Merchant).where(Merchant.name == name))
    if shop is None:
        shop = Merchant(name=name, address=address, margin_bp=margin_bp, created_at=now)
        session.add(shop)
        records.audit(session, None, "merchant.created", shop, now, name=name)
    session.add(MerchantMember(merchant_id=shop.id, person_id=person.id))
    session.flush()
    return person.as_actor((shop.id,))
