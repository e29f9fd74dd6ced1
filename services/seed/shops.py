"""The demo's shops with their keepers, products and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from domain.merchants.products import Category
from domain.people import Actor, Role
from models import Product
from services import people, pictures
from services.merchants import claims, products, shops
from services.merchants.facts import ProductFacts
from services.pictures import Encoded
from services.seed.drawings import draw
from services.seed.labels import LABELS
from services.seed.people import Cast
from services.seed.wares import PRINTED_SHOP, SHOPS, Shop, Ware


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
            _shelve(cast, keeper, ware, pictures.store(drawings[ware.code], now=since), since)
            for ware in shop.wares
        )
        stalls.append(Stall(shop, keeper, shelves))
    session.flush()
    return stalls


def _shelve(cast: Cast, keeper: Actor, ware: Ware, picture: str, since: datetime) -> Product:
    """Put a product on the shelf; staff have read what it claims, but for one that the word list flags."""
    made = products.create_product(keeper, _facts(ware, picture), now=since)
    if LABELS[ware.code].is_cleared:
        claims.clear(cast.staff, made.id, version=made.version, now=since + timedelta(hours=3))
    return made


def _facts(ware: Ware, picture: str) -> ProductFacts:
    label = LABELS[ware.code]
    return ProductFacts(
        ware.name,
        ware.price_fen,
        ware.stock,
        ware.code,
        picture,
        category=Category.FOOD,
        food_type=label.food_type,
        live_price_fen=label.live_price_fen,
        price_basis=label.price_basis,
        selling_points=label.points,
        claims=label.claims,
        origin=label.origin,
        shelf_life=label.shelf_life,
        after_sales=label.after_sales,
    )


def _keeper(shop: Shop, since: datetime, password_hash: str) -> int:
    return people.create_account(
        phone=shop.phone,
        name=shop.keeper,
        role=Role.MERCHANT,
        password_hash=password_hash,
        is_demo=True,
        now=since,
    ).id
