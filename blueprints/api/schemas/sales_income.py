"""How reported income and what a shop declares look."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import Page, day_in_calendar, number
from blueprints.edge import LARGEST
from domain.sales.income import IncomeKind, IncomeStatus


def _form_number(**more: object) -> fields.Integer:
    """A whole number of a multipart form or a query, where everything is text."""
    return fields.Integer(validate=validate.Range(min=0, max=LARGEST), **more)


class IncomeForm(Schema):
    """A report as fields of a multipart form; the proofs are the files `scan`."""

    kind = fields.Enum(IncomeKind, by_value=True, required=True)
    sold_on = fields.Date(required=True, validate=day_in_calendar)
    amount_fen = _form_number(required=True)
    quantity = _form_number(load_default=None)
    product = _form_number(load_default=None)
    show = _form_number(load_default=None)
    note = fields.String(load_default="")


class IncomeAgainForm(IncomeForm):
    """The same again after it was returned; `keep` are the ids of proofs that stay, all of them when absent."""

    version = _form_number(required=True)
    keep = fields.List(_form_number(), load_default=None)


class ProofFiles(Schema):
    """The proofs: pictures or PDFs, up to five."""

    scan = fields.List(Upload(), load_default=list)


class IncomeFilter(Page):
    """Which reports."""

    status = fields.Enum(IncomeStatus, by_value=True, load_default=None)
    merchant = _form_number(load_default=None)


class CorrectIn(Schema):
    """To which amount a report is corrected, and why."""

    version = number(required=True)
    amount_fen = number(required=True)
    reason = fields.String(required=True)


class LedgerEntryOut(Schema):
    """One entry of the ledger; `running_fen` is what the report came to by then."""

    id = fields.Integer()
    amount_fen = fields.Integer()
    running_fen = fields.Integer()
    reason = fields.String()
    by = fields.Integer()
    created_at = fields.String()


class ProofOut(Schema):
    """A proof without its bytes."""

    id = fields.Integer()
    media_type = fields.String()
    size = fields.Integer()


class ListedIncomeOut(Schema):
    """A report; `sum_fen` is what it comes to by the ledger, 0 before it is accepted."""

    id = fields.Integer()
    merchant = fields.Integer()
    kind = fields.String()
    sold_on = fields.String()
    amount_fen = fields.Integer()
    sum_fen = fields.Integer()
    quantity = fields.Integer(allow_none=True)
    product = fields.Integer(allow_none=True)
    show = fields.Integer(allow_none=True)
    note = fields.String()
    status = fields.String()
    review_reason = fields.String()
    created_at = fields.String()
    reviewed_at = fields.String(allow_none=True)
    version = fields.Integer()


class IncomeOut(ListedIncomeOut):
    """The same with its proofs and its ledger."""

    proofs = fields.List(fields.Nested(ProofOut))
    entries = fields.List(fields.Nested(LedgerEntryOut))


class IncomeList(Schema):
    """A page of reports by id."""

    items = fields.List(fields.Nested(ListedIncomeOut))
    next_cursor = fields.String(allow_none=True)


class DeclaredIn(Schema):
    """What a shop declares; null is not declared. A baseline needs its note."""

    version = number(required=True)
    margin_bp = number(load_default=None, allow_none=True)
    baseline_fen = number(load_default=None, allow_none=True)
    baseline_note = fields.String(load_default="")


class StandingIn(DeclaredIn):
    """The same with the choice that only the shop itself has."""

    on_leaderboard = fields.Boolean(required=True)


class StandingOut(Schema):
    """What a shop has declared."""

    merchant = fields.Integer()
    margin_bp = fields.Integer(allow_none=True)
    baseline_fen = fields.Integer(allow_none=True)
    baseline_note = fields.String()
    on_leaderboard = fields.Boolean()
    version = fields.Integer()
