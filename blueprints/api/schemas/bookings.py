"""How bookings look, and wishes for one."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import Page, moment, number
from domain.bookings import BookingStatus


class OverrideIn(Schema):
    """The named rules that staff set aside, and why."""

    codes = fields.List(
        fields.String(validate=validate.Length(max=40)),
        required=True,
        validate=validate.Length(min=1, max=20),
    )
    reason = fields.String(required=True, validate=validate.Length(max=200))


class BookingIn(Schema):
    """A wish to book a room or a seat."""

    space = fields.String(required=True, validate=validate.Length(min=1, max=40))
    starts_at = moment(required=True)
    ends_at = moment(required=True)
    purpose = fields.String(load_default="", validate=validate.Length(max=200))
    party_size = number(load_default=1)
    place = number(load_default=None, allow_none=True)
    on_behalf_of = number(load_default=None, allow_none=True)
    override = fields.Nested(OverrideIn, load_default=None, allow_none=True)


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
    sample = fields.String()
    sample_received_at = moment(allow_none=True)
    sample_returned_at = moment(allow_none=True)


class Times(Schema):
    """From when to when."""

    starts_at = moment()
    ends_at = moment()


class BookingOut(Schema):
    """A booking."""

    id = fields.Integer()
    space = fields.String()
    place = fields.Integer(allow_none=True)
    starts_at = moment()
    ends_at = moment()
    status = fields.String()
    version = fields.Integer()
    purpose = fields.String(allow_none=True)
    party_size = fields.Integer()
    booker = fields.Integer(allow_none=True)
    created_by = fields.Integer(allow_none=True)
    created_at = moment()
    decision_reason = fields.String(allow_none=True)
    override_reason = fields.String(allow_none=True)
    checked_in_at = moment(allow_none=True)
    left_at = moment(allow_none=True)
    proposed = fields.Nested(Times, allow_none=True)
    proposed_to_booker = fields.Boolean()
    first_yes_at = moment(allow_none=True)
    expires_at = moment(allow_none=True)
    series = fields.Integer(allow_none=True)
    pickup_number = fields.String()
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
    override = fields.Nested(OverrideIn, load_default=None, allow_none=True)
