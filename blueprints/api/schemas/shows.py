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


class BoothOut(Schema):
    """One booth slot; `status` is `free` or that of its booking."""

    booth = fields.Integer()
    starts_at = moment()
    ends_at = moment()
    status = fields.String()
    merchant = fields.Nested(Named, allow_none=True)
    product = fields.Nested(Named, allow_none=True)


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
