"""Every booking of some days as a table: as CSV while it is read, as a workbook once the jobs have written it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import live, once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.formats import locale_code
from blueprints.identity import the_actor
from blueprints.reports import blueprint, views
from blueprints.reports.choice import asked_days, choice_of, span_of
from blueprints.sales.statements import XLSX
from blueprints.words import reports as words
from blueprints.words import sentence
from domain import plain_cells
from domain.errors import BadInput
from domain.interval import local_day
from domain.people import Role
from domain.reports import Days
from models.reports import FileStatus
from services import sheets
from services.idempotency import Answer
from services.reports import files, rows
from services.reports.rows import Wording


@blueprint.get("/reports/bookings.csv")
@allow(Role.STAFF)
def bookings() -> Response:
    """The bookings of some days, one line each."""
    return bookings_as_csv(asked_days())


def bookings_as_csv(days: Days) -> Response:
    """A table that goes out while it is read, for pages and programs: memory does not grow with it."""
    wording = Wording(locale_code(), words.states(), _("是"), plain_cells.plain_cell)
    lines = sheets.csv_lines(words.headings(), rows.of_days(the_actor(), days, wording))
    return _streamed(lines, "text/csv; charset=utf-8", f"bookings-{span_of(days)}.csv")


def _streamed(parts: Iterator[bytes], media_type: str, name: str) -> Response:
    response = Response(_one_by_one(current_app.app_context, parts), content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _one_by_one(
    context: Callable[[], AbstractContextManager[object]], parts: Iterator[bytes]
) -> Iterator[bytes]:
    """Each part in a context of its own: while it goes out, nothing is held that a slow reader could keep."""
    while True:
        with context():
            part = next(parts, None)
        if part is None:
            return
        yield part


@blueprint.post("/reports/files")
@allow(Role.STAFF)
def ask_for_file() -> ResponseReturnValue:
    """Let the bookings of some days be written down as a workbook, and lead to where one waits for it."""
    days = asked_days()
    words_of = {
        "locale": locale_code(),
        "title": _("预约明细 %(days)s", days=views.title_of(days)),
        "sheet": _("预约明细"),
        "headings": words.headings(),
        "states": words.states(),
        "yes": _("是"),
    }
    made = once.once(lambda: Answer(303, {"sheet_id": files.ask(the_actor(), days, words_of, now()).id}))
    return redirect(url_for("reports.one_file", sheet_id=made.body["sheet_id"]), 303)


@blueprint.get("/reports/files/<int:sheet_id>")
@allow(Role.STAFF)
def one_file(sheet_id: int) -> ResponseReturnValue:
    """How far it has come, and the download; polled while it is made."""
    found = files.find(the_actor(), sheet_id)
    tag = live.stamp(found.row_count, sheet_id, found.status.value, found.next_day)
    is_making = found.status is FileStatus.MAKING
    unchanged = live.nothing_new(tag) if is_making else None
    if unchanged is not None:
        return unchanged
    days = Days(found.first_day, found.last_day)
    shown = pages.show(
        "reports/file",
        found=found,
        is_making=is_making,
        title=views.title_of(days),
        asked=choice_of(days),
        done=(found.next_day - found.first_day).days,
        whole=len(list(days)),
        trouble=sentence(BadInput(found.error_code)) if found.error_code else None,
        gone_on=local_day(files.gone_at(found)),
        poll_url=url_for("reports.one_file", sheet_id=sheet_id, seen=tag),
        in_wechat="MicroMessenger" in request.user_agent.string,
        idempotency_key=once.new_key(),
    )
    return live.stamped(shown, tag) if is_making else shown


@blueprint.get("/reports/files/<int:sheet_id>.xlsx")
@allow(Role.STAFF)
def bookings_workbook(sheet_id: int) -> Response:
    """A workbook that is ready, put together while it goes out."""
    found = files.find(the_actor(), sheet_id)
    parts = files.content(the_actor(), sheet_id)
    name = f"bookings-{span_of(Days(found.first_day, found.last_day))}.xlsx"
    return _streamed(parts, XLSX, name)
