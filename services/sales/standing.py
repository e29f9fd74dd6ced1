"""What a shop declares about itself for the figures: margin, sales before the programme, its place on the leaderboard.

The margin is the merchant's own word, so it needs nobody's consent; that and who changed it is written down. Staff may
write down what a merchant tells them, but never put a shop on the leaderboard or take it off.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import Missing
from domain.people import Actor
from domain.sales.declaring import Declared
from models import Merchant
from services import records
from services.merchants import shops
from services.merchants.review import require_staff
from services.unit_of_work import query, transaction


@query
def own(session: Session, actor: Actor) -> Merchant:
    """The own shop, the first of several; raises Forbidden without one."""
    return session.get_one(Merchant, shops.own_id(actor), populate_existing=True)


@query
def of_shop(session: Session, actor: Actor, merchant_id: int) -> Merchant:
    """Any shop, for staff; raises Forbidden, Missing."""
    require_staff(actor)
    shop = session.get(Merchant, merchant_id, populate_existing=True)
    if shop is None:
        raise Missing
    return shop


@transaction
def declare(
    session: Session, actor: Actor, declared: Declared, *, on_leaderboard: bool, version: int, now: datetime
) -> Merchant:
    """Say it for the own shop; raises Forbidden, BadInput, StaleShop."""
    shop = shops.locked(session, shops.own_id(actor), version)
    return _declare(session, actor, shop, declared, on_leaderboard, now)


@transaction
def declare_for(
    session: Session, actor: Actor, merchant_id: int, declared: Declared, *, version: int, now: datetime
) -> Merchant:
    """Write down what a shop told staff, who let it know; raises Forbidden, Missing, BadInput, StaleShop."""
    require_staff(actor)
    shop = shops.locked(session, merchant_id, version)
    _declare(session, actor, shop, declared, shop.on_leaderboard, now)
    records.tell_each(session, shops.member_ids(session, shop.id), "standing_changed", now, shop=shop.name)
    return shop


def declared_by(shop: Merchant) -> Declared:
    """What a shop has declared; a margin of 0 is none."""
    return Declared(shop.margin_bp or None, shop.baseline_fen, shop.baseline_note)


def _declare(
    session: Session, actor: Actor, shop: Merchant, declared: Declared, on_leaderboard: bool, now: datetime
) -> Merchant:
    declared = declared.checked()
    before, was_on = declared_by(shop), shop.on_leaderboard
    if (declared, on_leaderboard) == (before, was_on):
        return shop
    shop.margin_bp = declared.margin_bp or 0
    shop.baseline_fen, shop.baseline_note = declared.baseline_fen, declared.baseline_note
    shop.on_leaderboard, shop.version = on_leaderboard, shop.version + 1
    records.audit(
        session,
        actor,
        "merchant.declared",
        shop,
        now,
        margin_bp=[before.margin_bp, declared.margin_bp],
        baseline_fen=[before.baseline_fen, declared.baseline_fen],
        on_leaderboard=[was_on, on_leaderboard],
    )
    return shop
