"""Deciding beyond the contract: another time, two yeses, the reasons for saying no."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import moment, number
from domain.desk import ReasonKind


class Proposal(Schema):
    """Another time for a request, as its asker saw it."""

    version = number(required=True)
    starts_at = moment(required=True)
    ends_at = moment(required=True)


class ApprovalIn(Schema):
    """How many yeses a space asks for, and who gives the second."""

    levels = number(required=True)
    approvers = fields.List(number(), load_default=list, validate=validate.Length(max=100))
    deputies = fields.List(number(), load_default=list, validate=validate.Length(max=100))
    deputy_after_minutes = number(load_default=None, allow_none=True)


class ApprovalOut(Schema):
    """The same as it stands."""

    space = fields.String()
    levels = fields.Integer()
    deputy_after_minutes = fields.Integer(allow_none=True)
    version = fields.Integer()


class ReasonIn(Schema):
    """A reason that is added to the list."""

    kind = fields.Enum(ReasonKind, by_value=True, required=True)
    text = fields.String(required=True, validate=validate.Length(max=200))
    text_en = fields.String(load_default="", validate=validate.Length(max=200))


class ReasonOut(Schema):
    """A reason for saying no; those that the house brings along have no id."""

    id = fields.Integer(allow_none=True)
    kind = fields.String()
    text = fields.String()
    text_en = fields.String()


class ReasonList(Schema):
    """All that the desk offers, in its order."""

    items = fields.List(fields.Nested(ReasonOut))
    next_cursor = fields.String(allow_none=True)
