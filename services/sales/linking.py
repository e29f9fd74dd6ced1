"""Saying what an unknown product of a platform is: one of ours, or nobody's of ours; it is remembered for all files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from domain.errors import BadInput, Missing
from domain.people import Actor
from domain.sales.lines import Platform
from models import Product, ProductAlias, ProductCode
from models.engine import insert_ignoring
from services import records
from services.sales.importing import SALES, bump, lock_platform, require_staff
from services.sales.rematching import rematch
from services.unit_of_work import transaction

MAX_CODE = 64
MAX_MARK, MAX_TITLE = 100, 500


@transaction
def link(
    session: Session, actor: Actor, platform: Platform, code: str, product_id: int | None, *, now: datetime
) -> int:
    """Let a code stand for a product and attribute the sales that waited for it; returns how many.

    Raises Forbidden, BadInput (product_not_chosen, code_malformed, code_taken).
    """
    require_staff(actor)
    product = _chosen(session, product_id)
    if not 1 <= len(code) <= MAX_CODE:
        raise BadInput("code_malformed", field="product_id", maximum=MAX_CODE)
    lock_platform(session, platform)
    session.execute(
        insert_ignoring(session, ProductCode, platform=platform, code=code, product_id=product.id)
    )
    owner = session.scalar(
        select(ProductCode.product_id).where(ProductCode.platform == platform, ProductCode.code == code)
    )
    if owner != product.id:
        raise BadInput("code_taken", field="product_id")
    _remember(session, actor, platform, code, "", product.id, now)
    found = _rematch_waiting(session, platform, _of_codes([code]), now)
    records.audit(session, actor, "product.code_linked", product, now, code=code, sales=found)
    return found


@transaction
def link_title(
    session: Session, actor: Actor, platform: Platform, title: str, product_id: int | None, *, now: datetime
) -> int:
    """The same by the name under which a platform sells it, for exports that give no code.

    Raises Forbidden, BadInput (product_not_chosen, title_malformed, title_taken).
    """
    require_staff(actor)
    product = _chosen(session, product_id)
    if not 1 <= len(title) <= MAX_TITLE:
        raise BadInput("title_malformed", field="product_id", maximum=MAX_TITLE)
    lock_platform(session, platform)
    if _remember(session, actor, platform, "", title, product.id, now).product_id != product.id:
        raise BadInput("title_taken", field="product_id")
    found = _rematch_waiting(session, platform, SALES.c.title == title, now)
    records.audit(session, actor, "product.title_linked", product, now, title=title, sales=found)
    return found


@transaction
def not_ours(
    session: Session, actor: Actor, platform: Platform, *, code: str = "", title: str = "", now: datetime
) -> ProductAlias:
    """Say that a product is none of ours: nobody is asked about it again. Exactly one of code and title names it.

    Raises Forbidden, BadInput (code_malformed, title_malformed, title_taken).
    """
    require_staff(actor)
    if bool(code) == bool(title) or len(code) > MAX_MARK:
        raise BadInput("code_malformed", field="product_id", maximum=MAX_MARK)
    if len(title) > MAX_TITLE:
        raise BadInput("title_malformed", field="product_id", maximum=MAX_TITLE)
    lock_platform(session, platform)
    alias = _remember(session, actor, platform, code, title, None, now)
    if alias.product_id is not None:
        raise BadInput("title_taken", field="product_id")
    bump(session, platform)
    records.audit(session, actor, "product.not_ours", alias, now, code=code, title=title)
    return alias


@transaction
def take_back(session: Session, actor: Actor, alias_id: int, *, now: datetime) -> int:
    """Forget what was said about a product: its sales wait again where nothing else tells; returns how many changed.

    Raises Forbidden, Missing.
    """
    require_staff(actor)
    platform = session.scalar(select(ProductAlias.platform).where(ProductAlias.id == alias_id))
    if platform is None:
        raise Missing
    lock_platform(session, platform)
    alias = session.get(ProductAlias, alias_id, populate_existing=True)
    if alias is None:
        raise Missing
    chosen: ColumnElement[bool] = SALES.c.title == alias.title if alias.title else _of_codes([alias.code])
    if alias.code and alias.product_id is not None:
        session.execute(
            delete(ProductCode).where(
                ProductCode.platform == platform,
                ProductCode.code == alias.code,
                ProductCode.product_id == alias.product_id,
            )
        )
    records.audit(
        session, actor, "product.alias_removed", alias, now, code=alias.code, title=alias.title,
        product=alias.product_id,
    )  # fmt: skip
    mine = and_(chosen, SALES.c.product_id.is_not_distinct_from(alias.product_id))
    session.delete(alias)
    session.flush()
    found = rematch(session, platform, mine, now, forget_product=True)
    bump(session, platform)
    return found


@transaction
def attribute_waiting(session: Session, platform: Platform, codes: list[str], *, now: datetime) -> int:
    """Attribute the sales that came before these codes were known, for the service that keeps products."""
    lock_platform(session, platform)
    return _rematch_waiting(session, platform, _of_codes(codes), now)


def _chosen(session: Session, product_id: int | None) -> Product:
    product = session.get(Product, product_id) if product_id is not None else None
    if product is None:
        raise BadInput("product_not_chosen", field="product_id")
    return product


def _of_codes(codes: list[str]) -> ColumnElement[bool]:
    return or_(SALES.c.platform_product_id.in_(codes), SALES.c.merchant_code.in_(codes))


def _rematch_waiting(session: Session, platform: Platform, chosen: ColumnElement[bool], now: datetime) -> int:
    found = rematch(session, platform, and_(chosen, SALES.c.product_id.is_(None)), now)
    bump(session, platform)
    return found


def _remember(
    session: Session,
    actor: Actor,
    platform: Platform,
    code: str,
    title: str,
    product_id: int | None,
    now: datetime,
) -> ProductAlias:
    """What is said about this mark: a product takes the place of "none of ours", else what was said first stays."""
    mark = (ProductAlias.platform == platform, ProductAlias.code == code, ProductAlias.title == title)
    said = {"product_id": product_id, "decided_by_id": actor.id, "decided_at": now}
    session.execute(insert_ignoring(session, ProductAlias, platform=platform, code=code, title=title, **said))
    alias = session.scalars(select(ProductAlias).where(*mark).execution_options(populate_existing=True)).one()
    if alias.product_id is None and product_id is not None:
        alias.product_id, alias.decided_by_id, alias.decided_at = product_id, actor.id, now
        session.flush()
    return alias
