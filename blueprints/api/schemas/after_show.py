"""How wrapping a show up looks, and its sealed file."""

from __future__ import annotations

from marshmallow import Schema, fields

from blueprints.api.schemas.common import moment, number
from domain.studio.wrapping import Outcome


class BoothViews(Schema):
    """How many watched a booth, by its booking; null takes a number back."""

    booking = number(required=True)
    views = number(required=True, allow_none=True)


class ViewsIn(Schema):
    """The views of some booths of a show."""

    views = fields.List(fields.Nested(BoothViews), required=True)


class BoothOutcome(Schema):
    """What became of a booth, by its booking."""

    booking = number(required=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True)


class WrapUpIn(Schema):
    """What is told of a show; a booth that is not named stays as it is known."""

    booths = fields.List(fields.Nested(BoothOutcome), load_default=list)
    views = fields.List(fields.Nested(BoothViews), load_default=list)


class BoothEndOut(Schema):
    """A booth of a show that is over."""

    booking = fields.Integer()
    booth = fields.Integer()
    status = fields.String()
    outcome = fields.String()
    started_at = moment(allow_none=True)
    ended_at = moment(allow_none=True)
    views = fields.Integer(allow_none=True)


class WrapUpOut(Schema):
    """A show that is over."""

    show = fields.Integer()
    wrapped_up_at = moment(allow_none=True)
    keep_until = moment(allow_none=True)
    booths = fields.List(fields.Nested(BoothEndOut))


class SealedOut(Schema):
    """The sealed file of a show; `digest` is the SHA-256 of the canonical JSON of `content`."""

    show = fields.Integer()
    digest = fields.String()
    verified = fields.Boolean()
    sealed_at = moment()
    keep_until = moment()
    content = fields.Dict()
    addenda = fields.List(fields.Dict())
