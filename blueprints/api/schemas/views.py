"""How a month and what was found look."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import moment
from domain.spaces import Equipment


class DayOf(Schema):
    """Any day of the month that is asked for; this month where none is named."""

    day = fields.Date(load_default=None)


class DayLoad(Schema):
    """One day: a word, the share of its open time that is taken, and how many open spaces have time left."""

    day = fields.Date()
    fullness = fields.String()
    share = fields.Float()
    open_spaces = fields.Integer()
    spaces_with_time = fields.Integer()
    name = fields.String()


class MonthOut(Schema):
    """A month of one space, or of all of them."""

    space = fields.String(allow_none=True)
    first = fields.Date()
    announced = fields.Boolean()
    items = fields.List(fields.Nested(DayLoad))


class Wanted(Schema):
    """What is looked for: a day, a length in minutes, a number of people, equipment that must all be there."""

    day = fields.Date(load_default=None)
    length = fields.Integer(load_default=60, validate=validate.Range(min=15, max=24 * 60))
    people = fields.Integer(load_default=1, validate=validate.Range(min=1, max=999))
    equipment = fields.List(
        fields.String(validate=validate.OneOf([one.value for one in Equipment])), load_default=list
    )


class Fitting(Schema):
    """A space that fits, and the first times at which it is free; none when it is full or closed that day."""

    space = fields.String()
    equipment = fields.List(fields.String())
    starts = fields.List(moment())


class FoundOut(Schema):
    """Every space that fits, those with free times first."""

    day = fields.Date()
    items = fields.List(fields.Nested(Fitting))
