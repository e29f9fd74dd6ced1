"""What waits for a person after imports: words, rows and products, those with the most money first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    distinct,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, contains_eager

from domain.people import Actor
from domain.sales.lines import Platform
from models import HeldRow, Merchant, Product, ProductAlias, Sale
from models.rows import core
from models.sales_inbox import HeldState, WordAxis
from services.sales.importing import require_staff
from services.sales.words import CODES
from services.unit_of_work import query

RECENT = timedelta(days=365)
"""Unknown products are looked for among the orders of the year before the newest: the cost of a look stays bounded."""

AMOUNT = func.coalesce(
    cast(HeldRow.order["amount_fen"].as_string(), BigInteger),
    cast(HeldRow.order["refund_fen"].as_string(), BigInteger),
    0,
)
"""What a held row is about: a line's amount, or a case's refund, in fen."""
_OPEN = HeldRow.state == HeldState.OPEN
_BY_WORD = HeldRow.code.in_([code.value for code in CODES.values()])
_WORDS = func.count(
    distinct(
        case((_BY_WORD, type_coerce(HeldRow.platform, String) + "|" + HeldRow.code + "|" + HeldRow.text))
    )
)
_ROWS = func.count(case((~_BY_WORD, HeldRow.id)))
_NEWEST = select(func.max(Sale.ordered_at))


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of each kind waits: a word counts once, however many rows it holds."""

    words: int
    rows: int
    products: int

    @property
    def total(self) -> int:
        """How many decisions there are to make."""
        return self.words + self.rows + self.products


@dataclass(frozen=True, slots=True)
class WaitingWord:
    """A word that nobody explained yet, as the platform wrote it; money in fen."""

    platform: Platform
    axis: WordAxis
    word: str
    rows: int
    fen: int


@dataclass(frozen=True, slots=True)
class WaitingProduct:
    """A product that nobody knows, by its code or, where the platform gives none, by its name; money in fen, paid."""

    platform: Platform
    code: str
    title: str
    name: str
    lines: int
    fen: int


@query
def waiting(session: Session, actor: Actor) -> Waiting:
    """How much waits for staff; raises Forbidden."""
    require_staff(actor)
    return _count(session)


def count_waiting() -> ColumnElement[int]:
    """How many decisions wait, as a part of one statement that is given `since`, from `since`."""
    words, rows, unknown = _counts()
    return words + rows + unknown


def _counts() -> tuple[ColumnElement[int], ColumnElement[int], ColumnElement[int]]:
    words, rows = (select(one).where(_OPEN).scalar_subquery() for one in (_WORDS, _ROWS))
    unknown = select(func.count()).select_from(_unknown(bindparam("since", type_=Date)).subquery())
    return words, rows, unknown.scalar_subquery()


@cache
def _counted() -> Select[*tuple[Any, ...]]:
    return select(*_counts())


@query
def words(session: Session, actor: Actor, *, limit: int, offset: int = 0) -> list[WaitingWord]:
    """Words that hold rows; raises Forbidden."""
    require_staff(actor)
    axes = {code.value: axis for axis, code in CODES.items()}
    fen = func.sum(AMOUNT)
    rows = session.execute(
        select(HeldRow.platform, HeldRow.code, HeldRow.text, func.count().label("rows"), fen.label("fen"))
        .where(_OPEN, _BY_WORD)
        .group_by(HeldRow.platform, HeldRow.code, HeldRow.text)
        .order_by(fen.desc(), HeldRow.platform, HeldRow.code, HeldRow.text)
        .limit(limit)
        .offset(offset)
    )
    return [WaitingWord(row.platform, axes[row.code], row.text, int(row.rows), int(row.fen)) for row in rows]


@query
def rows(session: Session, actor: Actor, *, limit: int, offset: int = 0) -> Sequence[HeldRow]:
    """Rows that must be looked at one by one; raises Forbidden."""
    require_staff(actor)
    return session.scalars(
        select(HeldRow)
        .where(_OPEN, ~_BY_WORD)
        .order_by(AMOUNT.desc(), HeldRow.id)
        .limit(limit)
        .offset(offset)
        .execution_options(populate_existing=True)
    ).all()


@query
def products(session: Session, actor: Actor, *, limit: int, offset: int = 0) -> list[WaitingProduct]:
    """Products with sales that nobody knows and nobody called none of ours; raises Forbidden."""
    require_staff(actor)
    groups = _unknown(since(session)).subquery()
    rows = session.execute(
        select(groups)
        .order_by(
            groups.c.fen.desc(), groups.c.lines.desc(), groups.c.platform, groups.c.code, groups.c.title
        )
        .limit(limit)
        .offset(offset)
    )
    return [
        WaitingProduct(
            Platform(row.platform), row.code, row.title, row.name, lines=int(row.lines), fen=int(row.fen)
        )
        for row in rows
    ]


def _count(session: Session) -> Waiting:
    return Waiting(*session.execute(_counted(), {"since": since(session)}).one())


def _unknown(after: date | BindParameter[date]) -> Select[*tuple[Any, ...]]:
    """Sales of unknown products by their mark; those that somebody called none of ours are left out."""
    nothing = literal_column("''", String)  # written out: what is selected must be what it is grouped by
    code = func.coalesce(Sale.platform_product_id, Sale.merchant_code, nothing)
    title = case((code == nothing, Sale.title), else_=nothing)
    marked = (
        select(
            Sale.platform,
            code.label("code"),
            title.label("title"),
            func.max(Sale.title).label("name"),
            func.count().label("lines"),
            func.sum(case((Sale.paid, Sale.amount_fen), else_=0)).label("fen"),
        )
        .where(Sale.product_id.is_(None), Sale.ordered_on > after)
        .group_by(Sale.platform, code, title)
        .subquery()
    )
    foreign = select(ProductAlias.id).where(
        ProductAlias.product_id.is_(None),
        ProductAlias.platform == marked.c.platform,
        or_(
            and_(ProductAlias.code != "", ProductAlias.code == marked.c.code),
            and_(ProductAlias.title != "", ProductAlias.title == marked.c.title),
        ),
    )
    return select(marked).where(~foreign.exists())


def since(session: Session) -> date:
    """After which day unknown products are looked for."""
    newest = core(session).execute(_NEWEST).scalar()
    return date.min if newest is None else newest.date() - RECENT


@query
def products_of_ours(session: Session, actor: Actor, *, named: str = "") -> Sequence[Product]:
    """Products on offer to choose from, with their shops, by shop; `named`: a part of either name. Raises Forbidden."""
    require_staff(actor)
    wanted = (
        select(Product)
        .join(Product.merchant)
        .options(contains_eager(Product.merchant))
        .where(Product.archived_at.is_(None))
        .order_by(Merchant.name, Merchant.id, Product.name, Product.id)
    )
    if named:
        wanted = wanted.where(
            or_(
                Product.name.icontains(named, autoescape=True),
                Merchant.name.icontains(named, autoescape=True),
            )
        )
    return session.scalars(wanted).all()
