"""From an order line to our product, and from there to the booth slot that sold it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.sales.attribution import Attribution, OrderFacts
from domain.sales.lines import OrderLine, Platform
from models import Product, ProductAlias, ProductCode
from services.sales.on_air import SOLD_IN, Windows

__all__ = [
    "ATTRIBUTION_COLUMNS",
    "SOLD_IN",
    "Match",
    "Matcher",
    "attribution_columns",
    "keep_what_a_hand_chose",
]

ATTRIBUTION_COLUMNS = ("tier", "show_id", "booth_booking_id", "rule_version", "evidence")
"""The columns of a sale that attribution fills."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a line was found to be: our product, if known, and its attribution."""

    product_id: int | None
    attribution: Attribution


class Matcher:
    """What attribution needs: codes and names read once per import, times on air for the products that come up."""

    def __init__(self, session: Session, platform: Platform) -> None:
        self._codes = _product_codes(session, platform)
        self._titles = _unique_titles(session) | _alias_titles(session, platform)
        self._windows = Windows(session)

    def expect(self, lines: Iterable[OrderLine], known: Iterable[int | None] = ()) -> None:
        """Read the times on air of all products of these lines in one go."""
        found = {self._product_of(line, None) for line in lines} | set(known)
        self._windows.expect(product_id for product_id in found if product_id is not None)

    def match(self, line: OrderLine, known: int | None = None) -> Match:
        """Find product and booth slot; `known` is the product that the stored line has already.

        The product's code at the platform decides, then the merchant's code, then what was found before, and
        last the name: one that staff explained, else where only one product bears exactly it. So a product that is
        renamed loses no sale.
        """
        product_id = self._product_of(line, known)
        facts = OrderFacts(product_id, line.ordered_at, line.ordered_precision, line.live_evidence)
        return Match(product_id, self.attribute(facts))

    def attribute(self, order: OrderFacts) -> Attribution:
        """Find the booth slot of an order line whose product is known, or is known to be none of ours."""
        return self._windows.attribute(order)

    def may_be_sold(self, product_id: int | None, moment: datetime) -> bool:
        """Whether a product was on air anywhere near; what was not gets no booth, whenever it was ordered."""
        return product_id is not None and bool(self._windows.near(product_id, moment))

    def _product_of(self, line: OrderLine, known: int | None) -> int | None:
        return self._by_code(line) or known or self._titles.get(line.title)

    def _by_code(self, line: OrderLine) -> int | None:
        for code in (line.platform_product_id, line.merchant_code):
            if code is not None and code in self._codes:
                return self._codes[code]
        return None


def attribution_columns(found: Attribution) -> dict[str, Any]:
    """The columns of a sale that an attribution fills."""
    return {
        "tier": found.tier,
        "show_id": found.show_id,
        "booth_booking_id": found.booth_slot_id,
        "rule_version": found.rule_version,
        "evidence": found.evidence,
    }


def keep_what_a_hand_chose(stored: Mapping[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The new columns of a stored sale, but those that a person chose: tier, show and booth, and with it the product.

    `stored` needs `attributed_by_id`, the product and the columns of attribution.
    """
    if stored["attributed_by_id"] is None:
        return values
    kept = values | {name: stored[name] for name in ATTRIBUTION_COLUMNS}
    return kept if stored["booth_booking_id"] is None else kept | {"product_id": stored["product_id"]}


def _product_codes(session: Session, platform: Platform) -> dict[str, int]:
    """The codes of our products, but for those that staff called none of ours: a shop can't claim such sales."""
    not_ours = select(ProductAlias.id).where(
        ProductAlias.platform == platform,
        ProductAlias.code == ProductCode.code,
        ProductAlias.product_id.is_(None),
    )
    rows = session.execute(
        select(ProductCode.code, ProductCode.product_id).where(
            ProductCode.platform == platform, ~not_ours.exists()
        )
    )
    return {row.code: row.product_id for row in rows}


def _alias_titles(session: Session, platform: Platform) -> dict[str, int | None]:
    """What staff said about names: a product of ours, or None for one that is nobody's of ours."""
    rows = session.execute(
        select(ProductAlias.title, ProductAlias.product_id).where(
            ProductAlias.platform == platform, ProductAlias.title != ""
        )
    )
    return {row.title: row.product_id for row in rows}


def _unique_titles(session: Session) -> dict[str, int | None]:
    """Names that only one product on offer bears or, where none is on offer any more, only one ever bore."""
    on_offer: dict[str, list[int]] = defaultdict(list)
    archived: dict[str, list[int]] = defaultdict(list)
    for row in session.execute(select(Product.id, Product.name, Product.archived_at).order_by(Product.id)):
        (on_offer if row.archived_at is None else archived)[row.name].append(row.id)
    titles = archived | on_offer
    return {name: ids[0] for name, ids in titles.items() if len(ids) == 1}
