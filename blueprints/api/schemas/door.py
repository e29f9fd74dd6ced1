"""How the door looks: seats, walk-ins and points."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import moment


class SeatsOut(Schema):
    """The places of a pool at this moment; `free` is null while it is closed."""

    space = fields.String()
    places = fields.Integer()
    free = fields.Integer(allow_none=True)
    walk_ins = fields.Integer()
    booked = fields.Integer()


class WalkInOut(Schema):
    """A seat without a booking."""

    id = fields.Integer()
    starts_at = moment()
    ends_at = moment()
    arrived_at = moment()
    left_at = moment(allow_none=True)


class PointOut(Schema):
    """A point for staying away."""

    id = fields.Integer()
    booking = fields.Integer()
    kind = fields.String()
    points = fields.Integer()
    created_at = moment()
    fades_at = moment(allow_none=True)
    excused_at = moment(allow_none=True)
    excuse_reason = fields.String()


class RecordOut(Schema):
    """The points of one person that have not faded."""

    live = fields.Integer()
    limit = fields.Integer()
    paused_until = moment(allow_none=True)
    items = fields.List(fields.Nested(PointOut))


class Excuse(Schema):
    """Why a point counts no more."""

    reason = fields.String(load_default="", validate=validate.Length(max=200))
