"""How series of shows, hosts and checklists look, and wishes for them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import Violation, moment, number
from blueprints.api.schemas.shows import MOST_HOSTS, ShowIn, ShowOut
from domain.recurrence import LONGEST_TEXT, MOST, Scope
from domain.sales.lines import Platform
from domain.studio.checklist import ManualCheck, Part
from domain.studio.hosts import Evidence


class ShowChange(Schema):
    """What is said anew about a show; what is not named stays."""

    version = number(required=True)
    title = fields.String()
    host_ids = fields.List(number(), validate=validate.Length(max=MOST_HOSTS))
    platform = fields.Enum(Platform, by_value=True, allow_none=True)
    room = fields.String()
    applications_open_at = moment(allow_none=True)
    applications_close_at = moment(allow_none=True)


class ShowCancel(Schema):
    """Cancelling a show; with `following` also the later ones of its series."""

    version = number(required=True)
    reason = fields.String(required=True)
    scope = fields.Enum(
        Scope,
        by_value=True,
        load_default=Scope.THIS,
        validate=validate.OneOf([Scope.THIS, Scope.FOLLOWING]),
    )


class ShowsCancelled(Schema):
    """The shows that were cancelled."""

    items = fields.List(fields.Nested(ShowOut))


class ShowSeriesIn(ShowIn):
    """A show that comes again by an RFC 5545 rule; with `dry_run` the dates are only looked at."""

    rule = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_TEXT))
    dry_run = fields.Boolean(load_default=False)
    days = fields.List(fields.Date(), load_default=None, allow_none=True, validate=validate.Length(max=MOST))


class ShowDate(Schema):
    """One date of a series of shows."""

    day = fields.Date()
    starts_at = moment()
    ends_at = moment()
    status = fields.String()
    show = fields.Integer(allow_none=True)
    reasons = fields.List(fields.Nested(Violation))


class ShowSeriesOut(Schema):
    """A series of shows; a dry run has no id."""

    id = fields.Integer(allow_none=True)
    rule = fields.String()
    occurrences = fields.List(fields.Nested(ShowDate))


class HostIn(Schema):
    """A host to add."""

    name = fields.String(required=True)
    phone = fields.String(load_default="")
    account = fields.String(load_default="")


class HostChange(Schema):
    """What is corrected about a host; another name takes the verification away."""

    name = fields.String()
    phone = fields.String()
    account = fields.String()


class HostVerification(Schema):
    """How somebody made sure who a host is; never the number of a document."""

    evidence = fields.Enum(Evidence, by_value=True, required=True)
    note = fields.String(load_default="")
    valid_until = fields.Date(load_default=None, allow_none=True)


class HostOut(Schema):
    """A host; the phone is masked."""

    id = fields.Integer()
    name = fields.String()
    phone = fields.String()
    account = fields.String()
    standing = fields.String()
    evidence = fields.String(allow_none=True)
    evidence_note = fields.String()
    verified_at = moment(allow_none=True)
    verified_by = fields.String(allow_none=True)
    valid_until = fields.Date(allow_none=True)


class HostList(Schema):
    """Hosts, those in use first."""

    items = fields.List(fields.Nested(HostOut))
    next_cursor = fields.String(allow_none=True)


class ChecklistIn(Schema):
    """Points to tick or to take the tick from."""

    ticks = fields.Dict(
        keys=fields.Enum(ManualCheck, by_value=True),
        values=fields.Boolean(),
        required=True,
        validate=validate.Length(min=1),
    )


class ManualOut(Schema):
    """A point that a person ticks."""

    item = fields.String()
    done = fields.Boolean()
    by = fields.String(allow_none=True)
    at = moment(allow_none=True)


class AutomaticOut(Schema):
    """A point that the house sees for itself."""

    item = fields.String()
    done = fields.Boolean()


class LackOut(Schema):
    """A confirmed booth that lacks something."""

    booking = fields.Integer()
    booth = fields.Integer()
    merchant = fields.String()
    product = fields.String()
    missing = fields.List(fields.String(validate=validate.OneOf([part.value for part in Part])))


class ChecklistOut(Schema):
    """The checklist of a show."""

    show = fields.Integer()
    done = fields.Integer()
    total = fields.Integer()
    automatic = fields.List(fields.Nested(AutomaticOut))
    manual = fields.List(fields.Nested(ManualOut))
    lacks = fields.List(fields.Nested(LackOut))
