"""How shows, booths and products look, and wishes for one."""

from __future__ import annotations

from marshmallow import Schema, fields

from blueprints.api.schemas.common import moment, number
from domain.studio.shows import DEFAULT_BOOTHS, Layout


class ShowIn(Schema):
    """A show to plan; `slots` counts the quarter-hours of a market."""

    title = fields.String(required=True)
    starts_at = moment(required=True)
    layout = fields.Enum(Layout, by_value=True, required=True)
    booths = number(load_default=DEFAULT_BOOTHS)
    slots = number(load_default=None, allow_none=True)


class Named(Schema):
    """An id with its name."""

    id = fields.Integer()
    name = fields.String()


class Lights(Schema):
    """How ready a booth is: each `ok`, `waiting` or `missing`."""

    papers = fields.String()
    claims = fields.String()
    sample = fields.String()
    stock = fields.String()
    link = fields.String()


class BoothOut(Schema):
    """One booth slot; `status` is `free` or that of its booking. The last three are for staff and the own shop."""

    booth = fields.Integer()
    starts_at = moment()
    ends_at = moment()
    status = fields.String()
    merchant = fields.Nested(Named, allow_none=True)
    product = fields.Nested(Named, allow_none=True)
    booking = fields.Integer()
    lights = fields.Nested(Lights)
    on_air = fields.String()


class ShowOut(Schema):
    """A show without its booths."""

    id = fields.Integer()
    title = fields.String()
    layout = fields.String()
    status = fields.String()
    starts_at = moment()
    ends_at = moment()
    booth_count = fields.Integer()
    slot_count = fields.Integer()
    slot_minutes = fields.Integer()
    version = fields.Integer()


class ShowGridOut(ShowOut):
    """A show with every booth slot."""

    booths = fields.List(fields.Nested(BoothOut))


class ShowList(Schema):
    """A page of shows, the newest first."""

    items = fields.List(fields.Nested(ShowOut))
    next_cursor = fields.String(allow_none=True)


class BoothIn(Schema):
    """A product for a booth; a market booth needs the start of its slot."""

    product_id = number(required=True)
    starts_at = moment(load_default=None, allow_none=True)


class ProductIn(Schema):
    """A product to add; the price in fen, `doudian_product_id` the 商品ID of 抖店."""

    name = fields.String(required=True)
    price_fen = number(required=True)
    stock = number(required=True)
    doudian_product_id = fields.String(load_default="")


class ProductOut(Schema):
    """A product."""

    id = fields.Integer()
    merchant = fields.Integer()
    name = fields.String()
    price_fen = fields.Integer()
    stock = fields.Integer()
    doudian_product_id = fields.String(allow_none=True)
    picture = fields.String(allow_none=True)
    archived = fields.Boolean()


class ProductList(Schema):
    """The own products."""

    items = fields.List(fields.Nested(ProductOut))
    next_cursor = fields.String(allow_none=True)
