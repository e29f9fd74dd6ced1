"""The list of order lines: the newest first, page by page, at a cost that does not grow with the history.

Every list runs along one index: that of an order's number, of a show, of products, or of the time of the order. Along
time alone no more than `SCAN` lines are looked at for one page; a page may then hold fewer lines and still go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_, union_all
from sqlalchemy.orm import Session, joinedload

from domain.errors import Forbidden, Missing
from domain.interval import at_local
from domain.people import Actor
from domain.sales.attribution import Tier
from domain.sales.lines import Platform
from domain.studio.shows import ShowStatus
from models import AuditEvent, Merchant, Product, Sale, Show
from services.unit_of_work import query

PAGE = 25
SCAN = 20_000
MOST_CHOICES = 60
AT_ONCE = 200
"""SQLite puts no more than 500 selects together: a shop with more products is asked for in parts."""
Position = tuple[datetime, int]
"""Where a page ended: time of the order and id of the last line that was looked at."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines; days are the community's and both included, `order_no` is exact."""

    show_id: int | None = None
    product_id: int | None = None
    merchant_id: int | None = None
    tier: Tier | None = None
    first_day: date | None = None
    last_day: date | None = None
    order_no: str = ""
    by_hand: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line with what its row shows: names are None where nothing is known."""

    sale: Sale
    product: str | None
    merchant: str | None
    show: Show | None


@dataclass(frozen=True, slots=True)
class LinePage:
    """Some lines, and where the next page begins, None at the end."""

    lines: Sequence[Line]
    next: Position | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What a list may be narrowed to."""

    shows: Sequence[Show]
    products: Sequence[Product]
    merchants: Sequence[Merchant]


@query
def page(
    session: Session, actor: Actor, wanted: Wanted, *, after: Position | None = None, size: int = PAGE
) -> LinePage:
    """One page of lines; merchants get those of their own products.

    Raises Forbidden for who neither sells nor is staff, Missing for a product or shop of others.
    """
    products = _own_products(session, actor, wanted)
    ids, goes_on = _ids(
        session, replace(wanted, unknown=wanted.unknown and actor.is_staff), products, after, size
    )
    rows = session.execute(
        select(Sale, Product.name, Merchant.name)
        .outerjoin(Product, Product.id == Sale.product_id)
        .outerjoin(Merchant, Merchant.id == Product.merchant_id)
        .options(joinedload(Sale.show))
        .where(Sale.id.in_(ids))
        .order_by(Sale.ordered_at.desc(), Sale.id.desc())
    )
    return LinePage([Line(sale, product, merchant, sale.show) for sale, product, merchant in rows], goes_on)


@query
def choices(session: Session, actor: Actor) -> Choices:
    """Shows, products and shops to narrow the list to, the latest shows first; merchants get their own products."""
    products = (
        select(Product).options(joinedload(Product.merchant)).order_by(Product.merchant_id, Product.name)
    )
    shows = select(Show).order_by(Show.starts_at.desc()).limit(MOST_CHOICES)
    if not actor.is_staff:
        shows = shows.where(Show.status != ShowStatus.DRAFT)  # nobody else knows of it yet
        products = products.where(Product.merchant_id.in_(actor.merchant_ids))
        return Choices(session.scalars(shows).all(), session.scalars(products).all(), ())
    merchants = session.scalars(select(Merchant).order_by(Merchant.name)).all()
    return Choices(session.scalars(shows).all(), session.scalars(products).all(), merchants)


def visible(session: Session, actor: Actor, sale_id: int) -> Sale:
    """A line that this person may see, as it stands; raises Missing."""
    wanted = select(Sale).where(Sale.id == sale_id).execution_options(populate_existing=True)
    if not actor.is_staff:
        shops = actor.merchant_ids if actor.is_merchant else ()
        wanted = wanted.where(Sale.product_id.in_(select(Product.id).where(Product.merchant_id.in_(shops))))
    sale = session.scalar(wanted)
    if sale is None:
        raise Missing
    return sale


def _own_products(session: Session, actor: Actor, wanted: Wanted) -> list[int] | None:
    """The products that the list is bound to, None for all and unknown ones."""
    if not (actor.is_staff or actor.is_merchant):
        raise Forbidden
    shops: tuple[int, ...] | None = None if actor.is_staff else actor.merchant_ids
    if wanted.merchant_id is not None:
        if shops is not None and wanted.merchant_id not in shops:
            raise Missing
        shops = (wanted.merchant_id,)
    if shops is None and wanted.product_id is None:
        return None
    found = select(Product.id)
    if shops is not None:
        found = found.where(Product.merchant_id.in_(shops))
    if wanted.product_id is not None:
        found = found.where(Product.id == wanted.product_id)
    products = list(session.scalars(found))
    if wanted.product_id is not None and not products and not actor.is_staff:
        raise Missing
    return products


def _ids(
    session: Session, wanted: Wanted, products: list[int] | None, after: Position | None, size: int
) -> tuple[list[int], Position | None]:
    narrow = _conditions(wanted, after)
    by_index = _by_index(wanted)
    if by_index is not None:
        if products is not None:
            by_index = and_(by_index, Sale.product_id.in_(products))
        return _cut(session.execute(_newest(size + 1, by_index, *narrow)).all(), size)
    if products is not None:
        return _cut(_of_products(session, products, narrow, size), size)
    return _along_time(session, wanted, after, size)


def _conditions(wanted: Wanted, after: Position | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.tier is not None:
        found.append(_in_tier(wanted.tier))
    if wanted.by_hand:
        found.append(Sale.attributed_by_id.is_not(None))
    if wanted.unknown:
        found.append(Sale.product_id.is_(None))
    return [*found, *_stretch(wanted, after)]


def _stretch(wanted: Wanted, after: Position | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.first_day is not None:
        found.append(Sale.ordered_at >= at_local(wanted.first_day, 0))
    if wanted.last_day is not None:
        found.append(Sale.ordered_at < at_local(wanted.last_day + timedelta(days=1), 0))
    if after is not None:
        # The first half alone lets the index begin there; SQLite does not see it in the pair.
        found += [Sale.ordered_at <= after[0], tuple_(Sale.ordered_at, Sale.id) < tuple_(*after)]
    return found


def _in_tier(tier: Tier) -> ColumnElement[bool]:
    return or_(Sale.tier.is_(None), Sale.tier == tier) if tier is Tier.NONE else Sale.tier == tier


def _by_index(wanted: Wanted) -> ColumnElement[bool] | None:
    """What an index other than that of time or of products finds at once."""
    if wanted.order_no:
        return and_(Sale.platform.in_(list(Platform)), Sale.order_no == wanted.order_no)
    if wanted.show_id is not None:
        return Sale.show_id == wanted.show_id
    if wanted.by_hand:  # few: each was decided by a person
        return Sale.id.in_(
            select(AuditEvent.object_id).where(AuditEvent.object_type == Sale.__tablename__).distinct()
        )
    if wanted.unknown:
        return Sale.product_id.is_(None)
    return None


def _newest(size: int, *conditions: ColumnElement[bool]) -> Select[datetime, int]:
    return (
        select(Sale.ordered_at, Sale.id)
        .where(*conditions)
        .order_by(Sale.ordered_at.desc(), Sale.id.desc())
        .limit(size)
    )


def _of_products(
    session: Session, products: list[int], narrow: list[ColumnElement[bool]], size: int
) -> Sequence[Any]:
    """The newest of each product, put together: each runs along the index of its product."""
    found: list[Any] = []
    for begin in range(0, len(products), AT_ONCE):
        some = products[begin : begin + AT_ONCE]
        each = [_newest(size + 1, Sale.product_id == one, *narrow).subquery() for one in some]
        both = union_all(*(select(one) for one in each)).subquery()
        found += session.execute(
            select(both.c.ordered_at, both.c.id)
            .order_by(both.c.ordered_at.desc(), both.c.id.desc())
            .limit(size + 1)
        )
    return sorted(found, key=lambda row: (row.ordered_at, row.id), reverse=True)[: size + 1]


def _along_time(
    session: Session, wanted: Wanted, after: Position | None, size: int
) -> tuple[list[int], Position | None]:
    stretch = _stretch(wanted, after)
    if wanted.tier is None:
        return _cut(session.execute(_newest(size + 1, *stretch)).all(), size)
    looked_at = _newest(SCAN, *stretch).add_columns(Sale.tier).subquery()
    fits: ColumnElement[bool] = looked_at.c.tier == wanted.tier
    if wanted.tier is Tier.NONE:
        fits = or_(fits, looked_at.c.tier.is_(None))
    order = (looked_at.c.ordered_at.desc(), looked_at.c.id.desc())
    columns = (looked_at.c.ordered_at, looked_at.c.id)
    found = session.execute(select(*columns).where(fits).order_by(*order).limit(size + 1)).all()
    if len(found) > size:
        return _cut(found, size)
    last = session.execute(select(*columns).order_by(*order).offset(SCAN - 1).limit(1)).first()
    return [row.id for row in found], (last.ordered_at, last.id) if last else None


def _cut(rows: Sequence[Any], size: int) -> tuple[list[int], Position | None]:
    shown = rows[:size]
    return [row.id for row in shown], (shown[-1].ordered_at, shown[-1].id) if len(rows) > size else None
