"""Which papers a shop still lacks for each kind of goods, as it stands today."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import Forbidden
from domain.interval import local_day
from domain.merchants.papers import Lack
from domain.merchants.products import FoodType
from domain.people import Actor
from models import Merchant
from services.studio.compliance import lacks_of, papers_of
from services.unit_of_work import query

Needs = dict[FoodType | None, list[Lack]]
"""By kind of food; under None what any other goods need."""


@query
def of_shop(session: Session, actor: Actor, now: datetime) -> Needs:
    """What the actor's shop lacks on file; raises Forbidden without a shop."""
    if not actor.merchant_ids:
        raise Forbidden
    merchant = session.scalars(select(Merchant).where(Merchant.id == actor.merchant_ids[0])).one()
    papers = papers_of(session, [merchant.id])[merchant.id]
    day = local_day(now)
    return {kind: lacks_of(merchant, kind, papers, day) for kind in (None, *FoodType)}
