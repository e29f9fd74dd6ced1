"""How shows, booths and products look, and wishes for one."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import moment, number
from domain.sales.lines import Platform
from domain.studio.shows import DEFAULT_BOOTHS, SLOT_MINUTES, Allotment, Layout

MOST_HOSTS = 20


class ShowIn(Schema):
    """A show to plan; `slots` counts those of a market, each of `slot_minutes`."""

    title = fields.String(required=True)
    starts_at = moment(required=True)
    layout = fields.Enum(Layout, by_value=True, required=True)
    booths = number(load_default=DEFAULT_BOOTHS)
    slots = number(load_default=None, allow_none=True)
    slot_minutes = number(load_default=SLOT_MINUTES)
    allotment = fields.Enum(Allotment, by_value=True, load_default=Allotment.FIRST_COME)
    applications_open_at = moment(load_default=None, allow_none=True)
    applications_close_at = moment(load_default=None, allow_none=True)
    platform = fields.Enum(Platform, by_value=True, load_default=None, allow_none=True)
    room = fields.String(load_default="")
    host_ids = fields.List(number(), load_default=list, validate=validate.Length(max=MOST_HOSTS))


class Named(Schema):
    """An id with its name."""

    id = fields.Integer()
    name = fields.String()


class Lights(Schema):
    """How ready a booth is: each `ok`, `waiting` or `missing`."""

    papers = fields.String()
    claims = fields.String()
    sample = fields.String()
    stock = fields.String()
    link = fields.String()


class BoothOut(Schema):
    """One booth slot; `status` is `free` or that of its booking. The last three are for staff and the own shop."""

    booth = fields.Integer()
    starts_at = moment()
    ends_at = moment()
    status = fields.String()
    merchant = fields.Nested(Named, allow_none=True)
    product = fields.Nested(Named, allow_none=True)
    booking = fields.Integer()
    lights = fields.Nested(Lights)
    on_air = fields.String()


class ShowOut(Schema):
    """A show without its booths."""

    id = fields.Integer()
    title = fields.String()
    layout = fields.String()
    status = fields.String()
    starts_at = moment()
    ends_at = moment()
    booth_count = fields.Integer()
    slot_count = fields.Integer()
    slot_minutes = fields.Integer()
    allotment = fields.String()
    applications_open_at = moment(allow_none=True)
    applications_close_at = moment(allow_none=True)
    platform = fields.String(allow_none=True)
    room = fields.String()
    hosts = fields.List(fields.Nested(Named))
    series = fields.Integer(allow_none=True)
    cancelled_at = moment(allow_none=True)
    cancel_reason = fields.String(allow_none=True)
    version = fields.Integer()


class ShowGridOut(ShowOut):
    """A show with every booth slot."""

    booths = fields.List(fields.Nested(BoothOut))


class ShowList(Schema):
    """A page of shows, the newest first."""

    items = fields.List(fields.Nested(ShowOut))
    next_cursor = fields.String(allow_none=True)


class BoothIn(Schema):
    """A product for a booth; a market booth needs the start of its slot."""

    product_id = number(required=True)
    starts_at = moment(load_default=None, allow_none=True)
