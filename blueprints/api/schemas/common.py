"""Pieces of all schemas: pages, problems, times and numbers."""

from __future__ import annotations

from datetime import date, datetime

from marshmallow import Schema, ValidationError, fields, validate

from blueprints.edge import LARGEST, day_within_calendar, within_calendar

MOST_ON_A_PAGE = 200


def moment(**more: object) -> fields.AwareDateTime:
    """A time with its offset; one without, or beyond any calendar, is refused."""
    return fields.AwareDateTime(format="iso", validate=_in_calendar, **more)


def _in_calendar(found: datetime) -> None:
    if not within_calendar(found):
        raise ValidationError("Beyond any calendar.")


def day_in_calendar(found: date) -> None:
    """Refuse a day beyond any calendar: with it nobody can reckon."""
    if not day_within_calendar(found):
        raise ValidationError("Beyond any calendar.")


def number(**more: object) -> fields.Integer:
    """A whole number that the database can hold."""
    return fields.Integer(strict=True, validate=validate.Range(min=0, max=LARGEST), **more)


class Page(Schema):
    """How much of a list to send."""

    page_size = fields.Integer(load_default=50, validate=validate.Range(min=1, max=MOST_ON_A_PAGE))
    cursor = fields.String(load_default=None, validate=validate.Length(max=200))


class Violation(Schema):
    """One broken rule."""

    code = fields.String()
    message = fields.String()
    field = fields.String()


class Choice(Schema):
    """A free choice near to what was asked for."""

    space = fields.String()
    starts_at = moment()
    ends_at = moment()
    place = fields.Integer()


class WrongField(Schema):
    """A member of a request that does not fit its schema."""

    field = fields.String()
    message = fields.String()


class Problem(Schema):
    """A problem document (RFC 9457) with a stable code."""

    type = fields.String()
    status = fields.Integer()
    code = fields.String()
    title = fields.String()
    field = fields.String()
    errors = fields.List(fields.Nested(WrongField))
    violations = fields.List(fields.Nested(Violation))
    bookings = fields.List(fields.Integer())
    alternatives = fields.List(fields.Nested(Choice))
    current = fields.Dict()
