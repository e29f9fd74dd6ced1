"""How order lines look."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import Page, day_in_calendar, moment, number
from blueprints.edge import LARGEST
from domain.sales.attribution import Tier


def _id() -> fields.Integer:
    return fields.Integer(load_default=None, validate=validate.Range(min=1, max=LARGEST))


class LineFilter(Page):
    """Which lines; days are the community's and both included."""

    show = _id()
    product = _id()
    merchant = _id()
    tier = fields.Enum(Tier, by_value=True, load_default=None)
    first_day = fields.Date(data_key="from", load_default=None, validate=day_in_calendar)
    last_day = fields.Date(data_key="to", load_default=None, validate=day_in_calendar)
    order = fields.String(load_default="", validate=validate.Length(max=64))
    by_hand = fields.Boolean(load_default=False)
    unknown = fields.Boolean(load_default=False)


class LineOut(Schema):
    """An order line; money in fen. `show` and `booth` are ids, the latter that of the booth's booking."""

    id = fields.Integer()
    platform = fields.String()
    order_no = fields.String()
    title = fields.String()
    quantity = fields.Integer()
    amount_fen = fields.Integer()
    refunded_fen = fields.Integer()
    paid = fields.Boolean()
    ordered_at = moment()
    precision = fields.String()
    product = fields.Integer(allow_none=True)
    tier = fields.String()
    show = fields.Integer(allow_none=True)
    booth = fields.Integer(allow_none=True)
    by_hand = fields.Boolean()
    updated_at = moment()


class LinesOut(Schema):
    """A page of lines; without any item but with a cursor the list still goes on."""

    items = fields.List(fields.Nested(LineOut))
    next_cursor = fields.String(allow_none=True)


class LineStoryOut(LineOut):
    """A line with the reason for its tier in words, the rule and its evidence, and what the rule says now."""

    why = fields.String()
    reason = fields.String()
    rule_version = fields.String(allow_none=True)
    evidence = fields.Dict(allow_none=True)
    by_rule = fields.Dict()
    booths = fields.List(fields.Dict())
    history = fields.List(fields.Dict())


class VerdictIn(Schema):
    """What a person decides; `updated_at` is that of the line as it was seen."""

    tier = fields.Enum(Tier, by_value=True, required=True)
    booth = number(load_default=None, allow_none=True)
    reason = fields.String(required=True, validate=validate.Length(max=1_000))
    updated_at = moment(required=True)


class ReleaseIn(Schema):
    """That a line goes back to the rule."""

    updated_at = moment(required=True)
