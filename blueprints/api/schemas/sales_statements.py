"""How statements of a merchant's month look."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import Page, day_in_calendar
from blueprints.edge import LARGEST


class StatementFilter(Page):
    """Which statements to list: of a month (2026-10), of a merchant."""

    month = fields.Date(format="%Y-%m", load_default=None, validate=day_in_calendar)
    merchant = fields.Integer(load_default=None, validate=validate.Range(min=1, max=LARGEST))


class StatementOut(Schema):
    """A statement in one line; money in fen, `locked_at` null while it is open."""

    merchant = fields.Integer()
    merchant_name = fields.String()
    month = fields.String()
    locked_at = fields.String(allow_none=True)
    locks_at = fields.String()
    orders = fields.Integer()
    items = fields.Integer()
    gmv_fen = fields.Integer()
    refunded_fen = fields.Integer()
    adjusted_fen = fields.Integer()
    net_fen = fields.Integer()
    estimated_fen = fields.Integer(allow_none=True)
    reported_fen = fields.Integer()
    long_tail_net_fen = fields.Integer()


class StatementList(Schema):
    """A page of statements."""

    items = fields.List(fields.Nested(StatementOut))
    next_cursor = fields.String(allow_none=True)


class StatementRow(Schema):
    """What one product brought in one show, or by how much that changed; money in fen."""

    product = fields.Integer()
    product_name = fields.String()
    show = fields.Integer()
    show_title = fields.String()
    orders = fields.Integer()
    items = fields.Integer()
    gmv_fen = fields.Integer()
    refunded_fen = fields.Integer()
    net_fen = fields.Integer()


class AdjustmentOut(Schema):
    """What changed of an earlier month after it was locked."""

    month = fields.String()
    gmv_fen = fields.Integer()
    refunded_fen = fields.Integer()
    net_fen = fields.Integer()
    rows = fields.List(fields.Nested(StatementRow))


class WholeStatement(StatementOut):
    """A statement with its rows, its adjustments, and the margin and fees that ② was estimated with."""

    refunded_orders = fields.Integer()
    margin_bp = fields.Integer()
    fee_bp = fields.Integer()
    reported_late_fen = fields.Integer()
    rows = fields.List(fields.Nested(StatementRow))
    adjustments = fields.List(fields.Nested(AdjustmentOut))
