"""The lights of booths as they stand now: read from papers, claims, samples, stock and platform codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from domain.merchants.papers import Lack, PaperFacts, lacking, needed_papers
from domain.merchants.products import FoodType
from domain.sales.lines import Platform
from domain.studio.compliance import Compliance, claims_light, is_there, papers_light, sample_light
from models import BoothSlot, Merchant, Paper, Product, ProductCode

# Statements are put together once: doing it at every request costs more than running them.
_PAPERS = select(Paper.merchant_id, Paper.kind, Paper.status, Paper.expires_on).where(
    Paper.merchant_id.in_(bindparam("shops", expanding=True))
)
_LINKED = select(ProductCode.product_id).where(
    ProductCode.product_id.in_(bindparam("products", expanding=True))
)
_LINKED_ON = _LINKED.where(ProductCode.platform == bindparam("platform"))


def papers_of(session: Session, merchant_ids: Sequence[int]) -> dict[int, list[PaperFacts]]:
    """What is on file for several shops, in one query."""
    found: dict[int, list[PaperFacts]] = defaultdict(list)
    rows = session.execute(_PAPERS, {"shops": merchant_ids})
    for row in rows:
        found[row.merchant_id].append(PaperFacts(row.kind, row.status, row.expires_on))
    return found


def lacks_of(
    merchant: Merchant, food_type: FoodType | None, papers: Sequence[PaperFacts], day: date
) -> list[Lack]:
    """Which papers a shop lacks to sell a kind of goods on a day."""
    needed = needed_papers(food_type, is_exempt=merchant.credit_code is None and bool(merchant.exempt_reason))
    return lacking(needed, papers, day)


def of_slots(
    session: Session, slots: Sequence[BoothSlot], day: date, platform: Platform | None
) -> dict[int, Compliance]:
    """The lights of booth slots loaded with merchant and product, by booking; `day` is the show's.

    The link is the product's code on the platform of the show, or on any where that is not said.
    """
    papers = papers_of(session, sorted({slot.merchant_id for slot in slots}))
    linked = _linked(session, sorted({slot.product_id for slot in slots}), platform)
    return {
        slot.booking_id: _lights(slot, papers.get(slot.merchant_id, []), slot.product_id in linked, day)
        for slot in slots
    }


def _lights(slot: BoothSlot, papers: Sequence[PaperFacts], has_link: bool, day: date) -> Compliance:
    product: Product = slot.product
    return Compliance(
        papers=papers_light(
            lacks_of(slot.merchant, product.food_type, papers, day),
            slot.merchant.status,
        ),
        claims=claims_light(product.claims_status),
        sample=sample_light(slot.sample),
        stock=is_there(product.stock > 0),
        link=is_there(has_link),
    )


def _linked(session: Session, product_ids: Sequence[int], platform: Platform | None) -> set[int]:
    if platform is None:
        return set(session.scalars(_LINKED, {"products": product_ids}))
    return set(session.scalars(_LINKED_ON, {"products": product_ids, "platform": platform}))
