"""A shop's products: add, change, take off the list, put back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from domain.bookings import LIVE
from domain.errors import BadInput, Forbidden, Missing, RuleViolation, Violation
from domain.merchants.products import check_price, check_stock, clean_code, clean_product_name
from domain.people import Actor
from domain.sales.lines import Platform
from models import Booking, BoothSlot, Picture, Product, ProductCode
from services import arbiter, records, sales_linking
from services.unit_of_work import query, transaction


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What a shop says about a product: price in fen, `code` its id on 抖店, `picture_sha256` from pictures.keep."""

    name: str
    price_fen: int
    stock: int
    code: str = ""
    picture_sha256: str | None = None

    def checked(self) -> ProductFacts:
        """The same, tidied; raises BadInput."""
        return ProductFacts(
            clean_product_name(self.name),
            check_price(self.price_fen),
            check_stock(self.stock),
            clean_code(self.code) or "",
            self.picture_sha256 or None,
        )


def doudian_code(product: Product) -> str:
    """The id under which 抖店 knows a product loaded with its codes, empty when there is none."""
    return {code.platform: code.code for code in product.codes}.get(Platform.DOUDIAN, "")


@query
def my_products(session: Session, actor: Actor, *, archived: bool = False) -> list[Product]:
    """The products of the actor's shops with their codes, the newest first; raises Forbidden without a shop."""
    if not actor.merchant_ids:
        raise Forbidden
    gone = Product.archived_at.is_not(None) if archived else Product.archived_at.is_(None)
    return list(
        session.scalars(
            select(Product)
            .options(selectinload(Product.codes))
            .where(Product.merchant_id.in_(actor.merchant_ids), gone)
            .order_by(Product.id.desc())
        )
    )


@query
def product_for(session: Session, actor: Actor, product_id: int) -> Product:
    """One of the own products with its codes; a foreign one raises Missing like one that isn't there."""
    return _own(session, actor, product_id)


def _own(session: Session, actor: Actor, product_id: int, *, lock: bool = False) -> Product:
    wanted = (
        select(Product)
        .options(selectinload(Product.codes))
        .where(Product.id == product_id, Product.merchant_id.in_(actor.merchant_ids))
        .execution_options(populate_existing=True)
    )
    product = session.scalar(wanted.with_for_update(key_share=True) if lock else wanted)
    if product is None:
        raise Missing
    return product


@transaction
def create_product(session: Session, actor: Actor, facts: ProductFacts, *, now: datetime) -> Product:
    """Add a product to the actor's shop; raises Forbidden, BadInput."""
    if not actor.merchant_ids:
        raise Forbidden
    facts = facts.checked()
    product = Product(
        merchant_id=actor.merchant_ids[0],
        name=facts.name,
        price_fen=facts.price_fen,
        stock=facts.stock,
        picture_sha256=_kept_picture(session, facts.picture_sha256),
        created_at=now,
        codes=[],
    )
    session.add(product)
    session.flush()
    _set_code(session, product, facts.code, now)
    records.audit(session, actor, "product.created", product, now, price_fen=facts.price_fen)
    return product


@transaction
def update_product(
    session: Session, actor: Actor, product_id: int, facts: ProductFacts, *, now: datetime
) -> Product:
    """Change one of the own products; without a new picture the old one stays. Raises Missing, BadInput."""
    facts = facts.checked()
    _redraw_grids(session, product_id)
    product = _own(session, actor, product_id, lock=True)
    before = product.price_fen
    product.name, product.price_fen, product.stock = facts.name, facts.price_fen, facts.stock
    if facts.picture_sha256:
        product.picture_sha256 = _kept_picture(session, facts.picture_sha256)
    if facts.code != doudian_code(product):
        _set_code(session, product, facts.code, now)
    records.audit(
        session, actor, "product.changed", product, now, price_fen=facts.price_fen, price_fen_before=before
    )
    return product


@transaction
def archive_product(session: Session, actor: Actor, product_id: int, *, now: datetime) -> Product:
    """Take one of the own products off the list; raises Missing, RuleViolation while it has a booth ahead."""
    product = _own(session, actor, product_id)
    arbiter.lock_merchant(session, product.merchant_id)  # as who takes a booth does
    if product.archived_at is None:
        if _live_spaces(session, product_id):
            raise RuleViolation([Violation("product_has_booth")])
        product.archived_at = now
        records.audit(session, actor, "product.archived", product, now)
    return product


@transaction
def restore_product(session: Session, actor: Actor, product_id: int, *, now: datetime) -> Product:
    """Put a product back on the list; raises Missing."""
    product = _own(session, actor, product_id, lock=True)
    if product.archived_at is not None:
        product.archived_at = None
        records.audit(session, actor, "product.restored", product, now)
    return product


def _live_spaces(session: Session, product_id: int) -> list[int]:
    """The studios in which a product has a booth that is not over."""
    return list(
        session.scalars(
            select(Booking.space_id)
            .join(BoothSlot, BoothSlot.booking_id == Booking.id)
            .where(BoothSlot.product_id == product_id, Booking.status.in_(LIVE))
            .distinct()
        )
    )


def _redraw_grids(session: Session, product_id: int) -> None:
    """Let live grids that show a product notice its change."""
    if spaces := _live_spaces(session, product_id):
        arbiter.lock_spaces(session, spaces)


def _kept_picture(session: Session, sha256: str | None) -> str | None:
    if sha256 is None:
        return None
    known = session.scalar(select(Picture.sha256).where(Picture.sha256 == sha256))
    if known is None:
        raise BadInput("picture_missing", field="picture")
    return known


def _set_code(session: Session, product: Product, code: str, now: datetime) -> None:
    """Give a product its only code on 抖店, and the sales that came before anybody knew whose they are.

    A code belongs to one product, whoever's it is. Raises BadInput.
    """
    session.execute(
        delete(ProductCode).where(
            ProductCode.product_id == product.id, ProductCode.platform == Platform.DOUDIAN
        )
    )
    if code:
        try:
            with session.begin_nested():
                session.add(ProductCode(platform=Platform.DOUDIAN, code=code, product_id=product.id))
        except IntegrityError as error:
            if not _breaks_the_code_key(error):
                raise
            raise BadInput("product_code_taken", field="code") from error
        sales_linking.attribute_waiting(Platform.DOUDIAN, [code], now=now)
    session.refresh(product, ["codes"])


def _breaks_the_code_key(error: IntegrityError) -> bool:
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return bool(diagnosis.constraint_name == "pk_product_code")
    return "product_code.platform, product_code.code" in str(error.orig)
