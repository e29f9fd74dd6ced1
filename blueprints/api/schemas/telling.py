"""How notices look, and which of them are put away."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from blueprints.api.schemas.common import Page, moment, number


class NoticeFilter(Page):
    """Which notices: all, or only those that were not read yet."""

    unread = fields.Boolean(load_default=False)


class NoticeOut(Schema):
    """A notice; `text` is in the language that the request accepts, `path` the page of what it is about."""

    id = fields.Integer()
    kind = fields.String()
    text = fields.String()
    tone = fields.String(validate=validate.OneOf(("ok", "wait", "error")))
    path = fields.String(allow_none=True)
    created_at = moment()
    unread = fields.Boolean()


class NoticeList(Schema):
    """A page of notices."""

    items = fields.List(fields.Nested(NoticeOut))
    next_cursor = fields.String(allow_none=True)


class ReadIn(Schema):
    """Either the notices that were read, or the newest up to which all were."""

    ids = fields.List(number(), validate=validate.Length(min=1, max=100), load_default=None)
    up_to = number(load_default=None)

    @validates_schema
    def one_of_both(self, data: dict[str, object], **_more: object) -> None:
        """Not both, and not neither."""
        if (data["ids"] is None) == (data["up_to"] is None):
            raise ValidationError({"ids": ["ids or up_to"]})


class ReadOut(Schema):
    """How many were unread until now."""

    read = fields.Integer()
