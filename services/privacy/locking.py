"""The locks of what reaches over everything of a person: all spaces, then the shops, then the people."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.errors import StalePerson
from domain.people import Role
from models import MerchantMember, Person, Space
from services import arbiter


def lock_all_around(session: Session, person_ids: Sequence[int]) -> None:
    """Lock all spaces, the shops of some people, and these people together with the admins.

    Whoever books, waits or is decided on meanwhile is through, or comes after. Raises StalePerson where somebody has
    joined a shop at the same moment.
    """
    arbiter.lock_spaces(session, session.scalars(select(Space.id)).all())
    before = _shops(session, person_ids)
    for shop_id in before:
        arbiter.lock_merchant(session, shop_id)
    session.execute(
        select(Person.id)
        .where(or_(Person.id.in_(person_ids), Person.role == Role.ADMIN))
        .order_by(Person.id)
        .with_for_update(key_share=True)
    ).all()
    if _shops(session, person_ids) != before:
        raise StalePerson(person_ids[0])


def _shops(session: Session, person_ids: Sequence[int]) -> list[int]:
    mine = select(MerchantMember.merchant_id).where(MerchantMember.person_id.in_(person_ids)).distinct()
    return list(session.scalars(mine.order_by(MerchantMember.merchant_id)))
