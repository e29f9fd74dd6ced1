"""What requests must look like, and what answers look like, for checking and for OpenAPI."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from domain.bookings import BookingStatus

MOST_ON_A_PAGE = 200
MANY = 2**53


def moment(**more: object) -> fields.AwareDateTime:
    """A time with its offset; one without is refused."""
    return fields.AwareDateTime(format="iso", **more)


def number(**more: object) -> fields.Integer:
    """A whole number that the database can hold."""
    return fields.Integer(strict=True, validate=validate.Range(min=0, max=MANY), **more)


class Page(Schema):
    """How much of a list to send."""

    page_size = fields.Integer(load_default=50, validate=validate.Range(min=1, max=MOST_ON_A_PAGE))
    cursor = fields.String(load_default=None, validate=validate.Length(max=200))


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


class BookingIn(Schema):
    """A wish to book a room or a seat."""

    space = fields.String(required=True, validate=validate.Length(min=1, max=40))
    starts_at = moment(required=True)
    ends_at = moment(required=True)
    purpose = fields.String(load_default="", validate=validate.Length(max=200))
    party_size = number(load_default=1)
    place = number(load_default=None, allow_none=True)
    on_behalf_of = number(load_default=None, allow_none=True)


class BookingFilter(Page):
    """Which bookings to list."""

    mine = fields.Boolean(load_default=False)
    space = fields.String(load_default=None)
    status = fields.Enum(BookingStatus, by_value=True, load_default=None)
    starts_from = moment(data_key="from", load_default=None)
    starts_before = moment(data_key="to", load_default=None)


class BoothOf(Schema):
    """What a booth booking adds."""

    show = fields.Integer()
    booth = fields.Integer()
    merchant = fields.Integer()
    product = fields.Integer()
    on_air = fields.String()


class BookingOut(Schema):
    """A booking."""

    id = fields.Integer()
    space = fields.String()
    place = fields.Integer(allow_none=True)
    starts_at = moment()
    ends_at = moment()
    status = fields.String()
    version = fields.Integer()
    purpose = fields.String()
    party_size = fields.Integer()
    booker = fields.Integer()
    created_by = fields.Integer()
    created_at = moment()
    decision_reason = fields.String()
    booth = fields.Nested(BoothOf, allow_none=True)


class BookingList(Schema):
    """A page of bookings."""

    items = fields.List(fields.Nested(BookingOut))
    next_cursor = fields.String(allow_none=True)


class Versioned(Schema):
    """A change of a booking as the asker saw it."""

    version = number(required=True)


class WithReason(Versioned):
    """A change with a reason."""

    reason = fields.String(load_default="", validate=validate.Length(max=200))


class Reschedule(Versioned):
    """Another time."""

    starts_at = moment(required=True)
    ends_at = moment(required=True)


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


class Problem(Schema):
    """A problem document (RFC 9457) with a stable code."""

    type = fields.String()
    status = fields.Integer()
    code = fields.String()
    title = fields.String()
    violations = fields.List(fields.Nested(Violation))
    alternatives = fields.List(fields.Nested(Choice))
    current = fields.Nested(BookingOut)
