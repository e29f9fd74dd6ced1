"""How reports look."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import day_in_calendar


class ReportDays(Schema):
    """Which days: a month (2026-10, this one when nothing is said), a year, or from one day to another."""

    year = fields.Integer(load_default=None, validate=validate.Range(1000, 2999))
    month = fields.Date(format="%Y-%m", load_default=None, validate=day_in_calendar)
    first = fields.Date(load_default=None, validate=day_in_calendar)
    last = fields.Date(load_default=None, validate=day_in_calendar)


class Covered(Schema):
    """The days that were asked for, and the last of them that has begun."""

    first = fields.String()
    last = fields.String()
    until = fields.String(allow_none=True)


class HourOfWeek(Schema):
    """One hour of a weekday, Monday is 0."""

    weekday = fields.Integer()
    hour = fields.Integer()
    used_share = fields.Float()


class UsageOut(Schema):
    """The use of one space, or of all; minutes are those of its places."""

    space = fields.String(allow_none=True)
    open_minutes = fields.Integer()
    booked_minutes = fields.Integer()
    used_minutes = fields.Integer()
    used_share = fields.Float(allow_none=True)
    booked_share = fields.Float(allow_none=True)
    bookings = fields.Integer()
    came = fields.Integer()
    no_shows = fields.Integer()
    no_show_rate = fields.Float(allow_none=True)
    excused = fields.Integer()
    cancelled = fields.Integer()
    declined = fields.Integer()
    expired = fields.Integer()
    shows = fields.Integer()
    walk_ins = fields.Integer()
    hours = fields.List(fields.Nested(HourOfWeek))


class UsageReport(Covered):
    """How the house was used."""

    totals = fields.Nested(UsageOut)
    spaces = fields.List(fields.Nested(UsageOut))


class WishesOut(Schema):
    """How often a space was wanted in vain for one reason, at one hour of the week."""

    weekday = fields.Integer()
    hour = fields.Integer()
    reason = fields.String()
    count = fields.Integer()


class DemandOut(Schema):
    """What was wanted in vain of one space."""

    space = fields.String()
    count = fields.Integer()
    hours = fields.List(fields.Nested(WishesOut))


class DemandReport(Covered):
    """What was wanted in vain."""

    count = fields.Integer()
    spaces = fields.List(fields.Nested(DemandOut))


class WaitOut(Schema):
    """Some decisions, and the minutes that people waited for them."""

    space = fields.String(allow_none=True)
    hour = fields.Integer(allow_none=True)
    count = fields.Integer()
    median_minutes = fields.Integer()
    ninety_minutes = fields.Integer()
    longest_minutes = fields.Integer()


class WaitReport(Covered):
    """How long people waited for a yes or a no."""

    whole = fields.Nested(WaitOut, allow_none=True)
    spaces = fields.List(fields.Nested(WaitOut))
    hours = fields.List(fields.Nested(WaitOut))
    oldest_open = fields.String(allow_none=True)


class PeopleReport(Covered):
    """Whom the house reached; a number of people below `fewest` is null."""

    fewest = fields.Integer()
    people = fields.Integer(allow_none=True)
    households = fields.Integer(allow_none=True)
    buildings = fields.Integer(allow_none=True)
    verified = fields.Integer(allow_none=True)
    first_timers = fields.Integer(allow_none=True)
    proxied = fields.Integer(allow_none=True)
    visits = fields.Integer()
    walk_ins = fields.Integer()
