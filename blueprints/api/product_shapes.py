"""How products, findings and the word list look in JSON; prices in fen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from blueprints.problems import iso
from domain.merchants.claims import Finding
from models import ClaimWord, Product
from services.merchants.claims import ClaimsCase
from services.merchants.codes import codes_of, doudian_code
from services.merchants.facts import ProductFacts
from services.merchants.product_pictures import in_order

TEXTS = ("price_basis", "sku", "claims", "origin", "shelf_life", "after_sales")


def facts(body: Mapping[str, Any]) -> ProductFacts:
    """What was sent, as the service takes it."""
    return ProductFacts(
        name=body["name"],
        price_fen=body["price_fen"],
        stock=body["stock"],
        code=body["doudian_product_id"],
        codes=body["codes"],
        category=body["category"],
        food_type=body["food_type"],
        live_price_fen=body["live_price_fen"],
        selling_points="\n".join(body["selling_points"]),
        **{name: body[name] for name in TEXTS},
    )


def product(found: Product, findings: Sequence[Finding]) -> dict[str, Any]:
    """A product of a shop, loaded with its codes and pictures."""
    shown = [url_for("studio.picture", sha256=sha256) for sha256 in in_order(found)]
    return {
        "id": found.id,
        "merchant": found.merchant_id,
        "name": found.name,
        "category": found.category.value,
        "food_type": found.food_type.value if found.food_type else None,
        "price_fen": found.price_fen,
        "live_price_fen": found.live_price_fen,
        "stock": found.stock,
        "doudian_product_id": doudian_code(found) or None,
        "codes": {platform.value: code for platform, code in codes_of(found).items()},
        "selling_points": found.selling_points.splitlines(),
        "picture": shown[0] if shown else None,
        "pictures": shown,
        "claims_status": found.claims_status.value,
        "claims_reason": found.claims_reason or None,
        "findings": [finding(one) for one in findings],
        "version": found.version,
        "archived": found.archived_at is not None,
        **{name: getattr(found, name) for name in TEXTS},
    }


def finding(found: Finding) -> dict[str, Any]:
    """A word at its place."""
    return {
        "field": found.field,
        "start": found.start,
        "end": found.end,
        "word": found.word,
        "kind": found.kind.value,
        "reason": found.reason,
        "excerpt": found.excerpt,
        "blocked": found.is_blocked,
    }


def review(case: ClaimsCase) -> dict[str, Any]:
    """A product as staff see it."""
    return {
        "product": product(case.product, case.findings),
        "merchant_name": case.product.merchant.name,
        "on_air": [iso(at) for at in case.on_air],
    }


def word(found: ClaimWord) -> dict[str, Any]:
    """A word of the list."""
    return {"id": found.id, "word": found.word, "kind": found.kind.value, "reason": found.reason}
