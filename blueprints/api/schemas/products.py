"""How products look, what staff make of their claims, and the word list."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from blueprints.api.schemas.common import moment, number
from domain.merchants.claims import WordKind
from domain.merchants.products import Category, FoodType
from domain.sales.lines import Platform


class ProductIn(Schema):
    """What a shop says of a product; prices in fen, `doudian_product_id` is the same as `codes.doudian`."""

    name = fields.String(required=True)
    price_fen = number(required=True)
    stock = number(required=True)
    doudian_product_id = fields.String(load_default="")
    codes = fields.Dict(keys=fields.Enum(Platform, by_value=True), values=fields.String(), load_default=dict)
    category = fields.Enum(Category, by_value=True, load_default=Category.OTHER)
    food_type = fields.Enum(FoodType, by_value=True, load_default=None, allow_none=True)
    live_price_fen = number(load_default=None, allow_none=True)
    price_basis = fields.String(load_default="")
    sku = fields.String(load_default="")
    selling_points = fields.List(fields.String(), load_default=list)
    claims = fields.String(load_default="")
    origin = fields.String(load_default="")
    shelf_life = fields.String(load_default="")
    after_sales = fields.String(load_default="")


class ProductChange(ProductIn):
    """The whole of a product as it shall be; `version` is the one that was read."""

    version = number(required=True)


class PictureFile(Schema):
    """The picture."""

    picture = Upload(load_default=None)


class FindingOut(Schema):
    """A listed word in a text: `text[start:end]` of the field named."""

    field = fields.String()
    start = fields.Integer()
    end = fields.Integer()
    word = fields.String()
    kind = fields.String()
    reason = fields.String()
    excerpt = fields.String()
    blocked = fields.Boolean()


class ProductOut(Schema):
    """A product; `claims_status` is unreviewed, cleared or refused, then with its reason."""

    id = fields.Integer()
    merchant = fields.Integer()
    name = fields.String()
    category = fields.String()
    food_type = fields.String(allow_none=True)
    price_fen = fields.Integer()
    live_price_fen = fields.Integer(allow_none=True)
    price_basis = fields.String()
    stock = fields.Integer()
    sku = fields.String()
    doudian_product_id = fields.String(allow_none=True)
    codes = fields.Dict(keys=fields.String(), values=fields.String())
    selling_points = fields.List(fields.String())
    claims = fields.String()
    origin = fields.String()
    shelf_life = fields.String()
    after_sales = fields.String()
    picture = fields.String(allow_none=True)
    pictures = fields.List(fields.String())
    claims_status = fields.String()
    claims_reason = fields.String(allow_none=True)
    findings = fields.List(fields.Nested(FindingOut))
    version = fields.Integer()
    archived = fields.Boolean()


class ProductFilter(Schema):
    """Those on the list, or those taken off it."""

    archived = fields.Boolean(load_default=False)


class ProductList(Schema):
    """The own products."""

    items = fields.List(fields.Nested(ProductOut))
    next_cursor = fields.String(allow_none=True)


class ReviewOut(Schema):
    """A product that waits, its shop, and when it is on air."""

    product = fields.Nested(ProductOut)
    merchant_name = fields.String()
    on_air = fields.List(moment())


class ReviewList(Schema):
    """What waits, what is on air soonest first."""

    items = fields.List(fields.Nested(ReviewOut))
    next_cursor = fields.String(allow_none=True)


class Seen(Schema):
    """A product as it was read."""

    id = number(required=True)
    version = number(required=True)


class SeenList(Schema):
    """The products that were looked through."""

    products = fields.List(fields.Nested(Seen), required=True)


class ClearedList(Schema):
    """The ids of those that were cleared."""

    cleared = fields.List(fields.Integer())


class WordIn(Schema):
    """A word of the list, what becomes of it, and why."""

    word = fields.String(required=True)
    kind = fields.Enum(WordKind, by_value=True, required=True)
    reason = fields.String(required=True)


class WordOut(Schema):
    """The same with its id."""

    id = fields.Integer()
    word = fields.String()
    kind = fields.String()
    reason = fields.String()


class WordList(Schema):
    """The list, absolute claims first."""

    items = fields.List(fields.Nested(WordOut))
    next_cursor = fields.String(allow_none=True)


class WordGone(Schema):
    """The word that was taken off."""

    removed = fields.String()
