"""How the sales of a show and of the community look."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.sales import Sums


class TimeOnAir(Schema):
    """A half-open stretch of time."""

    from_ = fields.DateTime(data_key="from")
    to = fields.DateTime()


class BoothSalesOut(Sums):
    """A booth: when it was on air, and what it sold (A + B + C)."""

    booth = fields.Integer()
    merchant = fields.String()
    product = fields.String()
    on_air = fields.List(fields.Nested(TimeOnAir))
    views = fields.Integer(allow_none=True)
    gpm_fen = fields.Integer(allow_none=True)
    orders_by_tier = fields.Dict(keys=fields.String(), values=fields.Integer())


class ShowSalesOut(Schema):
    """A show; `orders_per_minute` begins with the minute of `from`."""

    show = fields.Integer()
    from_ = fields.DateTime(data_key="from")
    to = fields.DateTime()
    totals = fields.Nested(Sums)
    long_tail = fields.Nested(Sums)
    booths = fields.List(fields.Nested(BoothSalesOut))
    orders_per_minute = fields.List(fields.Integer())


class YearFilter(Schema):
    """Which year; this one by default."""

    year = fields.Integer(load_default=None, validate=validate.Range(min=2000, max=2099))


class MerchantYearOut(Sums):
    """A shop's year; `estimated_fen` is null while no margin is declared."""

    merchant = fields.Integer()
    name = fields.String()
    course = fields.String()
    shows = fields.Integer()
    estimated_fen = fields.Integer(allow_none=True)
    reported_fen = fields.Integer()
    baseline_fen = fields.Integer(allow_none=True)


class ShowYearOut(Sums):
    """A show of the year."""

    show = fields.Integer()


class CommunityOut(Schema):
    """The year; `courses` counts shops by where they stand on the way to the target."""

    year = fields.Integer()
    target_fen = fields.Integer()
    totals = fields.Nested(Sums)
    months = fields.List(fields.Nested(Sums))
    courses = fields.Dict(keys=fields.String(), values=fields.Integer())
    merchants = fields.List(fields.Nested(MerchantYearOut))
    shows = fields.List(fields.Nested(ShowYearOut))


class ForecastOut(Schema):
    """Where ② will probably end this year: eight years of ten like this one between low and high."""

    low_fen = fields.Integer()
    likely_fen = fields.Integer()
    high_fen = fields.Integer()


class PathOut(Schema):
    """The way to the year's target in three lines that are never added; ② is null while no margin is declared."""

    net_fen = fields.Integer()
    estimated_fen = fields.Integer(allow_none=True)
    reported_fen = fields.Integer()
    target_fen = fields.Integer()
    progress_bp = fields.Integer(allow_none=True)


class HomeMonthOut(Schema):
    """What the year had come to at the end of a month."""

    month = fields.String()
    net_fen = fields.Integer()
    estimated_fen = fields.Integer(allow_none=True)


class HomeShowOut(Sums):
    """A show that the shop was in, and what it sold there."""

    show = fields.Integer()
    title = fields.String()
    booths = fields.List(fields.Integer())


class HomeProductOut(Sums):
    """A product, and what the studio sold of it this year."""

    product = fields.Integer()
    name = fields.String()


class HomeOut(Schema):
    """What a shop's own page shows; `provisional_fen` of the month's net may still change."""

    merchant = fields.Integer()
    month = fields.Nested(Sums)
    provisional_fen = fields.Integer()
    long_tail = fields.Nested(Sums)
    year = fields.Nested(Sums)
    path = fields.Nested(PathOut)
    forecast = fields.Nested(ForecastOut, allow_none=True)
    months = fields.List(fields.Nested(HomeMonthOut))
    shows = fields.List(fields.Nested(HomeShowOut))
    products = fields.List(fields.Nested(HomeProductOut))


class RankOut(Schema):
    """A place on the leaderboard."""

    place = fields.Integer()
    merchant = fields.String()
    net_fen = fields.Integer()
    mine = fields.Boolean()


class LeaderboardOut(Schema):
    """All places, the best first."""

    items = fields.List(fields.Nested(RankOut))
