"""Every booking of some days as a table: as CSV while it is read."""

from __future__ import annotations

from flask import Response, stream_with_context
from flask_babel import gettext as _

from blueprints.access import allow
from blueprints.formats import locale_code
from blueprints.identity import the_actor
from blueprints.reports import blueprint
from blueprints.reports.choice import asked_days, span_of
from blueprints.words import reports as words
from domain.people import Role
from domain.plain_cells import plain_cell
from domain.reports import Days
from services import sheets
from services.reports import rows
from services.reports.rows import Wording


@blueprint.get("/reports/bookings.csv")
@allow(Role.STAFF)
def bookings() -> Response:
    """The bookings of some days, one line each."""
    return bookings_as_csv(asked_days())


def bookings_as_csv(days: Days) -> Response:
    """A table that goes out while it is read, for pages and programs: memory does not grow with it."""
    wording = Wording(locale_code(), words.states(), _("是"), plain_cell)
    lines = sheets.csv_lines(words.headings(), rows.of_days(the_actor(), days, wording))
    response = Response(stream_with_context(lines), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="bookings-{span_of(days)}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response
