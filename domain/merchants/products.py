"""What a shop may write about a product; money in fen."""

from __future__ import annotations

import re
from enum import StrEnum

from domain.errors import BadInput
from domain.money import parse_yuan

MAX_NAME = 60
MAX_STOCK = 1_000_000
MAX_PRICE_FEN = 100_000_000
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
