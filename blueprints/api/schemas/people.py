"""How neighbours look, and registering one without a phone."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import Page
from domain.people import Salutation


class FlatFilter(Page):
    """Whose flat to look at; without one a captain sees the whole building."""

    building = fields.String(load_default=None, validate=validate.Length(max=10))
    unit = fields.String(load_default=None, validate=validate.Length(max=10))
    room = fields.String(load_default=None, validate=validate.Length(max=10))


class NeighbourIn(Schema):
    """Somebody without a phone, and where they live."""

    name = fields.String(required=True, validate=validate.Length(max=80))
    salutation = fields.Enum(Salutation, by_value=True, load_default=Salutation.NONE)
    building = fields.String(required=True, validate=validate.Length(max=10))
    unit = fields.String(required=True, validate=validate.Length(max=10))
    room = fields.String(required=True, validate=validate.Length(max=10))


class NeighbourOut(Schema):
    """A neighbour, the name and the phone masked."""

    id = fields.Integer()
    name = fields.String()
    phone = fields.String(allow_none=True)
    building = fields.Integer()
    unit = fields.Integer()
    room = fields.String()


class NeighbourList(Schema):
    """Neighbours that somebody may book for."""

    items = fields.List(fields.Nested(NeighbourOut))
    next_cursor = fields.String(allow_none=True)
