"""What requests must look like, and what answers look like, for checking and for OpenAPI."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from domain.bookings import BookingStatus
from domain.sales.lines import Platform
from domain.shows import DEFAULT_BOOTHS, Layout

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


class ShowIn(Schema):
    """A show to plan; `slots` counts the quarter-hours of a market."""

    title = fields.String(required=True)
    starts_at = moment(required=True)
    layout = fields.Enum(Layout, by_value=True, required=True)
    booths = number(load_default=DEFAULT_BOOTHS)
    slots = number(load_default=None, allow_none=True)


class Named(Schema):
    """An id with its name."""

    id = fields.Integer()
    name = fields.String()


class BoothOut(Schema):
    """One booth slot; `status` is `free` or that of its booking."""

    booth = fields.Integer()
    starts_at = moment()
    ends_at = moment()
    status = fields.String()
    merchant = fields.Nested(Named, allow_none=True)
    product = fields.Nested(Named, allow_none=True)


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


class ProductIn(Schema):
    """A product to add; the price in fen, `doudian_product_id` the 商品ID of 抖店."""

    name = fields.String(required=True)
    price_fen = number(required=True)
    stock = number(required=True)
    doudian_product_id = fields.String(load_default="")


class ProductOut(Schema):
    """A product."""

    id = fields.Integer()
    merchant = fields.Integer()
    name = fields.String()
    price_fen = fields.Integer()
    stock = fields.Integer()
    doudian_product_id = fields.String(allow_none=True)
    picture = fields.String(allow_none=True)
    archived = fields.Boolean()


class ProductList(Schema):
    """The own products."""

    items = fields.List(fields.Nested(ProductOut))
    next_cursor = fields.String(allow_none=True)


class ImportForm(Schema):
    """What may come with an uploaded export."""

    platform = fields.Enum(Platform, by_value=True, load_default=None)
    show = fields.Integer(load_default=None, validate=validate.Range(min=1, max=MANY))


class ImportFile(Schema):
    """The export itself."""

    file = Upload(required=True)


class RejectedRow(Schema):
    """A row that could not be read."""

    line = fields.Integer()
    column = fields.String()
    code = fields.String()
    message = fields.String()


class ImportOut(Schema):
    """An import; read = inserted + updated + unchanged + held + rejected."""

    id = fields.Integer()
    status = fields.String()
    platform = fields.String()
    file_name = fields.String()
    show = fields.Integer(allow_none=True)
    read = fields.Integer()
    inserted = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    held = fields.Integer()
    unmatched = fields.Integer()
    rejected = fields.List(fields.Nested(RejectedRow))


class SummaryFilter(Schema):
    """Which sales to sum up."""

    merchant = fields.Integer(load_default=None, validate=validate.Range(min=1, max=MANY))
    show = fields.Integer(load_default=None, validate=validate.Range(min=1, max=MANY))
    since = moment(data_key="from", load_default=None)
    until = moment(data_key="to", load_default=None)


class Sums(Schema):
    """Sums of order lines; money in fen."""

    orders = fields.Integer()
    items = fields.Integer()
    gmv_fen = fields.Integer()
    refunded_fen = fields.Integer()
    net_fen = fields.Integer()


class SummaryOut(Sums):
    """The sums of all lines and those of each tier of attribution."""

    by_tier = fields.Dict(keys=fields.String(), values=fields.Nested(Sums))


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
