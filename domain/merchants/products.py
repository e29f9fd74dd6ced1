"""What a shop may write about a product; money in fen."""

from __future__ import annotations

import re
from enum import StrEnum

from domain.errors import BadInput
from domain.money import parse_yuan

MAX_NAME = 60
MAX_STOCK = 1_000_000
MAX_PRICE_FEN = 100_000_000
MAX_LINE = {"origin": 60, "shelf_life": 60, "sku": 64, "price_basis": 200, "after_sales": 200}
"""How many characters each of the short texts may have."""
MOST_POINTS = 5
MAX_POINT = 60
MAX_CLAIMS = 1000
# Doudian's own ids are 19 digits; other platforms' are shorter or carry letters.
CODE = re.compile(r"[0-9A-Za-z_-]{1,64}")


class Category(StrEnum):
    """What kind of thing a product is."""

    FOOD = "food"
    DAILY = "daily"
    CLOTHING = "clothing"
    BEAUTY = "beauty"
    CRAFT = "craft"
    OTHER = "other"


class FoodType(StrEnum):
    """What kind of food it is; each needs other papers."""

    FARM_PRODUCE = "farm_produce"
    PREPACKED = "prepacked"
    OTHER_FOOD = "other_food"


def clean_product_name(text: str) -> str:
    """A name without stray white space, of 1 to 60 characters; raises BadInput."""
    cleaned = " ".join(text.split())
    if not cleaned:
        raise BadInput("product_name_missing", field="name")
    if len(cleaned) > MAX_NAME:
        raise BadInput("product_name_long", field="name", maximum=MAX_NAME)
    return cleaned


def price_of(text: str) -> int:
    """A price typed in yuan, as fen; raises BadInput."""
    try:
        return check_price(parse_yuan(text))
    except BadInput as error:
        code = error.code if error.code.startswith("price_") else "price_invalid"
        raise BadInput(code, field="price", maximum=MAX_PRICE_FEN) from error


def check_price(fen: int) -> int:
    """A price above nothing and at most a million yuan; raises BadInput."""
    if not 0 < fen <= MAX_PRICE_FEN:
        raise BadInput("price_out_of_range", field="price", maximum=MAX_PRICE_FEN)
    return fen


def check_stock(pieces: int) -> int:
    """A stock of 0 to a million pieces; raises BadInput."""
    if not 0 <= pieces <= MAX_STOCK:
        raise BadInput("stock_out_of_range", field="stock", maximum=MAX_STOCK)
    return pieces


def clean_code(text: str) -> str | None:
    """The id under which a platform sells a product, None when left empty; raises BadInput."""
    cleaned = text.strip().lstrip("'‘’")
    if not cleaned:
        return None
    # Excel turns long ids into 6.9E+18: the true one can't be guessed.
    if not CODE.fullmatch(cleaned):
        raise BadInput("product_code_invalid", field="code")
    return cleaned


def clean_line(text: str, field: str) -> str:
    """A short text without stray white space; raises BadInput."""
    cleaned = " ".join(text.split())
    if len(cleaned) > MAX_LINE[field]:
        raise BadInput("product_text_long", field=field, maximum=MAX_LINE[field])
    return cleaned


def clean_points(text: str) -> str:
    """Selling points, one to a line: at most 5 of 60 characters; raises BadInput."""
    lines = [cleaned for line in text.splitlines() if (cleaned := " ".join(line.split()))]
    if len(lines) > MOST_POINTS:
        raise BadInput("selling_points_many", field="selling_points", maximum=MOST_POINTS)
    if any(len(line) > MAX_POINT for line in lines):
        raise BadInput("selling_point_long", field="selling_points", maximum=MAX_POINT)
    return "\n".join(lines)


def clean_claims(text: str) -> str:
    """What the host will say, at most 1000 characters in lines of their own; raises BadInput."""
    cleaned = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    if len(cleaned) > MAX_CLAIMS:
        raise BadInput("product_text_long", field="claims", maximum=MAX_CLAIMS)
    return cleaned


def live_price_of(text: str) -> int | None:
    """A live price typed in yuan, as fen, None when left empty; raises BadInput."""
    if not text.strip():
        return None
    try:
        return price_of(text)
    except BadInput as error:
        raise BadInput(error.code, **error.params, field="live_price") from error


def check_live_price(live_fen: int | None, price_fen: int, basis: str) -> int | None:
    """A price on air that is not above the usual one, and below it only with its basis; raises BadInput.

    Whoever compares prices must say what with (价格法 §14 (四), 明码标价和禁止价格欺诈规定 §16).
    """
    if live_fen is None:
        return None
    if not 0 < live_fen <= MAX_PRICE_FEN:
        raise BadInput("price_out_of_range", field="live_price", maximum=MAX_PRICE_FEN)
    if live_fen > price_fen:
        raise BadInput("live_price_higher", field="live_price")
    if live_fen < price_fen and not basis:
        raise BadInput("price_basis_missing", field="price_basis")
    return live_fen


def check_food_type(category: Category, food_type: FoodType | None) -> FoodType | None:
    """The kind of food, which food has and nothing else; its papers follow from it. Raises BadInput."""
    if category is Category.FOOD and food_type is None:
        raise BadInput("food_type_missing", field="food_type")
    if category is not Category.FOOD and food_type is not None:
        raise BadInput("food_type_not_food", field="food_type")
    return food_type
