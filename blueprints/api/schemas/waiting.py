"""How places in the waiting line look, and wishes for one."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import moment, number


class WaitIn(Schema):
    """A full time of a room or a pool to wait for."""

    space = fields.String(required=True, validate=validate.Length(min=1, max=40))
    starts_at = moment(required=True)
    ends_at = moment(required=True)
    purpose = fields.String(load_default="", validate=validate.Length(max=200))
    party_size = number(load_default=1)
    on_behalf_of = number(load_default=None, allow_none=True)


class EntryOut(Schema):
    """A place in line; `position` counts from 1 while it waits, `offer` is the booking that holds the time."""

    id = fields.Integer()
    space = fields.String()
    place = fields.Integer(allow_none=True)
    starts_at = moment()
    ends_at = moment()
    status = fields.String()
    position = fields.Integer(allow_none=True)
    offer = fields.Integer(allow_none=True)
    expires_at = moment(allow_none=True)
    purpose = fields.String()
    party_size = fields.Integer()
    person = fields.Integer()
    created_by = fields.Integer()
    show = fields.Integer(allow_none=True)
    product = fields.Integer(allow_none=True)


class EntryList(Schema):
    """A page of places in line."""

    items = fields.List(fields.Nested(EntryOut))
    next_cursor = fields.String(allow_none=True)
