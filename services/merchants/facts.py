"""What a shop says about a product, tidied before it is kept, and what of it has to be read by staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.errors import BadInput
from domain.merchants.products import (
    Category,
    FoodType,
    check_food_type,
    check_live_price,
    check_price,
    check_stock,
    clean_claims,
    clean_code,
    clean_line,
    clean_points,
    clean_product_name,
)
from domain.sales.lines import Platform

KEPT = (
    "name", "category", "food_type", "price_fen", "live_price_fen", "price_basis", "stock", "sku", "selling_points",
    "claims", "origin", "shelf_life", "after_sales",
)  # fmt: skip
"""The facts that stand in the product's own row under the same name."""
READ_BY_STAFF = frozenset(
    {"name", "category", "food_type", "live_price_fen", "price_basis", "selling_points", "claims"}
)
"""A change of any of these undoes the review of the claims."""


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What a shop says about a product: prices in fen, `code` its id on 抖店, `codes` those on other platforms.

    `picture_sha256` is from pictures.keep; without one the product keeps the picture that it has.
    """

    name: str
    price_fen: int
    stock: int
    code: str = ""
    picture_sha256: str | None = None
    category: Category = Category.OTHER
    food_type: FoodType | None = None
    live_price_fen: int | None = None
    price_basis: str = ""
    sku: str = ""
    selling_points: str = ""
    claims: str = ""
    origin: str = ""
    shelf_life: str = ""
    after_sales: str = ""
    codes: Mapping[Platform, str] = field(default_factory=dict)

    def checked(self) -> ProductFacts:
        """The same, tidied, with the codes of all platforms in `codes`; raises BadInput."""
        price, basis = check_price(self.price_fen), clean_line(self.price_basis, "price_basis")
        return ProductFacts(
            name=clean_product_name(self.name),
            price_fen=price,
            stock=check_stock(self.stock),
            picture_sha256=self.picture_sha256 or None,
            category=self.category,
            food_type=check_food_type(self.category, self.food_type),
            live_price_fen=check_live_price(self.live_price_fen, price, basis),
            price_basis=basis,
            sku=clean_line(self.sku, "sku"),
            selling_points=clean_points(self.selling_points),
            claims=clean_claims(self.claims),
            origin=clean_line(self.origin, "origin"),
            shelf_life=clean_line(self.shelf_life, "shelf_life"),
            after_sales=clean_line(self.after_sales, "after_sales"),
            codes=_checked_codes({Platform.DOUDIAN: self.code} | dict(self.codes)),
        )

    def kept(self) -> dict[str, object]:
        """The values of the product's own row."""
        return {name: getattr(self, name) for name in KEPT}


def code_field(platform: Platform) -> str:
    """What the field of a platform's code is called: that of 抖店 came first."""
    return "code" if platform is Platform.DOUDIAN else f"code_{platform.value}"


def _checked_codes(codes: Mapping[Platform, str]) -> dict[Platform, str]:
    checked = {}
    for platform, code in codes.items():
        try:
            cleaned = clean_code(code)
        except BadInput as error:
            raise BadInput(error.code, **error.params, field=code_field(platform)) from error
        if cleaned:
            checked[platform] = cleaned
    return checked
