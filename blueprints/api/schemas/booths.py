"""How moves, swaps and samples of booths are asked for, and how they look."""

from __future__ import annotations

from marshmallow import Schema, fields

from blueprints.api.schemas.bookings import BoothOf
from blueprints.api.schemas.common import moment, number


class MoveIn(Schema):
    """A booth booking that goes to another booth as the asker saw it; a market booth needs the start of its slot."""

    booking = number(required=True)
    version = number(required=True)
    starts_at = moment(load_default=None, allow_none=True)


class SwapIn(Schema):
    """The own booth, and the one to have instead; staff, who swap at once, send the versions that they saw."""

    booking = number(required=True)
    other = number(required=True)
    version = number(load_default=None, allow_none=True)
    other_version = number(load_default=None, allow_none=True)


class Side(Schema):
    """One of the two booths of a swap."""

    booking = fields.Integer()
    booth = fields.Integer()
    starts_at = moment()
    ends_at = moment()
    merchant = fields.Integer()
    product = fields.Integer()


class SwapOut(Schema):
    """A proposal to change booths; `to_answer` when it is the asker's to say yes or no."""

    id = fields.Integer()
    show = fields.Integer()
    status = fields.String()
    asking = fields.Nested(Side, data_key="from")
    asked = fields.Nested(Side, data_key="to")
    to_answer = fields.Boolean()
    created_at = moment()
    expires_at = moment()
    settled_at = moment(allow_none=True)


class SwapList(Schema):
    """A page of proposals, the newest first."""

    items = fields.List(fields.Nested(SwapOut))
    next_cursor = fields.String(allow_none=True)


class WaitForAny(Schema):
    """A product for whichever booth of a show becomes free."""

    product_id = number(required=True)


class SampleIn(Schema):
    """What became of a sample."""

    booking = number(required=True)


class SampleOut(BoothOf):
    """The sample of a booth with who took it in and gave it back."""

    booking = fields.Integer()
    sample_received_by = fields.Integer(allow_none=True)
    sample_returned_by = fields.Integer(allow_none=True)


class SampleList(Schema):
    """The samples of a show, in the order of its booths."""

    items = fields.List(fields.Nested(SampleOut))
