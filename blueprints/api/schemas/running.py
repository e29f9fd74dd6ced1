"""How a live show looks, and what can be pressed."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import moment, number
from domain.studio.rundown import MAX_BREAK_MINUTES
from domain.studio.running import Overrun, SkipReason


class PressIn(Schema):
    """One press of the console as its presser saw it; which fields count depends on the action."""

    version = number(required=True)
    item = number(load_default=None, allow_none=True)
    other = number(load_default=None, allow_none=True)
    booth = number(load_default=None, allow_none=True)
    reason = fields.Enum(SkipReason, by_value=True, load_default=None, allow_none=True)
    place = number(load_default=None, allow_none=True)
    title = fields.String(load_default="", validate=validate.Length(max=200))
    minutes = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(min=0, max=MAX_BREAK_MINUTES * 24),
    )
    overrun = fields.Enum(Overrun, by_value=True, load_default=None, allow_none=True)


class CorrectionIn(Schema):
    """What was said wrongly on air, and how it was put right."""

    said = fields.String(required=True, validate=validate.Length(max=1000))
    corrected = fields.String(required=True, validate=validate.Length(max=1000))
    booking = number(load_default=None, allow_none=True)


class CorrectionOut(Schema):
    """A correction; it is never edited."""

    id = fields.Integer()
    booking = fields.Integer(allow_none=True)
    said = fields.String()
    corrected = fields.String()
    at = moment()


class CorrectionList(Schema):
    """A page of corrections, the newest first."""

    items = fields.List(fields.Nested(CorrectionOut))
    next_cursor = fields.String(allow_none=True)


class LightsOut(Schema):
    """The five lights of a booth: ok, waiting or missing."""

    papers = fields.String()
    claims = fields.String()
    sample = fields.String()
    stock = fields.String()
    link = fields.String()
    may_air = fields.Boolean()


class RunBoothOut(Schema):
    """A booth of an item, with its lights."""

    booking = fields.Integer()
    booth = fields.Integer()
    merchant = fields.String()
    product = fields.String()
    lights = fields.Nested(LightsOut)


class RunItemOut(Schema):
    """One item of the running order; `expected` is when one that waits will be on air."""

    id = fields.Integer()
    kind = fields.String()
    title = fields.String()
    state = fields.String()
    skip_reason = fields.String(allow_none=True)
    repeat_of = fields.Integer(allow_none=True)
    planned_starts_at = moment(allow_none=True)
    planned_seconds = fields.Integer()
    extra_seconds = fields.Integer()
    started_at = moment(allow_none=True)
    ended_at = moment(allow_none=True)
    expected_starts_at = moment(allow_none=True)
    expected_ends_at = moment(allow_none=True)
    booths = fields.List(fields.Nested(RunBoothOut))


class RunOut(Schema):
    """The whole console; version 0 before the running order was made."""

    show = fields.Integer()
    version = fields.Integer()
    now = moment()
    overrun = fields.String()
    started_at = moment(allow_none=True)
    ended_at = moment(allow_none=True)
    planned_ends_at = moment()
    expected_ends_at = moment()
    offset_seconds = fields.Integer()
    remaining_seconds = fields.Integer(allow_none=True)
    items = fields.List(fields.Nested(RunItemOut))
    to_catch_up = fields.Integer()
    last_press = fields.Dict(allow_none=True)


class WareOut(Schema):
    """A product on air with who really sells it; the price before stands only with what it is measured against."""

    booking = fields.Integer()
    booth = fields.Integer()
    product = fields.String()
    picture = fields.String(allow_none=True)
    price_fen = fields.Integer()
    was_fen = fields.Integer(allow_none=True)
    price_basis = fields.String()
    seller = fields.String()
    address = fields.String()
    phone = fields.String()
    state = fields.String()
    started_at = moment(allow_none=True)


class OnNowOut(Schema):
    """What is on now, what comes next, and all goods of a show."""

    show = fields.Integer()
    title = fields.String()
    state = fields.String()
    now = fields.List(fields.Nested(WareOut))
    next = fields.List(fields.Nested(WareOut))
    items = fields.List(fields.Nested(WareOut))


class AvoidOut(Schema):
    """A word not to be said, and why."""

    word = fields.String()
    reason = fields.String()


class CueCardOut(Schema):
    """What the host says of one product."""

    booking = fields.Integer()
    booth = fields.Integer()
    product = fields.String()
    price_fen = fields.Integer()
    was_fen = fields.Integer(allow_none=True)
    price_basis = fields.String()
    selling_points = fields.List(fields.String())
    claims = fields.String()
    avoid = fields.List(fields.Nested(AvoidOut))


class CueOut(Schema):
    """The host's cue card: what is on air now, and what comes next."""

    show = fields.Integer()
    state = fields.String()
    remaining_seconds = fields.Integer(allow_none=True)
    now = fields.List(fields.Nested(CueCardOut))
    next = fields.List(fields.Nested(CueCardOut))
