"""The words that a host stays away from: those of the list that stand in what a shop wrote about a product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ClaimWord, Product


@dataclass(frozen=True, slots=True)
class Taboo:
    """A word not to be said, and why."""

    word: str
    reason: str


def of_products(session: Session, products: Sequence[Product]) -> dict[int, list[Taboo]]:
    """By product, the listed words that occur in its name, selling points or claims, in the order of the list."""
    words = session.execute(select(ClaimWord.word, ClaimWord.reason).order_by(ClaimWord.id)).all()
    return {
        product.id: [Taboo(row.word, row.reason) for row in words if row.word in _texts(product)]
        for product in products
    }


def _texts(product: Product) -> str:
    return f"{product.name}\n{product.selling_points}\n{product.claims}"
