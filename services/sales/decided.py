"""What staff decided lately about words, rows and products, so that it can be looked at and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.people import Actor
from models import HeldRow, LearnedWord, Merchant, Person, Product, ProductAlias
from models.sales_inbox import HeldState
from services.sales.importing import require_staff
from services.unit_of_work import query

RECENT = 20


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """A held row with who decided it."""

    held: HeldRow
    by: str


@dataclass(frozen=True, slots=True)
class DecidedWord:
    """An explained word with who explained it."""

    known: LearnedWord
    by: str


@dataclass(frozen=True, slots=True)
class DecidedProduct:
    """What was said about an unknown product: `product` and `shop` of ours, or None for none of ours."""

    alias: ProductAlias
    product: str | None
    shop: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The latest decisions of each kind, newest first."""

    words: Sequence[DecidedWord]
    rows: Sequence[DecidedRow]
    products: Sequence[DecidedProduct]

    @property
    def count(self) -> int:
        """How many are shown."""
        return len(self.words) + len(self.rows) + len(self.products)


@query
def recent(session: Session, actor: Actor) -> Decided:
    """The latest twenty of each kind; rows that a word settled are not listed, the word is. Raises Forbidden."""
    require_staff(actor)
    words = session.execute(
        select(LearnedWord, Person.name)
        .join(Person, Person.id == LearnedWord.decided_by_id)
        .order_by(LearnedWord.decided_at.desc(), LearnedWord.word)
        .limit(RECENT)
        .execution_options(populate_existing=True)
    )
    rows = session.execute(
        select(HeldRow, Person.name)
        .join(Person, Person.id == HeldRow.decided_by_id)
        .where(HeldRow.state == HeldState.DECIDED, HeldRow.order["books"]["by_word"].as_boolean().is_(False))
        .order_by(HeldRow.decided_at.desc(), HeldRow.id.desc())
        .limit(RECENT)
        .execution_options(populate_existing=True)
    )
    products = session.execute(
        select(ProductAlias, Product.name.label("product"), Merchant.name.label("shop"), Person.name)
        .join(Person, Person.id == ProductAlias.decided_by_id)
        .outerjoin(Product, Product.id == ProductAlias.product_id)
        .outerjoin(Merchant, Merchant.id == Product.merchant_id)
        .order_by(ProductAlias.decided_at.desc(), ProductAlias.id.desc())
        .limit(RECENT)
        .execution_options(populate_existing=True)
    )
    return Decided(
        words=[DecidedWord(known, by) for known, by in words],
        rows=[DecidedRow(held, by) for held, by in rows],
        products=[DecidedProduct(alias, product, shop, by) for alias, product, shop, by in products],
    )
