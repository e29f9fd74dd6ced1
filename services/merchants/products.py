"""A shop's products: add, change, take off the list, put back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from domain.errors import BadInput, Forbidden, Missing, RuleViolation, Stale, Violation
from domain.merchants.claims import ClaimsStatus
from domain.people import Actor
from models import Picture, Product
from services import arbiter, pictures, records
from services.merchants.booked import live_spaces, redraw_grids
from services.merchants.codes import doudian_code, set_codes
from services.merchants.facts import KEPT, READ_BY_STAFF, ProductFacts
from services.merchants.scanning import refuse_blocked
from services.unit_of_work import query, transaction

__all__ = ["ProductFacts", "doudian_code"]


@query
def my_products(session: Session, actor: Actor, *, archived: bool = False) -> list[Product]:
    """The products of the actor's shops with their codes, the newest first; raises Forbidden without a shop."""
    if not actor.merchant_ids:
        raise Forbidden
    gone = Product.archived_at.is_not(None) if archived else Product.archived_at.is_(None)
    return list(
        session.scalars(
            select(Product)
            .options(selectinload(Product.codes), selectinload(Product.pictures))
            .where(Product.merchant_id.in_(actor.merchant_ids), gone)
            .order_by(Product.id.desc())
        )
    )


@query
def product_for(session: Session, actor: Actor, product_id: int) -> Product:
    """One of the own products with codes and pictures; a foreign one raises Missing like one that isn't there."""
    return own_product(session, actor, product_id)


def own_product(session: Session, actor: Actor, product_id: int, *, lock: bool = False) -> Product:
    """The same inside of a transaction, locked where it is going to change; raises Missing."""
    wanted = (
        select(Product)
        .options(selectinload(Product.codes), selectinload(Product.pictures))
        .where(Product.id == product_id, Product.merchant_id.in_(actor.merchant_ids))
        .execution_options(populate_existing=True)
    )
    product = session.scalar(wanted.with_for_update(key_share=True) if lock else wanted)
    if product is None:
        raise Missing
    return product


@transaction
def create_product(session: Session, actor: Actor, facts: ProductFacts, *, now: datetime) -> Product:
    """Add a product to the actor's shop; staff read its claims before it goes on air.

    Raises Forbidden, BadInput, and RuleViolation for words that food may not claim.
    """
    if not actor.merchant_ids:
        raise Forbidden
    facts = facts.checked()
    refuse_blocked(session, facts)
    product = Product(
        merchant_id=actor.merchant_ids[0],
        picture_sha256=kept_picture(session, facts.picture_sha256),
        version=1,
        claims_status=ClaimsStatus.UNREVIEWED,
        created_at=now,
        codes=[],
        pictures=[],
        **facts.kept(),
    )
    session.add(product)
    session.flush()
    set_codes(session, product, facts.codes, now)
    records.audit(session, actor, "product.created", product, now, price_fen=facts.price_fen)
    records.tell_staff(session, "claims_handed_in", now, product=product.name)
    return product


@transaction
def update_product(
    session: Session,
    actor: Actor,
    product_id: int,
    facts: ProductFacts,
    *,
    version: int | None = None,
    now: datetime,
) -> Product:
    """Change one of the own products; without a new picture the old one stays.

    A change of what it claims or costs on air has to be read by staff again. `version` is the one that was looked at.
    Raises Missing, BadInput, RuleViolation for words that food may not claim, Stale.
    """
    facts = facts.checked()
    redraw_grids(session, [product_id], actor.merchant_ids)
    product = own_product(session, actor, product_id, lock=True)
    if version is not None and version != product.version:
        raise Stale(product_id)
    refuse_blocked(session, facts)
    changed = _put(product, facts)
    if facts.picture_sha256:
        pictures.let_go(session, product.picture_sha256, now=now)
        product.picture_sha256 = kept_picture(session, facts.picture_sha256)
    set_codes(session, product, facts.codes, now)
    reopens = bool(READ_BY_STAFF & changed.keys())
    if reopens:
        reopen(product)
        records.tell_staff(session, "claims_handed_in", now, product=product.name)
    product.version += 1
    records.audit(session, actor, "product.changed", product, now, before=changed, claims_reopened=reopens)
    return product


def _put(product: Product, facts: ProductFacts) -> dict[str, object]:
    """Write the facts into the row; returns what stood there before, of those that differ."""
    new = facts.kept()
    before = {name: getattr(product, name) for name in KEPT if getattr(product, name) != new[name]}
    for name in before:
        setattr(product, name, new[name])
    return before


def reopen(product: Product) -> None:
    """Let staff read the claims again: what was said of the old ones does not hold for these."""
    product.claims_status, product.claims_reason = ClaimsStatus.UNREVIEWED, ""
    product.claims_reviewed_at = product.claims_reviewed_by_id = None


@transaction
def archive_product(session: Session, actor: Actor, product_id: int, *, now: datetime) -> Product:
    """Take one of the own products off the list; raises Missing, RuleViolation while it has a booth ahead."""
    product = own_product(session, actor, product_id)
    arbiter.lock_merchant(session, product.merchant_id)  # as who takes a booth does
    if product.archived_at is None:
        if live_spaces(session, [product_id]):
            raise RuleViolation([Violation("product_has_booth")])
        product.archived_at = now
        records.audit(session, actor, "product.archived", product, now)
    return product


@transaction
def restore_product(session: Session, actor: Actor, product_id: int, *, now: datetime) -> Product:
    """Put a product back on the list; raises Missing."""
    product = own_product(session, actor, product_id, lock=True)
    if product.archived_at is not None:
        product.archived_at = None
        records.audit(session, actor, "product.restored", product, now)
    return product


def kept_picture(session: Session, sha256: str | None) -> str | None:
    """The name of a picture that is kept, and stays so until the transaction ends; None for none; raises BadInput."""
    if sha256 is None:
        return None
    wanted = select(Picture.sha256).where(Picture.sha256 == sha256)
    known = session.scalar(wanted.with_for_update(read=True, key_share=True))
    if known is None:
        raise BadInput("picture_missing", field="picture")
    return known
