"""The demo's shops with their keepers, products and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from domain.people import Actor, Role
from models import Product
from services import people, pictures
from services.merchants import products, shops
from services.merchants.products import ProductFacts
from services.pictures import Encoded
from services.seed.drawings import draw
from services.seed.papers import put_in_order
from services.seed.people import Cast
from services.seed.wares import PRINTED_SHOP, SHOPS, Shop


@dataclass(frozen=True, slots=True)
class Stall:
    """A shop that is open: who acts for it, and what it sells."""

    shop: Shop
    keeper: Actor
    products: tuple[Product, ...]


Drawings = dict[str, Encoded]


def draw_all() -> Drawings:
    """The picture of every product by its code; it takes a second, so it is done before the transaction."""
    return {ware.code: pictures.encode(draw(ware)) for shop in SHOPS for ware in shop.wares}


def open_shops(
    session: Session, cast: Cast, drawings: Drawings, now: datetime, password_hash: str
) -> list[Stall]:
    """Found every shop and fill its shelves; the printed merchant keeps the first one."""
    since = now - timedelta(days=80)
    stalls: list[Stall] = []
    for shop in SHOPS:
        keeper_id = cast.merchant.id if shop.name == PRINTED_SHOP else _keeper(shop, since, password_hash)
        keeper = shops.open_shop(
            keeper_id, shop.name, address=shop.address, margin_bp=shop.margin_bp, now=since
        )
        shelves = tuple(
            products.create_product(
                keeper,
                ProductFacts(
                    ware.name,
                    ware.price_fen,
                    ware.stock,
                    ware.code,
                    pictures.store(drawings[ware.code], now=since),
                ),
                now=since,
            )
            for ware in shop.wares
        )
        put_in_order(session, cast, keeper.merchant_ids[0], len(stalls) + 1, shelves, since)
        stalls.append(Stall(shop, keeper, shelves))
    session.flush()
    return stalls


def _keeper(shop: Shop, since: datetime, password_hash: str) -> int:
    return people.create_account(
        phone=shop.phone,
        name=shop.keeper,
        role=Role.MERCHANT,
        password_hash=password_hash,
        is_demo=True,
        now=since,
    ).id
