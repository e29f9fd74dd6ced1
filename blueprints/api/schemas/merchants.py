"""How shops, their papers, people and links look."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import Page, number
from domain.merchants.papers import PaperKind
from domain.merchants.shops import MerchantStatus


class ShopIn(Schema):
    """What a shop says about itself; without a `credit_code` it needs an `exempt_reason`."""

    version = number(required=True)
    name = fields.String(required=True)
    address = fields.String(load_default="")
    responsible_person = fields.String(load_default="")
    contact_phone = fields.String(load_default="")
    credit_code = fields.String(load_default=None, allow_none=True)
    exempt_reason = fields.String(load_default="")


class VersionIn(Schema):
    """Which state was looked at."""

    version = number(required=True)


class NoIn(VersionIn):
    """The same with a reason that the shop is told."""

    reason = fields.String(required=True)


class ShopOut(Schema):
    """A shop."""

    id = fields.Integer()
    name = fields.String()
    address = fields.String()
    responsible_person = fields.String()
    contact_phone = fields.String()
    credit_code = fields.String(allow_none=True)
    exempt_reason = fields.String()
    status = fields.String()
    review_reason = fields.String()
    submitted_at = fields.String(allow_none=True)
    verified_at = fields.String(allow_none=True)
    version = fields.Integer()


class PaperOut(Schema):
    """A paper; `expires_on` is its last valid day, null for good, `media_type` that of its scan."""

    id = fields.Integer()
    merchant = fields.Integer()
    kind = fields.String()
    number = fields.String()
    issuer = fields.String()
    expires_on = fields.String(allow_none=True)
    status = fields.String()
    review_reason = fields.String()
    media_type = fields.String()
    version = fields.Integer()


class NeedOut(Schema):
    """A paper that goods lack."""

    kind = fields.String()
    lack = fields.String()
    products = fields.List(fields.String())


class OwnShopOut(ShopOut):
    """The own shop with its next step and what its goods lack."""

    next_step = fields.String()
    gaps = fields.List(fields.String())
    needs = fields.List(fields.Nested(NeedOut))


class MemberOut(Schema):
    """Somebody who acts for a shop."""

    id = fields.Integer()
    name = fields.String()
    phone = fields.String(allow_none=True)


class InviteOut(Schema):
    """A link that can still be used; `url` is told once, when it is made."""

    id = fields.Integer()
    expires_at = fields.String()
    url = fields.String()


class ShopCaseOut(ShopOut):
    """A shop as staff see it."""

    papers = fields.List(fields.Nested(PaperOut))
    members = fields.List(fields.Nested(MemberOut))
    needs = fields.List(fields.Nested(NeedOut))


class ShopFilter(Page):
    """Which shops."""

    status = fields.Enum(MerchantStatus, by_value=True, load_default=None)
    name = fields.String(load_default="")


class ShopList(Schema):
    """A page of shops by id."""

    items = fields.List(fields.Nested(ShopOut))
    next_cursor = fields.String(allow_none=True)


class PaperList(Schema):
    """The papers of the own shop."""

    items = fields.List(fields.Nested(PaperOut))
    next_cursor = fields.String(allow_none=True)


class RemovedOut(Schema):
    """Who no longer acts for the shop."""

    removed = fields.Integer()


class RevokedOut(Schema):
    """Which link has ended."""

    revoked = fields.Integer()


class MemberList(Schema):
    """The people of the own shop."""

    items = fields.List(fields.Nested(MemberOut))
    next_cursor = fields.String(allow_none=True)


class InviteList(Schema):
    """The open links of the own shop."""

    items = fields.List(fields.Nested(InviteOut))
    next_cursor = fields.String(allow_none=True)


class _LastDay(fields.Field):
    """A date, or empty for good: a form knows no null."""

    def _deserialize(self, value: object, attr: str | None, data: object, **more: object) -> object:
        if value in ("", None):
            return None
        return fields.Date().deserialize(value, attr)


class PaperForm(Schema):
    """A paper as fields of a multipart form; an empty `expires_on` is for good."""

    kind = fields.Enum(PaperKind, by_value=True, required=True)
    number = fields.String(required=True)
    issuer = fields.String(required=True)
    expires_on = _LastDay(load_default=None)


class NewerPaperForm(Schema):
    """A newer one in the place of an old one; its kind stays."""

    version = fields.Integer(required=True, validate=validate.Range(min=0, max=2**53))
    number = fields.String(required=True)
    issuer = fields.String(required=True)
    expires_on = _LastDay(load_default=None)


class ScanFile(Schema):
    """The scan: a picture or a PDF."""

    scan = Upload(required=True)


class NewerScanFile(Schema):
    """The same; without one the old scan serves."""

    scan = Upload(load_default=None)
