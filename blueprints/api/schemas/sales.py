"""How imports and their sums look."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from blueprints.api.schemas.common import moment
from blueprints.edge import LARGEST
from domain.sales.lines import Platform


class ImportForm(Schema):
    """What may come with an uploaded export."""

    platform = fields.Enum(Platform, by_value=True, load_default=None)
    show = fields.Integer(load_default=None, validate=validate.Range(min=1, max=LARGEST))


class ImportFile(Schema):
    """The export itself."""

    file = Upload(required=True)


class RejectedRow(Schema):
    """A row that could not be read."""

    line = fields.Integer()
    column = fields.String()
    code = fields.String()
    message = fields.String()


class Progress(Schema):
    """How far the reading has come, in rows of the file."""

    rows_done = fields.Integer()
    row_count = fields.Integer()


class Money(Schema):
    """What some lines come to, in fen."""

    gmv_fen = fields.Integer()
    refunded_fen = fields.Integer()


class ImportTrouble(Schema):
    """Why an import failed."""

    code = fields.String()
    message = fields.String()


class ImportItem(Schema):
    """An import; read = inserted + updated + unchanged + held + rejected, and so does `money` by the same words.

    `gmv_fen` and `refunded_fen` are those of all lines that count, `money.held` comes beside them; `books_…` is by how
    much applying changed the books.
    """

    id = fields.Integer()
    status = fields.String()
    platform = fields.String()
    layout = fields.String()
    format = fields.String()
    file_name = fields.String()
    show = fields.Integer(allow_none=True)
    created_at = moment()
    applied_at = moment(allow_none=True)
    undone_at = moment(allow_none=True)
    progress = fields.Nested(Progress)
    error = fields.Nested(ImportTrouble, allow_none=True)
    read = fields.Integer()
    inserted = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    held = fields.Integer()
    unmatched = fields.Integer()
    gmv_fen = fields.Integer()
    refunded_fen = fields.Integer()
    books_gmv_fen = fields.Integer()
    books_refunded_fen = fields.Integer()
    money = fields.Dict(keys=fields.String(), values=fields.Nested(Money))


class ImportOut(ImportItem):
    """An import with every row that was rejected."""

    rejected = fields.List(fields.Nested(RejectedRow))


class ImportList(Schema):
    """A page of imports, the latest first."""

    items = fields.List(fields.Nested(ImportItem))
    next_cursor = fields.String(allow_none=True)


class SummaryFilter(Schema):
    """Which sales to sum up."""

    merchant = fields.Integer(load_default=None, validate=validate.Range(min=1, max=LARGEST))
    show = fields.Integer(load_default=None, validate=validate.Range(min=1, max=LARGEST))
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
