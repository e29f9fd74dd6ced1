"""How closures, calendar days and spaces to be kept look."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import moment, number
from domain.spaces import Approval, DayKind, Equipment, OpenOn, SpaceKind
from services.house.settling import Fate

CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$"
MOST = 500


class DecisionIn(Schema):
    """What becomes of one booking in the way, as the asker saw it."""

    booking = number(required=True)
    version = number(required=True)
    action = fields.Enum(Fate, by_value=True, required=True)
    starts_at = moment(load_default=None, allow_none=True)
    ends_at = moment(load_default=None, allow_none=True)


class ShowSeen(Schema):
    """A show as somebody saw it."""

    show = number(required=True)
    version = number(required=True)


class ClosureIn(Schema):
    """Spaces to be closed; `decisions` are about every booking in the way, `cancel_shows` about every show."""

    spaces = fields.List(fields.String(), required=True, validate=validate.Length(min=1, max=MOST))
    starts_at = moment(required=True)
    ends_at = moment(required=True)
    reason = fields.String(required=True)
    decisions = fields.List(fields.Nested(DecisionIn), load_default=list, validate=validate.Length(max=MOST))
    cancel_shows = fields.List(fields.Nested(ShowSeen), load_default=list, validate=validate.Length(max=MOST))


class ClosureOut(Schema):
    """A closure."""

    id = fields.Integer()
    space = fields.String()
    starts_at = moment()
    ends_at = moment()
    reason = fields.String()
    lifted_at = moment(allow_none=True)


class ClosureList(Schema):
    """Closures, the next first."""

    items = fields.List(fields.Nested(ClosureOut))
    next_cursor = fields.String(allow_none=True)


class Confirmed(Schema):
    """The bookings that were seen to be touched."""

    confirmed = fields.List(number(), load_default=list, validate=validate.Length(max=MOST))


class CalendarDayIn(Confirmed):
    """What kind of day it is."""

    kind = fields.Enum(DayKind, by_value=True, required=True)
    name = fields.String(required=True)


class CalendarDayOut(Schema):
    """A date that differs from its weekday."""

    date = fields.String()
    kind = fields.String()
    name = fields.String()


class Gone(Schema):
    """What is no longer in the calendar table."""

    removed = fields.String()


class HoursIn(Schema):
    """One opening; 00:00 to 00:00 shuts a single weekday."""

    day_kind = fields.Enum(OpenOn, by_value=True, required=True)
    opens = fields.String(required=True, validate=validate.Regexp(CLOCK))
    closes = fields.String(required=True, validate=validate.Regexp(CLOCK))


class SpaceFields(Schema):
    """What may be said of a space; lengths in minutes."""

    name = fields.String()
    name_en = fields.String()
    about = fields.String()
    about_en = fields.String()
    approval = fields.Enum(Approval, by_value=True)
    places = number()
    capacity = number(allow_none=True)
    min_minutes = number()
    max_minutes = number()
    buffer_minutes = number()
    advance_days = number()
    lead_minutes = number()
    is_private = fields.Boolean(data_key="private")
    needs_check_in = fields.Boolean()
    equipment = fields.List(fields.Enum(Equipment, by_value=True))


class SpaceIn(SpaceFields):
    """A new space."""

    code = fields.String(required=True)
    kind = fields.Enum(SpaceKind, by_value=True, required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    approval = fields.Enum(Approval, by_value=True, required=True)
    min_minutes = number(required=True)
    max_minutes = number(required=True)
    equipment = fields.List(fields.Enum(Equipment, by_value=True), load_default=list)
    opening_hours = fields.List(fields.Nested(HoursIn), load_default=list, validate=validate.Length(max=100))


class SpaceChange(SpaceFields, Confirmed):
    """Changes of a space as the asker saw it."""

    version = number(required=True)
    opening_hours = fields.List(fields.Nested(HoursIn), validate=validate.Length(max=100))
