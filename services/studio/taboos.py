"""The words that a host stays away from: those of the list that stand in what a shop wrote about a product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import Product
from services.merchants.scanning import findings_in, words_of


@dataclass(frozen=True, slots=True)
class Taboo:
    """A word not to be said, and why."""

    word: str
    reason: str


def of_products(session: Session, products: Sequence[Product]) -> dict[int, list[Taboo]]:
    """By product, each listed word that its texts say, once and in their order."""
    words = words_of(session)
    return {
        product.id: list(
            dict.fromkeys(Taboo(found.word, found.reason) for found in findings_in(product, words))
        )
        for product in products
    }
