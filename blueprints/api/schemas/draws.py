"""How applications and draws look."""

from __future__ import annotations

from marshmallow import Schema, fields

from blueprints.api.schemas.common import moment, number


class ApplicationIn(Schema):
    """What a shop applies with; `booth` is the one that it would like best."""

    product_id = number(required=True)
    booth = number(load_default=None, allow_none=True)


class ApplicationOut(Schema):
    """An application; rank, booking and entry come with the draw, `outcome_code` where it was passed over."""

    id = fields.Integer()
    show = fields.Integer()
    merchant = fields.Integer()
    product = fields.Integer()
    booth = fields.Integer(allow_none=True)
    status = fields.String()
    slots_this_year = fields.Integer(allow_none=True)
    points = fields.Integer(allow_none=True)
    rank = fields.Integer(allow_none=True)
    outcome_code = fields.String(allow_none=True)
    booking = fields.Integer(allow_none=True)
    entry = fields.Integer(allow_none=True)


class DrawResult(Schema):
    """What became of one application."""

    application = fields.Integer()
    rank = fields.Integer()
    status = fields.String()
    booth = fields.Integer(allow_none=True)
    starts_at = moment(allow_none=True)


class DrawOut(Schema):
    """A draw as it is downloaded; what is not public yet is null, and there are no results."""

    format = fields.String()
    show = fields.Integer()
    title = fields.String()
    status = fields.String()
    applications_open_at = moment(allow_none=True)
    applications_close_at = moment(allow_none=True)
    applications = fields.Integer()
    closed_at = moment(allow_none=True)
    drawn_at = moment(allow_none=True)
    seed_hash = fields.String()
    list_hash = fields.String(allow_none=True)
    list_text = fields.String(allow_none=True)
    seed = fields.String(allow_none=True)
    results = fields.List(fields.Nested(DrawResult))
