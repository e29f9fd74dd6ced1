"""Accounts as their keepers see them, and one's own."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import Page, moment, number
from domain.people import Role
from services.registry.finding import State


class AccountFilter(Page):
    """Who is looked for: a name, a phone or its last four digits, a home such as 22-1-301."""

    q = fields.String(load_default="", validate=validate.Length(max=60))
    role = fields.Enum(Role, by_value=True, load_default=None)
    state = fields.Enum(State, by_value=True, load_default=None)


class AccountOut(Schema):
    """An account, the phone masked."""

    id = fields.Integer()
    name = fields.String()
    phone = fields.String(allow_none=True)
    role = fields.String()
    building = fields.Integer(allow_none=True)
    unit = fields.Integer(allow_none=True)
    room = fields.String(allow_none=True)
    captain_of = fields.Integer(allow_none=True)
    verified_at = moment(allow_none=True)
    disabled_at = moment(allow_none=True)
    erased_at = moment(allow_none=True)
    merged_into = fields.Integer(allow_none=True)
    version = fields.Integer()


class AccountList(Schema):
    """A page of accounts, the newest first."""

    items = fields.List(fields.Nested(AccountOut))
    next_cursor = fields.String(allow_none=True)


class StepIn(Schema):
    """Which state of the account was looked at."""

    version = number(required=True)


class RoleIn(StepIn):
    """Another role, a captain's with the building."""

    role = fields.Enum(Role, by_value=True, required=True)
    captain_of = number(load_default=None, allow_none=True)


class MergeIn(StepIn):
    """The account that goes, and as which state it was looked at."""

    other = number(required=True)
    other_version = number(required=True)


class DataOut(Schema):
    """Everything of one's own, by table."""

    data = fields.Dict()
