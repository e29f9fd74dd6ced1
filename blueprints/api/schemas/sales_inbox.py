"""How the inbox of sales looks to programs."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import number
from domain.sales.lines import Platform
from models.sales_inbox import WordAxis
from services.sales.deciding import MAX_REASON
from services.sales.linking import MAX_MARK, MAX_TITLE

MAX_WORD = 120


class WaitingWord(Schema):
    """A word that nobody explained; money in fen."""

    platform = fields.String()
    axis = fields.String()
    word = fields.String()
    rows = fields.Integer()
    amount_fen = fields.Integer()


class WaitingWords(Schema):
    """A page of words, those with the most money first."""

    items = fields.List(fields.Nested(WaitingWord))
    next_cursor = fields.String(allow_none=True)


class HeldRowOut(Schema):
    """A row that waits for a decision, or had one; money in fen."""

    id = fields.Integer()
    version = fields.Integer()
    platform = fields.String()
    state = fields.String()
    code = fields.String()
    message = fields.String()
    column = fields.String()
    text = fields.String()
    import_ = fields.Integer(data_key="import")
    line = fields.Integer()
    order_no = fields.String(allow_none=True)
    case_no = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    ordered_at = fields.String(allow_none=True)
    amount_fen = fields.Integer(allow_none=True)
    paid = fields.Boolean(allow_none=True)
    refunded_fen = fields.Integer(allow_none=True)
    reason = fields.String()


class HeldRows(Schema):
    """A page of rows, those with the most money first."""

    items = fields.List(fields.Nested(HeldRowOut))
    next_cursor = fields.String(allow_none=True)


class WaitingProduct(Schema):
    """A product that nobody knows, by its code or else its title; money in fen."""

    platform = fields.String()
    code = fields.String()
    title = fields.String()
    name = fields.String()
    lines = fields.Integer()
    gmv_fen = fields.Integer()


class WaitingProducts(Schema):
    """A page of products, those with the most money first."""

    items = fields.List(fields.Nested(WaitingProduct))
    next_cursor = fields.String(allow_none=True)


class StatusWordIn(Schema):
    """Which word."""

    platform = fields.Enum(Platform, by_value=True, required=True)
    axis = fields.Enum(WordAxis, by_value=True, required=True)
    word = fields.String(required=True, validate=validate.Length(min=1, max=MAX_WORD))


class StatusMeaningIn(StatusWordIn):
    """What a word means: a status of the house, or a state of an after-sale."""

    meaning = fields.String(required=True, validate=validate.Length(min=1, max=20))


class WordDone(Schema):
    """What came of explaining a word, or of taking that back."""

    settled = fields.Integer()
    still_held = fields.Integer()
    waiting_again = fields.Integer()


class HeldDecisionIn(Schema):
    """What a row comes to; `version` is the one that was looked at."""

    paid = fields.Boolean(required=True)
    refunded_fen = number(load_default=0)
    reason = fields.String(load_default="", validate=validate.Length(max=MAX_REASON))
    version = number(required=True)


class UnknownProductIn(Schema):
    """Which product of ours an unknown one is, null for none of ours; exactly one of code and title names it."""

    platform = fields.Enum(Platform, by_value=True, required=True)
    code = fields.String(load_default="", validate=validate.Length(max=MAX_MARK))
    title = fields.String(load_default="", validate=validate.Length(max=MAX_TITLE))
    product_id = number(required=True, allow_none=True)


class ProductDone(Schema):
    """How many sales changed."""

    sales = fields.Integer()
