"""The further pictures of a product, behind the one that stands on its card."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from domain.errors import BadInput, Missing
from domain.people import Actor
from models import Product, ProductPicture
from services import pictures, records
from services.merchants.booked import redraw_grids
from services.merchants.products import own_product, product_for
from services.unit_of_work import transaction

MOST_PICTURES = 5
"""Beside the first one."""


def add(actor: Actor, product_id: int, data: bytes, *, now: datetime) -> Product:
    """Re-encode an upload without its metadata and put it last; raises Missing, BadInput."""
    product_for(actor, product_id)
    encoded = pictures.encode(data)  # before the transaction: decoding must not hold a writer
    return _add(actor, product_id, encoded, now)


@transaction
def _add(
    session: Session, actor: Actor, product_id: int, encoded: pictures.Encoded, now: datetime
) -> Product:
    redraw_grids(session, [product_id], actor.merchant_ids)
    product = own_product(session, actor, product_id, lock=True)
    order, sha256 = in_order(product), pictures.store(encoded, shop_id=product.merchant_id, now=now)
    if sha256 in order:
        return product
    if len(order) > MOST_PICTURES:
        raise BadInput("product_pictures_enough", field="picture", maximum=MOST_PICTURES + 1)
    _lay(session, product, [*order, sha256])
    records.audit(session, actor, "product.picture_added", product, now, sha256=sha256)
    return product


@transaction
def remove(session: Session, actor: Actor, product_id: int, sha256: str, *, now: datetime) -> Product:
    """Take a picture off; the next one stands on the card when it was the first. Raises Missing."""
    return _rearrange(session, actor, product_id, sha256, "product.picture_removed", now)


@transaction
def move_forward(session: Session, actor: Actor, product_id: int, sha256: str, *, now: datetime) -> Product:
    """Let a picture change places with the one before it; raises Missing."""
    return _rearrange(session, actor, product_id, sha256, "product.picture_moved", now)


def _rearrange(
    session: Session, actor: Actor, product_id: int, sha256: str, action: str, now: datetime
) -> Product:
    redraw_grids(session, [product_id], actor.merchant_ids)
    product = own_product(session, actor, product_id, lock=True)
    order = in_order(product)
    if sha256 not in order:
        raise Missing
    place = order.index(sha256)
    order.remove(sha256)
    if action == "product.picture_moved":
        order.insert(max(0, place - 1), sha256)
    else:
        pictures.let_go(session, sha256, now=now)
    _lay(session, product, order)
    records.audit(session, actor, action, product, now, sha256=sha256)
    return product


def in_order(product: Product) -> list[str]:
    """The names of all pictures of a product loaded with them, the one on its card first."""
    first = [product.picture_sha256] if product.picture_sha256 else []
    return first + [picture.sha256 for picture in product.pictures if picture.sha256 not in first]


def _lay(session: Session, product: Product, order: list[str]) -> None:
    product.picture_sha256 = order[0] if order else None
    product.version += 1
    session.execute(delete(ProductPicture).where(ProductPicture.product_id == product.id))
    session.expire(product, ["pictures"])
    session.add_all(
        ProductPicture(product_id=product.id, sha256=sha256, position=position)
        for position, sha256 in enumerate(order[1:], start=1)
    )
    session.flush()
    session.refresh(product, ["pictures"])
