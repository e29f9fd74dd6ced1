"""How spaces look."""

from __future__ import annotations

from marshmallow import Schema, fields

from blueprints.api.schemas.common import moment


class SpaceOut(Schema):
    """A space."""

    code = fields.String()
    name = fields.String()
    name_en = fields.String()
    kind = fields.String()
    places = fields.Integer()
    capacity = fields.Integer(allow_none=True)
    opening_hours = fields.List(fields.Dict())
    rules = fields.Dict()
    version = fields.Integer()
    needs_check_in = fields.Boolean()
    equipment = fields.List(fields.String())
    photos = fields.List(fields.String())
    closures = fields.List(fields.Dict())
    archived = fields.Boolean()


class SpaceList(Schema):
    """All spaces."""

    items = fields.List(fields.Nested(SpaceOut))
    next_cursor = fields.String(allow_none=True)


class Window(Schema):
    """From when to when."""

    starts_from = moment(data_key="from", required=True)
    ends_before = moment(data_key="to", required=True)


class Stretch(Schema):
    """An interval with one number of free places."""

    starts_at = moment()
    ends_at = moment()
    free = fields.Integer()


class Availability(Schema):
    """Quarter-hours merged where equal."""

    items = fields.List(fields.Nested(Stretch))
