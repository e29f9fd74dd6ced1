"""How series look, and wishes for one."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.bookings import OverrideIn
from blueprints.api.schemas.common import Violation, moment, number
from domain.recurrence import LONGEST_TEXT, MOST, Scope


class SeriesIn(Schema):
    """A wish that comes again by an RFC 5545 rule; with `dry_run` it is only looked at."""

    space = fields.String(required=True, validate=validate.Length(min=1, max=40))
    starts_at = moment(required=True)
    ends_at = moment(required=True)
    rule = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_TEXT))
    dry_run = fields.Boolean(load_default=False)
    days = fields.List(fields.Date(), load_default=None, allow_none=True, validate=validate.Length(max=MOST))
    skip = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["conflicts"]))
    purpose = fields.String(load_default="", validate=validate.Length(max=200))
    party_size = number(load_default=1)
    on_behalf_of = number(load_default=None, allow_none=True)
    override = fields.Nested(OverrideIn, load_default=None, allow_none=True)


class OccurrenceOut(Schema):
    """One date of a series: free, booked, or blocked with the reasons."""

    day = fields.Date()
    starts_at = moment()
    ends_at = moment()
    status = fields.String()
    booking = fields.Integer(allow_none=True)
    booking_status = fields.String(allow_none=True)
    changed_by_hand = fields.Boolean()
    reasons = fields.List(fields.Nested(Violation))


class SeriesOut(Schema):
    """A series with every date of it; a dry run has no id."""

    id = fields.Integer(allow_none=True)
    space = fields.String()
    rule = fields.String()
    first_day = fields.Date()
    version = fields.Integer()
    purpose = fields.String(allow_none=True)
    party_size = fields.Integer()
    booker = fields.Integer(allow_none=True)
    created_by = fields.Integer(allow_none=True)
    occurrences = fields.List(fields.Nested(OccurrenceOut))


class PartOf(Schema):
    """Which occurrences a change is for, of a series as the asker saw it."""

    version = number(required=True)
    scope = fields.Enum(Scope, by_value=True, required=True)
    from_booking = number(load_default=None, allow_none=True)
    day = fields.Date(load_default=None, allow_none=True)


class CancelSeries(PartOf):
    """Taking occurrences back."""

    reason = fields.String(load_default="", validate=validate.Length(max=200))


class MoveSeries(PartOf):
    """Another time of the day for occurrences: of these two times only the clock counts."""

    starts_at = moment(required=True)
    ends_at = moment(required=True)
    override = fields.Nested(OverrideIn, load_default=None, allow_none=True)


class EditSeries(PartOf):
    """What occurrences are for, and how many come."""

    purpose = fields.String(required=True, validate=validate.Length(max=200))
    party_size = number(required=True)


class RetryDay(Schema):
    """A skipped date to try again."""

    day = fields.Date(required=True)
